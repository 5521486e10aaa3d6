"""The quality tab: one domain's latest ladder, routing, refusing, versions and worst questions. Handlers read what evaluations left."""

from html import escape
from typing import Any

import gradio as gr

from assistant.access import User
from assistant.domain import Domain
from assistant.errors import AdapterError
from assistant.evaluation.measured import folder_of, latest
from assistant.evaluation.runs import latest_evaluation
from assistant.records import Language
from assistant.ui.domains.titles import nothing_to_ask
from assistant.ui.domains.versions import registry_of
from assistant.ui.page.said import said
from assistant.ui.page.site import Site
from assistant.ui.page.tab import For, Frame
from assistant.ui.quality.across import refusal_html, routing_html
from assistant.ui.quality.ladder import ladder_html
from assistant.ui.quality.reports import reads_all, report_address, sees_all
from assistant.ui.quality.trend import trend_html
from assistant.ui.quality.worst import worst_html
from assistant.ui.texts import FIRST, Worded, say


class QualityTab:
    key = "quality"
    wanted: For = "ask"

    def __init__(self, site: Site) -> None:
        self.site = site

    def build(self, frame: Frame) -> list[Worded]:
        self.domain = gr.Dropdown([], label=say("domain", FIRST), filterable=False, elem_id="quality-domain")
        self.figures = gr.HTML(elem_id="quality-figures", js_on_load=None)
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": 2, "concurrency_id": "quality"}
        page, shown = [self.domain, frame.language], [self.domain, self.figures]
        for event in (frame.opened.select, self.domain.input, frame.language.change):
            event(self.show, page, shown, **quiet)
        return [Worded(self.domain, lambda to: gr.update(label=say("domain", to)))]

    @said
    def show(self, chosen: str | None, language: Language, request: gr.Request) -> tuple[Any, str]:
        """The figures of the chosen domain; of the first one that the user may ask where none is chosen."""
        user = self.site.who(request)
        domains = self.site.domains(user)
        titles = [(domain.title(language), name) for name, domain in domains.items()]
        name = chosen if chosen in domains else next(iter(domains), None)
        if name is None:
            return gr.update(choices=[], value=None), f'<p class="empty">{escape(nothing_to_ask(self.site.plugins.domains, language))}</p>'
        return gr.update(choices=titles, value=name), self.html(user, self.site.domain(user, name, "ask"), language)

    def html(self, user: User, domain: Domain, language: Language) -> str:
        parts = [*self._ladder(user, domain, language), self._versions(domain, language), *self._across(user, domain, language)]
        return f'<div id="quality">{"".join(_section(part) for part in parts if part)}</div>'

    def _ladder(self, user: User, domain: Domain, language: Language) -> list[str]:
        evaluation = latest_evaluation(self.site.workspace, domain.name)
        if evaluation is None:
            return [_not_measured("quality_ladder", f"assistant evaluate {domain.name} --ladder", language)]
        if not reads_all(self.site, user, domain):
            head, note = (escape(say(key, language)) for key in ("quality_worst", "quality_worst_kept"))
            return [ladder_html(evaluation, language), f"<h2>{head}</h2><p>{note}</p>"]
        link = ""
        if sees_all(self.site, user):
            address = escape(report_address(domain.name, evaluation.id))
            link = f'<p><a href="{address}" target="_blank" rel="noopener">{escape(say("quality_report", language))}</a></p>'
        return [ladder_html(evaluation, language) + link, worst_html(evaluation, language)]

    def _versions(self, domain: Domain, language: Language) -> str:
        registry = registry_of(self.site)
        try:
            live = registry.current(domain.name)
        except AdapterError:  # the domains tab says what is wrong; the versions can be shown all the same
            live = None
        return trend_html(registry.versions(domain.name), live.number if live else None, language)

    def _across(self, user: User, domain: Domain, language: Language) -> list[str]:
        found, known = latest(folder_of(self.site.workspace)), self.site.domains(user)
        routing = routing_html(found["routing"], domain.name, known, language) if "routing" in found else ""
        refusal = refusal_html(found["refusal"], domain.name, language) if "refusal" in found else ""
        return [
            routing or _not_measured("quality_routing", "assistant evaluate --routing", language),
            refusal or _not_measured("quality_refusing", "assistant evaluate --refusal", language),
        ]


def _section(html: str) -> str:
    return f'<section class="section">{html}</section>'


def _not_measured(title: str, command: str, language: Language) -> str:
    note = escape(say("quality_not_measured", language))
    return f"<h2>{escape(say(title, language))}</h2><p>{note}</p><p><code>{escape(command)}</code></p>"
