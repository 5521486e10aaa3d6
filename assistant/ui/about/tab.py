"""What this program runs on, and for administrators: model servers found here, code that waits, what changed on disk.

Handlers look up and call; what the page says is in facts.py and changes.py.
"""

from collections.abc import Iterator
from typing import Any

import gradio as gr

from assistant.access import User, require_administrator
from assistant.answering.switch import BaseChoice, chosen, switch
from assistant.errors import ModelError, PluginError
from assistant.models.found import ModelServer, find_servers
from assistant.records import Language, Told
from assistant.ui.about.changes import changes_html, waiting_choices, waiting_html
from assistant.ui.about.facts import facts_html, switched, trying
from assistant.ui.page.said import said
from assistant.ui.page.site import Site
from assistant.ui.page.tab import For, Frame
from assistant.ui.texts import FIRST, Worded, known, say

PATIENCE = 120  # seconds that the page watches code being loaded; the loading itself goes on
Shown = tuple[Any, ...]


class AboutTab:
    key = "about"
    wanted: For = "ask"

    def __init__(self, site: Site) -> None:
        self.site = site
        self.former: BaseChoice | None = None

    def build(self, frame: Frame) -> list[Worded]:
        self.language = frame.language
        self.facts = gr.HTML(elem_id="about", js_on_load=None)
        with gr.Column(elem_id="about-servers", elem_classes="section", visible=False) as self.servers:
            self.servers_head = gr.HTML(_head(FIRST, "about_servers", "about_servers_note"), js_on_load=None)
            self.found = gr.Radio([], label=say("about_found", FIRST), elem_id="about-found", visible=False)
            with gr.Row():
                self.use = gr.Button(say("about_use", FIRST), variant="primary", size="sm", visible=False, elem_id="about-use", min_width=140, scale=0)
                self.back = gr.Button("", size="sm", visible=False, elem_id="about-back", min_width=140, scale=0)
                self.again = gr.Button(say("about_again", FIRST), size="sm", elem_id="about-again", min_width=140, scale=0)
            self.told = gr.HTML(elem_id="about-told", js_on_load=None)
        with gr.Column(elem_id="about-code", elem_classes="section", visible=False) as self.code:
            self.waiting = gr.HTML(js_on_load=None)
            self.script = gr.Radio([], label=say("about_script", FIRST), elem_id="about-script")
            self.run = gr.Button(say("about_run", FIRST), variant="stop", size="sm", elem_id="about-run", min_width=140, scale=0)
        self.changes = gr.HTML(elem_id="about-changes", js_on_load=None)
        self._bind(frame)
        return [
            Worded(self.servers_head, lambda to: _head(to, "about_servers", "about_servers_note")),
            Worded(self.use, lambda to: gr.update(value=say("about_use", to))),
            Worded(self.again, lambda to: gr.update(value=say("about_again", to))),
            Worded(self.run, lambda to: gr.update(value=say("about_run", to))),
        ]

    def _bind(self, frame: Frame) -> None:
        now: dict[str, Any] = {"show_progress": "hidden", "queue": False, "api_visibility": "private"}
        long: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": 1, "api_visibility": "private"}
        shown = [self.facts, self.servers, self.back, self.code, self.waiting, self.script, self.changes]
        found = [self.found, self.use, self.told]
        for event in (frame.opened.select, frame.language.input):
            event(self.show, frame.language, shown, **now).then(self.find, frame.language, found, **now)
        self.again.click(self.show, frame.language, shown, **now).then(self.find, frame.language, found, **now)
        self.use.click(self.take, [frame.language, self.found], [self.told, *shown], **long)
        self.back.click(self.go_back, frame.language, [self.told, *shown], **long)
        self.run.click(self.run_code, [frame.language, self.script], [self.told, *shown], **long)

    @said
    def show(self, language: Language, request: gr.Request) -> Shown:
        return self._shown(known(language), self.site.who(request))

    def _shown(self, language: Language, user: User) -> Shown:
        """Updates of facts, servers, back, code, waiting, script, changes; those after the facts are an administrator's."""
        facts = facts_html(self.site, language, user.administrator)
        if not user.administrator:
            hidden = gr.update(visible=False)
            return facts, hidden, hidden, hidden, "", gr.update(choices=[], value=None), ""
        waiting = self.site.plugins.waiting
        choices = waiting_choices(waiting)
        script = gr.update(choices=choices, value=choices[0][1] if choices else None, label=say("about_script", language))
        back = gr.update(visible=self.former is not None, value=say("about_back", language, base=self.former))
        return (
            facts, gr.update(visible=True), back, gr.update(visible=bool(waiting)), waiting_html(waiting, language), script,
            changes_html(self.site, language),
        )  # fmt: skip

    @said
    def find(self, language: Language, request: gr.Request) -> Shown:
        """Ask the usual ports, for administrators alone; updates of the choices, the button and what is said."""
        language = known(language)
        if not self.site.who(request).administrator:
            return gr.update(choices=[], value=None, visible=False), gr.update(visible=False), ""
        choices = self._choices(request)
        in_use = str(chosen(self.site.workspace.settings))
        value = next((key for _, key in choices if key != in_use), None)
        note = "" if choices else f'<p class="quiet">{say("about_none_found", language)}</p>'
        return gr.update(choices=choices, value=value, visible=bool(choices), label=say("about_found", language)), gr.update(visible=bool(choices)), note

    def _choices(self, request: gr.Request) -> list[tuple[str, str]]:
        return [(f"{server.name}: {model}", key) for key, (server, model) in self._found(request).items()]

    def _found(self, request: gr.Request) -> dict[str, tuple[ModelServer, str]]:
        """By the words that name them: what was found just now, never what a page says."""
        own = request.request.url.port or 0
        return {str(BaseChoice(server.url, model)): (server, model) for server in find_servers(own) for model in server.models}

    @said
    def take(self, language: Language, key: str | None, request: gr.Request) -> Iterator[Shown]:
        """Go over to a server's model that was found."""
        require_administrator(self.site.who(request))
        server = self._found(request).get(key or "")
        if server is None:
            text = f"{key or 'nothing'!r:.120} is not among the servers found; look again, then choose one"
            raise ModelError(Told(text, "not-found-there", key=(key or "—")[:120]))
        yield from self._switch(BaseChoice(server[0].url, server[1]), known(language), request)

    @said
    def go_back(self, language: Language, request: gr.Request) -> Iterator[Shown]:
        require_administrator(self.site.who(request))
        if self.former is None:
            raise ModelError(Told("there is no former base model to go back to", "no-former-base"))
        yield from self._switch(self.former, known(language), request)

    def _switch(self, wanted: BaseChoice, language: Language, request: gr.Request) -> Iterator[Shown]:
        before = chosen(self.site.workspace.settings)
        yield trying(wanted, language), *self._shown(language, self.site.who(request))
        try:
            answer = switch(self.site.opening, wanted)
        except BaseException:
            yield "", *self._shown(language, self.site.who(request))
            raise
        self.former = before
        yield switched(self.site, wanted, answer, language), *self._shown(language, self.site.who(request))

    @said
    def run_code(self, language: Language, key: str | None, request: gr.Request) -> Iterator[Shown]:
        """Let a plugin.py be run whose path, size and hash the page has shown."""
        require_administrator(self.site.who(request))
        name, _, sha256 = (key or "").partition(" ")
        watch = self.site.watch
        if watch is None or not any((waiting.plugin, waiting.sha256) == (name, sha256) for waiting in self.site.plugins.waiting):
            raise PluginError(Told("this code is not waiting, or has changed since it was shown; look again", "code-changed"))
        watch.run_code(name, sha256)
        for _ in range(PATIENCE):
            done = watch.settled(1)
            yield "", *self._shown(known(language), self.site.who(request))
            if done:
                return


def _head(language: Language, title: str, note: str) -> str:
    return f'<h2>{say(title, language)}</h2><p class="quiet">{say(note, language)}</p>'
