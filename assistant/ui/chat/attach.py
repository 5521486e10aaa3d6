"""Files of the open conversation: the button that takes them, the row that tells how each stands, the cross that takes one out.

Which conversation is open comes from the page; whose it is, and whose the files are, is asked each time.
"""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.access import User
from assistant.errors import DocumentError
from assistant.records import Language
from assistant.retrieval.uploaded import (
    MOST_FILES,
    UNDER_WAY,
    Upload,
    conversation_folder,
    files_of,
    forget_files,
    keep_files,
    uploads_folder,
)
from assistant.ui.page.plain import shown
from assistant.ui.page.said import said
from assistant.ui.page.site import Site
from assistant.ui.texts import FIRST, Worded, say
from assistant.ui.texts.told import both, told

AT_ONCE = 32
NONE = ""
STAGES = {"waiting": "attach_waiting", "reading": "attach_reading", "indexing": "attach_indexing"}
Shown = tuple[Any, Any, Any]  # updates of the row of files, of which conversation is open, and of the button


class Attach:
    """The part of the chat that belongs to files; ``opened`` holds the id of the open conversation, empty for a new one."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._shown: dict[str, tuple[str, Language]] = {}  # by session: the conversation whose files its row shows, and how it is worded

    def build(self) -> None:
        self.row = gr.HTML(NONE, elem_id="files", js_on_load=None)
        self.detaching = gr.Button(elem_id="detach")

    def build_button(self) -> None:
        self.button = gr.UploadButton(say("attach", FIRST), file_count="multiple", elem_id="attach", size="sm", scale=0, min_width=110)

    def bind(self, opened: gr.Textbox, language: gr.Radio) -> None:
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        long = {**quiet, "concurrency_limit": AT_ONCE, "concurrency_id": "attach", "trigger_mode": "multiple"}
        self.button.upload(self.attach, [self.button, opened, language], [self.row, opened, self.button], **long)
        opened.change(self.show, [opened, language], self.row, **long)  # at once, also while the row of another conversation is still being told
        language.input(self.show, [opened, language], self.row, **long)
        self.detaching.click(
            self.detach, [opened, language, self.detaching], self.row, js="(opened, language) => [opened, language, window.fileToDetach]", **long
        )

    def worded(self) -> list[Worded]:
        return [Worded(self.button, lambda to: gr.update(label=say("attach", to)))]

    @said
    def attach(self, files: list[str] | None, opened: str, language: Language, request: gr.Request) -> Iterator[Shown]:
        """Take the files in and tell how they are read; a new conversation begins with them where none is open."""
        user, session = self.site.who(request), request.session_hash or ""
        paths = [self.site.own(user, file) for file in files or ()]
        if not paths:
            return
        if len(paths) > MOST_FILES:
            raise DocumentError(both("attach_many", count=len(paths), most=MOST_FILES))
        key = self._own(user, opened) or self.site.history.start(user.name, Path(paths[0]).stem)
        self._shown[session] = key, language
        kept = keep_files(conversation_folder(uploads_folder(self.site.workspace), key), paths, self.site.suffixes)
        yield self._before(key, language), gr.skip() if opened else key, gr.update(value=None)
        self.site.opening.start()
        self.site.opening.result().uploads.begin(key, *kept)
        for row in self._rows(session, key, language):
            yield row, gr.skip(), gr.skip()

    @said
    def show(self, opened: str, language: Language, request: gr.Request) -> Iterator[str]:
        """The open conversation's files, until all are read."""
        key, session = self._own(self.site.who(request), opened), request.session_hash or ""
        self._shown[session] = key, language
        there = key and files_of(self.site.workspace, key)
        if not there or not self.site.opening.ready:
            yield self._before(key, language)
        if there:
            yield from self._rows(session, key, language)

    def _rows(self, session: str, key: str, language: Language) -> Iterator[str]:
        """The row of files until all are read, or until the window shows another conversation or language."""
        for found in self.site.opening.result().uploads.watch(key):
            if self._shown.get(session) != (key, language):
                return
            yield files_html(found, language)

    def _before(self, key: str, language: Language) -> str:
        """The files while the model starts; empty for a conversation without any."""
        there = [Upload(name, "waiting") for name in files_of(self.site.workspace, key)] if key else []
        return files_html(there, language, "" if self.site.opening.ready else say("attach_starting", language))

    @said
    def detach(self, opened: str, language: Language, name: str, request: gr.Request) -> Iterator[str]:
        """Take one file out of the conversation."""
        key, session = self._own(self.site.who(request), opened), request.session_hash or ""
        if key and isinstance(name, str):
            self._shown[session] = key, language
            self.site.opening.result().uploads.detach(key, name)
            yield from self._rows(session, key, language)

    def close(self, session: str) -> None:
        """A window was closed."""
        self._shown.pop(session, None)

    def _own(self, user: User, opened: str | None) -> str:
        """The id of the open conversation, empty for a new one; AccessError for another's."""
        return self.site.history.conversation(user.name, opened).id if opened else ""


def forget(site: Site, conversation: str) -> None:
    """Take away the files of a conversation that was deleted; what is indexed goes at the next opening where nothing is open yet."""
    if opened := site.opening.ready:
        opened.uploads.forget(conversation)
    else:
        forget_files(site.workspace, conversation)


def files_html(found: Sequence[Upload], language: Language, waiting: str = "") -> str:
    """One entry for each file; empty without any."""
    entries = "".join(_entry(upload, language, waiting) for upload in found)
    return f'<ul class="files" aria-label="{escape(say("attach_files", language))}" aria-live="polite">{entries}</ul>' if entries else NONE


def _entry(upload: Upload, language: Language, waiting: str) -> str:
    kind = "under-way" if upload.stage in UNDER_WAY else upload.stage
    state = waiting or told(upload.fault, language) or _state(upload, language)
    name = escape(upload.name)
    cross = f'<button type="button" class="drop" data-file="{name}" aria-label="{escape(say("attach_remove", language, name=upload.name))}">×</button>'
    return f'<li class="file {kind}"><span class="name">{name}</span><span class="state">{shown(state)}</span>{cross}</li>'


def _state(upload: Upload, language: Language) -> str:
    if upload.stage in UNDER_WAY:
        return say(STAGES[upload.stage], language, percent=round(100 * upload.share))
    pages = say("attach_page" if upload.pages == 1 else "attach_pages", language, pages=upload.pages) if upload.pages else ""
    passages = say("attach_passage" if upload.passages == 1 else "attach_passages", language, passages=upload.passages)
    return " · ".join(filter(None, (pages, passages)))
