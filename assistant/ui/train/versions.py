"""Step 5: put a version live or keep it as a candidate; every version, the way back, and the model card."""

from typing import Any

import gradio as gr

from assistant.access import User, may
from assistant.domain import Domain
from assistant.errors import AdapterError, AssistantError
from assistant.records import AdapterVersion, Language, message
from assistant.registry import card_value
from assistant.training.promote import judged, objections, promote, unproved
from assistant.training.staleness import now
from assistant.training.version import README
from assistant.ui.domains.versions import registry_of
from assistant.ui.page.said import said
from assistant.ui.page.site import Site
from assistant.ui.texts import Worded, say
from assistant.ui.texts.told import both, told, told_all
from assistant.ui.train.pieces import folded, items, notice, quiet, table
from assistant.ui.train.since import CHANGED
from assistant.ui.train.trying import chosen_version

MOST_CARD = 40_000
NOW: dict[str, Any] = {"show_progress": "hidden", "queue": False, "api_visibility": "private"}


class VersionsStep:
    def __init__(self, site: Site) -> None:
        self.site = site

    def build(self) -> list[Worded]:
        head = gr.HTML(js_on_load=None)
        self.word = gr.HTML(js_on_load=None, elem_id="train-promoted")
        with gr.Row():
            self.use = gr.Button(say("train_promote", "en"), variant="primary", visible=False, elem_id="train-promote")
            self.back = gr.Button(say("train_rollback", "en"), visible=False, elem_id="train-rollback")
        with gr.Column(visible=False, elem_classes="section") as self.asking:
            self.sure = gr.HTML(js_on_load=None)
            self.anyway = gr.Checkbox(label=say("train_anyway", "en"), visible=False, elem_id="train-anyway")
            with gr.Row():
                self.yes = gr.Button(say("train_promote_yes", "en"), variant="primary", elem_id="train-promote-yes")
                self.no = gr.Button(say("train_promote_no", "en"))
        with gr.Row(visible=False) as self.backing:
            self.back_sure = gr.HTML(js_on_load=None)
            self.way = gr.Textbox(visible="hidden", container=False, show_label=False)  # what ``back_sure`` asks, as ``roll_back`` reads it
            self.back_yes = gr.Button(say("train_rollback_yes", "en"), variant="primary", elem_id="train-rollback-yes")
            self.back_no = gr.Button(say("train_promote_no", "en"))
        self.list = gr.HTML(js_on_load=None, elem_id="train-versions")
        self.card = gr.HTML(js_on_load=None)
        self.outputs = [self.use, self.back, self.asking, self.anyway, self.backing, self.back_sure, self.way, self.list, self.card]
        buttons = (
            (self.use, "train_promote"), (self.back, "train_rollback"), (self.yes, "train_promote_yes"), (self.no, "train_promote_no"),
            (self.back_yes, "train_rollback_yes"), (self.back_no, "train_promote_no"),
        )  # fmt: skip
        return [
            Worded(head, lambda language: f"<h2>{say('train_promote_head', language)}</h2>{quiet(say('train_promote_note', language))}"),
            Worded(self.anyway, lambda language: gr.update(label=say("train_anyway", language))),
            *(Worded(button, lambda language, key=key: gr.update(value=say(key, language))) for button, key in buttons),  # type: ignore[misc]
        ]

    def bind(self, domain: gr.Dropdown, version: gr.Dropdown, language: gr.Radio) -> None:
        """What changes which version is live is bound by the tab, which then shows everything anew."""
        self.use.click(self.ask, [domain, version, language], [self.asking, self.sure, self.anyway], **NOW)
        self.no.click(lambda: gr.update(visible=False), None, self.asking, **NOW)
        self.back.click(lambda: gr.update(visible=True), None, self.backing, **NOW)
        self.back_no.click(lambda: gr.update(visible=False), None, self.backing, **NOW)

    @said
    def ask(self, name: str, number: str, language: Language, request: gr.Request) -> list[Any]:
        """What putting it live means; where the gate objects, its reasons and a tick that is needed."""
        domain = self.site.domain(self.site.who(request), name, "promote")
        version = chosen_version(registry_of(self.site), domain.name, number)
        reasons = objections(version)
        said_so = notice(say("train_promote_sure", language, version=version.served_name))
        if reasons:
            said_so += notice(say("train_gate_no", language), "bad") + items(told_all(judged(version), "reasons", language))
        return [gr.update(visible=True), said_so, gr.update(visible=bool(reasons), value=False)]

    def promote(self, name: str, number: str, anyway: bool, language: Language, user: User) -> str:
        """Put it live, and say so; AdapterError where the gate objects and nobody said that it shall be all the same."""
        domain = self.site.domain(user, name, "promote")
        registry = registry_of(self.site)
        version = chosen_version(registry, domain.name, number)
        reasons = objections(version)
        if reasons and anyway is not True:
            raise AdapterError(both("train_tick", version=version.served_name))
        promote(registry, version, f"chosen by {user.name}{' against the gate' if reasons else ''}")
        return notice(say("train_promoted", language, version=version.served_name), "good")

    def roll_back(self, name: str, way: str, language: Language, user: User) -> str:
        """Go back as the page asked, and say so; nothing changes when it is another step by now."""
        domain = self.site.domain(user, name, "promote")
        registry = registry_of(self.site)
        live, back = registry.current(domain.name), registry.former(domain.name)
        if live is None or back is None or way != _way(live, back):
            return notice(say("train_rollback_late", language, version=live.served_name if live else "–"), "bad")
        registry.use(back, f"rolled back by {user.name}")
        return notice(say("train_rolled_back", language, version=back.served_name), "good")

    def show(self, versions: list[AdapterVersion], live: AdapterVersion | None, chosen: AdapterVersion | None, domain: Domain | None, language: Language, user: User) -> list[Any]:
        allowed = domain is not None and may(user, domain, "promote")
        usable = bool(allowed and chosen and not unproved(chosen) and not (live and live.number == chosen.number))
        back = self._former(domain) if allowed and live and domain else None
        sure, way = (notice(say("train_rollback_sure", language, version=back.served_name, live=live.served_name)), _way(live, back)) if live and back else ("", "")
        hidden = gr.update(visible=False)
        listed = self._list(versions, live, domain, language) if domain else ""
        rights = "" if allowed or domain is None else quiet(say("train_may_not_promote", language))
        unticked = gr.update(value=False)
        return [gr.update(visible=usable), gr.update(visible=back is not None), hidden, unticked, hidden, sure, way, rights + listed, _card(chosen, language)]

    def _former(self, domain: Domain) -> AdapterVersion | None:
        try:
            return registry_of(self.site).former(domain.name)
        except AssistantError:
            return None

    def _list(self, versions: list[AdapterVersion], live: AdapterVersion | None, domain: Domain, language: Language) -> str:
        try:
            there = now(domain, self.site.workspace, {})
        except AssistantError as error:
            return notice(told(message(error), language), "bad")
        rows = [
            (
                version.served_name, say("train_live" if live and live.number == version.number else "train_candidate", language),
                str(version.card.get("created", ""))[:16].replace("T", " "), str(card_value(version.card, "rows", "train") or ""), _loss(version),
                ", ".join(say(CHANGED[name], language) if name in CHANGED else name for name in there.changed_since(version.card)),
            )
            for version in reversed(versions)
        ]  # fmt: skip
        head = [say(key, language) for key in ("train_version", "state", "train_created", "train_rows_built", "train_held_out", "train_changed")]
        return table(head, rows, say("train_versions", language))


def _way(live: AdapterVersion, back: AdapterVersion) -> str:
    return f"{live.served_name} > {back.served_name}"


def _loss(version: AdapterVersion) -> str:
    loss = card_value(version.card, "held_out", "candidate")
    return f"{loss:.3f}" if isinstance(loss, int | float) else ""


def _card(version: AdapterVersion | None, language: Language) -> str:
    """The model card as it was written, as text."""
    from html import escape

    if version is None:
        return ""
    try:
        text = (version.folder / README).read_text("utf-8")[:MOST_CARD]
    except (OSError, ValueError):
        return ""
    return folded(say("train_card", language, version=version.served_name), f"<pre>{escape(text)}</pre>")
