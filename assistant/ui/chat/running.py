"""Which answers are being written, one per window. Knows neither components nor models."""

from threading import Event, Lock

Window = tuple[str, str]  # user and session


class Running:
    """A window that asks again, opens another conversation or is closed leaves its earlier answer behind."""

    def __init__(self) -> None:
        self._events: dict[Window, Event] = {}
        self._lock = Lock()

    def begin(self, window: Window) -> Event:
        """What stops the answer once it is set; an earlier one of this window is stopped."""
        with self._lock:
            self._set(window)
            self._events[window] = Event()
            return self._events[window]

    def stop(self, window: Window) -> None:
        """Stop the window's answer; what was written stays."""
        with self._lock:
            self._set(window)

    def leave(self, window: Window) -> None:
        """Stop the window's answer and show no more of it."""
        with self._lock:
            self._set(window)
            self._events.pop(window, None)

    def close(self, session: str) -> None:
        """The same for a page that is closed, whoever was logged in there."""
        with self._lock:
            for window in [window for window in self._events if window[1] == session]:
                self._set(window)
                del self._events[window]

    def end(self, window: Window, cancelled: Event) -> None:
        cancelled.set()
        with self._lock:
            if self._events.get(window) is cancelled:
                del self._events[window]

    def holds(self, window: Window, cancelled: Event) -> bool:
        """Whether the window still shows this answer."""
        return self._events.get(window) is cancelled

    def busy(self, window: Window) -> bool:
        return window in self._events

    def _set(self, window: Window) -> None:
        if running := self._events.get(window):
            running.set()
