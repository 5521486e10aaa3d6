"""One training as asked for: domain, base model, recipe; and the glue between the stages of flow.py."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Protocol

from assistant.domain import Domain
from assistant.errors import AdapterError, TrainingError
from assistant.models.open import open_engine
from assistant.plugins import Plugins
from assistant.records import AdapterVersion, Chunk
from assistant.registry import WEIGHTS, Registry
from assistant.settings import Settings, Workspace
from assistant.training import version as versions
from assistant.training.dataset import Builder, Dataset, Limits, Searcher
from assistant.training.diagnose import Fault, sample_answers
from assistant.training.gate import CANDIDATE, LIVE, Verdict
from assistant.training.held_out import held_out_losses
from assistant.training.recipe import Recipe, read_recipe
from assistant.training.runs import Run, Runs
from assistant.training.student import Student, open_student
from assistant.training.train import Trained
from assistant.training.watch import Progress


class Documents(Searcher, Protocol):
    """What training needs of ``assistant.retrieval.flow.Knowledge``."""

    def index(self, domain: Domain) -> Any: ...

    def chunks(self, domain: Domain) -> Iterable[Chunk]: ...


def silent(_: Progress) -> None:
    pass


@dataclass(frozen=True)
class Watch:
    """``report`` hears of every step; setting ``stop`` ends the training at the next one, to be resumed."""

    report: Callable[[Progress], None] = silent
    stop: Event = field(default_factory=Event)


@dataclass(frozen=True)
class Prepared:
    """The rows of a training, and what was wrong with the files behind them."""

    dataset: Dataset
    examples: int
    faults: tuple[str, ...]
    dropped: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """A finished training: its version, whether it is live and why, and what it took."""

    version: AdapterVersion
    verdict: Verdict
    faults: tuple[Fault, ...]
    prepared: Prepared


@dataclass(frozen=True)
class Job:
    """A training as asked for. ``changes`` are ``table.key=value`` on top of recipe.toml."""

    workspace: Workspace
    plugins: Plugins
    settings: Settings
    domain: Domain
    student: Student
    knowledge: Documents
    changes: tuple[str, ...] = ()

    @property
    def registry(self) -> Registry:
        return Registry(self.workspace.adapters, self.student.info.key)

    def recipe(self) -> Recipe:
        return read_recipe(self.domain.recipe, self.student.info.key, self.changes)


def open_job(
    workspace: Workspace, plugins: Plugins, settings: Settings, domain: str, knowledge: Documents, changes: Sequence[str] = ()
) -> Job:
    """The job of training a domain by name; errors for an unknown domain, a base that cannot be trained, or a faulty recipe."""
    job = Job(workspace, plugins, settings, plugins.domain(domain), open_student(settings), knowledge, tuple(changes))
    job.recipe()
    return job


def build(job: Job, recipe: Recipe, examples: Sequence[Any]) -> Dataset:
    """The rows of a job; TrainingError when there is nothing to learn from."""
    folder = job.domain.examples
    if not examples:
        raise TrainingError(f"{job.domain.name!r} has no usable example in {folder}; add rows, e.g. {folder / 'dialogues.jsonl'} with messages")
    info, length = job.student.info, min(recipe.training.max_length, job.student.info.context_tokens)
    limits = Limits(info.evidence_items, info.evidence_tokens, info.history_turns, length, job.student.count_tokens, info.quotes_only)
    dataset = Builder(job.domain, job.knowledge, limits, recipe.data, recipe.training.seed).build(examples, recipe.training.validation_share)
    if not dataset.train:
        raise TrainingError(f"no example of {job.domain.name!r} fits max_length = {length}; raise it or shorten the examples")
    return dataset


def begin(job: Job, runs: Runs, prepared: Prepared) -> Run:
    """A new run that holds all it needs to be resumed."""
    record = {
        "base": job.student.info.name,
        "fingerprints": job.student.fingerprints,
        "recipe": job.recipe().model_dump(),
        "data": versions.data_fingerprint(prepared.dataset, job.domain.documents, job.workspace.knowledge / job.domain.name),
        "examples": prepared.examples,
        "faults": prepared.faults,
        "dropped": prepared.dropped,
        "left_out": prepared.dataset.left_out,
    }
    return runs.start(prepared.dataset, record)


def go_on(job: Job, runs: Runs) -> Run:
    """The newest unfinished run, if it was begun on this very base and nothing is asked to change."""
    run = runs.newest_unfinished()
    if job.changes:
        raise TrainingError("a resumed training keeps its own recipe; leave out --set, or leave out --resume to start afresh")
    if run.record["fingerprints"] != job.student.fingerprints:
        raise TrainingError(
            f"run {run.id} was begun on another base model ({run.record['base']}) than {job.student.info.name} as it is now; "
            f"give that one with --base, or start afresh: assistant train {job.domain.name}"
        )
    return run


def recipe_of(run: Run) -> Recipe:
    return Recipe(**run.record["recipe"])


def prepared_of(run: Run) -> Prepared:
    """What the run was begun with."""
    record, data = run.record, run.dataset()
    dataset = Dataset(data.train, data.held_out, tuple(record["left_out"]))
    return Prepared(dataset, record["examples"], tuple(record["faults"]), tuple(record["dropped"]))


def sample(job: Job, run: Run, watch: Watch) -> tuple[list[str], list[str]]:
    """A few answers of the trained adapter and of the bare base to the same rows, through the engine that will serve them."""
    watch.report(Progress("diagnose"))
    data = run.dataset()
    engine = open_engine(job.settings, job.plugins)
    try:
        rows = data.held_out or data.train
        name = job.domain.name
        return sample_answers(engine, run.adapter, name, rows), sample_answers(engine, None, name, rows)
    finally:
        engine.close()


def compare(job: Job, run: Run, watch: Watch) -> dict[str, float]:
    """Held-out losses of the bare base, the candidate, and the live version where it fits this base."""
    watch.report(Progress("gate"))
    adapters = {CANDIDATE: run.adapter}
    live = live_version(job)
    if live:
        adapters[LIVE] = live.folder
    return held_out_losses(job.student, run.dataset().held_out, adapters)


def live_version(job: Job) -> AdapterVersion | None:
    """The live version if it can still be served on this base; a damaged one counts as none."""
    try:
        live = job.registry.current(job.domain.name)
    except AdapterError:
        return None
    fits = live and live.card.get("base", {}).get("fingerprints") == job.student.fingerprints and (live.folder / WEIGHTS).is_file()
    return live if fits else None


def publish(job: Job, run: Run, trained: Trained, losses: dict[str, float], verdict: Verdict) -> AdapterVersion:
    """The new version in the registry, live when the verdict says so; the decision is kept either way."""
    parent = live_version(job)
    card = versions.make_card(job.domain, job.student, recipe_of(run), run.dataset(), trained)
    card |= {"run": run.id, "data": run.record["data"], "held_out": losses, "parent": parent.served_name if parent else None}
    made = versions.publish(job.registry, job.domain, trained, card)
    if verdict.live:
        job.registry.use(made, "; ".join(verdict.reasons))
    else:
        job.registry.note(job.domain.name, {"event": "candidate", "version": made.number, "reasons": list(verdict.reasons)})
    run.note(state="published", version=made.number)
    return made
