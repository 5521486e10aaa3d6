"""`assistant users`: who may use the app when it asks people to log in."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.history import History
    from assistant.users import Users

app = typer.Typer(help="Accounts of the app: who may log in, and their groups.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The name to log in with.")]
Stdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input (one line) instead of asking for it.")]


@app.command("list")
def list_users() -> None:
    """Who there is, and in which groups."""
    from rich.table import Table
    from rich.text import Text

    from assistant.cli.session import out, print_table
    from assistant.users.accounts import MAKE_ONE

    accounts = _users().accounts()
    if not accounts:
        out.print(f"no users yet; make one with: {MAKE_ONE}", markup=False)
        return
    table = Table("name", "groups", "since", box=None)
    for account in accounts:
        table.add_row(*map(Text, (account.name, ", ".join(account.groups) or "–", account.created[:10])))
    print_table(table)


@app.command()
def add(
    name: Name,
    group: Annotated[list[str] | None, typer.Option(help="A group the user is in, as in a domain's [access]; may be given again. admin may do everything.")] = None,
    password_stdin: Stdin = False,
) -> None:
    """Make an account. The first one must be in the group admin."""
    from assistant.cli.session import out
    from assistant.users.accounts import checked_name

    users = _users()
    checked_name(name)
    account = users.add(name, _password(password_stdin), group or ())
    out.print(f"{account.name} can log in; groups: {', '.join(account.groups) or 'none'}", markup=False)


@app.command()
def passwd(name: Name, password_stdin: Stdin = False) -> None:
    """Give a user another password. Ends the user's logins."""
    from assistant.cli.session import out

    users = _users()
    account = users.account(name)
    users.set_password(account.name, _password(password_stdin))
    out.print(f"{account.name} has another password and must log in again", markup=False)


@app.command()
def group(
    name: Name,
    add: Annotated[list[str] | None, typer.Option("--add", help="A group to put the user in; may be given again.")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", help="A group to take the user out of; may be given again.")] = None,
) -> None:
    """Change a user's groups, at once; without options show them."""
    from assistant.cli.session import out

    account = _users().regroup(name, add or (), remove or ())
    out.print(f"{account.name}: {', '.join(account.groups) or 'in no group'}", markup=False)


@app.command()
def remove(name: Name, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Delete an account with the user's conversations and their files, and end the user's logins."""
    from assistant.cli.session import out, workspace
    from assistant.retrieval.uploaded import forget_files

    users = _users()
    account = users.removable(name)
    if not yes and not typer.confirm(f"delete {account.name} and every conversation of theirs for good?", err=True):
        out.print(f"{account.name} stays", markup=False)
        return
    history = _history()
    for conversation in history.conversations(account.name):
        forget_files(workspace(), conversation.id)  # what is indexed of them goes when a running app sweeps, or at its next start
    history.forget(account.name)  # first: whoever is given the name later must inherit nothing
    users.remove(account.name)
    out.print(f"{account.name} is removed", markup=False)


def _users() -> "Users":
    from assistant.cli.session import workspace
    from assistant.users import open_users

    return open_users(workspace())


def _history() -> "History":
    from assistant.cli.session import workspace
    from assistant.history import History

    return History(workspace().state / "history.sqlite")


def _password(from_stdin: bool) -> str:
    """Asked for twice without showing it; never an option, which other users of the computer could read."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt="The same again", err=True))
