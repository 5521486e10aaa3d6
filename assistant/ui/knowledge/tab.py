"""The knowledge tab: components and their handlers. A handler reads the page, calls retrieval/ and shows what comes.

Every name and path that a page sends is one of the domain's own, or it is refused.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import gradio as gr

from assistant.access import User
from assistant.domain import Domain
from assistant.errors import AssistantError
from assistant.records import Language, message
from assistant.retrieval.added import put_back, remove, removed
from assistant.retrieval.indexing import IndexReport
from assistant.retrieval.listing import Listed, kept_from, listing
from assistant.retrieval.load import document_files
from assistant.ui.knowledge.layout import Layout
from assistant.ui.knowledge.legs_shown import legs_html
from assistant.ui.knowledge.shown import PAGE, chunks_html, document_html, paragraph, summary_html, table_html
from assistant.ui.knowledge.work import Opened, Planned, add, indexing, plan_html, planned, report_html, step_html
from assistant.ui.page.said import said
from assistant.ui.page.site import Site
from assistant.ui.page.tab import For, Frame
from assistant.ui.texts import Worded, say
from assistant.ui.texts.told import told

Key = tuple[str, str, int]  # domain, document and the first passage that is shown
NOTHING: Key = ("", "", 0)
Updates = tuple[Any, ...]
KEPT = 200
AT_ONCE = 16  # changes under way; one writes, the others say that they wait


class KnowledgeTab:
    """One for all sessions; which document is open stands in the page's state, by its name."""

    key = "knowledge"
    wanted: For = "teach"

    def __init__(self, site: Site) -> None:
        self.site = site
        self.knowledge = Opened(site)

    def build(self, frame: Frame) -> list[Worded]:
        self.on = on = Layout(self.site)
        self._bind(frame, on)
        return on.worded()

    def _bind(self, frame: Frame, on: Layout) -> None:
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        now = {**quiet, "queue": False}
        long = {**quiet, "concurrency_limit": AT_ONCE, "concurrency_id": "index"}
        each = {**long, "trigger_mode": "multiple"}  # another document may be given while one is indexed
        language = frame.language
        where = [on.domain, on.find, on.key, language]
        for event in (frame.opened.select, on.domain.input, language.input):
            event(self.open, where, [*on.list, *on.detail], **now)
        on.find.input(self.open, where, [*on.list, *on.detail], **now)
        on.picked.change(self.pick, [on.picked, on.find, language], [*on.list, *on.detail], **now)
        for button, step in ((on.earlier, -PAGE), (on.later, PAGE)):
            button.click(self._turner(step), [on.key, language], on.detail, **now)
        on.close.click(lambda: self._closed(), None, on.detail, **now)
        on.remove.click(lambda: gr.update(visible=True), None, on.sure, **now)
        on.keep.click(lambda: gr.update(visible=False), None, on.sure, **now)
        on.yes.click(lambda: gr.update(visible=False), None, on.sure, **now)
        changes = [
            on.index.click(self.index, [on.domain, language], on.progress, **long),
            on.yes.click(self.remove, [on.asked, language], on.progress, **each),
            on.put_back.click(self.put_back, [on.bin, on.domain, language], on.progress, **each),
            on.add.click(self.add, [on.files, on.replace, on.domain, language], [on.files, on.progress], **each),
        ]
        for change in changes:  # by then the page may show another domain
            change.then(self.open, where, [*on.list, *on.detail], **now)
        given = [on.files, on.domain, language]
        for event in (on.files.change, on.domain.input, frame.opened.select, language.input):
            event(self.plan, given, [on.plan, on.replace, on.add, on.add_note], **now)
        asked = [on.question, on.domain, language]
        for event in (on.question.submit, on.search.click):
            event(self.search, asked, on.legs, **{**quiet, "show_progress": "minimal", "concurrency_limit": 2, "concurrency_id": "search"})

    @said
    def open(self, name: str, find: str, key: Key, language: Language, request: gr.Request) -> Updates:
        """The list of the chosen domain; the open document stays open while it is that domain's."""
        user = self.site.who(request)
        domain = self._domain(user, name)
        stays = key if domain and key[0] == domain.name else NOTHING
        return *self._list(user, domain, find, language), *self._detail(user, stays, language)

    @said
    def pick(self, picked: str, find: str, language: Language, request: gr.Request) -> Updates:
        """Open the document that a button of the page names (knowledge.js)."""
        user = self.site.who(request)
        name, document = _named(picked)
        domain = self.site.domain(user, name, "teach")
        return *self._list(user, domain, find, language), *self._detail(user, (domain.name, document, 0), language)

    def _turner(self, step: int) -> Any:
        @said
        def turn(key: Key, language: Language, request: gr.Request) -> Updates:
            return self._detail(self.site.who(request), (key[0], key[1], max(0, key[2] + step)), language)

        return turn

    @said
    def index(self, name: str, language: Language, request: gr.Request) -> Iterator[str]:
        user = self.site.who(request)
        yield from self._indexed(user, self.site.domain(user, name, "teach"), language)

    @said
    def remove(self, asked: str, language: Language, request: gr.Request) -> Iterator[str]:
        """Take out the document that the page asked about, whichever is open by now."""
        user = self.site.who(request)
        name, document = _named(asked)
        domain, done = self.site.domain(user, name, "teach"), ""
        if document in {one.name for one in self._listing(user, domain)}:
            remove(self.site.workspace, domain, document)
            done = say("knowledge_removed", language, name=document)
        yield from self._indexed(user, domain, language, done)

    @said
    def put_back(self, kept: str, name: str, language: Language, request: gr.Request) -> Iterator[str]:
        user = self.site.who(request)
        domain = self.site.domain(user, name, "teach")
        document = put_back(self.site.workspace, domain, kept or "", user)
        yield from self._indexed(user, domain, language, say("knowledge_is_back", language, name=document))

    @said
    def plan(self, files: list[str] | None, name: str, language: Language, request: gr.Request) -> Updates:
        """What would become of the files that are chosen."""
        user = self.site.who(request)
        domain = self._domain(user, name)
        if domain is None:
            return "", gr.update(visible=False), gr.update(interactive=False), ""
        plan = self._planned(user, domain, files)
        clash = any(one.fate == "replaces" for one in plan)
        button = gr.update(value=say("knowledge_do_add", language, domain=domain.title(language)), interactive=any(one.fate != "refused" for one in plan))
        return plan_html(plan, language), gr.update(visible=clash, value=False), button, self.on.note(domain, language)

    @said
    def add(self, files: list[str] | None, replace: bool, name: str, language: Language, request: gr.Request) -> Iterator[tuple[Any, str]]:
        """Copy the files in, then index; a file that cannot be read is told, the others are taken in."""
        user = self.site.who(request)
        domain = self.site.domain(user, name, "teach")
        plan = self._planned(user, domain, files)
        left = add(self.site.workspace, domain, plan, bool(replace), language)
        given: Any = gr.update(value=None)
        for found in self._indexed(user, domain, language, left=left, own={one.path.name for one in plan}):
            yield given, found
            given = gr.skip()  # others may be chosen by now

    @said
    def search(self, question: str, name: str, language: Language, request: gr.Request) -> str:
        user = self.site.who(request)
        domain = self.site.domain(user, name, "teach")
        if not (question or "").strip():
            return ""
        knowledge = self.knowledge()
        legs = knowledge.legs(domain, question.strip()[: self.site.workspace.settings.max_question_characters], user)
        return legs_html(legs, knowledge.embedder.name, language)

    def _indexed(
        self, user: User, domain: Domain, language: Language, before: str = "", left: Sequence[str] = (), own: Collection[str] = ()
    ) -> Iterator[str]:
        """The steps of an indexing and what it did; ``own`` are names that the user gave."""
        found = paragraph(before, "notice good")
        kept = self._kept(user, domain, own)
        try:
            for step in indexing(self.knowledge(), domain):
                if isinstance(step, IndexReport):
                    found += report_html(step, left, kept | self._kept(user, domain, own), language)
                else:
                    yield step_html(step, kept, language)
        except AssistantError as error:
            found += paragraph(told(message(error), language), "notice bad")
        yield found

    def _kept(self, user: User, domain: Domain, own: Collection[str]) -> set[str]:
        """Names that the user is not to read."""
        files = document_files(domain, self.site.workspace.knowledge)
        return kept_from(user, self.knowledge.ledger, domain, files).difference(own)

    def _domain(self, user: User, name: str) -> Domain | None:
        """The chosen domain, or the first in which the user may teach."""
        domains = self.site.domains(user, "teach")
        return domains.get(name) or next(iter(domains.values()), None)

    def _planned(self, user: User, domain: Domain, files: list[str] | None) -> list[Planned]:
        return planned(self.site, domain, [self.site.own(user, file) for file in (files or [])[:KEPT]], kept_from(user, self.knowledge.ledger, domain, {}))

    def _listing(self, user: User, domain: Domain) -> list[Listed]:
        return listing(self.site.workspace, self.knowledge.ledger, domain, datetime.now(UTC).date(), user)

    def _list(self, user: User, domain: Domain | None, find: str, language: Language) -> Updates:
        """Updates of ``Layout.list``."""
        choices = [(one.title(language), name) for name, one in self.site.domains(user, "teach").items()]
        chosen = gr.update(choices=choices, value=domain.name if domain else None)
        if domain is None:
            return chosen, paragraph(say("knowledge_none", language), "empty"), "", gr.update(choices=[], value=None), gr.update(interactive=False)
        listed = self._listing(user, domain)
        kept = removed(self.site.workspace, domain, user)[:KEPT]
        bin_choices = [(f"{one.name} ({one.when:%Y-%m-%d %H:%M} UTC)", one.key) for one in kept]
        bin_update = gr.update(choices=bin_choices, value=kept[0].key if kept else None, info=None if kept else say("knowledge_bin_empty", language))
        return chosen, summary_html(listed, language), table_html(domain, listed, find or "", language), bin_update, gr.update(interactive=bool(kept))

    def _detail(self, user: User, key: Key, language: Language) -> Updates:
        """Updates of ``Layout.detail``; closed when there is no such document, or none for this user."""
        domain = self._domain(user, key[0]) if key[1] else None
        one = next((one for one in self._listing(user, domain) if one.name == key[1]), None) if domain and domain.name == key[0] else None
        if domain is None or one is None:
            return self._closed()
        chunks = self.knowledge.ledger.chunks_of(domain.name, one.name)
        start = key[2] if key[2] < len(chunks) else 0
        pages = gr.update(visible=len(chunks) > PAGE)
        return (
            (domain.name, one.name, start), gr.update(visible=True), document_html(self.site.workspace, domain, one, language), chunks_html(chunks, start, language),
            pages, gr.update(interactive=start > 0), gr.update(interactive=start + PAGE < len(chunks)), gr.update(visible=one.added),
            gr.update(visible=False), paragraph(say("knowledge_sure", language, name=one.name), "notice"),
            json.dumps({"domain": domain.name, "name": one.name}),
        )  # fmt: skip

    def _closed(self) -> Updates:
        skipped = (gr.skip(),) * (len(self.on.detail) - 2)
        return NOTHING, gr.update(visible=False), *skipped


def _named(picked: str) -> tuple[str, str]:
    """Domain and document as the page named them; empty names for anything else."""
    try:
        values = json.loads(picked)
        return str(values["domain"]), str(values["name"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return "", ""
