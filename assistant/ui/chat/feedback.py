"""The small buttons under an answer: thumbs, what was said of it so far, and another try. Knows no components."""

from html import escape

from assistant.records import Language
from assistant.ui.chat.conversation import RUNNING, Reply
from assistant.ui.chat.icons import tool
from assistant.ui.texts import say


def buttons_under(reply: Reply, language: Language) -> str:
    """Nothing while it is written; the page shows the one that answers again under the last answer alone."""
    if reply.stage in RUNNING:
        return ""
    return f'<div class="under">{_thumbs(reply, language)}{tool("again", "again", say("chat_again", language))}</div>'


def _thumbs(reply: Reply, language: Language) -> str:
    """Two switches, and once one is on a button for a corrected answer and a reason; empty for an answer that is not kept."""
    if reply.message is None:
        return ""
    judged = reply.judged
    said = f' data-correction="{escape(judged.correction)}" data-reason="{escape(judged.reason)}"' if judged else ""
    comment = tool("comment", "comment", say("chat_comment", language)) if judged else ""
    switches = _thumb(reply, True, say("chat_good", language)) + _thumb(reply, False, say("chat_bad", language))
    return f'<span class="thumbs" role="group" aria-label="{escape(say("chat_rate", language))}" data-m="{reply.message}"{said}>{switches}{comment}</span>'


def _thumb(reply: Reply, good: bool, words: str) -> str:
    pressed = reply.judged is not None and reply.judged.good is good
    return tool("rate", "good" if good else "bad", words, data_good=str(good).lower(), aria_pressed=str(pressed).lower())
