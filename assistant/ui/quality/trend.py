"""A domain's adapter versions one after the other: shares on its dev questions and held-out loss, as a small drawing and as a table. Reads cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from assistant.evaluation.figures import NONE, finite, percent
from assistant.records import AdapterVersion, Language
from assistant.registry import card_value
from assistant.training.promote import judged
from assistant.ui.page.plain import shown as cell
from assistant.ui.quality.ladder import score_name
from assistant.ui.texts import say
from assistant.ui.texts.told import told_all

SHARES = ("facts", "format", "terms")
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 460, 170, 46, 12, 12, 26


@dataclass(frozen=True)
class Line:
    """A score by version; None where a card does not say it."""

    name: str
    values: tuple[float | None, ...]


def trend_html(versions: Sequence[AdapterVersion], live: int | None, language: Language) -> str:
    """Empty without versions; without a drawing where there are fewer than two of them."""
    if not versions:
        return ""
    shares = [Line(score, tuple(_share(version, versions, score) for version in versions)) for score in SHARES]
    loss = Line("loss", tuple(_number(version.card, "held_out", "candidate") for version in versions))
    drawings = ""
    if len(versions) > 1:
        names = [str(version.number) for version in versions]
        drawings = "".join(_figure(lines, names, title, language) for lines, title in ((shares, "quality_trend_shares"), ([loss], "quality_trend_loss")))
    head = f"<h2>{escape(say('quality_trend', language))}</h2><p class='quiet'>{escape(say('quality_trend_note', language))}</p>"
    return f'{head}<div class="trend">{drawings}</div>{_table(versions, [*shares, loss], live, language)}'


def _share(version: AdapterVersion, versions: Sequence[AdapterVersion], score: str) -> float | None:
    """What the version's own gate measured; of one without a gate what a later version's gate measured it against."""
    own = _number(version.card, "gate", "scores", score, "after")
    later = (one.card for one in versions if card_value(one.card, "gate", "against") == version.served_name)
    return own if own is not None else next((_number(card, "gate", "scores", score, "before") for card in later), None)


def _number(card: Any, *place: str) -> float | None:
    value = card_value(card, *place)
    return float(value) if finite(value) else None


def _figure(lines: Sequence[Line], names: Sequence[str], title: str, language: Language) -> str:
    """A line for each score that at least one version has; empty when none has."""
    there = [line for line in lines if any(value is not None for value in line.values)]
    if not there:
        return ""
    top = 1.0 if title == "quality_trend_shares" else max(value for line in there for value in line.values if value is not None) * 1.1 or 1.0
    drawn = "".join(_drawn(line, place, top) for place, line in enumerate(there))
    keys = "".join(f'<span class="key line-{place}">{escape(score_name(line.name, language))}</span>' for place, line in enumerate(there))
    said = say(title, language)
    svg = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(said)}">{_axes(names, top)}{drawn}</svg>'
    return f'<figure><figcaption>{escape(said)}</figcaption>{svg}<div class="keys">{keys}</div></figure>'


def _axes(names: Sequence[str], top: float) -> str:
    lines = []
    for share in (0.0, 0.5, 1.0):
        y = _y(share * top, top)
        label = f"{share:.0%}" if top == 1.0 else f"{share * top:.2f}"
        lines.append(f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/><text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    for place, name in enumerate(names):
        lines.append(f'<text x="{_x(place, len(names)):.1f}" y="{HEIGHT - 8}" text-anchor="middle">@{escape(name)}</text>')
    return "".join(lines)


def _drawn(line: Line, place: int, top: float) -> str:
    spots = [(_x(at, len(line.values)), _y(value, top)) for at, value in enumerate(line.values) if value is not None]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in spots)
    return f'<g class="line-{place}"><polyline points="{path}"/>{dots}</g>'


def _x(place: int, count: int) -> float:
    return LEFT + 24 + (WIDTH - LEFT - RIGHT - 48) * (place / (count - 1) if count > 1 else 0.5)


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(value / top, 1.0)


def _table(versions: Sequence[AdapterVersion], lines: Sequence[Line], live: int | None, language: Language) -> str:
    measured = [line.name for line in lines]
    titles = ["quality_version", "quality_made", *measured, "quality_decision"]
    named = [say(title, language) if title.startswith("quality_") else score_name(title, language) for title in titles]
    kinds = [' class="number"' if title in measured else "" for title in titles]
    head = "".join(f'<th scope="col"{kind}>{escape(name)}</th>' for kind, name in zip(kinds, named, strict=True))
    body = "".join(_row(version, at, lines, live, language) for at, version in reversed(list(enumerate(versions))))
    return f'<div class="table" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _row(version: AdapterVersion, at: int, lines: Sequence[Line], live: int | None, language: Language) -> str:
    badge = f' <span class="badge good">{escape(say("quality_is_live", language))}</span>' if version.number == live else ""
    cells = [f'<th scope="row" class="whole">{escape(version.served_name)}{badge}</th>', f"<td class='whole'>{escape(str(version.card.get('created') or '')[:10])}</td>"]
    for line in lines:
        value = line.values[at]
        shown = NONE if value is None else f"{value:.3f}" if line.name == "loss" else percent(value, 0)
        cells.append(f'<td class="number">{shown}</td>')
    reasons = [cell(one) for one in told_all(judged(version), "reasons", language)]
    return f"<tr>{''.join(cells)}<td>{'; '.join(reasons)}</td></tr>"
