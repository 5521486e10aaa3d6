"""Pieces of the train tab's pages as HTML: tables, notices, badges. Everything that comes in is text and is escaped here."""

from collections.abc import Iterable, Sequence
from html import escape

from assistant.records import Language
from assistant.ui.page.plain import shown
from assistant.ui.texts import say


def table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> str:
    """A table whose head names the columns; "" without rows."""
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in map(shown, row))}</tr>" for row in rows)
    if not body:
        return ""
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f'<div class="table" tabindex="0" role="region" aria-label="{escape(caption or head[0])}"><table>{title}<thead><tr>{names}</tr></thead><tbody>{body}</tbody></table></div>'


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """Names and values in two columns."""
    return f'<dl class="facts">{"".join(f"<dt>{escape(name)}</dt><dd>{shown(value)}</dd>" for name, value in rows)}</dl>'


def notice(text: str, tone: str = "") -> str:
    """A paragraph that stands out; ``tone`` is good, bad or nothing."""
    return f'<p class="notice {tone}">{shown(text)}</p>'


def quiet(text: str) -> str:
    return f'<p class="quiet">{escape(text)}</p>'


def badge(text: str, tone: str = "") -> str:
    return f'<span class="badge {tone}">{escape(text)}</span>'


def items(lines: Iterable[str]) -> str:
    found = "".join(f"<li>{shown(line)}</li>" for line in lines)
    return f"<ul>{found}</ul>" if found else ""


def folded(summary: str, inside: str, opened: bool = False) -> str:
    """``inside`` is HTML; it shows when the summary is clicked."""
    return f"<details{' open' if opened else ''}><summary>{escape(summary)}</summary>{inside}</details>"


def duration(seconds: float | None, language: Language) -> str:
    """``40 s``, ``5 min``, ``1 h 5 min`` in the language; "" for what is not known."""
    if seconds is None:
        return ""
    whole = max(0, round(seconds))
    if whole < 90:
        return say("seconds", language, seconds=whole)
    if whole < 3600:
        return say("train_minutes", language, minutes=round(whole / 60))
    return say("train_hours", language, hours=whole // 3600, minutes=whole % 3600 // 60)
