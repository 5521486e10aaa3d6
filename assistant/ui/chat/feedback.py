"""Thumbs under an answer, and what was said of it so far. Knows no components."""

from html import escape

from assistant.records import Language
from assistant.ui.chat.conversation import Reply
from assistant.ui.chat.icons import icon
from assistant.ui.texts import say


def thumbs(reply: Reply, language: Language) -> str:
    """Two switches, and once one is on a button for a corrected answer and a reason; empty for an answer that is not kept."""
    if reply.message is None:
        return ""
    judged = reply.judged
    said = f' data-correction="{escape(judged.correction)}" data-reason="{escape(judged.reason)}"' if judged else ""
    comment = _button("comment", "comment", say("chat_comment", language)) if judged else ""
    switches = _thumb(reply, True, say("chat_good", language)) + _thumb(reply, False, say("chat_bad", language))
    return f'<span class="thumbs" role="group" aria-label="{escape(say("chat_rate", language))}" data-m="{reply.message}"{said}>{switches}{comment}</span>'


def _thumb(reply: Reply, good: bool, words: str) -> str:
    pressed = reply.judged is not None and reply.judged.good is good
    return _button("good" if good else "bad", "rate", words, f' data-good="{str(good).lower()}" aria-pressed="{str(pressed).lower()}"')


def _button(sign: str, do: str, words: str, more: str = "") -> str:
    return f'<button type="button" class="tool" data-act="{do}"{more} aria-label="{escape(words)}" title="{escape(words)}">{icon(sign)}</button>'
