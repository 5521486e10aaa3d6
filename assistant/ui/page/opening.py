"""Opens the Assistant in a thread of its own, so that the page shows while libraries, model and index load; and keeps the one that answers now.

Knows nothing of the page; whoever needs the Assistant waits for it.
"""

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError, ModelError
from assistant.records import Told

if TYPE_CHECKING:
    from assistant.answering.flow import Assistant

logger = logging.getLogger(__name__)
WAIT = 0.2  # seconds between two looks at whether the program ends


class Opening:
    """One Assistant on its way, and those that follow it while the app runs; ``problem`` says why it cannot be had."""

    def __init__(self, open_it: "Callable[[], Assistant]") -> None:
        self._open = open_it
        self._done = threading.Event()
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._assistant: Assistant | None = None
        self._thread: threading.Thread | None = None
        self.changing = threading.RLock()  # held by whoever makes the next Assistant from the present one
        self.problem: AssistantError | None = None

    def start(self) -> None:
        """Begin, or begin again after a problem that somebody may have mended; nothing while it runs or is done."""
        with self._lock:
            if self._closed.is_set() or self._assistant or (self._thread and self._thread.is_alive()):
                return
            self._done.clear()
            self.problem = None
            self._thread = threading.Thread(target=self._run, name="opening", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            opened = self._open()
        except AssistantError as error:
            self.problem = error
        except Exception as error:  # a fault of a library while loading; the page must say so instead of waiting for ever
            logger.exception("the model could not be opened")
            text = f"{type(error).__name__}: {error}; the window of the server shows the details"
            self.problem = ModelError(Told(text, "unforeseen", error=type(error).__name__))
        else:
            with self._lock:
                self._assistant = opened
            if self._closed.is_set():
                self.close()
        self._done.set()

    @property
    def ready(self) -> "Assistant | None":
        return self._assistant

    def swap(self, fresh: Any) -> None:
        """Let that one answer from now on; questions under way end on the one they began with."""
        with self._lock:
            if not self._closed.is_set():
                self._assistant = fresh
                return
        fresh.close()

    def wait(self, seconds: float) -> bool:
        """Whether opening has ended, well or badly, within that time; a question still waiting must not hold up the end of the program."""
        return self._closed.is_set() or self._done.wait(seconds)

    def result(self) -> "Assistant":
        """The Assistant once opening has ended; the AssistantError that prevented it."""
        while not self.wait(WAIT):
            pass
        if self._assistant is None:
            raise self.problem or ModelError(Told("the app is closing; start it again with: assistant app", "app-closing"))
        return self._assistant

    def close(self) -> None:
        """Close what was opened; what is still opening is closed when it is there."""
        self._closed.set()
        with self._lock:
            opened, self._assistant = self._assistant, None
        if opened is not None:
            opened.close()
