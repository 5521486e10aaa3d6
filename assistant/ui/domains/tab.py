"""The installed domains as cards to read: what each answers, from how many documents, with which adapter; and what was left out."""

from html import escape

import gradio as gr

from assistant.domain import Domain
from assistant.errors import AssistantError
from assistant.models.engine import base_key
from assistant.records import Language
from assistant.registry import Registry
from assistant.retrieval.load import document_files
from assistant.ui.page.site import Site
from assistant.ui.page.tab import For, Frame
from assistant.ui.texts import LANGUAGES, Worded, say


class DomainsTab:
    key = "domains"
    wanted: For = "ask"

    def __init__(self, site: Site) -> None:
        self.site = site

    def build(self, frame: Frame) -> list[Worded]:
        self.cards = gr.HTML(elem_id="domains", js_on_load=None)
        frame.opened.select(self.html, frame.language, self.cards, show_progress="hidden", queue=False, api_visibility="private")
        return [Worded(self.cards, self.html)]

    def html(self, language: Language) -> str:
        cards = [self._card(domain, language) for domain in self.site.plugins.domains.values()]
        empty = "" if cards else f"<p>{escape(say('no_domains', language))}</p>"
        return f'<div class="cards">{"".join(cards)}</div>{empty}{self._faults(language)}'

    def _card(self, domain: Domain, language: Language) -> str:
        rows = [
            (say("languages", language), ", ".join(LANGUAGES[spoken] for spoken in domain.spec.languages)),
            (say("documents", language), str(len(document_files(domain, self.site.workspace.knowledge)))),
            (say("live", language), self._adapter(domain, language)),
        ]
        facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
        head = f"<h3>{escape(domain.title(language))}</h3><code>{escape(domain.name)}</code>"
        return f'<section class="card">{head}<p>{escape(domain.description(language))}</p><dl>{facts}</dl></section>'

    def _adapter(self, domain: Domain, language: Language) -> str:
        try:
            version = self._registry().current(domain.name)
        except AssistantError as error:
            return say("damaged", language, reason=error)
        return version.served_name if version else say("none_live", language, domain=domain.name)

    def _registry(self) -> Registry:
        if opened := self.site.opening.ready:
            return opened.registry
        return Registry(self.site.workspace.adapters, base_key(self.site.workspace.settings))

    def _faults(self, language: Language) -> str:
        if not self.site.plugins.faults:
            return ""
        lines = "".join(f"<li>{escape(str(fault))}</li>" for fault in self.site.plugins.faults)
        head = f"<h3>{escape(say('faults', language))}</h3><p>{escape(say('faults_note', language))}</p>"
        return f'<section class="faults">{head}<ul>{lines}</ul></section>'
