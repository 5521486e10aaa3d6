"""rows → fit → decide → figures: how well the router's classifier tells the installed domains, or any labels, apart and from what is none of them."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from assistant.answering.classify import OUTSIDE, Classifier, Scores, fit
from assistant.answering.rewrite import asked_before, rewrite
from assistant.answering.route import Router, embedding, known_rows
from assistant.domain import Domain
from assistant.domain_files import Question
from assistant.errors import EvaluationError
from assistant.evaluation import routing_figures as figures
from assistant.evaluation.labelled import check_data_rows, check_fit_rows, read_labelled
from assistant.evaluation.routing_figures import Decision
from assistant.evaluation.statistics import wilson
from assistant.language import detect
from assistant.records import Turn
from assistant.retrieval.embed import Embedder

WANTED_RECALL = 0.7
TIMED = 200
MOST_WORDS = 20


@dataclass(frozen=True)
class RoutingReport:
    """What was measured; ``asdict`` gives plain JSON.

    ``accuracy`` is of rows in scope with nothing refused; ``in_scope_accuracy`` and ``oos_recall`` are at ``threshold``, the working point, where a
    row in scope that is refused counts as wrong; ``at_recall`` is the point of the curve that refuses 70 % of the rows out of scope. ``oos_recall``,
    ``auroc`` and ``at_recall`` are None without such rows. ``overlaps`` and ``to_fix`` are of the fitted rows, each judged by networks that did not
    see it. ``ms_per_question`` is the median over single questions of up to 20 words, embedding included; ``fit_seconds`` includes embedding too.
    """

    measured: str
    labels: tuple[str, ...]
    fitted_rows: int
    in_scope: int
    out_of_scope: int
    accuracy: float
    accuracy_interval: tuple[float, float]
    in_scope_accuracy: float
    oos_recall: float | None
    auroc: float | None
    ece: float
    threshold: float
    at_recall: dict[str, float | None] | None
    confusion: dict[str, dict[str, int]]
    curve: list[dict[str, float | None]]
    languages: Mapping[str, dict[str, float]]
    overlaps: list[dict[str, Any]]
    to_fix: list[dict[str, Any]]
    fit_seconds: float
    ms_per_question: float
    refuse_questions: dict[str, int] = field(default_factory=dict)

    def as_object(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class _Measured:
    """Decisions on the data and on the fitted rows (held out), with what they cost."""

    what: str
    labels: tuple[str, ...]
    fitted: Sequence[Decision]
    decisions: Sequence[Decision]
    fit_seconds: float
    ms_per_question: float


def measure_files(fit_path: Path, data_path: Path, embedder: Embedder) -> RoutingReport:
    """Fits on one file of rows and measures on another; EvaluationError names the rows that cannot be used."""
    rows, data = read_labelled(fit_path), read_labelled(data_path)
    check_fit_rows(fit_path, rows)
    check_data_rows(data_path, data, sorted({label for _, label in rows if label is not None}))
    embedder.embed_query("ready")  # loading the embedder is no part of fitting
    embed = embedding(embedder)
    started = time.perf_counter()
    model = fit([text for text, _ in rows], [label for _, label in rows], embed)
    seconds = time.perf_counter() - started
    timed = _ms([text for text, _ in data], lambda text: model.scores([text]))
    decisions = _decisions(data, model.labels, model.scores([text for text, _ in data]))
    return _report(_Measured(f"{data_path}", model.labels, _decisions(rows, model.labels, model.held_out), decisions, seconds, timed))


def measure_domains(
    domains: Mapping[str, Domain], embedder: Embedder, cache: Path, topics: Callable[[str], list[str]], split: str = "test"
) -> RoutingReport:
    """The product's router, fitted anew, on the domains' answerable questions of a split. Out of scope are the shipped out-of-domain questions,
    each judged by networks that did not see it; questions to refuse are near their domain as a rule and counted apart (``refuse_questions``).

    The questions of ``dev`` teach the router, so each of them is judged by networks that did not see it, as it stands alone."""
    if not domains:
        raise EvaluationError("no domain is installed, so there is nothing to route; make one with: assistant new NAME")
    asked = [(domain.name, question) for domain in domains.values() for question in domain.questions if question.split == split]
    if not any(not question.refuse for _, question in asked):
        raise EvaluationError(f"the domains have no {split} question to route; add some to questions.jsonl (its fields are in docs/domain-files.md)")
    embedder.embed_query("ready")
    router = Router(domains, embedder, cache, topics)
    started = time.perf_counter()
    model = router.refit()
    seconds = time.perf_counter() - started
    rows = list(known_rows(domains, topics))
    held_out = _decisions([(text, label) for text, label, _ in rows], model.labels, model.held_out)
    users = [one for one, (_, _, user) in zip(held_out, rows, strict=True) if user]
    answerable = [(name, question) for name, question in asked if not question.refuse]
    decisions = _questions(router, model, answerable, held_out if split == "dev" else ())
    decisions += [one for one in held_out if one.label is None]
    refused = sum(_decided(router, name, question).outside >= OUTSIDE for name, question in asked if question.refuse)
    timed = _ms([question.question for _, question in asked], router.route)
    found = _report(_Measured(f"{split} questions of {', '.join(domains)}", model.labels, users, decisions, seconds, timed))
    return RoutingReport(**{**vars(found), "refuse_questions": {"rows": len(asked) - len(answerable), "refused": refused}})


def _questions(router: Router, model: Classifier, asked: Sequence[tuple[str, Question]], held_out: Sequence[Decision]) -> list[Decision]:
    """A decision for each question; what was fitted is looked up among the held-out ones."""
    known = {(one.label, one.text): one for one in held_out}
    return [known.get((name, question.question)) or _decided(router, name, question) for name, question in asked]


def _decided(router: Router, domain: str, question: Question) -> Decision:
    """The router's way with a question, its earlier turns taken along as in the product."""
    history = [Turn(turn.role, turn.content) for turn in question.history]
    route = router.route(rewrite(question.question, history), asked_before(history))
    likeliest = route.domain or route.scores[0][0]
    inside = sum(probability for _, probability in route.scores)
    return Decision(question.question, domain, likeliest, dict(route.scores)[likeliest] / inside if inside else 0.0, route.outside)


