"""Still step 4: the version beside what it is compared with, on the domain's questions and on one's own, words that differ marked."""

from collections.abc import Iterator
from contextlib import closing
from html import escape
from typing import Any

import gradio as gr

from assistant.access import may_read
from assistant.answering.differences import differing
from assistant.answering.flow import Ask
from assistant.domain import Domain
from assistant.errors import AccessError, AdapterError, DomainError, ModelError
from assistant.evaluation.cache import open_cache
from assistant.records import AdapterVersion, Language, Told, message
from assistant.registry import Registry, card_value
from assistant.retrieval.words import words_and_signs
from assistant.training.asked import Sides
from assistant.ui.domains.versions import registry_of
from assistant.ui.page.said import said
from assistant.ui.page.site import Site
from assistant.ui.texts import Worded, say
from assistant.ui.texts.told import both, told
from assistant.ui.train.pieces import badge, notice, quiet
from assistant.ui.train.since import decided

MOST = 20
Pair = tuple[str, str, str]  # question, before, after


class TryingStep:
    def __init__(self, site: Site) -> None:
        self.site = site

    def build(self) -> list[Worded]:
        with gr.Column(visible=False) as self.place:
            title = gr.HTML(js_on_load=None)
            with gr.Row():
                self.ask = gr.Button(say("train_compare", "en"), elem_id="train-compare")
                self.halt = gr.Button(say("stop", "en"), visible=False)
            self.pairs = gr.HTML(js_on_load=None, elem_id="train-pairs")
            with gr.Row(equal_height=True):
                self.question = gr.Textbox(label=say("train_own", "en"), max_lines=3, elem_id="train-own", scale=4)
                self.own = gr.Button(say("train_own_ask", "en"), elem_id="train-own-ask")
            self.answers = gr.HTML(js_on_load=None, elem_id="train-own-answers")
        self.outputs = [self.place, self.pairs, self.answers]
        return [
            Worded(title, lambda language: f"<h3>{say('train_try', language)}</h3>"),
            Worded(self.ask, lambda language: gr.update(value=say("train_compare", language))),
            Worded(self.halt, lambda language: gr.update(value=say("stop", language))),
            Worded(self.question, lambda language: gr.update(label=say("train_own", language))),
            Worded(self.own, lambda language: gr.update(value=say("train_own_ask", language))),
        ]

    def bind(self, domain: gr.Dropdown, version: gr.Dropdown, language: gr.Radio) -> None:
        long: dict[str, Any] = {"show_progress": "minimal", "api_visibility": "private", "concurrency_limit": 1}
        asking = self.ask.click(self.compare, [domain, version, language], [self.pairs, self.ask, self.halt], concurrency_id="train-asking", **long)
        self.halt.click(self._halted, None, [self.ask, self.halt], cancels=[asking], queue=False, api_visibility="private")
        gr.on([self.own.click, self.question.submit], self.ask_own, [self.question, domain, version, language], self.answers, concurrency_id="train-own", **long)

    def show(self, version: AdapterVersion | None) -> list[Any]:
        """Nothing of another version stays."""
        return [gr.update(visible=version is not None), "", ""]

    @said
    def compare(self, name: str, number: str, language: Language, request: gr.Request) -> Iterator[list[Any]]:
        """The dev questions answered by both sides: at once what the gate kept, the rest one by one."""
        user, (domain, version, against) = self.site.who(request), self._chosen(name, number, request)
        opened = self._opened()
        if not all(may_read(user, groups) for groups in opened.knowledge.ledger.access(domain.name).values()):
            raise AccessError(both("train_not_all"))
        sides_of: list[Pair] = []
        names = _names(version, against, language)
        waiting, running = gr.update(visible=False), gr.update(visible=True)
        with closing(open_cache(self.site.workspace)) as cache:
            sides = Sides(opened, domain, version, against, cache)
            try:
                questions = sides.questions(MOST)
                for place, question in enumerate(questions, 1):
                    kept = sides.kept(question)
                    if kept is None:
                        self.site.hurry(user)
                        yield [shown(sides_of, names, language) + quiet(say("train_asking", language, place=place, count=len(questions))), waiting, running]
                    before, after = kept or sides.answers(question)
                    sides_of.append((question.question, before.text, after.text))
            except (AccessError, DomainError) as error:  # what is there stays
                yield [shown(sides_of, names, language) + notice(told(message(error), language), "bad"), *self._halted()]
                return
        yield [shown(sides_of, names, language) or quiet(say("train_no_questions", language)), *self._halted()]

    @said
    def ask_own(self, question: str, name: str, number: str, language: Language, request: gr.Request) -> Iterator[str]:
        """One question of the reader's, to both sides; it is not kept."""
        domain, version, against = self._chosen(name, number, request)
        opened, user = self._opened(), self.site.who(request)
        self.site.hurry(user)
        if not question or not question.strip():
            yield quiet(say("empty", language))
            return
        yield quiet(say("thinking", language))
        before = opened.answer(Ask(question, (), domain.name, against or "off", user=user))
        after = opened.answer(Ask(question, (), domain.name, version, user=user))
        yield shown([(question, before.text, after.text)], _names(version, against, language), language)

    def _chosen(self, name: str, number: str, request: gr.Request) -> tuple[Domain, AdapterVersion, AdapterVersion | None]:
        domain = decided(self.site, self.site.who(request), name)
        registry = registry_of(self.site)
        version = chosen_version(registry, domain.name, number)
        return domain, version, compared_with(registry, version)

    def _opened(self) -> Any:
        if opened := self.site.opening.ready:
            return opened
        raise ModelError(both("starting"))

    def _halted(self) -> list[Any]:
        return [gr.update(visible=True), gr.update(visible=False)]


def chosen_version(registry: Registry, domain: str, number: str) -> AdapterVersion:
    """The version of that number; AdapterError for anything else that came."""
    if not str(number).isdecimal():
        raise AdapterError(Told(f"{number!r:.40} is no version; choose one of the list", "no-version", number=str(number)[:40]))
    return registry.version(domain, int(number))


def compared_with(registry: Registry, version: AdapterVersion) -> AdapterVersion | None:
    """The side the gate compared it with, or its parent, if that is still here; None is the bare base."""
    names = (card_value(version.card, "gate", "against"), card_value(version.card, "parent"))
    there = {one.served_name: one for one in registry.versions(version.domain)}
    return next((there[str(name)] for name in names if str(name) in there), None)


def shown(pairs: list[Pair], names: tuple[str, str], language: Language) -> str:
    """Each question with both answers beside each other; equal ones once."""
    return "".join(_pair(pair, names, language) for pair in pairs)


def _pair(pair: Pair, names: tuple[str, str], language: Language) -> str:
    question, before, after = pair
    if before == after:
        inside = f'<div>{badge(say("train_same", language))}<p>{escape(after)}</p></div>'
    else:
        sides = ((names[0], marked(before, after), ""), (names[1], marked(after, before), "good"))
        inside = "".join(f"<div>{badge(name, tone)}<p>{text}</p></div>" for name, text, tone in sides)
    return f'<section class="pair"><h4>{escape(question)}</h4><div class="sides">{inside}</div></section>'


def marked(text: str, other: str) -> str:
    """The text with the words that the other lacks marked, as HTML."""
    words = words_and_signs(text)
    parts = zip(words, differing(words, words_and_signs(other)), strict=True)
    return "".join(f"<mark>{escape(word)}</mark>" if differs else escape(word) for word, differs in parts)


def _names(version: AdapterVersion, against: AdapterVersion | None, language: Language) -> tuple[str, str]:
    return against.served_name if against else say("train_side_base", language), version.served_name
