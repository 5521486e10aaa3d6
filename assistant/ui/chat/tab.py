"""The chat: components and their handlers. A handler asks who comes, loads the conversation from the history and shows what changes.

Knows nothing of models or documents. Gradio is imported at the top because it reads the handlers' annotations.
"""

from collections.abc import Iterator
from typing import Any

import gradio as gr

from assistant.access import User
from assistant.errors import AccessError
from assistant.records import Language
from assistant.ui.chat.action import LONGEST, Action, action_from
from assistant.ui.chat.asking import Asking, Plan, planned
from assistant.ui.chat.attach import Attach, forget
from assistant.ui.chat.conversation import Adapter, Choice
from assistant.ui.chat.running import Running, Window
from assistant.ui.chat.sidebar import dialogs_html, top_html
from assistant.ui.chat.view import LONGEST_SEARCH, View
from assistant.ui.page.said import said
from assistant.ui.page.site import Site
from assistant.ui.page.tab import For, Frame
from assistant.ui.texts import FIRST, Worded, preferred, say

ADAPTERS: dict[str, tuple[Adapter, ...]] = {"on": ("current",), "off": ("off",), "compare": ("current", "off")}
AT_ONCE = 32
Page = dict[Any, Any]
Shown = tuple[Any, ...]  # updates of earlier exchanges, the last one, the conversation's id, the question box and the list of conversations
SKIP: Any = gr.skip()
UNCHANGED: Shown = (SKIP,) * 5


