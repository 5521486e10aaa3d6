"""One training as asked for: domain, base model, recipe; what it was prepared from and what came of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any, Protocol

from assistant.domain import Domain
from assistant.errors import AdapterError, TrainingError
from assistant.models.fit import prompt_fault
from assistant.plugins import Plugins
from assistant.prompt import prompt_fingerprint
from assistant.records import AdapterVersion, Chunk
from assistant.registry import Registry, damage
from assistant.settings import Settings, Workspace
from assistant.training.auto import Choice
from assistant.training.dataset import Dataset, Searcher
from assistant.training.diagnosis.fault import Fault
from assistant.training.estimate import Estimate
from assistant.training.gate import Verdict
from assistant.training.recipe import Recipe
from assistant.training.recipe_file import read_recipe
from assistant.training.runs import Run, Runs
from assistant.training.student import Student, open_student
from assistant.training.teach.lora import check_combination
from assistant.training.watch import Progress


class Documents(Searcher, Protocol):
    """What training needs of ``assistant.retrieval.flow.Knowledge``."""

    def index(self, domain: Domain) -> Any: ...

    def chunks(self, domain: Domain) -> Iterable[Chunk]: ...


def silent(_: Progress) -> None:
    pass


@dataclass(frozen=True)
class Watch:
    """``report`` hears of every step; ``prepared`` hears what is about to be trained; setting ``stop`` ends the training at the next step, to be resumed."""

    report: Callable[[Progress], None] = silent
    stop: Event = field(default_factory=Event)
    prepared: Callable[["Prepared"], None] = field(default=lambda prepared: None)


@dataclass(frozen=True)
class Prepared:
    """The rows of a training, what was wrong with the files behind them, the recipe with everything chosen, and what it is expected to take.
    ``read``: when the examples were read."""

    dataset: Dataset
    examples: int
    faults: tuple[str, ...]
    dropped: tuple[str, ...]
    recipe: Recipe = field(default_factory=Recipe)
    choices: tuple[Choice, ...] = ()
    estimate: Estimate | None = None
    read: str = ""


@dataclass(frozen=True)
class Outcome:
    """A finished training: its version, the gate's verdict, and what it took. ``live``: whether it went live, as the gate allowed and nobody
    asked to wait. A full training has a ``model`` folder and no version."""

    version: AdapterVersion | None
    verdict: Verdict | None
    faults: tuple[Fault, ...]
    prepared: Prepared
    model: Path | None = None
    live: bool = False


@dataclass(frozen=True)
class Job:
    """A training as asked for. ``changes`` are ``table.key=value`` on top of recipe.toml; ``download``: whether datasets may be fetched.

    ``candidate``: the version stays one, whatever the gate says, until a person puts it live."""

    workspace: Workspace
    plugins: Plugins
    settings: Settings
    domain: Domain
    student: Student
    knowledge: Documents
    changes: tuple[str, ...] = ()
    download: bool = False
    candidate: bool = False

    @property
    def registry(self) -> Registry:
        return Registry(self.workspace.adapters, self.student.info.key)

    def recipe(self) -> Recipe:
        """As it is asked for; what is auto in it is not chosen yet."""
        return read_recipe(self.domain.recipe, self.student.info.key, self.changes)


def open_job(
    workspace: Workspace, plugins: Plugins, settings: Settings, domain: str, knowledge: Documents, changes: Sequence[str] = (), download: bool = False
) -> Job:
    """The job of training a domain by name; errors for an unknown domain, a base that cannot be trained, or a faulty recipe."""
    job = Job(workspace, plugins, settings, plugins.domain(domain), open_student(settings), knowledge, tuple(changes), download)
    check_combination(job.recipe())
    return job


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
    dataset = Dataset(data.train, data.held_out, tuple(record["left_out"]), data.general)
    choices = tuple(Choice(**choice) for choice in record.get("choices", ()))
    expected = record.get("estimate")
    estimate = Estimate(**expected) if expected else None
    return Prepared(dataset, record["examples"], tuple(record["faults"]), tuple(record["dropped"]), recipe_of(run), choices, estimate, record.get("read", ""))


def live_version(job: Job) -> AdapterVersion | None:
    """The live version if it can still be served on this base, with this prompt; a damaged one counts as none."""
    try:
        live = job.registry.current(job.domain.name)
    except AdapterError:
        return None
    if live is None or damage(live) or live.card.get("base", {}).get("fingerprints") != job.student.fingerprints:
        return None
    return None if prompt_fault(live, prompt_fingerprint(job.domain)) else live


def published_by(job: Job, run: Run) -> AdapterVersion | None:
    """The version that a run published before it was cut off."""
    return next((version for version in job.registry.versions(job.domain.name) if version.card.get("run") == run.id), None)
