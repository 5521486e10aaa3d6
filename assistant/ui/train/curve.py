"""The course of the loss as a picture in SVG: no script, no other host, follows light and dark, as wide as its place."""

from collections.abc import Sequence
from html import escape
from math import isfinite

from assistant.records import Language
from assistant.ui.texts import joined, say

Points = Sequence[tuple[int, float]]
WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 10, 30
MOST = 400  # points of a line; more cannot be told apart
TICKS = 4


def curve(losses: Points, held_out: Points, steps: int, language: Language) -> str:
    """Training and held-out loss over the steps; "" while there is no point."""
    points = [point for point in (*losses, *held_out) if isfinite(point[1])]
    if not points:
        return ""
    last, high = max(steps, *(step for step, _ in points)), max(loss for _, loss in points) * 1.05 or 1.0
    lines = _line(losses, last, high, "learned") + _line(held_out, last, high, "held") + _dots(held_out, last, high)
    said = _said(losses, held_out, language)
    picture = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(said)}">{_grid(last, high, language)}{lines}</svg>'
    return f'<figure class="curve">{picture}<figcaption>{_legend(losses, held_out, language)}</figcaption></figure>'


def _place(step: float, loss: float, last: int, high: float) -> tuple[float, float]:
    across = LEFT + (WIDTH - LEFT - RIGHT) * step / max(last, 1)
    return round(across, 1), round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - min(loss, high) / high), 1)


def _line(points: Points, last: int, high: float, name: str) -> str:
    thin = points[:: len(points) // MOST + 1]
    placed = [_place(step, loss, last, high) for step, loss in [*thin, *points[-1:]] if isfinite(loss)]
    return f'<polyline class="{name}" points="{" ".join(f"{x},{y}" for x, y in placed)}"/>' if len(placed) > 1 else ""


def _dots(points: Points, last: int, high: float) -> str:
    placed = [_place(step, loss, last, high) for step, loss in points[:: len(points) // MOST + 1] if isfinite(loss)]
    return "".join(f'<circle class="held" cx="{x}" cy="{y}" r="3.5"/>' for x, y in placed)


def _grid(last: int, high: float, language: Language) -> str:
    drawn = []
    for tick in range(TICKS + 1):
        value = high * tick / TICKS
        _, y = _place(0, value, last, high)
        drawn.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/><text x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{value:.2f}</text>')
        step = round(last * tick / TICKS)
        x, _ = _place(step, 0, last, high)
        anchor = "end" if tick == TICKS else "middle"
        drawn.append(f'<text x="{x}" y="{HEIGHT - 12}" text-anchor="{anchor}">{step}{" " + escape(say("train_axis", language)) if tick == TICKS else ""}</text>')
    return "".join(drawn)


def _legend(losses: Points, held_out: Points, language: Language) -> str:
    shown = (("learned", "train_curve_learned", losses), ("held", "train_curve_held", held_out))
    parts = [f'<span class="{name}">{escape(say(key, language, loss=f"{points[-1][1]:.3f}"))}</span>' for name, key, points in shown if points]
    return " ".join(parts)


def _said(losses: Points, held_out: Points, language: Language) -> str:
    """The picture in words, for those who hear it."""
    parts = [
        say(key, language, first=f"{points[0][1]:.3f}", last=f"{points[-1][1]:.3f}")
        for key, points in (("train_curve_fell", losses), ("train_curve_fell_held", held_out))
        if points
    ]
    return joined(parts, language)
