"""``assistant adapters``: the versions of each domain's adapter, which is live, what is out of date, and how to change that."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli import adapters_change, adapters_compare, adapters_export, adapters_measure
from assistant.cli.adapters_named import Named, Number, known, opened, split, trained, version_of

if TYPE_CHECKING:
    from assistant.plugins import Plugins
    from assistant.records import AdapterVersion
    from assistant.registry import Registry
    from assistant.settings import Workspace
    from assistant.training.staleness import Now

app = typer.Typer(help="List adapter versions, compare them, put one live, go back, remove, import or export one.", no_args_is_help=False)
app.command("compare")(adapters_compare.compare)
app.command("remove")(adapters_change.remove)
app.command("import")(adapters_change.import_adapter)
app.command("export")(adapters_export.export)
app.command("prove")(adapters_export.prove)
app.command("measure")(adapters_measure.measure)


@app.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_versions(None)


@app.command("list")
def list_versions(
    domain: Annotated[str | None, typer.Argument(help="One domain; without it all of them.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for programs.")] = False,
) -> None:
    """Every version, the live one marked, and what changed in its domain since it was trained."""
    import json

    from assistant.cli.session import out

    space, registry, plugins = opened()
    one = known(registry, plugins, split(domain)[0]) if domain else ""
    found = [line for name in ([one] if one else sorted(trained(registry) | set(plugins.domains))) for line in _lines(space, registry, plugins, name)]
    if as_json:
        out.print(json.dumps({"base": registry.base, "versions": found}, ensure_ascii=False), markup=False)
    elif found:
        _print_lines(found)
    else:
        out.print(f"no adapter for base {registry.base!r} yet; make one with: assistant train {one or 'DOMAIN'}", markup=False)


@app.command()
def show(domain: Named, version: Number = None) -> None:
    """What a version was made of, what changed since, and the decisions about it."""
    import json

    from assistant.cli.session import out

    space, registry, plugins = opened()
    found = version_of(registry, plugins, domain, version)
    out.print(f"{found.served_name}  {found.folder}", style="bold", markup=False)
    out.print(json.dumps(found.card, ensure_ascii=False, indent=2), markup=False)
    if changed := _changed(_now(space, plugins, found.domain), found):
        out.print(f"changed since it was trained: {', '.join(changed)}", style="yellow", markup=False)
    for decision in registry.decisions(found.domain):
        if decision.get("version") == found.number:
            reason = decision.get("reason") or decision.get("from") or "; ".join(map(str, decision.get("reasons") or []))
            out.print(f"{decision.get('time', '')}  {decision['event']}: {reason}", style="dim", markup=False)


@app.command()
def use(domain: Named, version: Number = None) -> None:
    """Put a version live."""
    from assistant.cli.session import err, out
    from assistant.training.promote import promote

    space, registry, plugins = opened()
    found = version_of(registry, plugins, domain, version)
    promote(registry, found, "chosen by a person")
    out.print(f"{found.served_name} is live", markup=False)
    if changed := _changed(_now(space, plugins, found.domain), found):
        err.print(f"careful: changed since it was trained: {', '.join(changed)}; renew it with: assistant train {found.domain}", style="yellow", markup=False)


@app.command()
def rollback(domain: Annotated[str, typer.Argument(help="The domain.")]) -> None:
    """Go back to the version that was live before."""
    from assistant.cli.session import out

    _space, registry, plugins = opened()
    out.print(f"{registry.rollback(known(registry, plugins, domain)).served_name} is live again", markup=False)


def _lines(space: "Workspace", registry: "Registry", plugins: "Plugins", domain: str) -> list[dict[str, Any]]:
    """One object per version of a domain, as the list and ``--json`` show it."""
    versions = registry.versions(domain)
    live, now = (_live(registry, domain), _now(space, plugins, domain)) if versions else (None, None)
    return [
        {
            "version": one.served_name,
            "state": "live" if one.number == live else "candidate",
            "changed_since": _changed(now, one),
            **_facts(one),
        }
        for one in versions
    ]


def _print_lines(lines: list[dict[str, Any]]) -> None:
    from rich.table import Table
    from rich.text import Text

    from assistant.cli.session import err, print_table

    table = Table("version", "state", "created", "rows", "held-out loss", "rank", "changed since", box=None)
    for line in lines:
        state = Text(line["state"], style="green" if line["state"] == "live" else "")
        loss = f"{line['held_out']:.3f}" if isinstance(line["held_out"], int | float) else ""
        told = [str(line[key] if line[key] is not None else "") for key in ("created", "rows", "rank")]
        table.add_row(line["version"], state, told[0][:16].replace("T", " "), told[1], loss, told[2], Text(", ".join(line["changed_since"]), style="yellow"))
    print_table(table)
    stale = [line["version"].partition("@")[0] for line in lines if line["state"] == "live" and line["changed_since"]]
    if stale:
        err.print(f"live versions that are out of date: renew them with {'; '.join(f'assistant train {name}' for name in stale)}", style="yellow", markup=False)


def _facts(version: "AdapterVersion") -> dict[str, Any]:
    """Created, rows, held-out loss and rank, as the card has them."""
    from assistant.registry import card_value

    places = {"created": ("created",), "rows": ("rows", "train"), "held_out": ("held_out", "candidate"), "rank": ("recipe", "lora", "rank")}
    return {name: card_value(version.card, *place) for name, place in places.items()}


def _live(registry: "Registry", domain: str) -> int | None:
    from assistant.cli.session import err
    from assistant.errors import AdapterError

    try:
        live = registry.current(domain)
    except AdapterError as error:
        err.print(f"{error}", style="yellow", markup=False)
        return None
    return live.number if live else None


def _now(space: "Workspace", plugins: "Plugins", domain: str) -> "Now | None":
    """The domain as it is now; None where it is not installed or its prompt is at fault."""
    from assistant.errors import DomainError, ModelError
    from assistant.models.source import fingerprints, is_server, model_folder
    from assistant.training.staleness import now

    settings = space.settings
    try:
        base = {} if is_server(settings.base_model) else fingerprints(model_folder(settings))
    except (ModelError, OSError, ValueError):  # a base that is not on this machine cannot be compared
        base = {}
    try:
        return now(plugins.domain(domain), space, base)
    except DomainError:
        return None


def _changed(now: "Now | None", version: "AdapterVersion") -> list[str]:
    return now.changed_since(version.card) if now else []
