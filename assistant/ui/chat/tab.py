"""The chat: components and their handlers. A handler reads the page, calls ``conversation.ask`` and shows what comes.

Knows nothing of models or documents. Gradio is imported at the top because it reads the handlers' annotations.
"""

from collections.abc import Iterator
from threading import Event
from typing import Any

import gradio as gr

from assistant.records import Language
from assistant.ui.chat.conversation import Adapter, Choice, Conversation, Exchange, ask, remember
from assistant.ui.chat.messages import Message, conversation_messages, exchange_messages
from assistant.ui.domains.titles import domain_choices, domain_titles, example_questions
from assistant.ui.page.site import Site
from assistant.ui.page.tab import For, Frame
from assistant.ui.texts import FIRST, Worded, say

ADAPTERS: dict[str, tuple[Adapter, ...]] = {"on": ("current",), "off": ("off",), "compare": ("current", "off")}
AT_ONCE = 8
LONGEST_QUESTION = 20_000
Page = dict[Any, Any]
Shown = tuple[Any, Any, Any]  # updates of the messages, the kept conversation and the question box
UNCHANGED: Shown = (gr.skip(), gr.skip(), gr.skip())


class ChatTab:
    """One tab for all sessions; what belongs to a session is in its ``gr.State`` or under its session id."""

    key = "chat"
    wanted: For = "ask"

    def __init__(self, site: Site) -> None:
        self.site = site
        self._running: dict[str, Event] = {}

    def build(self, frame: Frame) -> list[Worded]:
        self.language = frame.language
        self.kept = gr.State(Conversation())
        self.chat = gr.Chatbot(
            elem_id="chat", show_label=False, buttons=[], height=None, scale=1, sanitize_html=True, latex_delimiters=[],
            allow_file_downloads=False, feedback_options=None,
        )  # fmt: skip
        with gr.Row(elem_id="choices"):
            self.domain = gr.Dropdown(
                domain_choices(self.site.plugins, FIRST), value="", label=say("domain", FIRST), elem_id="domain", filterable=False, min_width=130
            )
            self.adapter = gr.Radio(adapter_choices(FIRST), value="on", label=say("adapter", FIRST), elem_id="adapter", min_width=190)
            self.fresh = gr.Button(say("new_chat", FIRST), elem_id="new-chat", size="sm", min_width=90, scale=0)
        self.box = gr.Textbox(
            label=say("question", FIRST), placeholder=say("question", FIRST), submit_btn=say("send", FIRST), elem_id="question",
            show_label=False, autofocus=True, max_lines=8, max_length=LONGEST_QUESTION,
        )  # fmt: skip
        self._bind()
        frame.page.unload(self.stop)
        return self._worded()

    def _worded(self) -> list[Worded]:
        return [
            Worded(self.chat, self._empty),
            Worded(self.domain, lambda to: gr.update(label=say("domain", to), choices=domain_choices(self.site.plugins, to))),
            Worded(self.adapter, lambda to: gr.update(label=say("adapter", to), choices=adapter_choices(to))),
            Worded(self.fresh, lambda to: gr.update(value=say("new_chat", to))),
            Worded(self.box, lambda to: gr.update(label=say("question", to), placeholder=say("question", to), submit_btn=say("send", to))),
        ]

    def _empty(self, language: Language) -> Any:
        """What the chat shows before the first question."""
        note = say("welcome_note" if self.site.plugins.domains else "no_domains", language)
        examples = [{"text": text} for text in example_questions(self.site.plugins, language)]
        return gr.update(label=say("conversation", language), placeholder=f"## {say('welcome', language)}\n{note}", examples=examples)

    def _bind(self) -> None:
        page = {self.kept, self.domain, self.adapter, self.language}
        shown = [self.chat, self.kept, self.box]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        long = {**quiet, "concurrency_limit": AT_ONCE, "concurrency_id": "ask"}
        now = {**quiet, "queue": False}
        self.box.submit(self.ask, page | {self.box}, shown, **long)
        self.chat.example_select(self.ask_example, page, shown, **long)
        self.chat.retry(self.ask_again, page, shown, **long)
        self.chat.undo(self.undo, page, shown, **now)
        self.chat.clear(self.clear, page, shown, **now)
        self.fresh.click(self.clear, page, shown, **now)
        self.box.stop(self.stop, None, None, **now)
        self.language.input(self.reword, page, self.chat, **now)

    def ask(self, page: Page, request: gr.Request) -> Iterator[Shown]:
        yield from self._answer(page[self.box] or "", page[self.kept], page, request)

    def ask_example(self, page: Page, chosen: gr.SelectData, request: gr.Request) -> Iterator[Shown]:
        yield from self._answer(chosen.value["text"], page[self.kept], page, request)

    def ask_again(self, page: Page, request: gr.Request) -> Iterator[Shown]:
        """The last question once more, with the domain and adapter that are chosen now."""
        kept: Conversation = page[self.kept]
        last = kept.exchanges[-1].question if kept.exchanges else ""
        yield from self._answer(last, kept.without_last(), page, request)

    def _answer(self, text: str, kept: Conversation, page: Page, request: gr.Request) -> Iterator[Shown]:
        language, choice = page[self.language], Choice(page[self.domain] or None, ADAPTERS.get(page[self.adapter], ("current",)))
        if not text.strip():
            gr.Info(say("empty", language), duration=3)
            yield UNCHANGED
            return
        titles = domain_titles(self.site.plugins, language)
        before = conversation_messages(kept, language, titles)
        session = request.session_hash or ""
        cancelled = self._begin(session)
        question = text.strip()
        exchange = Exchange(question)
        box: Any = gr.update(value="", submit_btn=False, stop_btn=say("stop", language))
        try:
            for exchange in ask(self.site.opening, kept, question, choice, cancelled):
                yield before + exchange_messages(exchange, len(kept.exchanges), language, titles), gr.skip(), box
                box = gr.skip()
        finally:
            left = self._end(session, cancelled)
        if left:
            yield UNCHANGED
            return
        kept = remember(self.site.history, self.site.who(request).name, kept, exchange)
        yield conversation_messages(kept, language, titles), kept, gr.update(submit_btn=say("send", language), stop_btn=False)

    def undo(self, page: Page) -> Shown:
        """Take the last question back into the box."""
        kept: Conversation = page[self.kept]
        if not kept.exchanges:
            return UNCHANGED
        left = kept.without_last()
        return self._messages(left, page[self.language]), left, gr.update(value=kept.exchanges[-1].question)

    def clear(self, page: Page, request: gr.Request) -> Shown:
        """Begin a new conversation; the old one stays in the history."""
        self.stop(request)
        self._running.pop(request.session_hash or "", None)
        return [], Conversation(), gr.update(value="", submit_btn=say("send", page[self.language]), stop_btn=False)

    def stop(self, request: gr.Request) -> None:
        """Stop the session's running answer; what was written stays."""
        if running := self._running.get(request.session_hash or ""):
            running.set()

    def reword(self, page: Page) -> list[Message]:
        return self._messages(page[self.kept], page[self.language])

    def _messages(self, kept: Conversation, language: Language) -> list[Message]:
        return conversation_messages(kept, language, domain_titles(self.site.plugins, language))

    def _begin(self, session: str) -> Event:
        if earlier := self._running.get(session):
            earlier.set()
        self._running[session] = Event()
        return self._running[session]

    def _end(self, session: str, cancelled: Event) -> bool:
        """Whether the session has left this answer behind, for another question or a new conversation."""
        cancelled.set()
        if self._running.get(session) is not cancelled:
            return True
        del self._running[session]
        return False


def adapter_choices(language: Language) -> list[tuple[str, str]]:
    return [(say(f"adapter_{state}", language), state) for state in ADAPTERS]