class ChatTab:
    """One tab for all; the page holds which conversation is open, everything else is read from the history for the user who asks."""

    key = "chat"
    wanted: For = "ask"

    def __init__(self, site: Site) -> None:
        self.site = site
        self.running = Running()
        self.attached = Attach(site)

    def build(self, frame: Frame) -> list[Worded]:
        self.language = frame.language
        self.sent = gr.Textbox(elem_classes="unseen", container=False)  # what a button of the page asks for
        self.open = gr.Textbox("", elem_classes="unseen", container=False)  # the id of the conversation shown
        with gr.Row(elem_id="chat-page"):
            with gr.Column(elem_id="chat-side", min_width=0, scale=0):
                self.fresh = gr.Button(say("new_chat", FIRST), elem_id="new-chat", size="sm")
                self.words = gr.Textbox(
                    label=say("chat_search", FIRST), placeholder=say("chat_search", FIRST), show_label=False, elem_id="chat-search", max_length=LONGEST_SEARCH, container=False
                )
                self.list = gr.HTML("", elem_id="chat-list", js_on_load=None)
            with gr.Column(elem_id="chat-talk", min_width=0):
                self._build_talk()
        self.dialogs = gr.HTML(dialogs_html(FIRST), elem_id="chat-dialogs", js_on_load=None)
        self.ask_button, self.do_button = (gr.Button(elem_classes="unseen", elem_id=f"chat-{kind}") for kind in ("ask", "do"))
        self._bind(frame)
        return self._worded()

    def _build_talk(self) -> None:
        self.top = gr.HTML(top_html(FIRST), elem_id="chat-top", js_on_load=None)
        with gr.Column(elem_id="chat", min_width=0):
            self.earlier = gr.HTML("", elem_id="chat-earlier", js_on_load=None)
            self.last = gr.HTML("", elem_id="chat-last", js_on_load=None)
        with gr.Row(elem_id="choices"):
            self.attached.build_button()
            self.domain = gr.Dropdown([(say("auto", FIRST), "")], value="", label=say("domain", FIRST), elem_id="domain", filterable=False, min_width=130)
            self.domain.preprocess = lambda name: name or ""  # choices differ per user and over time: what comes is looked at by the handlers, not against those above
            self.adapter = gr.Radio(adapter_choices(FIRST), value="on", label=say("adapter", FIRST), elem_id="adapter", min_width=190)
        self.attached.build()
        self.box = gr.Textbox(
            label=say("question", FIRST), placeholder=say("question", FIRST), submit_btn=say("send", FIRST), elem_id="question",
            show_label=False, autofocus=True, max_lines=8, max_length=LONGEST,
        )  # fmt: skip

    def _worded(self) -> list[Worded]:
        return [
            Worded(self.fresh, lambda to: gr.update(value=say("new_chat", to))),
            Worded(self.words, lambda to: gr.update(label=say("chat_search", to), placeholder=say("chat_search", to))),
            Worded(self.top, top_html),
            Worded(self.dialogs, dialogs_html),
            *self.attached.worded(),
            Worded(self.adapter, lambda to: gr.update(label=say("adapter", to), choices=adapter_choices(to))),
            Worded(self.box, lambda to: gr.update(label=say("question", to), placeholder=say("question", to), submit_btn=say("send", to))),
        ]

    def _bind(self, frame: Frame) -> None:
        page = {self.open, self.domain, self.adapter, self.language, self.words}
        pressed = page | {self.sent}
        place = sorted(component._id for component in pressed).index(self.sent._id)  # Gradio hands a set over in this order
        take = f"(...page) => Object.assign([...page], {{{place}: window.chatAction()}})"
        shown = [self.earlier, self.last, self.open, self.box, self.list]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        long = {**quiet, "concurrency_limit": AT_ONCE, "concurrency_id": "ask"}
        now = {**quiet, "queue": False}
        self.attached.bind(self.open, self.language)
        self.open.change(self.search, page, self.list, trigger_mode="always_last", **now)
        self.box.submit(self.ask, page | {self.box}, shown, **long)
        self.ask_button.click(self.ask_by_button, pressed, shown, js=take, **long)
        self.do_button.click(self.do, pressed, shown, js=take, trigger_mode="multiple", **now)
        self.fresh.click(self.clear, page, shown, **now)
        self.words.input(self.search, page, self.list, trigger_mode="always_last", **now)
        self.box.stop(self.stop, None, None, **now)
        self.language.input(self.reword, page, [*shown, self.domain], **now)
        frame.page.load(self.begin, page, [*shown, self.domain], **now)
        frame.opened.select(self.choices, page, self.domain, **now)
        frame.page.unload(self.leave)

    @said
    def begin(self, page: Page, request: gr.Request) -> Shown:
        """The conversation that the page's address names, if it is this user's; a new one otherwise."""
        user = self.site.who(request)
        view = View(self.site, user, preferred(request.headers.get("accept-language", "")))
        try:
            shown = self._opened(view, request.query_params.get("c") or "", page)
        except AccessError:
            shown = self._opened(view, "", page)
        shown[3].pop("value")  # what was typed meanwhile stays
        return (*(UNCHANGED if self.running.busy(window_of(user, request)) else shown), self._choices(view))

    @said
    def ask(self, page: Page, request: gr.Request) -> Iterator[Shown]:
        user = self.site.who(request)
        yield from self._answer(user, Plan(page[self.open] or "", page[self.box] or ""), page, request)

    @said
    def ask_by_button(self, page: Page, request: gr.Request) -> Iterator[Shown]:
        """An example, a question edited, asked again or asked in another domain."""
        user = self.site.who(request)
        yield from self._answer(user, planned(self.site.history, user, page[self.open] or "", action_from(page[self.sent])), page, request)

    @said
    def do(self, page: Page, request: gr.Request) -> Shown:
        """Open, rename or delete a conversation, delete all of them; judge an answer."""
        user, action = self.site.who(request), action_from(page[self.sent])
        handlers = {"open": self._open, "rename": self._rename, "delete": self._delete, "delete_all": self._delete_all, "rate": self._rate}
        return handlers[action.do](user, action, page, request) if action.do in handlers else UNCHANGED

    def _open(self, user: User, action: Action, page: Page, request: gr.Request) -> Shown:
        shown = self._opened(self._view(user, page), action.c, page)
        self.running.leave(window_of(user, request))
        return shown

    def _rename(self, user: User, action: Action, page: Page, request: gr.Request) -> Shown:
        self.site.history.rename(user.name, action.c, action.text)
        return (*UNCHANGED[:4], self._view(user, page).list(page[self.open], page[self.words]))

    def _delete(self, user: User, action: Action, page: Page, request: gr.Request) -> Shown:
        self.site.history.delete(user.name, action.c)
        forget(self.site, action.c)
        view = self._view(user, page)
        if action.c != page[self.open]:
            return (*UNCHANGED[:4], view.list(page[self.open], page[self.words]))
        self.running.leave(window_of(user, request))
        return self._opened(view, "", page)

    def _delete_all(self, user: User, action: Action, page: Page, request: gr.Request) -> Shown:
        for conversation in self.site.history.delete_all(user.name):
            forget(self.site, conversation)
        self.running.leave(window_of(user, request))
        return self._opened(self._view(user, page), "", page)

    def _rate(self, user: User, action: Action, page: Page, request: gr.Request) -> Shown:
        self.site.history.rate(user.name, action.m, action.good, action.correction.strip(), action.reason.strip())
        return self._shown_again(user, page, request)

    @said
    def clear(self, page: Page, request: gr.Request) -> Shown:
        """Begin a new conversation; the old one stays in the list."""
        user = self.site.who(request)
        self.running.leave(window_of(user, request))
        return self._opened(self._view(user, page), "", page)

    @said
    def search(self, page: Page, request: gr.Request) -> str:
        return self._view(self.site.who(request), page).list(page[self.open], page[self.words])

    @said
    def reword(self, page: Page, request: gr.Request) -> Shown:
        user = self.site.who(request)
        view = self._view(user, page)
        earlier, last, *_ = self._shown_again(user, page, request)
        return earlier, last, SKIP, SKIP, view.list(page[self.open], page[self.words]), self._choices(view)

    @said
    def choices(self, page: Page, request: gr.Request) -> Any:
        """The domains as they are now; they may have changed since the page was opened."""
        return self._choices(self._view(self.site.who(request), page))

    @said
    def stop(self, request: gr.Request) -> None:
        """Stop the window's answer; what was written stays."""
        self.running.stop(window_of(self.site.who(request), request))

    def leave(self, request: gr.Request) -> None:
        """The window was closed; its user may have logged out before."""
        self.running.close(request.session_hash or "")
        self.attached.close(request.session_hash or "")

    def _answer(self, user: User, plan: Plan, page: Page, request: gr.Request) -> Iterator[Shown]:
        view = self._view(user, page)
        if not plan.question.strip():
            gr.Info(say("empty", view.language), duration=3)
            yield UNCHANGED
            return
        self.site.hurry(user)
        choice = self._choice(user, plan, page)
        asking = Asking(self.site, self.running, user, window_of(user, request))
        conversation = asking.begin(plan)
        stop = gr.update(value="", submit_btn=False, stop_btn=say("stop", view.language))
        earlier: Any = view.earlier(conversation)
        rest: Shown = (conversation.key, stop, view.list(conversation.key, page[self.words]))
        for stage in asking.stages(conversation, choice):
            yield earlier, view.last(stage), *rest
            earlier, rest = SKIP, (SKIP,) * 3
        if asking.left:
            yield UNCHANGED
            return
        done = gr.update(submit_btn=say("send", view.language), stop_btn=False)
        # A page that was still loading when its first question was sent may have written its welcome over it.
        earlier, key = (SKIP, SKIP) if plan.conversation else (view.earlier(asking.kept), conversation.key)
        yield earlier, view.last(asking.kept), key, done, SKIP

    def _choice(self, user: User, plan: Plan, page: Page) -> Choice:
        """What is chosen on the page, as far as this user may."""
        name = plan.domain or page[self.domain]
        domain = self.site.domain(user, name, "ask").name if name else None
        return Choice(domain, ADAPTERS.get(page[self.adapter], ("current",)), user)

    def _view(self, user: User, page: Page) -> View:
        return View(self.site, user, page[self.language])

    def _opened(self, view: View, key: str, page: Page) -> Shown:
        box = gr.update(value="", submit_btn=say("send", view.language), stop_btn=False)
        return *view.conversation(key), key, box, view.list(key, page[self.words])

    def _shown_again(self, user: User, page: Page, request: gr.Request) -> Shown:
        """The open conversation once more; an answer that is being written shows itself."""
        earlier, last = self._view(user, page).conversation(page[self.open] or "")
        return (earlier, SKIP if self.running.busy(window_of(user, request)) else last, SKIP, SKIP, SKIP)

    def _choices(self, view: View) -> Any:
        return gr.update(label=say("domain", view.language), choices=view.choices())


def window_of(user: User, request: gr.Request) -> Window:
    return user.name, request.session_hash or ""


def adapter_choices(language: Language) -> list[tuple[str, str]]:
    return [(say(f"adapter_{state}", language), state) for state in ADAPTERS]
