"""examples → clean → dataset: the rows of a training, everything auto chosen, and what it will take. Trains nothing."""

from collections.abc import Sequence, Set
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from assistant.errors import TrainingError
from assistant.personal_data import contacts
from assistant.prompt import prompt_fingerprint
from assistant.records import Example
from assistant.rows.clean import learnable
from assistant.rows.validation import validation_examples
from assistant.training import version as versions
from assistant.training.auto import choose, choose_data, facts_of
from assistant.training.dataset import Builder, Dataset, Limits
from assistant.training.estimate import Estimate, expect, probe
from assistant.training.job import Job, Prepared, Watch
from assistant.training.mix import mix_in
from assistant.training.recipe import Recipe
from assistant.training.runs import Run, Runs
from assistant.training.staleness import sources
from assistant.training.teach.devices import processes
from assistant.training.train import check_recipe, steps
from assistant.training.watch import Progress


def prepare(job: Job, watch: Watch, recipe: Recipe | None = None) -> Prepared:
    """The rows that a training would learn; a dry run ends here. ``recipe``: another than the one asked for, as a cure makes it."""
    asked = recipe or job.recipe()
    check_recipe(asked, job.student.info.device)
    watch.report(Progress("examples"))
    job.knowledge.index(job.domain)
    published = contacts(chunk.text for chunk in job.knowledge.chunks(job.domain))
    read = datetime.now(UTC).isoformat(timespec="seconds")
    cleaned = learnable(job.domain, asked.data.min_answer_characters, published)
    known, of_data = choose_data(asked, job.student.info, len(cleaned.examples))
    watch.report(Progress("dataset"))
    dataset = build(job, known, cleaned.examples, published)
    complete, of_training = choose(known, job.student.info, facts_of(dataset.train, job.student.info, job.student.count_tokens))
    prepared = Prepared(dataset, len(cleaned.examples), cleaned.faults, cleaned.dropped, complete, (*of_data, *of_training), read=read)
    return _announced(watch, job, prepared)


def _announced(watch: Watch, job: Job, prepared: Prepared) -> Prepared:
    watch.report(Progress("estimate"))
    prepared = replace(prepared, estimate=_expected(job, prepared.recipe, prepared.dataset))
    watch.prepared(prepared)
    return prepared


def build(job: Job, recipe: Recipe, examples: Sequence[Example], published: Set[str] = frozenset()) -> Dataset:
    """The rows of a job; TrainingError when there is nothing to learn from."""
    folder = job.domain.examples
    if not examples:
        raise TrainingError(f"{job.domain.name!r} has no usable example in {folder}; add rows, e.g. {folder / 'dialogues.jsonl'} with messages")
    info, length = job.student.info, min(recipe.training.max_length, job.student.info.context_tokens)
    limits = Limits(info.evidence_items, info.evidence_tokens, info.history_turns, length, job.student.count_tokens, info.quotes_only)
    name = recipe.training.validation_file
    held_out = validation_examples(job.domain, name, recipe.data.min_answer_characters, published) if name else ()
    dataset = Builder(job.domain, job.knowledge, limits, recipe.data, recipe.training.seed).build(examples, recipe.training.validation_share, held_out)
    if not dataset.train:
        raise TrainingError(f"no example of {job.domain.name!r} fits max_length = {length}; raise it or shorten the examples")
    return mix_in(dataset, recipe, job.domain, limits, job.download)


def _expected(job: Job, recipe: Recipe, dataset: Dataset) -> Estimate | None:
    """From a short measured probe; None where only the training itself can tell (every weight, 4-bit, several processes)."""
    training = recipe.training
    if training.method == "full" or training.quantization != "none" or processes() > 1:
        return None
    looks = round(training.epochs) if dataset.held_out else 0
    return expect(probe(job.student, recipe, dataset.train), steps(len(dataset.train), recipe), looks * len(dataset.held_out))


def begin(job: Job, runs: Runs, prepared: Prepared, **more: Any) -> Run:
    """A new run that holds all it needs to be resumed; ``more`` is kept in its record."""
    record = {
        "base": job.student.info.name,
        "fingerprints": job.student.fingerprints,
        "prompt": prompt_fingerprint(job.domain),
        "recipe": prepared.recipe.model_dump(),
        "data": versions.data_fingerprint(prepared.dataset, job.domain.documents, job.workspace.knowledge / job.domain.name),
        "sources": sources(job.domain, job.workspace),
        "read": prepared.read,
        "examples": prepared.examples,
        "faults": prepared.faults,
        "dropped": prepared.dropped,
        "left_out": prepared.dataset.left_out,
        "choices": [asdict(choice) for choice in prepared.choices],
        "estimate": asdict(prepared.estimate) if prepared.estimate else None,
    }
    return runs.start(prepared.dataset, {**record, **more})
