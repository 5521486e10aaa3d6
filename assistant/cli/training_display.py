"""What a training shows while it runs: one live picture in a terminal, plain lines in a pipe or a log."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from assistant.cli.progress import Bar, duration, sparkline

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

    from assistant.training.watch import Progress

LINE_SECONDS = 60
BEGUN = {"train", "diagnose", "cure", "parity", "gate"}  # something is there to be gone on with
LINE_SHARE = 0.1


class Display:
    """``report`` hears of every step. ``began`` tells whether anything is trained that a stop should save.

    ``asking`` is what stands below the figures, asked anew for each picture (training_stop.py puts its question there).
    """

    def __init__(self, name: str) -> None:
        from assistant.cli.session import err

        self.name = name
        self.stage = ""
        self.began = False
        self.live = err.is_terminal and not err.is_dumb_terminal
        self.asking: Callable[[], str] = str
        self._console = err
        self._losses: list[float] = []
        self._latest: Progress | None = None
        self._bar = Bar(name)
        self._picture: Live | None = None
        self._said = (0.0, 0.0)

    def __enter__(self) -> Self:
        from rich.live import Live

        if self.live:
            self._picture = Live(get_renderable=self._draw, console=self._console, transient=True, refresh_per_second=4)
            self._picture.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._picture:
            self._picture.stop()
            self._picture = None

    def report(self, progress: "Progress") -> None:
        new_stage = progress.stage != self.stage
        self.stage = progress.stage
        self.began = self.began or progress.stage in BEGUN
        if progress.loss is not None and (self._latest is None or progress.loss != self._latest.loss):
            self._losses.append(progress.loss)
        if progress.message and (self._latest is None or progress.message != self._latest.message):
            self.say(progress.message)
        self._latest = progress
        self._bar.show(progress.stage, progress.step, progress.steps, progress.seconds_left)
        if not self.live and (new_stage or self._due(progress)):
            self._said = (time.monotonic(), progress.step / max(progress.steps, 1))
            self.say(f"{self.name}: {progress.stage}{_counted(progress)}")

    def say(self, text: str) -> None:
        """A line that stays."""
        self._console.print(text, markup=False)

    def _due(self, progress: "Progress") -> bool:
        """A line for each tenth of the steps and each minute."""
        at, share = self._said
        done = progress.step / max(progress.steps, 1)
        return done - share >= LINE_SHARE or (done < share) or time.monotonic() - at >= LINE_SECONDS or (progress.steps > 0 and progress.step == progress.steps)

    def _draw(self) -> "RenderableType":
        from rich.console import Group
        from rich.text import Text

        figures = Text("  ".join(figures_of(self._latest)) if self._latest else "")
        course = sparkline(self._losses)
        rows: list[RenderableType] = [self._bar.lines]
        if figures.plain:
            rows.append(figures)
        if len(self._losses) > 1:
            rows.append(Text(f"loss {max(self._losses):.2f} {course} {self._losses[-1]:.2f}", style="dim"))
        if question := self.asking():
            rows.append(Text(question, style="bold yellow"))
        return Group(*rows)


def figures_of(progress: "Progress") -> list[str]:
    """The figures that are there, each with its name."""
    shown = (
        ("loss {:.3f}", progress.loss),
        ("held out {:.3f}", progress.held_out),
        ("rate {:.1e}", progress.rate),
        ("{:,.0f} tokens/s", progress.tokens_per_second),
        ("{:.1f} GB", progress.memory_gb),
    )
    return [text.format(value) for text, value in shown if value is not None]


def _counted(progress: "Progress") -> str:
    if not progress.steps:
        return ""
    parts = [f"{progress.step}/{progress.steps} ({progress.step / progress.steps:.0%})", *figures_of(progress)]
    if progress.seconds_left is not None:
        parts.append(f"{duration(progress.seconds_left)} left")
    return " " + "  ".join(parts)
