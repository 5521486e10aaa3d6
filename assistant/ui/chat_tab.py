"""The chat: components and their handlers. A handler reads the page, calls ``conversation.ask`` and shows what comes.

Knows nothing of models or documents.
"""

from collections.abc import Iterator
from dataclasses import replace
from threading import Event
from typing import Any

from assistant.history import LOCAL_USER, History
from assistant.plugins import Plugins
from assistant.records import Language
from assistant.ui.conversation import Adapter, Choice, Conversation, Exchange, ask, remember
from assistant.ui.messages import conversation_messages, exchange_messages
from assistant.ui.opening import Opening
from assistant.ui.texts import say
from assistant.ui.words import Worded, domain_choices, domain_titles, example_questions

ADAPTERS: dict[str, tuple[Adapter, ...]] = {"on": ("current",), "off": ("off",), "compare": ("current", "off")}
AT_ONCE = 8
LONGEST_QUESTION = 20_000


class ChatTab:
    """One tab for all sessions; what belongs to a session is in its ``gr.State`` or under its session id."""

    def __init__(self, opening: Opening, plugins: Plugins, history: History) -> None:
        self.opening = opening
        self.plugins = plugins
        self.history = history
        self._running: dict[str, Event] = {}

    def build(self, language: Any) -> list[Worded]:
        """Lay out the tab and bind its events; ``language`` is the page's language switch."""
        import gradio as gr

        self.kept = gr.State(Conversation())
        self.chat = gr.Chatbot(
            elem_id="chat", show_label=False, buttons=[], height=None, scale=1, layout="bubble", sanitize_html=True,
            latex_delimiters=[], group_consecutive_messages=False, allow_file_downloads=False, feedback_options=None,
        )  # fmt: skip
        with gr.Row(elem_id="choices"):
            self.domain = gr.Dropdown(domain_choices(self.plugins, "en"), value="", elem_id="domain", scale=2, min_width=150, filterable=False)
            self.adapter = gr.Radio(adapter_choices("en"), value="on", elem_id="adapter", scale=3, min_width=190)
            self.fresh = gr.Button(elem_id="new-chat", scale=1, min_width=90)
        self.box = gr.Textbox(
            elem_id="question", show_label=False, submit_btn=True, autofocus=True, lines=1, max_lines=8, max_length=LONGEST_QUESTION,
        )  # fmt: skip
        self._bind(language)
        return self._worded()

    def _worded(self) -> list[Worded]:
        import gradio as gr

        def update(**of: Any) -> Any:
            return gr.update(**of)

        return [
            Worded(self.chat, lambda l: update(label=say("conversation", l), placeholder=welcome(self.plugins, l), examples=self._examples(l))),
            Worded(self.domain, lambda l: update(label=say("domain", l), choices=domain_choices(self.plugins, l))),
            Worded(self.adapter, lambda l: update(label=say("adapter", l), choices=adapter_choices(l))),
            Worded(self.fresh, lambda l: update(value=say("new_chat", l))),
            Worded(self.box, lambda l: update(label=say("question", l), placeholder=say("question", l))),
        ]

    def _examples(self, language: Language) -> list[dict[str, str]]:
        return [{"text": text} for text in example_questions(self.plugins, language)]

    def _bind(self, language: Any) -> None:
        page = [self.kept, self.domain, self.adapter, language]
        shown = [self.chat, self.kept, self.box]
        quiet = {"show_progress": "hidden", "api_visibility": "private"}
        long = {**quiet, "concurrency_limit": AT_ONCE, "concurrency_id": "ask"}
        now = {**quiet, "queue": False}
        self.box.submit(self.ask, [self.box, *page], shown, **long)
        self.chat.example_select(self.ask_example, page, shown, **long)
        self.chat.retry(self.ask_again, page, shown, **long)
        self.chat.undo(self.undo, [self.kept, language], shown, **now)
        self.chat.clear(self.clear, None, shown, **now)
        self.fresh.click(self.clear, None, shown, **now)
        self.box.stop(self.stop, None, None, **now)
        language.change(self.show, [self.kept, language], self.chat, **now)

    # Handlers: each reads the page and gives back (messages, conversation, question box)

    def ask(self, text: str, kept: Conversation, domain: str, adapter: str, language: Language, request: Any) -> Iterator[tuple[Any, ...]]:
        import gradio as gr

        if not (text or "").strip():
            gr.Info(say("empty", language), duration=3)
            yield gr.skip(), kept, gr.skip()
            return
        choice = Choice(domain or None, ADAPTERS.get(adapter, ADAPTERS["on"]))
        yield from self._answer(text.strip(), kept, choice, language, request.session_hash or "")

    def ask_example(self, kept: Conversation, domain: str, adapter: str, language: Language, chosen: Any, request: Any) -> Iterator[Any]:
        yield from self.ask(chosen.value["text"], kept, domain, adapter, language, request)

    def ask_again(self, kept: Conversation, domain: str, adapter: str, language: Language, request: Any) -> Iterator[Any]:
        if kept.exchanges:
            yield from self.ask(kept.exchanges[-1].question, kept.without_last(), domain, adapter, language, request)

    def _answer(self, text: str, kept: Conversation, choice: Choice, language: Language, session: str) -> Iterator[tuple[Any, ...]]:
        import gradio as gr

        titles = domain_titles(self.plugins, language)
        before = conversation_messages(kept, language, titles)
        cancelled = self._begin(session)
        exchange = Exchange(text)
        box: Any = gr.update(value="", submit_btn=False, stop_btn=True)
        try:
            for exchange in ask(self.opening, kept, text, choice, cancelled):
                yield before + exchange_messages(exchange, len(kept.exchanges), language, titles), gr.skip(), box
                box = gr.skip()
        finally:
            self._end(session, cancelled)
        kept = remember(self.history, LOCAL_USER, kept, exchange)
        yield conversation_messages(kept, language, titles), kept, gr.update(submit_btn=True, stop_btn=False)

    def undo(self, kept: Conversation, language: Language) -> tuple[Any, ...]:
        import gradio as gr

        if not kept.exchanges:
            return gr.skip(), gr.skip(), gr.skip()
        left = kept.without_last()
        return self.show(left, language), left, gr.update(value=kept.exchanges[-1].question)

    def show(self, kept: Conversation, language: Language) -> list[dict[str, str]]:
        return conversation_messages(kept, language, domain_titles(self.plugins, language))

    def clear(self, request: Any) -> tuple[Any, ...]:
        import gradio as gr

        self.stop(request)
        return [], Conversation(), gr.update(value="", submit_btn=True, stop_btn=False)

    def stop(self, request: Any) -> None:
        """Stop the session's running answer; what was written stays."""
        if running := self._running.get(request.session_hash or ""):
            running.set()

    def _begin(self, session: str) -> Event:
        if earlier := self._running.get(session):
            earlier.set()
        self._running[session] = Event()
        return self._running[session]

    def _end(self, session: str, cancelled: Event) -> None:
        cancelled.set()
        if self._running.get(session) is cancelled:
            del self._running[session]


def adapter_choices(language: Language) -> list[tuple[str, str]]:
    return [(say(f"adapter_{state}", language), state) for state in ADAPTERS]


def welcome(plugins: Plugins, language: Language) -> str:
    note = say("welcome_note" if plugins.domains else "no_domains", language)
    return f"## {say('welcome', language)}\n{note}"
