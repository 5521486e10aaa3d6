"""Pictures of an evaluation as PNG bytes: ladder, losses, routing, refusal. Their words are ASCII, since a font for others may be missing."""

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.evaluation.figures import finite
from assistant.evaluation.meanings import MAIN, in_order, meaning_of, rung_title
from assistant.evaluation.results import Evaluation, Mean

PANELS = 4
LABELS = 24
"""More classes than this have no room for their names in a confusion matrix."""
TALLIED = 12
"""More classes than this have no room for their counts either."""


@dataclass(frozen=True)
class Ink:
    """Colours of a picture on a light or a dark page."""

    paper: str
    text: str
    line: str
    mark: str
    quiet: str
    shades: str


LIGHT = Ink("#ffffff", "#1f2430", "#d5d9e0", "#2457c5", "#8790a0", "Blues")
DARK = Ink("#171a21", "#e6e8ec", "#363c49", "#8ab4ff", "#8790a0", "bone")


def pictures(evaluation: Evaluation, more: Mapping[str, Any], ink: Ink = LIGHT) -> dict[str, bytes]:
    """PNG by name: ``ladder``, and ``loss``, ``routing``, ``refusal`` where there is something to draw.

    ``more["routing"]`` has ``confusion`` (``{true: {predicted: n}}``, or rows of counts with ``labels`` beside it), ``more["refusal"]`` has ``curve``
    and ``chosen``, points with ``threshold``, ``false_answers`` and ``false_refusals`` as shares.
    """
    drawn = {
        "ladder": ladder(evaluation, main_scores(evaluation), ink),
        "loss": losses(evaluation.losses, ink),
        "routing": confusion(more.get("routing") or {}, ink),
        "refusal": refusal(more.get("refusal") or {}, ink),
    }
    return {name: picture for name, picture in drawn.items() if picture}


def main_scores(evaluation: Evaluation) -> list[str]:
    """The scores a verdict rests on as far as they were measured; the first ones when none of them was."""
    measured = in_order(score for rung in evaluation.rungs for score in rung.means)
    return [score for score in MAIN if score in measured] or measured[:PANELS]


def panels(evaluation: Evaluation, ink: Ink) -> dict[str, bytes]:
    """The ladder as a picture per main score, named ``score facts``, for a page that lays them out itself."""
    drawn = {score: ladder(evaluation, [score], ink) for score in main_scores(evaluation)}
    return {f"score {score}": picture for score, picture in drawn.items() if picture}


def ladder(evaluation: Evaluation, scores: Sequence[str], ink: Ink) -> bytes | None:
    """A panel per score, in each a line per rung: the mean with its interval; the rung of the verdict stands out."""
    rungs = evaluation.rungs
    if not scores:
        return None
    across, down = min(len(scores), 2), math.ceil(len(scores) / 2)
    figure = _figure(ink, (4.2 * across, (0.95 + 0.34 * len(rungs)) * down))
    panels = figure.subplots(down, across, squeeze=False).flat
    for score, axes in zip(scores, panels, strict=False):
        for row, rung in enumerate(rungs):
            mean = rung.means.get(score)
            if mean and finite(mean.mean):
                _whisker(axes, mean, row, ink.mark if rung.name == evaluation.stop_at else ink.quiet, ink.text)
        axes.set(xlim=(0, 118), ylim=(len(rungs) - 0.4, -0.6), xticks=range(0, 101, 25))
        axes.set_yticks(range(len(rungs)), [_ascii(rung_title(rung.name)) for rung in rungs])
        axes.set_title(_ascii(meaning_of(score).title) + ", %", loc="left", fontsize=10, fontweight="bold", color=ink.text)
        _style(axes, ink, "x")
    for axes in list(panels):
        axes.set_visible(False)
    return _png(figure)


def _whisker(axes: Any, mean: Mean, row: int, colour: str, text: str) -> None:
    low, high = (end if finite(end) else mean.mean for end in (mean.low, mean.high))
    axes.plot([100 * low, 100 * high], [row, row], color=colour, linewidth=2.5, solid_capstyle="round")
    axes.plot([100 * mean.mean], [row], "o", color=colour, markersize=7)
    axes.annotate(f"{100 * mean.mean:.0f}", (104, row), va="center", fontsize=9, color=text)


