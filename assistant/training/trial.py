"""Runs a candidate, the live version and the bare base on the domain's own questions through ``evaluation/``; decides nothing.

All answer the same questions by the product's whole way with the same decoding, so that every score is compared pair by pair. Answers are
kept under the hash of all they depend on: a trial that was interrupted goes on, and the next one finds the live version's and the base's.

``others``: which adapter speaks follows from a request's domain and routing reads no weights, so a candidate cannot change what other
domains answer (that rows of one batch keep apart is parity's proof). What it can spoil is a question that lands here by mistake. A fixed
sample of the other domains' questions is therefore asked here; right is a refusal, or the facts where these documents hold them too.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from assistant.answering.flow import Assistant
from assistant.answering.opening import Parts
from assistant.domain import Domain
from assistant.domain_files import Question
from assistant.errors import DomainError
from assistant.evaluation.cache import Cache, open_cache
from assistant.evaluation.expected import all_facts
from assistant.evaluation.job import Job, Progress, Watch, answer_all
from assistant.evaluation.questions import near
from assistant.evaluation.results import Answered, Rung
from assistant.evaluation.runs import Change, rung_changes
from assistant.evaluation.scores import scores
from assistant.evaluation.unsupported import House
from assistant.models.entail import open_entailment
from assistant.models.open import open_engine
from assistant.plugins import Plugins
from assistant.records import AdapterVersion, content_id
from assistant.registry import Registry
from assistant.retrieval.flow import Knowledge
from assistant.rows.clean import learnable
from assistant.settings import Settings, Workspace

CANDIDATE = "candidate"
BASE = "the bare base"
STRANGERS = 8
SHARED = ("facts", "no_wrong_fact", "supported", "stands", "format", "terms", "language", "citation_precision", "citation_recall")
"""Scores of ``evaluation/`` that decide; refusals are told apart into ``answered`` and ``right_refusals``."""
DECIDING = (*SHARED, "answered", "right_refusals", "others")
SHOWN = ("chrf",)
"""Likeness to the reference answer is shown and decides nothing: another good wording is no fault."""
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Trial:
    """What the sides scored. ``live`` is None for a first version, which is compared with the bare base; ``notes`` say what was left out."""

    domain: str
    split: str
    questions: int
    others: int
    candidate: Rung
    base: Rung
    live: Rung | None = None
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def against(self) -> Rung:
        return self.live or self.base

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The candidate against the live version, or against the bare base where there is none; () without questions."""
        return in_order(rung_changes(self.against, self.candidate))

    @cached_property
    def from_base(self) -> tuple[Change, ...]:
        """The candidate against the bare base."""
        return in_order(rung_changes(self.base, self.candidate)) if self.live else self.changes

    def as_json(self) -> dict[str, Any]:
        """For a card: every score before and after, in [0, 1], its difference with the 95 % interval, and n."""
        counts = {"questions": self.questions, "others": self.others, "seconds": round(self.seconds, 1), "notes": list(self.notes)}
        tables = {"scores": _table(self.changes), **({"from_base": _table(self.from_base)} if self.live else {})}
        return {"split": self.split, "against": self.against.name, **counts, **tables}


@dataclass(frozen=True)
class Home:
    """Where a trial takes place: an assistant that is open, one of its domains, the answers kept so far. ``report`` hears how many answers
    of how many are there."""

    assistant: Assistant
    domain: Domain
    cache: Cache
    report: Report = field(default=lambda done, total: None)


@contextmanager
def at_home(workspace: Workspace, plugins: Plugins, settings: Settings, knowledge: Knowledge, domain: Domain, report: Report) -> Iterator[Home]:
    """A home on knowledge that is open already, with an engine of its own, which is closed at the end."""
    engine, cache = open_engine(settings, plugins), open_cache(workspace)
    try:
        parts = Parts(workspace, plugins, knowledge, engine, open_entailment(settings), Registry(workspace.adapters, engine.info.key), [])
        yield Home(Assistant(parts), domain, cache, report)
    finally:
        cache.close()
        engine.close()


