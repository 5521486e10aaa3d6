"""A download as it goes: a bar on a terminal, a line now and then elsewhere; both with the speed measured and the time left."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SAY_EVERY = 10.0


@contextmanager
def progress(total: int, have: int) -> Iterator[Callable[[int], None]]:
    """Gives what is to be told of every bunch of bytes; ``have`` bytes are there already."""
    from assistant.cli.session import err

    if err.is_terminal:
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

        columns = (TextColumn("downloading"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn(compact=True))
        with Progress(*columns, console=err, transient=True) as bar:
            task = bar.add_task("", total=total, completed=have)
            yield lambda count: bar.update(task, advance=count)
    else:
        yield Lines(total, have).came


class Lines:
    """Progress as plain lines, for logs."""

    def __init__(self, total: int, have: int) -> None:
        self.total, self.have, self.done = total, have, have
        self.began = self.said = time.monotonic()

    def came(self, count: int) -> None:
        from assistant.cli.session import err

        self.done += count
        now = time.monotonic()
        if now - self.said >= SAY_EVERY:
            self.said = now
            err.print(self.line(now), markup=False)

    def line(self, now: float) -> str:
        from assistant.models.machine import size

        speed = (self.done - self.have) / max(now - self.began, 1e-3)
        left = (self.total - self.done) / max(speed, 1)
        return f"{size(self.done)} of {size(self.total)}, {size(speed)} a second, {_time(left)} left"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{max(seconds, 0):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