def losses(lines: Sequence[Mapping[str, Any]], ink: Ink) -> bytes | None:
    """Training and held-out loss of the adapter over the steps (or epochs, or lines) of its training."""
    over = next((key for key in ("step", "epoch") if any(finite(line.get(key)) for line in lines)), None)
    drawn = []
    for key, name, style, colour in (("loss", "training", "-", ink.quiet), ("eval_loss", "held out", "o-", ink.mark)):
        points = [(line.get(over) if over else at, line[key]) for at, line in enumerate(lines) if finite(line.get(key))]
        drawn += [(name, style, colour, [point for point in points if finite(point[0])])]
    if not any(points for *_rest, points in drawn):
        return None
    figure = _figure(ink, (6.4, 3.2))
    axes = figure.add_subplot()
    for name, style, colour, points in drawn:
        if points:
            axes.plot(*zip(*points, strict=True), style, color=colour, label=name, linewidth=1.8, markersize=4.5)
    axes.set_xlabel(over or "line of the log", color=ink.text)
    axes.set_ylabel("loss per answer token", color=ink.text)
    axes.set_ylim(bottom=0)
    axes.legend(labelcolor=ink.text, frameon=False)
    _style(axes, ink, "both")
    return _png(figure)


def confusion(routing: Mapping[str, Any], ink: Ink) -> bytes | None:
    """Where questions of each class were sent: rows are the right classes, shaded by their share, with counts where there is room."""
    labels, rows = square(routing)
    if not labels:
        return None
    shares = [[count / max(sum(row), 1) for count in row] for row in rows]
    named = len(labels) <= LABELS
    side = min(1.9 + 0.62 * len(labels), 8.4)
    figure = _figure(ink, (side + 0.8, side))
    axes = figure.add_subplot()
    axes.imshow(shares, cmap=ink.shades, vmin=0, vmax=1)
    if len(labels) <= TALLIED:
        for row, counts in enumerate(rows):
            for column, count in enumerate(counts):
                bright = (shares[row][column] > 0.5) == (ink is LIGHT)
                axes.annotate(f"{count:g}", (column, row), ha="center", va="center", fontsize=9, color="#ffffff" if bright else "#1f2430")
    ticks = range(len(labels)) if named else []
    names = [_ascii(label) for label in labels] if named else []
    axes.set_xticks(ticks, names, rotation=35, ha="right", rotation_mode="anchor")
    axes.set_yticks(ticks, names)
    axes.set_xlabel("sent to", color=ink.text)
    axes.set_ylabel("belongs to", color=ink.text)
    _style(axes, ink, "")
    return _png(figure)


def square(routing: Mapping[str, Any]) -> tuple[list[str], list[list[float]]]:
    """Labels and rows of counts from either form of a confusion matrix; empty lists without one."""
    matrix = routing.get("confusion")
    if isinstance(matrix, Mapping):
        labels = sorted({*matrix, *(name for row in matrix.values() for name in row)})
        return labels, [[matrix.get(true, {}).get(sent, 0) for sent in labels] for true in labels]
    labels = [str(label) for label in routing.get("labels") or ()]
    return (labels, [list(row) for row in matrix]) if matrix is not None and labels else ([], [])


def refusal(measured: Mapping[str, Any], ink: Ink) -> bytes | None:
    """False answers against false refusals over all thresholds, with the point that was chosen."""
    curve = [(100 * one["false_refusals"], 100 * one["false_answers"]) for one in measured.get("curve") or ()]
    if not curve:
        return None
    figure = _figure(ink, (5.2, 3.8))
    axes = figure.add_subplot()
    axes.plot(*zip(*sorted(curve, key=lambda point: (point[0], -point[1])), strict=True), color=ink.quiet, linewidth=1.8, label="all thresholds")
    if chosen := measured.get("chosen"):
        where = (100 * chosen["false_refusals"], 100 * chosen["false_answers"])
        axes.plot(*where, "o", color=ink.mark, markersize=9, label=f"chosen: {where[1]:.1f} % and {where[0]:.1f} %", clip_on=False, zorder=3)
    axes.set_xlabel("false refusals, %", color=ink.text)
    axes.set_ylabel("false answers, %", color=ink.text)
    axes.set(xlim=(0, 100), ylim=(0, 100))
    axes.legend(labelcolor=ink.text, frameon=False)
    _style(axes, ink, "both")
    return _png(figure)


def _figure(ink: Ink, inches: tuple[float, float]) -> Any:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=inches, dpi=120, layout="constrained", facecolor=ink.paper)
    FigureCanvasAgg(figure)
    return figure


def _style(axes: Any, ink: Ink, grid: str) -> None:
    axes.set_facecolor(ink.paper)
    axes.tick_params(colors=ink.text, labelsize=9, length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    if grid:
        axes.grid(axis=grid, color=ink.line, linewidth=0.8)
        axes.set_axisbelow(True)


def _png(figure: Any) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format="png", facecolor=figure.get_facecolor(), metadata={"Software": None})
    return file.getvalue()


def _ascii(name: str, characters: int = 28) -> str:
    """A name that any font draws and matplotlib does not take for a formula."""
    plain = name.encode("ascii", "backslashreplace").decode()
    return (plain if len(plain) <= characters else plain[: characters - 3] + "...").replace("$", r"\$")
