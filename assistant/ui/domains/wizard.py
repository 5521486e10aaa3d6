"""The form of a new domain: a name, what it answers, how people ask, and files to answer from. Only for administrators."""

import time
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.access import User, require_administrator
from assistant.authoring.new import Form, begin_domain, free_folder
from assistant.errors import AssistantError, DomainError
from assistant.records import Language, Told, message
from assistant.retrieval.added import refusal, twice
from assistant.ui.domains.cards import cards_html
from assistant.ui.page.plain import shown
from assistant.ui.page.said import said
from assistant.ui.page.site import Site
from assistant.ui.page.tab import Frame, worded
from assistant.ui.texts import FIRST, LANGUAGES, Worded, say
from assistant.ui.texts.told import both, told

LONGEST = 300
MOST_FILES = 200
SECONDS = 120  # until a new domain is taken up; after that its card comes when the tab is opened again
LOOK = 5


class Wizard:
    def __init__(self, site: Site) -> None:
        self.site = site

    def build(self, frame: Frame, cards: gr.HTML) -> list[Worded]:
        with gr.Row():
            self.name = gr.Textbox(label=say("domains_name", FIRST), info=say("domains_name_note", FIRST), max_length=60, min_width=220)
            self.languages = gr.CheckboxGroup([(text, key) for key, text in LANGUAGES.items()], value=list(LANGUAGES), label=say("languages", FIRST), min_width=220)
        self.free = gr.HTML(js_on_load=None)
        with gr.Row():
            self.title_en = gr.Textbox(label=say("domains_title_en", FIRST), max_length=LONGEST, min_width=220)
            self.title_zh = gr.Textbox(label=say("domains_title_zh", FIRST), max_length=LONGEST, min_width=220)
        with gr.Row():
            self.about_en = gr.Textbox(label=say("domains_about_en", FIRST), max_length=LONGEST, min_width=220)
            self.about_zh = gr.Textbox(label=say("domains_about_zh", FIRST), max_length=LONGEST, min_width=220)
        self.examples = gr.Textbox(label=say("domains_examples", FIRST), info=say("domains_examples_note", FIRST), lines=6, max_lines=20)
        self.files = gr.File(label=say("domains_files", FIRST), file_count="multiple", height=140)
        self.make = gr.Button(say("domains_make", FIRST), variant="primary", scale=0, min_width=200, elem_id="domains-make")
        self.words = gr.HTML(js_on_load=None)
        now: dict[str, Any] = {"show_progress": "hidden", "queue": False, "api_visibility": "private"}
        self.name.blur(self.look, [self.name, frame.language], self.free, **now)
        told = [self.name, self.languages, self.title_en, self.title_zh, self.about_en, self.about_zh, self.examples, self.files]
        self.made = self.make.click(
            self.begin, [*told, frame.language], [self.words, cards], show_progress="hidden", api_visibility="private", concurrency_limit=1
        )
        return self._worded()

    def _worded(self) -> list[Worded]:
        labels = {
            self.languages: "languages", self.title_en: "domains_title_en", self.title_zh: "domains_title_zh", self.about_en: "domains_about_en",
            self.about_zh: "domains_about_zh", self.files: "domains_files",
        }  # fmt: skip
        return [
            *[worded(component, "label", key) for component, key in labels.items()],
            Worded(self.name, lambda to: gr.update(label=say("domains_name", to), info=say("domains_name_note", to))),
            Worded(self.examples, lambda to: gr.update(label=say("domains_examples", to), info=say("domains_examples_note", to))),
            Worded(self.make, lambda to: gr.update(value=say("domains_make", to))),
        ]

    @said
    def look(self, name: str, language: Language, request: gr.Request) -> str:
        """Whether the name can be had, while the rest of the form is still being filled in."""
        require_administrator(self.site.who(request))
        if not (name or "").strip():
            return ""
        try:
            free_folder(self.site.workspace, self.site.plugins, name.strip())
        except DomainError as error:
            return f'<p class="notice bad" role="status">{shown(told(message(error), language))}</p>'
        return f'<p class="notice good" role="status">{escape(say("domains_name_free", language, name=name.strip()))}</p>'

    @said
    def begin(
        self, name: str, languages: list[Language], title_en: str, title_zh: str, about_en: str, about_zh: str, examples: str, files: list[str] | None,
        language: Language, request: gr.Request,
    ) -> Iterator[tuple[Any, Any]]:  # fmt: skip
        """Make the domain, whole or not at all, and say what is still missing; its card comes when the running program has taken it up."""
        user = self.site.who(request)
        require_administrator(user)
        try:
            spoken = [key for key in LANGUAGES if key in (languages or [])]
            if not spoken:
                raise DomainError(both("domains_no_language"))
            form = Form((name or "").strip(), {"en": title_en or "", "zh": title_zh or ""}, {"en": about_en or "", "zh": about_zh or ""}, spoken, (examples or "").splitlines(), self._documents(user, files or []))
            folder = begin_domain(self.site.workspace, self.site.plugins, form)
        except AssistantError as error:
            yield f'<p class="notice bad as-typed" role="alert">{shown(told(message(error), language))}</p>', gr.skip()
            return
        yield _made(folder, form, language), gr.skip()
        self._taken_up(form.name)
        yield gr.skip(), cards_html(self.site, user, language)

    def _taken_up(self, name: str) -> None:
        """Wait until the watch has the new domain, or for as long as that should take with a slow model at work."""
        until = time.monotonic() + SECONDS
        while self.site.watch and name not in self.site.plugins.domains and time.monotonic() < until:
            self.site.watch.settled(LOOK)

    def _documents(self, user: User, files: list[str]) -> dict[str, Path]:
        """The dropped files by name; DomainError for one that cannot be a document."""
        if len(files) > MOST_FILES:
            text = f"{len(files)} files at once are too many, at most {MOST_FILES}; put the others into the new folder's documents/"
            raise DomainError(Told(text, "many-documents", count=len(files), most=MOST_FILES))
        found: dict[str, Path] = {}
        for path in (self.site.own(user, file) for file in files):
            if why := refusal(path, self.site.suffixes, self.site.workspace.settings.max_file_mb):
                raise DomainError(why)
            if path.name in found:
                raise DomainError(twice(path.name))
            found[path.name] = path
        return found


def _made(folder: Path, form: Form, language: Language) -> str:
    """Where it lies, and what to do next."""
    missing = [key for key, there in (("domains_next_documents", form.documents), ("domains_next_examples", len(form.examples) >= 20)) if not there]
    steps = [*missing, "domains_next_questions", "domains_next_train"]
    items = "".join(f"<li>{escape(say(step, language, domain=form.name))}</li>" for step in steps)
    head = escape(say("domains_made", language, folder=folder))
    return f'<div class="notice good" role="status"><p>{head}</p><p>{escape(say("domains_next", language))}</p><ul>{items}</ul></div>'
