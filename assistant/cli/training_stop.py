"""Ctrl-C during a training: asks once in a terminal, then saves at the end of the step and stops; in a pipe, and for SIGTERM, at once.

A third Ctrl-C, or one while nothing is trained that could be saved, ends the program where it stands; a run's last whole checkpoint stays.
"""

import os
import signal
import sys
import threading
import time
from threading import Event
from types import FrameType
from typing import Any, Self

from assistant.cli.training_display import Display

ASKED_SECONDS = 15


class Stopping:
    """Holds the signals for as long as a training runs. ``stop`` is the one its trainer looks at after each step."""

    def __init__(self, display: Display, stop: Event, terminal: bool | None = None) -> None:
        self.stop = stop
        self._display = display
        self._terminal = (display.live and sys.stdin.isatty()) if terminal is None else terminal
        self._asked = 0.0
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._called)
        self._display.asking = self.question
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._display.asking = str

    def question(self) -> str:
        """What stands below the figures now: the question until it is answered or its time is over, then what is done."""
        if self.stop.is_set():
            return "stopping: the step is finished and a checkpoint saved… (Ctrl-C again: at once, without saving)"
        if self._asked and (time.monotonic() - self._asked > ASKED_SECONDS or self._entered()):
            self._asked = 0.0
        if not self._asked:
            return ""
        kept = "Stop and save?" if self._display.stage == "train" else "Stop? What was trained is kept."
        return f"{kept} Ctrl-C again stops, Enter goes on. Meanwhile it runs on."

    def _called(self, number: int, frame: FrameType | None) -> None:
        sure = number == signal.SIGTERM or not self._terminal or bool(self.question()) or not self._display.began
        if not sure:
            self._asked = time.monotonic()
        elif self.stop.is_set() or self._display.stage != "train":
            raise KeyboardInterrupt
        else:
            self.stop.set()
            if not self._display.live:
                self._display.say("stopping: the step is finished and a checkpoint saved…")

    def _entered(self) -> bool:
        """Whether Enter was pressed since; reads the line, so that the shell does not get it."""
        if not self._terminal or os.name == "nt" or not sys.stdin.isatty():
            return False
        import select

        if select.select([sys.stdin], [], [], 0)[0]:
            sys.stdin.readline()
            return True
        return False
