"""One domain looked into: what a check of its files finds, and its routing examples to change in place."""

from collections.abc import Iterator
from html import escape
from typing import Any

import gradio as gr

from assistant.authoring.utterances import change_utterances, current, stamp
from assistant.errors import AssistantError, DomainError
from assistant.records import Language, message
from assistant.ui.domains.checks import Checks
from assistant.ui.domains.findings import report_html
from assistant.ui.page.plain import shown
from assistant.ui.page.said import said
from assistant.ui.page.site import Site
from assistant.ui.page.tab import Frame
from assistant.ui.texts import FIRST, Worded, say
from assistant.ui.texts.told import told

LINES = 14


class Look:
    """Its handlers ask for the right to teach in the domain each time; ``seen`` holds no more than a hash of what was shown."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.checks = Checks(site)

    def build(self, frame: Frame) -> list[Worded]:
        with gr.Row():
            self.domain = gr.Dropdown([], label=say("domain", FIRST), filterable=False, min_width=220)
            self.check = gr.Button(say("domains_check", FIRST), scale=0, min_width=160, interactive=False, elem_id="domains-check")
        self.found = gr.HTML(elem_id="domains-found", js_on_load=None)
        self.seen = gr.State("")
        self.examples = gr.Textbox(label=say("domains_examples", FIRST), info=say("domains_examples_note", FIRST), lines=LINES, max_lines=30, visible=False)
        self.save = gr.Button(say("domains_save", FIRST), visible=False, scale=0, min_width=160, elem_id="domains-save")
        self.words = gr.HTML(js_on_load=None)
        now: dict[str, Any] = {"show_progress": "hidden", "queue": False, "api_visibility": "private"}
        slow: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": 2, "concurrency_id": "domains-check"}
        page = [self.domain, frame.language]
        self.domain.input(self.open, page, [self.found, self.examples, self.save, self.seen, self.words, self.check], **now)
        self.check.click(self.run, page, self.found, **slow)
        self.save.click(self.change, [self.domain, self.examples, self.seen, frame.language], [self.words, self.examples, self.seen, self.found], **now)
        return self._worded()

    def _worded(self) -> list[Worded]:
        return [
            Worded(self.domain, lambda to: gr.update(label=say("domain", to))),
            Worded(self.check, lambda to: gr.update(value=say("domains_check", to))),
            Worded(self.save, lambda to: gr.update(value=say("domains_save", to))),
            Worded(self.examples, lambda to: gr.update(label=say("domains_examples", to), info=say("domains_examples_note", to))),
        ]

    @said
    def open(self, name: str | None, language: Language, request: gr.Request) -> tuple[Any, ...]:
        """Its routing examples, and the check's report where its files were checked as they are now."""
        user = self.site.who(request)
        self.checks.folder(user, name or "")
        readable = self.checks.open_to(user, name or "")
        report = self.checks.kept(user, name or "") if readable else None
        why = "domains_not_checked" if readable else "domains_check_kept"
        found = report_html(report, language) if report else f'<p class="quiet">{escape(say(why, language))}</p>'
        domain = self.site.plugins.domains.get(name or "")
        hidden = gr.update(visible=False)
        if domain is None:
            return found, hidden, hidden, "", "", gr.update(interactive=True)
        try:
            examples = current(domain)
        except DomainError as error:
            return found, hidden, hidden, "", _notice(told(message(error), language), "bad"), gr.update(interactive=True)
        return found, gr.update(value="\n".join(examples), visible=True), gr.update(visible=True), stamp(examples), "", gr.update(interactive=True)

    @said
    def run(self, name: str | None, language: Language, request: gr.Request) -> Iterator[str]:
        """``assistant check``, which takes seconds."""
        user = self.site.who(request)
        self.checks.folder(user, name or "")
        if not self.checks.open_to(user, name or ""):
            yield _notice(say("domains_check_kept", language), "bad")
            return
        yield f'<p class="quiet">{escape(say("domains_checking", language))}</p>'
        try:
            yield report_html(self.checks.report(user, name or ""), language)
        except AssistantError as error:
            yield _notice(told(message(error), language), "bad")

    @said
    def change(self, name: str | None, text: str, seen: str, language: Language, request: gr.Request) -> tuple[Any, ...]:
        """Write the routing examples; a fault leaves the text as it was typed."""
        domain = self.site.domain(self.site.who(request), name or "", "teach")
        try:
            kept = change_utterances(self.site.workspace, domain, (text or "").splitlines(), seen).routing.examples
        except AssistantError as error:
            return _notice(told(message(error), language), "bad"), gr.skip(), gr.skip(), gr.skip()
        return _notice(say("domains_saved", language, count=len(kept)), "good"), "\n".join(kept), stamp(kept), f'<p class="quiet">{escape(say("domains_not_checked", language))}</p>'


def _notice(text: str, tone: str) -> str:
    return f'<p class="notice {tone} as-typed" role="status">{shown(text)}</p>'
