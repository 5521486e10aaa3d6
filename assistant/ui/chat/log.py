"""The conversation as one page of HTML: what was asked and answered, with the buttons that belong to it; or the welcome.

Messages come escaped from ``messages``; everything else is escaped here. Knows no components.
"""

from collections.abc import Mapping, Sequence
from html import escape

from assistant.records import Language
from assistant.ui.chat.conversation import RUNNING, Conversation, Exchange
from assistant.ui.chat.icons import tool
from assistant.ui.chat.messages import exchange_messages
from assistant.ui.texts import say

Titles = Mapping[str, str]


def earlier_html(conversation: Conversation, language: Language, titles: Titles) -> str:
    """All exchanges but the last, which stands by itself because it grows; ``data-c`` tells the page which conversation is open."""
    shown = "".join(exchange_html(one, n, conversation, language, titles) for n, one in enumerate(conversation.exchanges[:-1]))
    return f'<div class="log" role="log" aria-live="off" aria-label="{escape(say("conversation", language))}" data-c="{escape(conversation.key or "")}">{shown}</div>'


def last_html(conversation: Conversation, language: Language, titles: Titles) -> str:
    """The last exchange, which may still be growing; empty without one."""
    if not conversation.exchanges:
        return ""
    return exchange_html(conversation.exchanges[-1], len(conversation.exchanges) - 1, conversation, language, titles)


def welcome_html(note: str, examples: Sequence[str], key: str, language: Language) -> str:
    """What a new conversation shows; ``note`` says what can be asked."""
    buttons = "".join(f'<button type="button" class="example" data-act="example">{escape(text)}</button>' for text in examples)
    return (
        f'<div class="log welcome" data-c="{escape(key)}"><div class="placeholder"><h2>{escape(say("welcome", language))}</h2><p>{escape(note)}</p></div>'
        f'<div class="examples" role="group" aria-label="{escape(say("chat_examples", language))}">{buttons}</div></div>'
    )


def exchange_html(exchange: Exchange, number: int, conversation: Conversation, language: Language, titles: Titles) -> str:
    question, answer = exchange_messages(exchange, number, language, titles)
    running = not exchange.replies or exchange.replies[-1].stage in RUNNING
    edit, form = "", ""
    if exchange.message and not running:
        edit, form = tool("edit", "edit", say("chat_edit", language)), _edit_form(exchange.question, language)
    return (
        f'<article class="exchange" data-c="{escape(conversation.key or "")}" data-m="{exchange.message or 0}" aria-label="{escape(say("chat_exchange", language, number=number + 1))}">'
        f'<div class="user-row"><div class="user">{question}</div>{edit}</div>{form}'
        f'<div class="bot-row" aria-live="polite" aria-busy="{str(running).lower()}">{answer}</div></article>'
    )


def _edit_form(question: str, language: Language) -> str:
    """Hidden until it is asked for; the same question may be asked once more, changed."""
    words = escape(say("chat_edit", language))
    return (
        f'<form class="edit" data-act="edit" hidden><textarea name="text" rows="3" required aria-label="{words}">{escape(question)}</textarea>'
        f'<div class="buttons"><button type="button" data-act="cancel">{escape(say("chat_cancel", language))}</button>'
        f'<button type="submit" class="main">{escape(say("send", language))}</button></div></form>'
    )
