"""The teach tab: components and their handlers. A handler reads the page, asks the desk (training/feedback) and shows what comes.

Which judgement is shown the page says by its key, as it stands beside the texts; the desk checks for each user whether it may be reviewed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

import gradio as gr

from assistant.access import User
from assistant.domain import Domain
from assistant.errors import AssistantError
from assistant.history.feedback import Judgement, Listed, State
from assistant.records import Language, message
from assistant.retrieval.ledger import Ledger
from assistant.training.feedback.desk import Desk, Objection, Proposal
from assistant.training.feedback.lessons import since_training
from assistant.ui.domains.versions import registry_of
from assistant.ui.knowledge.shown import paragraph
from assistant.ui.page.said import said
from assistant.ui.page.site import Site
from assistant.ui.page.tab import For, Frame
from assistant.ui.teach.layout import Layout, state_choices
from assistant.ui.teach.shown import judgement_html, objections_html, since_html
from assistant.ui.texts import Worded, say
from assistant.ui.texts.told import told

NOTHING = ""
_NUMBER = re.compile(r"[0-9]{1,18}")
Updates = tuple[Any, ...]


@dataclass(frozen=True)
class Chosen:
    """What the page asks to see; anything that is not possible is the first of what is."""

    user: User
    domain: Domain | None
    state: State
    thumbs: str
    language: Language

    def of(self, listed: Sequence[Listed]) -> list[Listed]:
        return [one for one in listed if one.state == self.state and (self.thumbs == "all" or one.good == (self.thumbs == "up"))]


class TeachTab:
    """One for all sessions."""

    key = "teach"
    wanted: For = "teach"

    def __init__(self, site: Site) -> None:
        self.site = site
        self._desk = Desk(site.workspace, site.history, Ledger(site.workspace.store / "ledger.sqlite"))

    def build(self, frame: Frame) -> list[Worded]:
        self.on = on = Layout()
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        long = {**quiet, "concurrency_limit": 4, "concurrency_id": "teach"}
        chosen = [on.domain, on.state, on.thumbs, on.key, frame.language]
        row = [on.question, on.answer]
        for event in (frame.opened.select, on.domain.input, on.state.input, on.thumbs.input):
            event(self.open, chosen, on.all, **long)
        frame.language.input(self.reword, [*chosen, *row], on.all, **long)
        for button, step in ((on.previous, -1), (on.next, 1)):
            button.click(self._stepper(step), chosen, on.all, **long)
        on.check.click(self.check, [*chosen, *row], [on.objections, on.although], **long)
        on.answer.blur(self.check, [*chosen, *row], [on.objections, on.although], **long)
        on.accept.click(self.accept, [*chosen, *row, on.although], on.all, **long)
        on.reject.click(self.reject, [*chosen, on.note], on.all, **long)
        on.undo.click(self.undo, chosen, on.all, **long)
        return on.worded()

    @property
    def desk(self) -> Desk:
        """With the documents and the tokenizer of the running Assistant, once there is one."""
        opened = self.site.opening.ready
        self._desk.workspace = self.site.workspace
        self._desk.count = opened.engine.count_tokens if opened else None
        knowledge = opened.knowledge if opened else None
        self._desk.passages = (lambda domain, question, user: [one.chunk.text for one in knowledge.search(domain, question, user=user)]) if knowledge else None
        return self._desk

    @said
    def open(self, name: str, state: str, thumbs: str, key: str, language: Language, request: gr.Request) -> Updates:
        return self._shown(self._chosen(name, state, thumbs, language, request), key)

    @said
    def reword(self, name: str, state: str, thumbs: str, key: str, language: Language, question: str, answer: str, request: gr.Request) -> Updates:
        """The same in the other language; what was typed stays."""
        return self._shown(self._chosen(name, state, thumbs, language, request), key, typed=Proposal(question or "", answer or ""))

    def _stepper(self, step: int) -> Any:
        @said
        def go(name: str, state: str, thumbs: str, key: str, language: Language, request: gr.Request) -> Updates:
            return self._shown(self._chosen(name, state, thumbs, language, request), key, step)

        return go

    @said
    def check(self, name: str, state: str, thumbs: str, key: str, language: Language, question: str, answer: str, request: gr.Request) -> Updates:
        """What speaks against the row as it is typed now."""
        chosen = self._chosen(name, state, thumbs, language, request)
        domain, judgement = self._judgement(chosen, key)
        if judgement.state != "open":
            return gr.skip(), gr.skip()
        return self._objections(domain, chosen.user, judgement, Proposal(question or "", answer or ""), False, language)

    @said
    def accept(
        self, name: str, state: str, thumbs: str, key: str, language: Language, question: str, answer: str, although: bool, request: gr.Request
    ) -> Updates:
        """Write the row; when something speaks against it, say so and leave everything as it is."""
        chosen = self._chosen(name, state, thumbs, language, request)
        domain, judgement = self._judgement(chosen, key)
        proposal = Proposal(question or "", answer or "")
        step = self._next(chosen, key)
        try:
            self.desk.accept(self.site.plugins, domain, chosen.user, judgement.id, proposal, bool(although))
        except AssistantError as error:
            return self._shown(chosen, key, typed=proposal, done=paragraph(told(message(error), language), "notice bad"))
        return self._shown(chosen, step, done=paragraph(say("teach_is_accepted", language), "notice good"))

    @said
    def reject(self, name: str, state: str, thumbs: str, key: str, language: Language, note: str, request: gr.Request) -> Updates:
        chosen = self._chosen(name, state, thumbs, language, request)
        domain, judgement = self._judgement(chosen, key)
        step = self._next(chosen, key)
        self.desk.reject(domain, judgement.id, chosen.user.name, (note or "").strip())
        return self._shown(chosen, step, done=paragraph(say("teach_is_rejected", language), "notice good"))

    @said
    def undo(self, name: str, state: str, thumbs: str, key: str, language: Language, request: gr.Request) -> Updates:
        chosen = self._chosen(name, state, thumbs, language, request)
        domain, judgement = self._judgement(chosen, key)
        step = self._next(chosen, key)
        self.desk.reopen(domain, judgement.id, chosen.user.name)
        return self._shown(chosen, step, done=paragraph(say("teach_is_open", language), "notice good"))

    def _chosen(self, name: str, state: str, thumbs: str, language: Language, request: gr.Request) -> Chosen:
        user = self.site.who(request)
        domains = self.site.domains(user, "teach")
        wanted: State = state if state in get_args(State) else "open"  # type: ignore[assignment]
        return Chosen(user, domains.get(name) or next(iter(domains.values()), None), wanted, thumbs if thumbs in ("up", "down") else "all", language)

    def _judgement(self, chosen: Chosen, key: str) -> tuple[Domain, Judgement]:
        """The one that is shown; AccessError where the user may not review it."""
        name, _, number = (key or "").rpartition("/")
        domain = self.site.domain(chosen.user, name, "teach")
        return domain, self.desk.judgement(self.site.plugins, domain, chosen.user, int(number) if _NUMBER.fullmatch(number) else 0)

    def _next(self, chosen: Chosen, key: str) -> str:
        """What is shown after this one is decided: the one behind it, or before it."""
        if chosen.domain is None:
            return NOTHING
        found = chosen.of(self.desk.queue(self.site.plugins, chosen.domain, chosen.user))
        at = next((place for place, one in enumerate(found) if _key(chosen.domain, one.id) == key), 0)
        others = [*found[at + 1 :], *reversed(found[:at])]
        return _key(chosen.domain, others[0].id) if others else NOTHING

    def _shown(self, chosen: Chosen, key: str, step: int = 0, typed: Proposal | None = None, done: str = "") -> Updates:
        """Updates of ``Layout.all``: the queue as it is now, and one judgement of it."""
        titles = [(one.title(chosen.language), name) for name, one in self.site.domains(chosen.user, "teach").items()]
        if (domain := chosen.domain) is None:
            return gr.update(choices=[], value=None), gr.skip(), "", *self._nothing(say("teach_none", chosen.language), done)
        listed = self.desk.queue(self.site.plugins, domain, chosen.user)
        counts = {state: sum(one.state == state for one in listed) for state in get_args(State)}
        head = (
            gr.update(choices=titles, value=domain.name), gr.update(choices=state_choices(chosen.language, counts), value=chosen.state),
            since_html(since_training(domain, registry_of(self.site)), chosen.language),
        )  # fmt: skip
        found = chosen.of(listed)
        if not found:
            return *head, *self._nothing(say("teach_empty_open" if chosen.state == "open" else "teach_empty", chosen.language), done)
        at = next((place for place, one in enumerate(found) if key == _key(domain, one.id)), None)
        typed = typed if at is not None else None
        at = min(max((at or 0) + step, 0), len(found) - 1)
        return *head, *self._one(domain, found, at, chosen, typed, done)

    def _one(self, domain: Domain, found: Sequence[Listed], at: int, chosen: Chosen, typed: Proposal | None, done: str) -> Updates:
        language, judgement = chosen.language, self.desk.judgement(self.site.plugins, domain, chosen.user, found[at].id)
        is_open = judgement.state == "open"
        proposal = self.desk.proposed(domain, chosen.user, judgement)
        objections, although = self._objections(domain, chosen.user, judgement, typed or proposal, proposal.masked and not typed, language) if is_open else ("", gr.skip())
        kept = (gr.skip(), gr.skip()) if typed else (gr.update(value=proposal.question), gr.update(value=proposal.answer))
        position = paragraph(say("teach_position", language, number=at + 1, count=len(found)))
        return (
            gr.update(visible=True), position, gr.update(interactive=at > 0), gr.update(interactive=at + 1 < len(found)), done, _key(domain, judgement.id),
            judgement_html(judgement, language), gr.update(visible=is_open), *kept, objections, although, gr.skip() if typed else gr.update(value=""),
            gr.update(visible=not is_open),
        )  # fmt: skip

    def _nothing(self, words: str, done: str) -> Updates:
        """Updates from ``Layout.steps`` on when there is nothing to show."""
        hidden = gr.update(visible=False)
        return hidden, "", gr.skip(), gr.skip(), done, NOTHING, paragraph(words, "empty"), hidden, "", "", "", hidden, "", hidden

    def _objections(self, domain: Domain, user: User, judgement: Judgement, proposal: Proposal, masked: bool, language: Language) -> Updates:
        found: list[Objection] = self.desk.objections(domain, user, judgement, proposal)
        asks = any(one.weight == "asks" for one in found) and not any(one.weight == "blocks" for one in found)
        return objections_html(domain.name, found, masked, language), gr.update(visible=asks, value=False)


def _key(domain: Domain, number: int) -> str:
    """Names a judgement on the page."""
    return f"{domain.name}/{number}"
