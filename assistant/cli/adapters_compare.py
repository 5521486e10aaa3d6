"""``assistant adapters compare legal@1 legal@2``: what differs in how they were made, their figures side by side, the decisions about them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.adapters_named import opened, version_of

if TYPE_CHECKING:
    from assistant.records import AdapterVersion

MADE = ("recipe", "base", "prompt", "sources", "data", "environment", "device")
FIGURES = ("rows", "losses", "held_out", "seconds", "gate", "terms", "test", "parity")
Line = tuple[str, str, str]


def compare(
    one: Annotated[str, typer.Argument(help="A version such as legal@1.")],
    two: Annotated[str, typer.Argument(help="Another, such as legal@2; a domain's name is its live version.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for programs.")] = False,
) -> None:
    """Lay two versions side by side: what was made differently, what came of it, what was decided."""
    import json

    from assistant.cli.session import out

    _space, registry, plugins = opened()
    pair = [version_of(registry, plugins, name) for name in (one, two)]
    parts = {"made differently": different(*pair), "figures": figures(*pair)}
    decisions = [_decisions(registry.decisions(version.domain), version) for version in pair]
    if as_json:
        names = {"versions": [version.served_name for version in pair], "decisions": decisions}
        out.print(json.dumps({**names, **{name: _as_objects(lines) for name, lines in parts.items()}}, ensure_ascii=False), markup=False)
        return
    for title, lines in parts.items():
        _print_lines(title, pair, lines)
    for version, made in zip(pair, decisions, strict=True):
        for line in made:
            out.print(f"{version.served_name}  {line}", style="dim", markup=False)


def different(one: "AdapterVersion", two: "AdapterVersion") -> list[Line]:
    """(place, value of one, value of two) of every setting and source in which they were made differently."""
    return [line for line in _side_by_side(one, two, MADE) if line[1] != line[2]]


def figures(one: "AdapterVersion", two: "AdapterVersion") -> list[Line]:
    """(place, value of one, value of two) of every figure that either card has."""
    return _side_by_side(one, two, FIGURES)


def _side_by_side(one: "AdapterVersion", two: "AdapterVersion", parts: tuple[str, ...]) -> list[Line]:
    cards = [{place: value for part in parts for place, value in _leaves(version.card.get(part), part)} for version in (one, two)]
    return [(place, cards[0].get(place, "—"), cards[1].get(place, "—")) for place in dict.fromkeys([*cards[0], *cards[1]])]


def _leaves(value: Any, place: str) -> list[tuple[str, str]]:
    """Every value of nested tables with its dotted place, written for people; lists of plain values stand in one line."""
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in _leaves(inner, f"{place}.{key}")]
    if isinstance(value, list) and any(isinstance(inner, dict | list) for inner in value):
        return [leaf for number, inner in enumerate(value, 1) for leaf in _leaves(inner, f"{place}.{_label(inner, number)}")]
    if isinstance(value, list):
        return [(place, ", ".join(map(_written, value)))] if value else []
    return [] if value is None else [(place, _written(value))]


def _label(value: Any, number: int) -> str:
    return str(value["name"]) if isinstance(value, dict) and "name" in value else str(number)


def _written(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _decisions(decisions: list[dict[str, Any]], version: "AdapterVersion") -> list[str]:
    own = [one for one in decisions if one.get("version") == version.number]
    reasons = [one.get("reason") or one.get("from") or "; ".join(map(str, one.get("reasons") or [])) for one in own]
    return [f"{one.get('time', '')}  {one['event']}: {reason}" for one, reason in zip(own, reasons, strict=True)]


def _as_objects(lines: list[Line]) -> dict[str, list[str]]:
    return {place: [one, two] for place, one, two in lines}


def _print_lines(title: str, pair: "list[AdapterVersion]", lines: list[Line]) -> None:
    from rich.table import Table
    from rich.text import Text

    from assistant.cli.session import out, print_table

    if not lines:
        out.print(f"{title}: nothing", markup=False)
        return
    table = Table(title, *[version.served_name for version in pair], box=None)
    for place, one, two in lines:
        table.add_row(Text(place), Text(one), Text(two, style="bold" if one != two else ""))
    print_table(table)
    out.print()
