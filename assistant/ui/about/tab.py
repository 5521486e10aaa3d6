"""What this program runs on: base model and how to switch it, embedder, workspace, versions. Facts only, nothing to set."""

import platform
from html import escape
from importlib.metadata import version

import gradio as gr

from assistant import __version__
from assistant.models.source import STARTER
from assistant.plugins import safe_mode
from assistant.records import Language
from assistant.settings import MARKER
from assistant.ui.page.site import Site
from assistant.ui.page.tab import For, Frame
from assistant.ui.texts import Worded, say

LIBRARIES = ("torch", "transformers", "peft", "chromadb", "gradio")


class AboutTab:
    key = "about"
    wanted: For = "ask"

    def __init__(self, site: Site) -> None:
        self.site = site

    def build(self, frame: Frame) -> list[Worded]:
        self.facts = gr.HTML(elem_id="about", js_on_load=None)
        frame.opened.select(self.html, frame.language, self.facts, show_progress="hidden", queue=False, api_visibility="private")
        return [Worded(self.facts, self.html)]

    def html(self, language: Language) -> str:
        rows = [
            (say("base_model", language), self._base(language)),
            (say("state", language), self._state(language)),
            *self._model(language),
            (say("embedder", language), self._embedder(language)),
            (say("workspace", language), str(self.site.workspace.root)),
            *([(say("safe_mode", language), say("safe_mode_on", language))] if safe_mode() else []),
            (say("versions", language), self._versions()),
        ]
        facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
        starter = (say("starter", language),) if self.site.workspace.settings.base_model == STARTER else ()
        notes = (*starter, say("switch", language, file=MARKER), say("privacy", language), say("more", language))
        return f'<dl class="facts">{facts}</dl>' + "".join(f"<p>{escape(note)}</p>" for note in notes)

    def _base(self, language: Language) -> str:
        opened = self.site.opening.ready
        return opened.engine.info.name if opened else self.site.workspace.settings.base_model

    def _state(self, language: Language) -> str:
        if self.site.opening.problem:
            return f"{say('cannot_start', language)} {self.site.opening.problem}"
        return say("state_ready" if self.site.opening.ready else "state_starting", language)

    def _model(self, language: Language) -> list[tuple[str, str]]:
        if not (opened := self.site.opening.ready):
            return []
        info = opened.engine.info
        place = ", ".join(part for part in (info.device, info.precision) if part)
        rows = [
            (say("runs_on", language), f"{place} ({info.reason})" if info.reason else place),
            (say("context", language), say("tokens", language, count=f"{info.context_tokens:,}", evidence=f"{info.evidence_tokens:,}")),
            (say("takes_adapters", language), say("yes" if info.takes_adapters else "no", language)),
        ]
        if info.parameters:
            rows.insert(0, (say("parameters", language), f"{info.parameters / 1e6:,.1f} M"))
        return rows

    def _embedder(self, language: Language) -> str:
        chosen = self.site.workspace.settings.embedder
        return say("embedder_english", language, file=MARKER) if chosen == "embedded" else chosen

    def _versions(self) -> str:
        libraries = [f"{name} {version(name)}" for name in LIBRARIES]
        return ", ".join([f"assistant {__version__}", f"Python {platform.python_version()}", *libraries])
