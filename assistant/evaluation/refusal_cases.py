"""Questions sent the product's own way up to where they are refused or answered: route, retrieve, signals. No text is generated."""

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from threading import Event
from typing import Literal

from assistant.answering.ask import Run
from assistant.answering.flow import Assistant
from assistant.answering.question import Ask
from assistant.answering.rewrite import rewrite
from assistant.answering.route import Router
from assistant.answering.speak import kind_of
from assistant.answering.support import Calibration, Thresholds, Weights
from assistant.domain_files import Question
from assistant.language import detect
from assistant.records import Turn

ROUTER_FOLDS = 5


@dataclass(frozen=True)
class Case:
    """One question on its way. ``routed`` and ``probability``: where the router sends it, before thresholds; ``ways``: the signals there, of the
    question by itself and, for a follow-up that stood alone, of it with the one before; ``own``: those in its own domain."""

    id: str
    domain: str
    language: str
    refuse: bool
    routed: str | None
    probability: float
    ways: tuple[Mapping[str, float], ...]
    own: Mapping[str, float]


def cases(assistant: Assistant, split: Literal["dev", "test"]) -> list[Case]:
    """Every question of the split that is no draft. Those of ``dev`` teach the router, so each is routed by one that has not seen it."""
    asked = [(domain.name, question) for domain in assistant.plugins.domains.values() for question in domain.questions]
    asked = [(name, question) for name, question in asked if question.split == split and question.kind == "answer"]
    if split != "dev":
        home = _without_thresholds(assistant)
        return [_case(home, name, question) for name, question in asked]
    found: list[Case] = []
    for fold in range(ROUTER_FOLDS):
        held_out = asked[fold::ROUTER_FOLDS]
        home = _without(assistant, {(name, question.id) for name, question in held_out})
        found += [_case(home, name, question) for name, question in held_out]
    return found


def examples(assistant: Assistant) -> list[Case]:
    """The domains' routing examples, as questions to answer in their own domain: short ones and key words, which questions.jsonl seldom has."""
    home = _without_thresholds(assistant)
    found = []
    for domain in assistant.plugins.domains.values():
        for text in domain.spec.routing.examples:
            if kind_of(text) == "answer":
                run = Run(home, Ask(text, (), domain.name), text, detect(text), Event(), standalone=text)
                run.route()
                run.retrieve()
                found.append(Case(text, domain.name, run.language, False, domain.name, 1.0, (run.signals,), run.signals))
    return found


def _without_thresholds(assistant: Assistant) -> Assistant:
    home = copy(assistant)
    shut_off = Thresholds(route=0.0, retrieval=0.0, support=0.0)
    home.__dict__["calibration"] = Calibration(weights=Weights(intercept=0.0, signals={}), thresholds=shut_off, sure_support=1.0)
    return home


def _without(assistant: Assistant, held_out: set[tuple[str, str]]) -> Assistant:
    """The assistant with a router that has not seen these questions."""
    home, domains = _without_thresholds(assistant), {}
    for name, domain in assistant.plugins.domains.items():
        domains[name] = copy(domain)
        domains[name].__dict__["questions"] = [question for question in domain.questions if (name, question.id) not in held_out]
    home.__dict__["router"] = Router(domains, assistant.knowledge.embedder, assistant.workspace.state / "evaluation", assistant.knowledge.topics)
    return home


def _case(home: Assistant, domain: str, question: Question) -> Case:
    run = _run(home, question, None)
    run.route()
    probability = dict(run.found.scores).get(run.domain.name, 0.0) if run.domain else 0.0
    ways = list(_ways(run)) if run.domain else []
    own = ways if run.domain and run.domain.name == domain else list(_ways(_run(home, question, domain)))
    return Case(question.id, domain, question.language, question.refuse, run.domain.name if run.domain else None, probability, tuple(ways), own[-1])


def _run(home: Assistant, question: Question, domain: str | None) -> Run:
    history = tuple(Turn(turn.role, turn.content) for turn in question.history)
    run = Run(home, Ask(question.question, history, domain), question.question, detect(question.question), Event())
    run.standalone = rewrite(question.question, history)
    if domain:
        run.route()
    return run


def _ways(run: Run) -> Iterator[Mapping[str, float]]:
    run.retrieve()
    yield run.signals
    if longer := run.longer():
        run.standalone = longer
        run.retrieve()
        yield run.signals
