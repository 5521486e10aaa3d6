"""The components of the knowledge tab, where they stand and how they are worded."""

from typing import Any

import gradio as gr

from assistant.domain import Domain
from assistant.records import Language
from assistant.retrieval.added import shelf
from assistant.ui.knowledge.shown import paragraph, shown_path
from assistant.ui.page.site import Site
from assistant.ui.page.tab import worded
from assistant.ui.texts import FIRST, Worded, say


class Layout:
    """Built inside the tab; ``list`` and ``detail`` are what the handlers update together."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._words: list[Worded] = []
        self.key = gr.State(("", "", 0))
        self.picked = gr.Textbox(visible="hidden", elem_id="knowledge-picked", container=False, show_label=False)
        self.asked = gr.Textbox(visible="hidden", container=False, show_label=False)  # the document that ``question_sure`` names
        with gr.Row(elem_id="knowledge-head"):
            self.domain = self._named(gr.Dropdown([], filterable=False, min_width=200), "label", "domain")
            self.find = self._named(gr.Textbox(max_length=200, max_lines=1, min_width=200), "label", "knowledge_filter")
            self.index = self._named(gr.Button(min_width=120, scale=0), "value", "knowledge_index")
        self.progress = gr.HTML(elem_id="knowledge-progress", js_on_load=None)
        self.summary = gr.HTML(js_on_load=None)
        self.table = gr.HTML(elem_id="knowledge-table", js_on_load=None)
        self._document()
        self._adding()
        self._searching()
        self._removed()
        self.list = [self.domain, self.summary, self.table, self.bin, self.put_back]
        self.detail = [
            self.key, self.opened, self.about, self.chunks, self.pages, self.earlier, self.later, self.remove, self.sure, self.question_sure, self.asked,
        ]  # fmt: skip

    def _document(self) -> None:
        with gr.Column(visible=False, elem_id="knowledge-document", elem_classes=["section"]) as self.opened:
            self.about = gr.HTML(js_on_load=None)
            with gr.Row():
                self.remove = self._named(gr.Button(min_width=100, scale=0, size="sm"), "value", "knowledge_remove")
                self.close = self._named(gr.Button(min_width=100, scale=0, size="sm"), "value", "knowledge_close")
            with gr.Column(visible=False, elem_id="knowledge-sure") as self.sure:
                self.question_sure = gr.HTML(js_on_load=None)
                with gr.Row():
                    self.yes = self._named(gr.Button(variant="stop", min_width=140, scale=0, size="sm"), "value", "knowledge_yes_remove")
                    self.keep = self._named(gr.Button(min_width=100, scale=0, size="sm"), "value", "knowledge_keep")
            self.chunks = gr.HTML(elem_id="knowledge-chunks", js_on_load=None)
            with gr.Row(visible=False) as self.pages:
                self.earlier = self._named(gr.Button(min_width=140, scale=0, size="sm"), "value", "knowledge_earlier")
                self.later = self._named(gr.Button(min_width=140, scale=0, size="sm"), "value", "knowledge_later")

    def _adding(self) -> None:
        with gr.Column(elem_classes=["section"]):
            self._heading("knowledge_add")
            self.add_note = gr.HTML(js_on_load=None)
            self.files = self._named(gr.File(file_count="multiple", type="filepath", height=130, elem_id="knowledge-files"), "label", "knowledge_files")
            self.plan = gr.HTML(js_on_load=None)
            self.replace = self._named(gr.Checkbox(visible=False, container=False), "label", "knowledge_replace")
            self.add = gr.Button(say("knowledge_do_add", FIRST, domain=""), variant="primary", interactive=False, elem_id="knowledge-add")

    def _searching(self) -> None:
        with gr.Column(elem_classes=["section"]):
            self._heading("knowledge_search", "knowledge_search_note")
            with gr.Row(elem_id="knowledge-ask"):
                self.question = self._named(gr.Textbox(max_lines=3, max_length=4000, min_width=200, elem_id="knowledge-question"), "label", "knowledge_question")
                self.search = self._named(gr.Button(min_width=100, scale=0), "value", "knowledge_do_search")
            self.legs = gr.HTML(elem_id="knowledge-legs", js_on_load=None)

    def _removed(self) -> None:
        with gr.Column(elem_classes=["section"]):
            self._heading("knowledge_bin")
            with gr.Row():
                self.bin = self._named(gr.Dropdown([], filterable=True, min_width=200), "label", "knowledge_bin_choice")
                self.put_back = self._named(gr.Button(min_width=120, scale=0), "value", "knowledge_put_back")

    def note(self, domain: Domain, language: Language) -> str:
        """What may be added, and where it goes."""
        folder = shown_path(shelf(self.site.workspace, domain).as_posix(), self.site.workspace)
        values = {"size": self.site.workspace.settings.max_file_mb, "suffixes": " ".join(self.site.suffixes), "folder": folder}
        return paragraph(say("knowledge_add_note", language, **values))

    def worded(self) -> list[Worded]:
        return self._words

    def _heading(self, key: str, note: str = "") -> None:
        def html(language: Language) -> str:
            return f"<h2>{say(key, language)}</h2>{paragraph(say(note, language)) if note else ''}"

        self._words.append(Worded(gr.HTML(html(FIRST), js_on_load=None), html))

    def _named(self, component: Any, part: str, key: str) -> Any:
        """The component with its label or words, which follow the page's language."""
        setattr(component, part, say(key, FIRST))
        self._words.append(worded(component, part, key))
        return component
