"""An evaluation as asked for, and its stages: answering in parallel, scoring, comparing, costs, judges."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from assistant.answering.flow import Assistant
from assistant.domain import Domain
from assistant.domain_files import Question
from assistant.errors import EvaluationError
from assistant.evaluation.cache import Cache
from assistant.evaluation.judge import judged, judged_line
from assistant.evaluation.prices import Spending
from assistant.evaluation.ratings import summary, verdict_line
from assistant.evaluation.results import RUNGS, Answered, Difference, Mean, Rung
from assistant.evaluation.rungs import WITH_ADAPTER, WITH_DOCUMENTS, Ladder
from assistant.evaluation.scores import scores
from assistant.evaluation.statistics import holm, mean_interval, more_questions, paired_difference, paired_p
from assistant.evaluation.unsupported import House, pooled
from assistant.history import Vote
from assistant.records import AdapterVersion, Example, content_id

LARGEST = {"length": 10.0}
TOO_FEW = "two rungs are needed to compare; give two with --rung, or --ladder"


@dataclass(frozen=True)
class Progress:
    """How far a stage is; ``seconds_left`` None while nothing is known."""

    stage: str
    done: int
    total: int
    seconds_left: float | None = None


@dataclass(frozen=True)
class Watch:
    report: Callable[[Progress], None] = field(default=lambda progress: None)


@dataclass(frozen=True)
class Job:
    """What is evaluated. ``rungs`` lowest first; a base that takes no adapters, or a domain without one, has none of theirs.
    ``judges`` are opened; ``target`` a share of facts; ``gpu`` "none" leaves out what only a GPU can train."""

    assistant: Assistant
    domain: Domain
    examples: Sequence[Example]
    cache: Cache
    created: str
    split: str = "test"
    wanted: Sequence[str] = RUNGS
    version: AdapterVersion | None = None
    target: float | None = None
    gpu: str = ""
    judges: Sequence[Any] = ()
    spending: Spending | None = None
    votes: Sequence[Vote] = ()

    @cached_property
    def adapter(self) -> AdapterVersion | None:
        if not self.assistant.engine.info.takes_adapters:
            return None
        return self.version or self.assistant.registry.current(self.domain.name)

    @cached_property
    def rungs(self) -> tuple[str, ...]:
        unknown = [name for name in self.wanted if name not in RUNGS]
        if unknown or not self.wanted:
            raise EvaluationError(f"no rung named {', '.join(map(repr, unknown)) or 'nothing'}; the ladder has: {', '.join(RUNGS)}")
        possible = tuple(name for name in RUNGS if name in self.wanted and (self.adapter or name not in WITH_ADAPTER))
        if not possible:
            raise EvaluationError(f"{self.domain.name} has no adapter for {self.base}; train one: assistant train {self.domain.name}, or choose another rung")
        if self.judges and len(possible) < 2:
            raise EvaluationError(f"{TOO_FEW}; there is only {possible[0]}")
        return possible

    @property
    def base(self) -> str:
        return self.assistant.engine.info.name

    @property
    def parameters(self) -> int:
        return self.assistant.engine.info.parameters

    @cached_property
    def ladder(self) -> Ladder:
        return Ladder(self.assistant, self.domain, self.adapter)

    @cached_property
    def id(self) -> str:
        place = self.created.replace("-", "").replace(":", "").replace("T", "-")[:15]
        return f"{place}-{content_id(self.domain.name, self.split, self.rungs, self.base, self.created)[:4]}"


def answer_all(job: Job, questions: Sequence[Question], rung: str, watch: Watch) -> dict[str, Answered]:
    """The rung's answer to each question, from the cache where it is; eight at a time, as the base model's batches take them."""
    keys = {question.id: job.ladder.key(question, rung) for question in questions}
    found = {question.id: _kept(job, question, job.cache[keys[question.id]]) for question in questions if keys[question.id] in job.cache}
    missing = [question for question in questions if question.id not in found]
    started, total = time.perf_counter(), len(questions)

    def made(question: Question) -> Answered:
        answer = job.ladder.answer(question, rung)
        job.cache[keys[question.id]] = asdict(answer)
        return answer

    watch.report(Progress(rung, len(found), total))
    with ThreadPoolExecutor(max(1, job.assistant.workspace.settings.batch_size)) as pool:
        waiting = {pool.submit(made, question): question for question in missing}
        try:
            for count, done in enumerate(as_completed(waiting), 1):
                found[waiting[done].id] = done.result()
                left = (time.perf_counter() - started) / count * (len(missing) - count)
                watch.report(Progress(rung, len(found), total, left))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return {question.id: found[question.id] for question in questions}


def _kept(job: Job, question: Question, values: Mapping[str, Any]) -> Answered:
    """An answer from the cache under the question's and the adapter's present names: the same weights may have been tried as a candidate."""
    named = job.adapter.served_name if values["adapter"] and job.adapter else values["adapter"]
    return Answered.of({**values, "question": question.id, "adapter": named})


def scored(job: Job, questions: Sequence[Question], name: str, answers: Mapping[str, Answered], cost: Mapping[str, Any]) -> Rung:
    chunks = job.assistant.knowledge.chunks(job.domain)
    house = House.of(job.adapter.card) if job.adapter else House()
    by_question = {
        question.id: scores(question, answers[question.id], job.domain, chunks, name in WITH_DOCUMENTS, house) for question in questions
    }
    means = {}
    for score in sorted({score for one in by_question.values() for score in one}):
        values = [one[score] for one in by_question.values() if score in one]
        if interval := mean_interval(values, (0.0, LARGEST.get(score, 1.0))):
            means[score] = Mean(interval.estimate, interval.low, interval.high, interval.n)
    supported = {key: one["supported"] for key, one in by_question.items() if "supported" in one}
    return Rung(name, answers, by_question, means, cost, pooled(supported, {key: answers[key].text for key in supported}, house))


def compared(rungs: Sequence[Rung]) -> list[Difference]:
    """Every pair of rungs, lower one first, on every score that both have; p values corrected over all of a pair's scores."""
    found = []
    for under, over in _pairs(rungs):
        values = {score: _paired(under, over, score) for score in under.means if score in over.means}
        values = {score: pair for score, pair in values.items() if pair[0]}
        corrected = holm({score: paired_p(*pair) for score, pair in values.items()})
        for score, (before, after) in values.items():
            interval = paired_difference(before, after, LARGEST.get(score, 1.0))
            assert interval
            shows = (interval.low > 0 or interval.high < 0) and corrected[score] < 0.05
            more = 0 if shows else more_questions(before, after)
            found.append(Difference(score, under.name, over.name, interval.estimate, interval.low, interval.high, corrected[score], interval.n, more))
    return found


