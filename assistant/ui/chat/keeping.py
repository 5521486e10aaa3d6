"""A conversation out of the history and an exchange into it. Knows no components."""

from contextlib import suppress
from dataclasses import replace
from typing import cast

from assistant.errors import AccessError
from assistant.history import Asked, History, Kept
from assistant.ui.chat.conversation import RUNNING, Adapter, Conversation, Exchange, Reply, Stage

WORTH_KEEPING: tuple[Stage, ...] = ("answered", "stopped", "interrupted")


def load(history: History, user: str, key: str) -> Conversation:
    """The conversation as it was shown; AccessError for another's."""
    return Conversation(tuple(_exchange(one) for one in history.exchanges(user, key)), key)


def keep(history: History, user: str, key: str, exchange: Exchange) -> Exchange:
    """The exchange with its answers kept; one that was cut off while it was written is interrupted. Nothing is kept in a conversation deleted
    meanwhile; a whole answer from before stays in place of new ones none of which is."""
    replies = tuple(replace(reply, stage="interrupted") if reply.stage in RUNNING else reply for reply in exchange.replies)
    exchange = replace(exchange, replies=replies)
    worth = [reply for reply in replies if _worth_keeping(reply)]
    if not worth or exchange.message is None:
        return exchange
    with suppress(AccessError):
        if all(reply.stage != "answered" for reply in worth) and (former := _whole(history, user, key, exchange.message)):
            return former
        ids = iter(history.answered(user, exchange.message, [Kept(one.adapter, one.stage, one.text, one.answer, one.seconds) for one in worth]))
        return replace(exchange, replies=tuple(replace(reply, message=next(ids)) if _worth_keeping(reply) else reply for reply in replies))
    return exchange


def _whole(history: History, user: str, key: str, message: int) -> Exchange | None:
    """The exchange as it is kept, if it has a whole answer."""
    there = (one for one in load(history, user, key).exchanges if one.message == message)
    return next((one for one in there if any(reply.stage == "answered" for reply in one.replies)), None)


def _worth_keeping(reply: Reply) -> bool:
    return reply.stage in WORTH_KEEPING and bool(reply.text)


def _exchange(asked: Asked) -> Exchange:
    """A question without an answer was interrupted before its first words."""
    replies = tuple(_reply(one) for one in asked.answers) or (Reply("current", "interrupted"),)
    return Exchange(asked.question, replies, asked.message)


def _reply(kept: Kept) -> Reply:
    return Reply(
        cast(Adapter, kept.asked), cast(Stage, kept.stage), kept.text, kept.answer, kept.seconds, message=kept.message, judged=kept.judged
    )
