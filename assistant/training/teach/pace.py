"""How fast a training goes between two logs: answer tokens per second over all processes, and the memory it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from assistant.training.teach.devices import processes
from assistant.training.watch import memory_gb


class Pace:
    """Counts what this process learned; the others are taken to be as fast."""

    def __init__(self) -> None:
        self.tokens, self.began, self.idle = 0, time.monotonic(), 0.0

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leaves out time that is not training."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.idle += time.monotonic() - began

    def figures(self) -> dict[str, float]:
        """Since the call before."""
        seconds = max(time.monotonic() - self.began - self.idle, 1e-9)
        found = {"tokens_per_second": self.tokens * processes() / seconds, "memory_gb": memory_gb()}
        self.tokens, self.began, self.idle = 0, time.monotonic(), 0.0
        return found
