"""A line of progress in the terminal, and how time, memory and a course of figures are written. Knows no activity."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Self

BLOCKS = "▁▂▃▄▅▆▇█"


class Bar:
    """A bar with its stage and count for as long as something runs; nothing in a pipe. Use with ``with``."""

    def __init__(self, name: str) -> None:
        from rich.progress import BarColumn, Progress, TextColumn

        from assistant.cli.session import err

        self.name = name
        self.lines: Progress = Progress(TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[note]}"), console=err, transient=True)
        self._task = self.lines.add_task(name, total=None, note="")

    def __enter__(self) -> Self:
        self.lines.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.lines.stop()

    def show(self, stage: str, done: int, total: int | None, seconds_left: float | None = None) -> None:
        """Total None or 0: how far it is is not known, and the bar only moves."""
        count = [f"{done}/{total}", f"{done / total:.0%}"] if total else []
        left = [f"{duration(seconds_left)} left"] if seconds_left is not None and total else []
        if not total and self.lines.tasks[0].total is not None:  # rich takes a total back only with a new task
            self.lines.remove_task(self._task)
            self._task = self.lines.add_task(self.name, total=None, note="")
        self.lines.update(self._task, description=f"{self.name}: {stage}", completed=done, total=total or None, note="  ".join([*count, *left]))


def duration(seconds: float) -> str:
    """``1:05`` or ``2:01:05``."""
    minutes, rest = divmod(max(round(seconds), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def sparkline(values: Sequence[float], width: int = 32) -> str:
    """The course of figures in one row of blocks, means of equal stretches when there are more than ``width``; those not finite are left out."""
    kept = [value for value in values if math.isfinite(value)]
    if len(kept) > width:
        edges = [round(i * len(kept) / width) for i in range(width + 1)]
        kept = [sum(kept[a:b]) / (b - a) for a, b in pairwise(edges)]
    if not kept:
        return ""
    low, high = min(kept), max(kept)
    steps = len(BLOCKS) - 1
    return "".join(BLOCKS[round((value - low) / (high - low) * steps) if high > low else 0] for value in kept)