def _decisions(rows: Sequence[tuple[str, str | None]], labels: Sequence[str], scores: Scores) -> list[Decision]:
    best, confidence = scores.probabilities.argmax(1), scores.probabilities.max(1)
    return [
        Decision(text, label, labels[best[at]], float(confidence[at]), float(scores.outside[at])) for at, (text, label) in enumerate(rows)
    ]


def _ms(texts: Sequence[str], ask: Callable[[str], Any]) -> float:
    """Median milliseconds of single questions of up to ``MOST_WORDS`` words, ``TIMED`` of them spread over all."""
    short = [text for text in texts if len(text.split()) <= MOST_WORDS] or list(texts)
    taken = []
    for text in short[:: len(short) // TIMED + 1]:
        started = time.perf_counter()
        ask(text)
        taken.append(time.perf_counter() - started)
    return median(taken) * 1000


def _report(found: _Measured) -> RoutingReport:
    inside = [one for one in found.decisions if one.label is not None]
    return RoutingReport(
        measured=found.what,
        labels=found.labels,
        fitted_rows=len(found.fitted),
        in_scope=len(inside),
        out_of_scope=len(found.decisions) - len(inside),
        accuracy=figures.accuracy(inside),
        accuracy_interval=wilson(sum(one.right for one in inside), len(inside)),
        in_scope_accuracy=figures.accuracy(inside, OUTSIDE),
        oos_recall=figures.recall(found.decisions, OUTSIDE),
        auroc=figures.auroc(found.decisions),
        ece=figures.calibration_error(inside),
        threshold=OUTSIDE,
        at_recall=figures.at_recall(found.decisions, WANTED_RECALL),
        confusion=figures.confusion(found.decisions, OUTSIDE),
        curve=figures.curve(found.decisions),
        languages=figures.by_group(found.decisions, [detect(one.text) for one in found.decisions], OUTSIDE),
        overlaps=figures.overlaps(found.fitted),
        to_fix=figures.to_fix(found.fitted),
        fit_seconds=found.fit_seconds,
        ms_per_question=found.ms_per_question,
    )
