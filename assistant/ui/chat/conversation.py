"""What was asked and answered in one browser session, and how it is asked: stages of one question as frozen records.

Knows the Assistant and the history; nothing of components or texts.
"""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from threading import Event
from typing import Literal

from assistant.errors import AssistantError
from assistant.history import History
from assistant.records import Answer, Turn
from assistant.ui.page.opening import Opening

Adapter = Literal["current", "off"]
Stage = Literal["starting", "thinking", "writing", "answered", "stopped", "problem", "failed", "cannot_start"]
RUNNING: tuple[Stage, ...] = ("starting", "thinking", "writing")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Choice:
    """How a question is to be answered: a domain (None: routed) and the adapter states, one answer for each."""

    domain: str | None = None
    adapters: tuple[Adapter, ...] = ("current",)


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


@dataclass(frozen=True)
class Exchange:
    question: str
    replies: tuple[Reply, ...] = ()

    @property
    def answer(self) -> Answer | None:
        """The first finished answer; it is the one that later questions refer to."""
        return next((reply.answer for reply in self.replies if reply.answer), None)


@dataclass(frozen=True)
class Conversation:
    """The exchanges of one browser session; ``key`` is its row in the history once something was answered."""

    exchanges: tuple[Exchange, ...] = ()
    key: str | None = None

    def turns(self) -> tuple[Turn, ...]:
        found: list[Turn] = []
        for exchange in self.exchanges:
            if exchange.answer:
                found += [Turn("user", exchange.question), Turn("assistant", exchange.answer.text)]
        return tuple(found)

    def without_last(self) -> "Conversation":
        return replace(self, exchanges=self.exchanges[:-1])


def ask(opening: Opening, earlier: Conversation, question: str, choice: Choice, cancelled: Event) -> Iterator[Exchange]:
    """The exchange as it grows, one reply after the other; the last item is finished. Closing the iterator cancels the model."""
    finished: tuple[Reply, ...] = ()
    try:
        for adapter in choice.adapters:
            reply = Reply(adapter)
            for reply in _reply(opening, earlier, question, choice.domain, adapter, cancelled):
                yield Exchange(question, (*finished, reply))
            finished = (*finished, reply)
            if reply.stage != "answered":
                return
    finally:
        cancelled.set()


def _reply(
    opening: Opening, earlier: Conversation, question: str, domain: str | None, adapter: Adapter, cancelled: Event
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
        yield replace(reply, stage="cannot_start", problem=str(error))
        return
    request = Ask(question=question, history=earlier.turns(), domain=domain, adapter=adapter)
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
        yield replace(reply, stage="problem", problem=str(error))
    except Exception:
        logger.exception("an answer failed")
        yield replace(reply, stage="failed")


def remember(history: History, user: str, conversation: Conversation, exchange: Exchange) -> Conversation:
    """The conversation with this exchange added, its answers kept in the history under the user."""
    key = conversation.key
    for reply in exchange.replies:
        if reply.answer and reply.stage == "answered":
            key = key or history.start(user, exchange.question)
            history.add(user, key, exchange.question, reply.answer)
    return Conversation((*conversation.exchanges, exchange), key)
