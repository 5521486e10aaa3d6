"""The command line: one file per command. Builds the typer app; commands load what they need when they run."""

import io
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from assistant import __version__
from assistant.cli import app as app_command
from assistant.cli import ask, chat, check, doctor, evaluate, import_rows, index, init, new, plugins, train
from assistant.cli.adapters import app as adapters_app
from assistant.cli.models import app as models_app
from assistant.cli.users import app as users_app
from assistant.errors import AssistantError

COMMANDS: dict[str, Callable[..., None]] = {
    "init": init.run,
    "new": new.run,
    "check": check.run,
    "import": import_rows.run,
    "index": index.run,
    "train": train.run,
    "evaluate": evaluate.run,
    "ask": ask.run,
    "chat": chat.run,
    "app": app_command.run,
    "plugins": plugins.run,
    "doctor": doctor.run,
}


class Commands(TyperGroup):
    """Prompts turn the end of input into an abort themselves; any other EOFError is a fault of the program and keeps its traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except EOFError as error:
            raise RuntimeError(f"a file or stream ended too early: {error}") from error


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"assistant {__version__}")
        raise typer.Exit


def _options(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")] = False) -> None:
    pass


def build() -> typer.Typer:
    """The command line with its own commands, and those of plugins when one of them is asked for."""
    app = typer.Typer(
        help="One folder per domain: facts from documents, form from an adapter, figures for both.",
        cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    )  # fmt: skip
    app.callback()(_options)
    for name, command in COMMANDS.items():
        app.command(name)(command)
    app.add_typer(adapters_app, name="adapters")
    app.add_typer(models_app, name="models")
    app.add_typer(users_app, name="users")
    known = {*COMMANDS, "adapters", "models", "users"}
    asked = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    if asked and asked not in known:
        for name, command in _plugin_commands().items():
            if name not in known:
                app.command(name)(command)
    return app


def _plugin_commands() -> dict[str, Callable[..., None]]:
    from assistant.cli.session import workspace
    from assistant.plugins import load_plugins

    try:
        return dict(load_plugins(workspace()).commands)
    except AssistantError:
        return {}


def main() -> None:
    """Run a command; errors that a person can mend are one line and exit status 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a file's name may be no text
    try:
        build()()
    except AssistantError as error:
        typer.echo(f"assistant: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
