"""The components of the teach tab, where they stand and how they are worded."""

from typing import Any

import gradio as gr

from assistant.records import Language
from assistant.ui.page.tab import worded
from assistant.ui.texts import FIRST, Worded, say

THUMBS = {"all": "teach_all", "up": "teach_up", "down": "teach_down"}
STATES = {"open": "teach_open", "accepted": "teach_accepted", "rejected": "teach_rejected"}
LONGEST = 20_000


class Layout:
    """Built inside the tab; ``all`` is what every handler updates."""

    def __init__(self) -> None:
        self._words: list[Worded] = []
        self.key = gr.Textbox(visible="hidden", container=False, show_label=False)  # sent by the page together with the texts it shows
        with gr.Row():
            self.domain = self._named(gr.Dropdown([], filterable=False, min_width=200), "label", "domain")
            self.state = self._named(gr.Radio(state_choices(FIRST, {}), value="open", min_width=300), "label", "teach_state")
            self.thumbs = gr.Radio(thumb_choices(FIRST), value="all", label=say("teach_thumbs", FIRST), min_width=240)
            self._words.append(Worded(self.thumbs, lambda to: gr.update(label=say("teach_thumbs", to), choices=thumb_choices(to))))
        self.since = gr.HTML(js_on_load=None)
        with gr.Row(elem_id="teach-steps", visible=False) as self.steps:
            self.previous = self._named(gr.Button(size="sm", min_width=110, scale=0, elem_id="teach-previous"), "value", "teach_previous")
            self.position = gr.HTML(js_on_load=None, min_width=90)
            self.next = self._named(gr.Button(size="sm", min_width=110, scale=0, elem_id="teach-next"), "value", "teach_next")
        self.done = gr.HTML(elem_id="teach-done", js_on_load=None)
        with gr.Row(elem_id="teach-desk"):
            with gr.Column(elem_classes=["section"], min_width=300):
                self.judgement = gr.HTML(elem_id="teach-judgement", js_on_load=None)
            with gr.Column(elem_classes=["section"], min_width=300, visible=False, elem_id="teach-row") as self.row:
                self._row()
            with gr.Column(elem_classes=["section"], min_width=200, visible=False) as self.decided:
                self.undo = self._named(gr.Button(size="sm", elem_id="teach-undo"), "value", "teach_undo")
        self.all = [
            self.domain, self.state, self.since, self.steps, self.position, self.previous, self.next, self.done, self.key, self.judgement, self.row,
            self.question, self.answer, self.objections, self.although, self.note, self.decided,
        ]  # fmt: skip

    def _row(self) -> None:
        def heading(language: Language) -> str:
            return f"<h2>{say('teach_row', language)}</h2>"

        self._words.append(Worded(gr.HTML(heading(FIRST), js_on_load=None), heading))
        self.question = self._named(gr.Textbox(lines=2, max_lines=6, max_length=LONGEST, elem_id="teach-question"), "label", "teach_row_question")
        self.answer = self._named(gr.Textbox(lines=7, max_lines=18, max_length=LONGEST, elem_id="teach-answer"), "label", "teach_row_answer")
        self.objections = gr.HTML(elem_id="teach-objections", js_on_load=None)
        self.although = self._named(gr.Checkbox(visible=False, container=False), "label", "teach_although")
        with gr.Row():
            self.accept = self._named(gr.Button(variant="primary", min_width=110, elem_id="teach-accept"), "value", "teach_accept")
            self.check = self._named(gr.Button(min_width=110, elem_id="teach-check"), "value", "teach_check")
        self.note = self._named(gr.Textbox(max_lines=3, max_length=2000), "label", "teach_note")
        self.reject = self._named(gr.Button(min_width=110, elem_id="teach-reject"), "value", "teach_reject")

    def worded(self) -> list[Worded]:
        return self._words

    def _named(self, component: Any, part: str, key: str) -> Any:
        """The component with its label or words, which follow the page's language."""
        setattr(component, part, say(key, FIRST))
        self._words.append(worded(component, part, key))
        return component


def state_choices(language: Language, counts: dict[str, int]) -> list[tuple[str, str]]:
    return [(say(text, language, count=counts.get(state, 0)), state) for state, text in STATES.items()]


def thumb_choices(language: Language) -> list[tuple[str, str]]:
    return [(say(text, language), thumb) for thumb, text in THUMBS.items()]