def _pairs(rungs: Sequence[Rung]) -> Iterator[tuple[Rung, Rung]]:
    for place, under in enumerate(rungs):
        for over in rungs[place + 1 :]:
            yield under, over


def _paired(under: Rung, over: Rung, score: str) -> tuple[list[float], list[float]]:
    both = [key for key, one in under.scores.items() if score in one and score in over.scores.get(key, {})]
    return [under.scores[key][score] for key in both], [over.scores[key][score] for key in both]


def costs(job: Job, name: str, answers: Mapping[str, Answered]) -> dict[str, Any]:
    """What a rung costs: seconds and tokens an answer, training once, memory of this process in MB, and what a team must provide."""
    import psutil

    count = len(answers) or 1
    needs = {"plain": "nothing", "few-shot": "examples", "rag": "documents", "lora": "examples, training", "rag+lora": "documents, examples, training"}
    trained = job.adapter.card.get("seconds") if job.adapter and name in WITH_ADAPTER else None
    return {
        "needs": needs[name],
        "training_seconds": trained or 0.0,
        "seconds_per_answer": sum(answer.seconds for answer in answers.values()) / count,
        "prompt_tokens": sum(answer.prompt_tokens for answer in answers.values()) / count,
        "answer_tokens": sum(answer.tokens for answer in answers.values()) / count,
        "memory_mb": psutil.Process().memory_info().rss / 2**20,
    }


def losses(job: Job) -> list[dict[str, Any]]:
    """Held-out losses of the adapter by epoch, from its card."""
    held = (job.adapter.card.get("losses") or {}).get("held_out") or [] if job.adapter else []
    return [{"step": epoch, "eval_loss": loss} for epoch, loss in enumerate(held, 1)]


def judge(job: Job, questions: Sequence[Question], rungs: Sequence[Rung], watch: Watch) -> tuple[dict[str, Any], list[str]]:
    """What judges say of the top rung against the one it is compared with, and their words; nothing without judges."""
    if not job.judges:
        return {}, []
    rows, pair = [question.model_dump() for question in questions], opposed(rungs)

    def progress(done: int, total: int) -> None:
        watch.report(Progress("judges", done, total))

    found = judged(job.judges, job.domain, rows, pair, job.cache, job.spending, progress=progress)
    return found, [judged_line(name, figures) for name, figures in found.items()]


def rate(job: Job, rungs: Sequence[Rung]) -> tuple[dict[str, Any], list[str]]:
    """What people preferred, blind, between the same two rungs, and its sentence; nothing while nobody rated."""
    if not job.votes or len(rungs) < 2:
        return {}, []
    under, over = opposed(rungs)
    found = summary(job.votes, under.name, over.name, job.base, job.adapter.served_name if job.adapter else None)
    return (found, [verdict_line(found)]) if found["votes"] else ({}, [])


def opposed(rungs: Sequence[Rung]) -> tuple[Rung, Rung]:
    """(base, tuned) for judges and people: RAG against RAG+LoRA where both were run, else the lowest against the highest."""
    if len(rungs) < 2:
        raise EvaluationError(TOO_FEW)
    by = {rung.name: rung for rung in rungs}
    over = by.get("rag+lora", rungs[-1])
    return (by["rag"] if "rag" in by and over.name != "rag" else rungs[0]), over
