"""The one thread that owns a model: it batches waiting requests, streams each row, and runs changes between batches."""

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from assistant.errors import AssistantError, ModelError
from assistant.models.engine import Sampling
from assistant.records import Told

END = object()
CLOSED = Told("the model is closed; start the program again", "model-closed")


@dataclass
class Request:
    """One prompt on its way. ``pieces`` carries text, then END or an exception."""

    tokens: list[int]
    adapter: str | None
    sampling: Sampling
    cancelled: threading.Event
    pieces: "queue.SimpleQueue[Any]" = field(default_factory=queue.SimpleQueue)

    def read(self) -> Iterator[str]:
        while (piece := self.pieces.get()) is not END:
            if isinstance(piece, BaseException):
                if isinstance(piece, AssistantError):
                    raise piece
                said = f"{type(piece).__name__}: {piece}"
                raise ModelError(Told(f"generation failed: {said}", "generation-failed", error=said)) from piece
            yield piece


class Worker:
    """Runs ``generate(requests)`` for batches of like sampling, and submitted changes, one after the other in one thread."""

    def __init__(self, generate: Callable[[list[Request]], None], batch_size: int) -> None:
        self._generate = generate
        self._batch_size = batch_size
        self._inbox: queue.Queue[Any] = queue.Queue()
        self._waiting: list[Request] = []
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="model", daemon=True)
        self._thread.start()

    def submit(self, request: Request) -> Request:
        self._refuse_when_closed()
        self._inbox.put(request)
        return request

    def change(self, action: Callable[[], Any]) -> Any:
        """Run ``action`` in the model's thread between two batches; returns or raises what it does."""
        if threading.current_thread() is self._thread:
            return action()
        self._refuse_when_closed()
        done: queue.SimpleQueue[tuple[bool, Any]] = queue.SimpleQueue()
        self._inbox.put((action, done))
        good, value = done.get()
        if good:
            return value
        raise value

    def pending(self) -> list[Request]:
        """Requests whose turn has not come; to be asked in the model's thread, where no batch runs meanwhile."""
        return [*self._waiting, *(item for item in list(self._inbox.queue) if isinstance(item, Request))]

    def close(self) -> None:
        self._inbox.put(None)
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._closed:
            self._collect(block=not self._waiting)
            batch = [] if self._closed else self._next_batch()
            if batch:
                self._work(batch)
        self._turn_away()

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise ModelError(CLOSED)

    def _turn_away(self) -> None:
        """Tell everybody still waiting that nothing more comes."""
        while not self._inbox.empty():
            item = self._inbox.get()
            if isinstance(item, Request):
                self._waiting.append(item)
            elif item is not None:
                item[1].put((False, ModelError(CLOSED)))
        for request in self._waiting:
            request.pieces.put(ModelError(CLOSED))

    def _collect(self, block: bool) -> None:
        while True:
            try:
                item = self._inbox.get(block=block)
            except queue.Empty:
                return
            block = False
            if item is None:
                self._closed = True
                return
            if isinstance(item, Request):
                self._waiting.append(item)
            else:
                _answer(*item)

    def _next_batch(self) -> list[Request]:
        """The oldest request and those behind it that are sampled alike."""
        self._waiting = [request for request in self._waiting if not _dropped(request)]
        if not self._waiting:
            return []
        first = self._waiting[0].sampling
        alike = [r for r in self._waiting if (r.sampling.temperature, r.sampling.top_p) == (first.temperature, first.top_p)]
        batch = alike[: self._batch_size]
        self._waiting = [request for request in self._waiting if request not in batch]
        return batch

    def _work(self, batch: list[Request]) -> None:
        try:
            self._generate(batch)
        except Exception as error:  # the askers get it; the thread must live on
            for request in batch:
                request.pieces.put(error)
        for request in batch:
            request.pieces.put(END)


def _answer(action: Callable[[], Any], done: "queue.SimpleQueue[tuple[bool, Any]]") -> None:
    try:
        done.put((True, action()))
    except Exception as error:  # handed to the thread that asked
        done.put((False, error))


def _dropped(request: Request) -> bool:
    if request.cancelled.is_set():
        request.pieces.put(END)
        return True
    return False
