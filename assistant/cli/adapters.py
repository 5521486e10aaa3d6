"""``assistant adapters``: the versions of each domain's adapter, which is live, and how to change that."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.plugins import Plugins
    from assistant.records import AdapterVersion
    from assistant.registry import Registry

app = typer.Typer(help="List adapter versions, look at one, put one live, or go back.", no_args_is_help=False)
Named = Annotated[str, typer.Argument(help="The domain, or a version such as legal@3.")]
Number = Annotated[int | None, typer.Argument(help="The version's number.")]


@app.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_versions(None)


@app.command("list")
def list_versions(domain: Annotated[str | None, typer.Argument(help="One domain; without it all of them.")] = None) -> None:
    """Every version, the live one marked."""
    from rich.table import Table

    from assistant.cli.session import out, print_table

    registry, plugins = _registry()
    one = _known(registry, plugins, _split(domain, None)[0]) if domain else ""
    table = Table("version", "state", "created", "rows", "held-out loss", "rank", box=None)
    count = 0
    for name in [one] if one else sorted(_trained(registry) | set(plugins.domains)):
        live = _live(registry, name)
        for version in registry.versions(name):
            count += 1
            table.add_row(version.served_name, "[green]live[/green]" if version.number == live else "candidate", *_facts(version))
    if count:
        print_table(table)
    else:
        out.print(f"no adapter for base {registry.base!r} yet; make one with: assistant train {one or 'DOMAIN'}", markup=False)


@app.command()
def show(domain: Named, version: Number = None) -> None:
    """What a version was made of, and the decisions about its domain."""
    import json

    from assistant.cli.session import out

    registry, plugins = _registry()
    found = _version(registry, plugins, domain, version)
    out.print(f"{found.served_name}  {found.folder}", style="bold", markup=False)
    out.print(json.dumps(found.card, ensure_ascii=False, indent=2), markup=False)
    for decision in registry.decisions(found.domain):
        if decision.get("version") == found.number:
            reason = decision.get("reason") or "; ".join(map(str, decision.get("reasons") or []))
            out.print(f"{decision.get('time', '')}  {decision['event']}: {reason}", style="dim", markup=False)


@app.command()
def use(domain: Named, version: Number = None) -> None:
    """Put a version live."""
    from assistant.cli.session import out
    from assistant.errors import AdapterError
    from assistant.registry import damage

    registry, plugins = _registry()
    found = _version(registry, plugins, domain, version)
    if fault := damage(found):
        raise AdapterError(f"{found.served_name} is damaged: {fault}; choose another: assistant adapters list {found.domain}")
    registry.use(found, "chosen by a person")
    out.print(f"{found.served_name} is live", markup=False)


@app.command()
def rollback(domain: Annotated[str, typer.Argument(help="The domain.")]) -> None:
    """Go back to the version that was live before."""
    from assistant.cli.session import out

    registry, plugins = _registry()
    out.print(f"{registry.rollback(_known(registry, plugins, domain)).served_name} is live again", markup=False)


def _registry() -> "tuple[Registry, Plugins]":
    """The registry of the base model in use, and what is installed."""
    from assistant.cli.session import workspace
    from assistant.models.engine import base_key
    from assistant.plugins import load_plugins
    from assistant.registry import Registry

    space = workspace()
    return Registry(space.adapters, base_key(space.settings)), load_plugins(space)


def _trained(registry: "Registry") -> set[str]:
    """Every domain that has a folder in the registry."""
    folder = registry.root / registry.base
    return {path.name for path in folder.iterdir() if path.is_dir()} if folder.is_dir() else set()


def _known(registry: "Registry", plugins: "Plugins", name: str) -> str:
    """The name of a domain that is installed or has adapters; UnknownDomain, or the DomainError that kept it out."""
    return name if name in _trained(registry) else plugins.domain(name).name


def _version(registry: "Registry", plugins: "Plugins", domain: str, number: int | None) -> "AdapterVersion":
    """The version named by ``legal@3`` or ``legal 3``; without a number the live one."""
    from assistant.errors import AdapterError

    name, number = _split(domain, number)
    _known(registry, plugins, name)
    if number is not None:
        return registry.version(name, number)
    live = registry.current(name)
    if live is None:
        raise AdapterError(f"{name} has no live version; name one, such as {name}@1 (see: assistant adapters list {name})")
    return live


def _split(name: str, number: int | None) -> tuple[str, int | None]:
    from assistant.errors import AdapterError

    domain, at, text = name.partition("@")
    if not at:
        return domain, number
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise AdapterError(f"{name!r} names no version; write {domain}@3")
    return domain, int(text)


def _live(registry: "Registry", domain: str) -> int | None:
    from assistant.cli.session import err
    from assistant.errors import AdapterError

    try:
        live = registry.current(domain)
    except AdapterError as error:
        err.print(f"{error}", style="yellow", markup=False)
        return None
    return live.number if live else None


def _facts(version: "AdapterVersion") -> list[str]:
    """Created, rows, held-out loss and rank, as the card has them."""
    from assistant.registry import card_value

    created, rows, loss, rank = (
        card_value(version.card, *place) for place in (("created",), ("rows", "train"), ("held_out", "candidate"), ("recipe", "lora", "rank"))
    )
    shown = f"{loss:.3f}" if isinstance(loss, int | float) else ""
    return [str(created or "")[:16].replace("T", " "), "" if rows is None else str(rows), shown, "" if rank is None else str(rank)]
