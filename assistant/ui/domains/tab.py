"""The domains tab: cards for all, files and routing examples for those who teach, a form for administrators."""

from html import escape
from typing import Any

import gradio as gr

from assistant.records import Language
from assistant.ui.domains.cards import cards_html
from assistant.ui.domains.look import Look
from assistant.ui.domains.wizard import Wizard
from assistant.ui.page.said import said
from assistant.ui.page.site import Site
from assistant.ui.page.tab import For, Frame
from assistant.ui.texts import FIRST, Worded, say

NOTES = {"domains_look": "domains_look_note", "domains_new": "domains_new_note"}


class DomainsTab:
    key = "domains"
    wanted: For = "ask"

    def __init__(self, site: Site) -> None:
        self.site = site
        self.look = Look(site)
        self.wizard = Wizard(site)

    def build(self, frame: Frame) -> list[Worded]:
        self.cards = gr.HTML(elem_id="domains", js_on_load=None)
        with gr.Column(visible=False, elem_id="domains-look") as self.looking:
            title = gr.HTML(_title("domains_look", FIRST), js_on_load=None)
            worded = self.look.build(frame)
        with gr.Column(visible=False, elem_id="domains-new") as self.beginning:
            new = gr.HTML(_title("domains_new", FIRST), js_on_load=None)
            worded += self.wizard.build(frame, self.cards)
        now: dict[str, Any] = {"show_progress": "hidden", "queue": False, "api_visibility": "private"}
        shown = [self.cards, self.looking, self.beginning, self.look.domain]
        for event in (frame.opened.select, frame.language.change, self.wizard.made.then):
            event(self.show, [frame.language, self.look.domain], shown, **now)
        return [Worded(title, lambda to: _title("domains_look", to)), Worded(new, lambda to: _title("domains_new", to)), *worded]

    @said
    def show(self, language: Language, chosen: str | None, request: gr.Request) -> tuple[Any, ...]:
        """The cards, and what this user may do besides."""
        user = self.site.who(request)
        folders = list(self.look.checks.folders(user))
        choice = gr.update(choices=folders, value=chosen if chosen in folders else None)
        return cards_html(self.site, user, language), gr.update(visible=bool(folders)), gr.update(visible=user.administrator), choice


def _title(key: str, language: Language) -> str:
    return f'<h2>{escape(say(key, language))}</h2><p class="quiet">{escape(say(NOTES[key], language))}</p>'
