"""An evaluation, and two of them side by side, as tables for the terminal."""

from typing import TYPE_CHECKING

from assistant.evaluation import figures
from assistant.evaluation.meanings import meaning_of, rung_title
from assistant.evaluation.page import STATEMENTS, Cell, cost_table, score_groups, statements_row

if TYPE_CHECKING:
    from rich.table import Table

    from assistant.evaluation.results import Evaluation
    from assistant.evaluation.runs import Change, Comparison


def terminal_table(evaluation: "Evaluation") -> "Table":
    """Scores by rung with their intervals, then costs; the rung of the verdict in bold, the best of a row underlined."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{evaluation.domain} · {evaluation.split} · {evaluation.base} · {evaluation.adapter or 'no adapter'}", title_justify="left")
    table.add_column("score")
    for rung in evaluation.rungs:
        table.add_column(rung_title(rung.name), justify="right", style="bold" if rung.name == evaluation.stop_at else "")
    for _group, rows in score_groups(evaluation):
        for row in rows:
            table.add_row(Text(row.meaning.title), *(Text(_cell(cell, row.meaning.name), style="underline" if cell.best else "") for cell in row.cells))
        table.add_section()
    if shares := statements_row(evaluation):
        table.add_row(Text(STATEMENTS), *(Text(one) for one in shares))
        table.add_section()
    for name, values in cost_table(evaluation).rows:
        table.add_row(Text(name), *(Text(value) for value in values), style="dim")
    return table


def _cell(cell: Cell, score: str) -> str:
    return f"{figures.amount(cell.mean.mean, score)} {figures.interval(cell.mean, score)}" if cell.mean else figures.NONE


def comparison_table(comparison: "Comparison") -> "Table":
    """A row per rung and score: both means, the difference with its interval, p, n and what it shows."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{comparison.two} against {comparison.one}", title_justify="left", caption="\n".join(comparison.notes), caption_justify="left")
    for name in _HEAD:
        table.add_column(name, justify="left" if name in {"rung", "score", "shows"} else "right")
    for change in comparison.changes:
        style = {"better": "green", "worse": "red"}.get(figures.tone(change.difference), "")
        table.add_row(*(Text(one) for one in _row(change)), style=style)
    return table


_HEAD = ("rung", "score", "before", "after", "points", "95 % interval", "p", "questions", "shows")


def _row(change: "Change") -> tuple[str, ...]:
    found = change.difference
    return (
        rung_title(change.rung), meaning_of(found.score).title, figures.amount(change.before, found.score), figures.amount(change.after, found.score),
        figures.points(found), figures.points_interval(found), figures.p_value(found.p), str(found.n), figures.outcome(found),
    )  # fmt: skip
