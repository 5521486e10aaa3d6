"""Two answers at once, a thread each: what each side says as it grows. Knows questions and answers, not models or the page."""

import logging
import queue
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Event, Thread
from typing import Literal

from assistant.errors import AssistantError
from assistant.records import Answer, message

Stage = Literal["thinking", "writing", "answered", "stopped", "problem", "failed"]
Spoken = Callable[[], Iterator[str | Answer]]
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pane:
    """One side on its way or finished; ``problem`` is an error's words."""

    stage: Stage = "thinking"
    text: str = ""
    answer: Answer | None = None
    seconds: float = 0.0
    problem: str = ""

    @property
    def finished(self) -> bool:
        return self.stage not in ("thinking", "writing")


def side_by_side(asks: Sequence[Spoken], cancelled: Event) -> Iterator[tuple[Pane, ...]]:
    """All sides whenever one of them has gone on; the last item has them finished. Closing the iterator cancels them."""
    news: queue.SimpleQueue[tuple[int, Pane]] = queue.SimpleQueue()
    panes = [Pane() for _ in asks]
    for place, ask in enumerate(asks):
        Thread(target=_listen, args=(place, ask, news, cancelled), name=f"compare-{place}", daemon=True).start()
    try:
        yield tuple(panes)
        while not all(pane.finished for pane in panes):
            place, panes[place] = news.get()
            while not news.empty():
                place, panes[place] = news.get()
            yield tuple(panes)
    finally:
        cancelled.set()


def _listen(place: int, ask: Spoken, news: "queue.SimpleQueue[tuple[int, Pane]]", cancelled: Event) -> None:
    pane, started = Pane(), time.monotonic()
    try:
        for piece in ask():
            if isinstance(piece, Answer):
                stage: Stage = "stopped" if cancelled.is_set() else "answered"
                news.put((place, replace(pane, stage=stage, text=piece.text, answer=piece, seconds=time.monotonic() - started)))
                return
            pane = replace(pane, stage="writing", text=pane.text + piece)
            news.put((place, pane))
        news.put((place, replace(pane, stage="stopped")))
    except AssistantError as error:
        news.put((place, replace(pane, stage="problem", problem=message(error))))
    except Exception:
        logger.exception("a compared answer failed")
        news.put((place, replace(pane, stage="failed")))
