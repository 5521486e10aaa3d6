"""A question and its answer as HTML: text, a line on how it was made, and its citations. Whatever is not ours is escaped here or in what is called.

Knows no components.
"""

from collections.abc import Mapping
from html import escape

from assistant.answering.examples import examples_shown
from assistant.records import Language
from assistant.ui.chat.around import told_around, why
from assistant.ui.chat.citations import answer_html, question_html
from assistant.ui.chat.conversation import RUNNING, Exchange, Reply
from assistant.ui.chat.feedback import buttons_under
from assistant.ui.chat.voiced import voiced
from assistant.ui.page.plain import shown
from assistant.ui.texts import joined, say
from assistant.ui.texts.told import told


def exchange_messages(exchange: Exchange, number: int, language: Language, titles: Mapping[str, str]) -> tuple[str, str]:
    """The question and its answer; compared answers stand one under the other, labelled by the weights that wrote them. ``titles`` gives a domain's
    name for people."""
    compared = len(exchange.replies) > 1
    parts = [_reply(reply, f"{number}-{place}", language, titles, compared) for place, reply in enumerate(exchange.replies)]
    if compared and _same_weights(exchange):
        parts.append(f'<p class="note">{escape(say("no_adapter", language))}</p>')
    return question_html(exchange.question), f'<div class="replies">{"".join(parts)}</div>'


def _same_weights(exchange: Exchange) -> bool:
    answers = [reply.answer for reply in exchange.replies]
    return all(answer is not None and not answer.refused and answer.adapter is None and not examples_shown(answer.receipt) for answer in answers)


def _reply(reply: Reply, place: str, language: Language, titles: Mapping[str, str], compared: bool) -> str:
    label = f'<div class="label">{escape(_label(reply, language))}</div>' if compared else ""
    answer = reply.answer
    citations = answer.citations if answer else ()
    formed = answer.source == "model" if answer else True
    text = answer_html(reply.text, citations, place, formed) if reply.text else ""
    status = f'<p class="note {reply.stage}">{html}</p>' if (html := _status_html(reply, language)) else ""
    around = told_around(answer, reply.seconds, place, language, titles) if answer else ""
    return f'<div class="reply">{label}{text}{status}{around}{why(reply, language)}{buttons_under(reply, language)}</div>'


def _label(reply: Reply, language: Language) -> str:
    """Names the weights that answered, as the answer says; before it is finished, those that were asked for."""
    if reply.answer:
        return voiced(reply.answer, language)
    return say("with_adapter" if reply.adapter == "current" else "base", language)


def _status_html(reply: Reply, language: Language) -> str:
    if reply.stage in ("problem", "cannot_start"):
        before = [escape(say("cannot_start", language))] if reply.stage == "cannot_start" else []
        return joined([*before, shown(told(reply.problem, language))], language)
    return escape(_status(reply, language))


def _status(reply: Reply, language: Language) -> str:
    if reply.stage in ("stopped", "failed", "starting", "interrupted"):
        return say(reply.stage, language)
    if reply.stage == "reading":
        return say("attach_wait", language)
    return say("thinking", language) if reply.stage in RUNNING and not reply.text else ""
