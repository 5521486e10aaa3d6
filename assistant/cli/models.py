"""``assistant models``: which base model is in use, which are on this machine, which are known to serve, and taking another one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.models_use import use

if TYPE_CHECKING:
    from rich.table import Table

    from assistant.models.cached import Cached
    from assistant.settings import Settings, Workspace

app = typer.Typer(help="List base models, or take another one: in use, on this machine, known to serve.", no_args_is_help=False)
app.command("use")(use)
AsJson = Annotated[bool, typer.Option("--json", help="Print everything as one JSON object.")]


@app.callback(invoke_without_command=True)
def default(context: typer.Context, as_json: AsJson = False) -> None:
    if context.invoked_subcommand is None:
        list_models(as_json)


@app.command("list")
def list_models(as_json: AsJson = False) -> None:
    """The base model in use, those on this machine, and those that are known to serve."""
    import json

    from assistant.cli.session import out, workspace
    from assistant.models.cached import cached_models

    space = workspace()
    cached = cached_models()
    adapters = trained(space)
    found = {
        "configured": _configured(space),
        "cached": [_cached_row(model, adapters) for model in cached],
        "supported": _supported(space.settings),
        "adapters": adapters,
    }
    if as_json:
        out.print(json.dumps(found, ensure_ascii=False, indent=2), markup=False)
    else:
        _print(found, cached[0])


def _configured(space: "Workspace") -> dict[str, str]:
    """The base model in force and who says so; the environment wins over the file."""
    import os
    import tomllib

    from assistant.settings import MARKER

    path = space.root / MARKER
    settings = space.settings
    said = tomllib.loads(path.read_text("utf-8-sig")).get("base_model")
    source = "default" if said is None else MARKER
    if any(name.upper() == "ASSISTANT_BASE_MODEL" for name in os.environ):
        source = "environment (ASSISTANT_BASE_MODEL)"
    return {"base_model": settings.base_model, "server_model": settings.server_model, "source": source, "file": str(path)}


def _cached_row(model: "Cached", adapters: dict[str, dict[str, int | None]]) -> dict[str, Any]:
    from assistant.models.engine import adapter_key

    key = adapter_key(model.name)
    return {
        "name": model.name, "place": model.place, "folder": str(model.folder), "bytes": model.bytes,
        "complete": not model.fault, "fault": model.fault, "adapters": adapters.get(key, {}),
    }  # fmt: skip


def trained(space: "Workspace") -> dict[str, dict[str, int | None]]:
    """Key of a base → its domains that have adapters → the number of the live version, or None."""
    from assistant.errors import AdapterError
    from assistant.registry import Registry

    found: dict[str, dict[str, int | None]] = {}
    for base in sorted(space.adapters.glob("*/*/*/card.json")):
        key, domain = base.parts[-4], base.parts[-3]
        try:
            live = Registry(space.adapters, key).current(domain)
        except AdapterError:
            live = None
        found.setdefault(key, {})[domain] = live.number if live else None
    return found


def _supported(settings: "Settings") -> list[dict[str, Any]]:
    """The table of known models, each with what this machine can do with it."""
    from dataclasses import asdict
    from functools import cache

    from assistant.models.catalogue import SUPPORTED
    from assistant.models.machine import chat_bytes, read_speed, this_machine, training_bytes, weight_bytes

    speed = cache(read_speed)
    rows = []
    for row in SUPPORTED:
        machine = this_machine(settings, row.parameters)
        count, precision = row.parameters, machine.precision
        here = {
            "answers": chat_bytes(count, precision) <= machine.memory,
            "trains": training_bytes(count, precision) <= machine.memory,
            "tokens_per_second": float(f"{speed(machine.device, precision) / weight_bytes(count, precision):.2g}"),
        }
        rows.append({**asdict(row), "chat_bytes": chat_bytes(count), "training_bytes": training_bytes(count), "here": here})
    return rows


def _print(found: dict[str, Any], starter: "Cached") -> None:
    from assistant.cli.session import out, print_table
    from assistant.models.catalogue import ANY, FIRST

    configured = found["configured"]
    server = f", model {configured['server_model']}" if configured["server_model"] else ""
    out.print("[bold]In use[/bold]")
    out.print(f"  {configured['base_model']}{server}  ({configured['source']})", markup=False)
    out.print(f"  {starter_line(starter)}", style="dim", markup=False)
    out.print("\n[bold]On this machine[/bold]")
    print_table(_cached_table(found["cached"]))
    out.print("\n[bold]Known to serve[/bold]")
    print_table(_supported_table(found["supported"]))
    out.print("size: download; chat, train: memory to answer and to train an adapter, in bfloat16, estimated; here: tokens a second at best", style="dim")
    out.print(f"\n{FIRST} Gated ones need HF_TOKEN.", markup=False)
    out.print(f"Also: {'; '.join(ANY)}.", markup=False)
    out.print("Take one: assistant models use NAME", style="bold", markup=False)


def starter_line(starter: "Cached") -> str:
    from assistant.models.candidate import count_parameters
    from assistant.models.machine import billions

    size = billions(count_parameters(starter.name, starter.folder))
    return (
        f"starter: an embedded model of {size} parameters that quotes the sentence which answers; good for trying out and CI. "
        "For answers in its own words: assistant models use NAME"
    )


def _cached_table(rows: Sequence[dict[str, Any]]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    from assistant.models.machine import size

    table = Table("model", "where", "on disk", "state", "adapters", box=None, pad_edge=True)
    for row in rows:
        live = ", ".join(f"{domain}@{number}" if number else domain for domain, number in row["adapters"].items())
        state = Text("complete", "green") if row["complete"] else Text(row["fault"], "yellow")
        table.add_row(Text(row["name"]), row["place"], size(row["bytes"]), state, live or "none")
    return table


def _supported_table(rows: Sequence[dict[str, Any]]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    from assistant.models.machine import size

    table = Table("model", "params", "size", "chat", "train", "here", "languages", "licence", box=None, padding=(0, 1, 0, 0))
    for column in table.columns[:-1]:
        column.no_wrap = True
    table.columns[-1].overflow = "fold"
    for row in rows:
        licence = ", ".join(filter(None, (row["licence"], "gated" if row["gated"] else "", row["note"])))
        table.add_row(
            Text(row["name"]), f"{row['parameters'] / 1e9:.2g} B", size(row["download"]), size(row["chat_bytes"]), size(row["training_bytes"]),
            _here(row["here"]), row["languages"], licence,
        )  # fmt: skip
    return table


def _here(here: dict[str, Any]) -> str:
    if not here["answers"]:
        return "too large"
    return f"{here['tokens_per_second']:g}/s" + ("" if here["trains"] else ", no train")
