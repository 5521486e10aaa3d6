"""The compare tab: components and their handlers. A handler reads the page, asks both ways and shows what comes."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from assistant.answering.examples import has_examples, speaks_by_examples
from assistant.errors import AssistantError, QuestionError
from assistant.history.preferences import Choice
from assistant.records import Language
from assistant.ui.chat.running import Running, Window
from assistant.ui.compare.asking import Question, ask_both, home_of, pair_of
from assistant.ui.compare.blind import Pair, Waiting, counted, same
from assistant.ui.compare.panes import Shown, panes_html
from assistant.ui.compare.streams import Pane
from assistant.ui.compare.ways import Ways, ways_in
from assistant.ui.compare.words import choose_html, finished_html, kept_html, plain_html, problem_html
from assistant.ui.domains.versions import registry_of
from assistant.ui.page.said import said
from assistant.ui.page.site import Site
from assistant.ui.page.tab import For, Frame, worded
from assistant.ui.texts import FIRST, Worded, say
from assistant.ui.texts.told import both

AT_ONCE = 4
LONGEST = 20_000
CHOICES: dict[Choice, str] = {"left": "compare_a_better", "right": "compare_b_better", "tie": "compare_both_good", "neither": "compare_both_bad"}
Shows = tuple[Any, Any, Any, Any]  # updates of panes, words below them, choices and the stop button
KEEP: Shows = (gr.skip(), gr.skip(), gr.skip(), gr.skip())
HIDDEN = gr.update(visible=False)
BLIND = ("compare_a", "compare_b")


class CompareTab:
    """One for all sessions; an answer on its way and a pair that waits for a choice stand under their user and session."""

    key = "compare"
    wanted: For = "ask"

    def __init__(self, site: Site) -> None:
        self.site = site
        self._running = Running()
        self._waiting = Waiting()

    def build(self, frame: Frame) -> list[Worded]:
        self.language = frame.language
        self.note = gr.HTML(plain_html("compare_note", FIRST), js_on_load=None)
        with gr.Row():
            self.domain = gr.Dropdown([(say("compare_auto", FIRST), "")], value="", label=say("domain", FIRST), filterable=False, min_width=200)
            self.left = gr.Dropdown([], label=say("compare_left", FIRST), filterable=False, min_width=200)
            self.right = gr.Dropdown([], label=say("compare_right", FIRST), filterable=False, min_width=200)
        self.question = gr.Textbox(label=say("compare_question", FIRST), max_lines=6, max_length=LONGEST, elem_id="compare-question")
        with gr.Row():
            self.blind = gr.Checkbox(label=say("compare_blind", FIRST), container=False, min_width=260)
            self.start = gr.Button(say("compare_start", FIRST), variant="primary", scale=0, min_width=120, elem_id="compare-start")
            self.stop = gr.Button(say("compare_stop", FIRST), scale=0, min_width=90, visible=False, elem_id="compare-stop")
        self.panes = gr.HTML(elem_id="compare-panes", js_on_load=None)
        self.words = gr.HTML(elem_id="compare-words", js_on_load=None)
        with gr.Row(visible=False, elem_id="compare-votes") as self.votes:
            self.choices = {choice: gr.Button(say(key, FIRST), min_width=120) for choice, key in CHOICES.items()}
        self._bind(frame)
        return self._worded()

    def _worded(self) -> list[Worded]:
        labelled = {self.domain: "domain", self.left: "compare_left", self.right: "compare_right", self.question: "compare_question", self.blind: "compare_blind"}
        named = {self.start: "compare_start", self.stop: "compare_stop", **{button: CHOICES[choice] for choice, button in self.choices.items()}}
        return [
            Worded(self.note, lambda to: plain_html("compare_note", to)),
            *[worded(component, "label", key) for component, key in labelled.items()],
            *[worded(component, "value", key) for component, key in named.items()],
        ]

    def _bind(self, frame: Frame) -> None:
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        now = {**quiet, "queue": False}
        long = {**quiet, "concurrency_limit": AT_ONCE, "concurrency_id": "compare"}
        asked = [self.question, self.domain, self.left, self.right, self.blind, self.language]
        shown = [self.panes, self.words, self.votes, self.stop]
        ways = [self.domain, self.left, self.right]
        for event in (frame.opened.select, self.domain.input, self.language.change):
            event(self.offer, [*ways, self.language], ways, **now)
        self.question.submit(self.compare, asked, shown, **long)
        self.start.click(self.compare, asked, shown, **long)
        self.stop.click(self.halt, None, None, **now)
        for choice, button in self.choices.items():
            button.click(self._chooser(choice), self.language, shown, **now)
        frame.page.unload(self.leave)

    @said
    def offer(self, domain: str, left: str, right: str, language: Language, request: gr.Request) -> tuple[Any, Any, Any]:
        """The domains of this user, and the ways of the chosen one; what is chosen stays where it is still possible."""
        domains = self.site.domains(self.site.who(request))
        domain = domain if domain in domains else ""
        ways = self._ways(domain)
        keys = {way.key for way in ways.all}
        usual = ways.usual()
        sides = [gr.update(choices=ways.choices(language), value=kept if kept in keys else first) for kept, first in zip((left, right), usual, strict=True)]
        titles = [(say("compare_auto", language), ""), *((one.title(language), name) for name, one in domains.items())]
        return gr.update(choices=titles, value=domain), *sides

    def _ways(self, domain: str) -> Ways:
        opened = self.site.opening.ready
        takes, domains = opened is None or opened.engine.info.takes_adapters, self.site.plugins.domains
        shown = opened is not None and speaks_by_examples(opened.engine.info)
        asked = [domains[domain]] if domain in domains else domains.values()
        return ways_in(registry_of(self.site), domain, takes, shown and any(has_examples(one) for one in asked))

    @said
    def compare(self, text: str, domain: str, left: str, right: str, blind: bool, language: Language, request: gr.Request) -> Iterator[Shows]:
        """Both answers as they grow, then the words that differ and whose they are; blind, the choices instead of the names."""
        user = self.site.who(request)
        if not (text or "").strip():
            gr.Info(say("compare_empty", language), duration=3)
            yield KEEP
            return
        self.site.hurry(user)
        key = (user.name, request.session_hash or "")
        self._waiting.take(key)
        cancelled = self._running.begin(key)
        yield "", "", HIDDEN, gr.update(visible=True)
        last: Shows = (gr.skip(), gr.skip(), gr.skip(), HIDDEN)
        try:
            yield from self._opened(language)
            assistant = self.site.opening.result()
            ways = self._ways(domain)
            pair = [ways.way(left), ways.way(right)]
            if home := home_of(self.site, user, assistant, text, domain):
                if blind:
                    random.SystemRandom().shuffle(pair)
                question = Question(text.strip(), home, (pair[0], pair[1]))
                panes: tuple[Pane, ...] = ()
                titles = [say(name, language) for name in BLIND] if blind else [ways.title(way, language) for way in pair]
                for panes in ask_both(assistant, question, user, cancelled):
                    shown = [Shown(title, pane, blind=blind) for title, pane in zip(titles, panes, strict=True)]
                    yield panes_html(shown, language), gr.skip(), gr.skip(), gr.skip()
                last = self._finished(key, pair_of(assistant, question, panes), ways, blind, language)
            else:
                last = (gr.skip(), plain_html("compare_nowhere", language), gr.skip(), HIDDEN)
        except AssistantError as error:
            last = (gr.skip(), problem_html(error, language), gr.skip(), HIDDEN)
        finally:
            self._running.end(key, cancelled)
        yield last

    def _opened(self, language: Language) -> Iterator[Shows]:
        """Nothing once the model is there; until then a word of patience."""
        self.site.opening.start()
        while not self.site.opening.wait(0.5):
            yield gr.skip(), plain_html("compare_starting", language), gr.skip(), gr.skip()

    def _finished(self, key: Window, pair: Pair | None, ways: Ways, blind: bool, language: Language) -> Shows:
        if pair is None:
            return gr.skip(), "", gr.skip(), HIDDEN
        registry = registry_of(self.site)
        where = self.site.plugins.domain(pair.domain).title(language)
        if blind and not same(pair, registry) and pair.left.answer.text != pair.right.answer.text:
            self._waiting.put(key, pair)
            return gr.skip(), choose_html(where, language), gr.update(visible=True), HIDDEN
        return self._named(pair, ways, language), finished_html(pair, where, same(pair, registry), language), HIDDEN, HIDDEN

    def _named(self, pair: Pair, ways: Ways, language: Language) -> str:
        return panes_html([Shown(ways.title(side.way, language), side.pane, side.weights) for side in pair.sides], language)

    def _chooser(self, choice: Choice) -> Callable[[Language, gr.Request], Shows]:
        @said
        def choose(language: Language, request: gr.Request) -> Shows:
            """Keep the choice for the pair that waits in this session, then show which was which."""
            user = self.site.who(request)
            pair = self._waiting.take((user.name, request.session_hash or ""))
            if pair is None:
                raise QuestionError(both("compare_gone"))
            self.site.domain(user, pair.domain, "ask")
            kept = pair.preference(choice, registry_of(self.site))
            self.site.history.prefer(user.name, kept)
            counts = counted(self.site.history, kept)
            return self._named(pair, self._ways(pair.domain), language), kept_html(counts, language), HIDDEN, HIDDEN

        return choose

    @said
    def halt(self, request: gr.Request) -> None:
        """Stop this session's answers; what was written stays."""
        self._running.stop((self.site.who(request).name, request.session_hash or ""))

    def leave(self, request: gr.Request) -> None:
        """Forget a session whose page is closed."""
        self._running.close(request.session_hash or "")
        self._waiting.forget(request.session_hash or "")