def try_out(home: Home, candidate: AdapterVersion, live: AdapterVersion | None, split: str = "dev", most: int = 0) -> Trial:
    """The candidate's trial on the domain's questions of a split, at most ``most`` of them (0: all).

    ``candidate`` need not be published: its folder holds weights and configuration, its card the house's phrases. A trial without
    questions has no scores. EvaluationError or PluginError when a question cannot be answered or scored."""
    started = time.perf_counter()
    questions, notes = own_questions(home.domain, split, most)
    strange = list(strangers(home.assistant.plugins.domains.values(), home.domain, split)) if questions else []
    versions = {BASE: None, **({live.served_name: live} if live else {}), CANDIDATE: candidate}
    house = _houses(version for version in versions.values() if version)
    rungs = {}
    for place, (name, version) in enumerate(versions.items()):
        job = Job(home.assistant, home.domain, (), home.cache, "", split, version=version or candidate)
        answers = _answered(home, job, [*questions, *strange], "rag+lora" if version else "rag", (place, len(versions)))
        rungs[name] = Rung(name, answers, _scored(home, questions, strange, answers, house), {}, {})
    seconds = time.perf_counter() - started
    known = rungs[live.served_name] if live else None
    return Trial(home.domain.name, split, len(questions), len(strange), rungs[CANDIDATE], rungs[BASE], known, seconds, notes)


def own_questions(domain: Domain, split: str, most: int = 0) -> tuple[list[Question], tuple[str, ...]]:
    """The domain's questions of a split, always the same ones, and notes on what was left out: a question that is an example too tells nothing."""
    asked = [question for question in domain.questions if question.split == split]
    if not asked:
        return [], (f"{domain.folder / 'questions.jsonl'} has no {split} question, so answers were not compared",)
    taught = near([question.question for question in asked], learnable(domain, 1).examples)
    left = [f"{question.id} is left out: it stands in {origin}" for question, origin in zip(asked, taught, strict=True) if origin]
    fresh = [question for question, origin in zip(asked, taught, strict=True) if not origin]
    return _sample(fresh, most or len(fresh)), tuple(left)


def strangers(domains: Iterable[Domain], here: Domain, split: str) -> Iterator[Question]:
    """Up to eight answerable questions of each other domain, always the same ones; a domain whose file is faulty sends none."""
    for domain in sorted(domains, key=lambda one: one.name):
        try:
            asked = [one for one in domain.questions if one.split == split and one.facts and not (one.refuse or one.history)]
        except DomainError:
            continue
        for question in _sample(asked, STRANGERS) if domain.name != here.name else []:
            yield question.model_copy(update={"id": f"{domain.name}/{question.id}"})


def _sample(questions: Sequence[Question], most: int) -> list[Question]:
    chosen = sorted(questions, key=lambda question: content_id(question.id, question.question))[:most]
    return [question for question in questions if question in chosen]


def _answered(home: Home, job: Job, questions: Sequence[Question], rung: str, place: tuple[int, int]) -> Mapping[str, Answered]:
    if not questions:
        return {}
    before, total = place[0] * len(questions), place[1] * len(questions)

    def report(progress: Progress) -> None:
        home.report(before + progress.done, total)

    return answer_all(job, questions, rung, Watch(report))


def _scored(
    home: Home, questions: Sequence[Question], strange: Sequence[Question], answers: Mapping[str, Answered], house: House
) -> dict[str, Mapping[str, float]]:
    """Scores by question and name."""
    chunks = home.assistant.knowledge.chunks(home.domain) if questions else []
    found: dict[str, Mapping[str, float]] = {}
    for question in questions:
        every = scores(question, answers[question.id], home.domain, chunks, house=house)
        right = {"right_refusals" if question.refuse else "answered": every["refusal"]}
        found[question.id] = {name: every[name] for name in (*SHARED, *SHOWN) if name in every} | right
    for question in strange:
        answer = answers[question.id]
        found[question.id] = {"others": float(answer.refused or bool(all_facts(answer.text, question)))}
    return found


def _houses(versions: Iterable[AdapterVersion]) -> House:
    """One house for all sides, so that none is blamed for a phrase that another may say."""
    houses = [House.of(version.card) for version in versions]
    return House(frozenset().union(*(house.words for house in houses)), frozenset().union(*(house.phrases for house in houses)))


def in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    order = (*DECIDING, *SHOWN)
    return tuple(sorted(changes, key=lambda change: order.index(change.difference.score)))


def _table(changes: Iterable[Change]) -> dict[str, dict[str, float]]:
    return {change.difference.score: change_as_json(change) for change in changes}


def change_as_json(change: Change) -> dict[str, float]:
    figures = {key: value for key, value in asdict(change.difference).items() if key in {"points", "low", "high", "p", "n"}}
    return {"before": change.before, "after": change.after, **figures}


def term_use(trial: Trial) -> Change | None:
    """Share of the terms due that the bare base and the candidate use, on questions never trained on; None where no term is due."""
    return next((change for change in trial.from_base if change.difference.score == "terms"), None)
