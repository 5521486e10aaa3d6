"""A conversation as it is shown, and how a question is asked: stages of its answer as frozen records.

Knows the Assistant; nothing of the history, components or texts.
"""

import logging
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from threading import Event
from typing import Literal

from assistant.access import LOCAL, User
from assistant.errors import AssistantError
from assistant.history import Judged
from assistant.records import Answer, Turn, message
from assistant.ui.page.opening import Opening

Adapter = Literal["current", "off"]
Stage = Literal["starting", "reading", "thinking", "writing", "answered", "stopped", "interrupted", "problem", "failed", "cannot_start"]
RUNNING: tuple[Stage, ...] = ("starting", "reading", "thinking", "writing")
EVERY = 0.04  # seconds between two looks at a growing answer
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Choice:
    """How a question is to be answered: a domain (None: routed), the adapter states, one answer for each, and for whom."""

    domain: str | None = None
    adapters: tuple[Adapter, ...] = ("current",)
    user: User = LOCAL


@dataclass(frozen=True)
class Reply:
    """One answer on its way or finished. ``text`` is what may be shown so far; ``problem`` an error's words; ``message`` its id once it is kept."""

    adapter: Adapter
    stage: Stage = "thinking"
    text: str = ""
    answer: Answer | None = None
    seconds: float = 0.0
    problem: str = ""
    message: int | None = None
    judged: Judged | None = None


@dataclass(frozen=True)
class Exchange:
    """``message`` is the kept question's id."""

    question: str
    replies: tuple[Reply, ...] = ()
    message: int | None = None

    @property
    def answer(self) -> Answer | None:
        """The first finished answer; it is the one that later questions refer to."""
        return next((reply.answer for reply in self.replies if reply.answer), None)


@dataclass(frozen=True)
class Conversation:
    """``key`` is its id in the history, None before the first question."""

    exchanges: tuple[Exchange, ...] = ()
    key: str | None = None

    def turns(self) -> tuple[Turn, ...]:
        found: list[Turn] = []
        for exchange in self.exchanges:
            if exchange.answer:
                found += [Turn("user", exchange.question), Turn("assistant", exchange.answer.text)]
        return tuple(found)


def ask(opening: Opening, earlier: Conversation, question: str, choice: Choice, cancelled: Event) -> Generator[Exchange]:
    """The exchange as it grows, one reply after the other; the last item is finished. Closing the iterator cancels the model."""
    finished: tuple[Reply, ...] = ()
    try:
        for adapter in choice.adapters:
            reply = Reply(adapter)
            for reply in _reply(opening, earlier, question, choice, adapter, cancelled):
                yield Exchange(question, (*finished, reply))
            finished = (*finished, reply)
            if reply.stage != "answered":
                return
    finally:
        cancelled.set()


def _reply(
    opening: Opening, earlier: Conversation, question: str, choice: Choice, adapter: Adapter, cancelled: Event
) -> Iterator[Reply]:
    from assistant.answering.flow import Ask

    opening.start()
    reply = Reply(adapter, "starting" if opening.ready is None else "thinking")
    yield reply
    while not opening.wait(0.2):
        if cancelled.is_set():
            yield replace(reply, stage="stopped")
            return
    try:
        assistant = opening.result()
    except AssistantError as error:
        yield replace(reply, stage="cannot_start", problem=message(error))
        return
    files = None
    if earlier.key:
        while assistant.uploads.resume(earlier.key) and not cancelled.wait(0.2):
            yield replace(reply, stage="reading")
        files = assistant.uploads.domain(earlier.key)
    request = Ask(question=question, history=earlier.turns(), domain=choice.domain, adapter=adapter, user=choice.user, attached=files)
    yield replace(reply, stage="thinking")
    yield from _written(assistant.ask(request, cancelled), replace(reply, stage="writing"), cancelled)


def _written(pieces: Iterator[str | Answer], reply: Reply, cancelled: Event) -> Iterator[Reply]:
    """The reply after each piece of text, and after the finished answer."""
    started = time.monotonic()
    try:
        for piece in pieces:
            if isinstance(piece, Answer):
                stage: Stage = "stopped" if cancelled.is_set() else "answered"
                yield replace(reply, stage=stage, text=piece.text, answer=piece, seconds=time.monotonic() - started)
                return
            reply = replace(reply, text=reply.text + piece)
            yield reply
        yield replace(reply, stage="stopped")
    except AssistantError as error:
        yield replace(reply, stage="problem", problem=message(error))
    except Exception:
        logger.exception("an answer failed")
        yield replace(reply, stage="failed")


def paced(stages: Iterator[Exchange], every: float = EVERY) -> Iterator[Exchange]:
    """The same stages, a growing text no oftener than that; each new stage and the first words at once."""
    seen: tuple[object, ...] = ()
    shown = 0.0
    for exchange in stages:
        last = exchange.replies[-1]
        stage, at = (len(exchange.replies), last.stage, bool(last.text)), time.monotonic()
        if stage != seen or at - shown >= every:
            seen, shown = stage, at
            yield exchange
