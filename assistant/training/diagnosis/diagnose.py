"""Examines a training: its losses, and what the adapter answers through the engine that will serve it. Names each fault with its cure.

mismatch → course → collapse → key rows → language → ignoring → forgetting, one file each; the later are pointless where the first three are grave.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.domain import Domain
from assistant.models.engine import Engine
from assistant.prompt import prompt_fingerprint
from assistant.training.dataset import Dataset, Row
from assistant.training.diagnosis.asking import ask, ask_prompts, attach, some
from assistant.training.diagnosis.collapse import collapse, lost_weights
from assistant.training.diagnosis.course import Losses, course
from assistant.training.diagnosis.fault import Fault, gravest_first
from assistant.training.diagnosis.forgetting import GENERAL, OTHERS, forgetting
from assistant.training.diagnosis.ignoring import exchanges, ignoring
from assistant.training.diagnosis.key_rows import key_rows, mostly_wrong, underfit
from assistant.training.diagnosis.mismatch import mismatches, unended, unlike_tokens
from assistant.training.diagnosis.spoken import wrong_language
from assistant.training.held_out import BARE, held_out_losses
from assistant.training.recipe import Recipe
from assistant.training.student import Student

SAMPLES = 8
MOST_OTHERS = 12
SHORT = 96
TUNED = "candidate"


@dataclass(frozen=True)
class Exam:
    """What is examined. ``trained`` has the hashes of the run (weights, tokenizer, template, prompt); ``others`` are rows of other domains.
    Without an ``adapter`` the bare base is examined."""

    engine: Engine
    student: Student
    adapter: Path | None
    domain: Domain
    dataset: Dataset
    recipe: Recipe
    losses: Losses = ()
    trained: Mapping[str, str] | None = None
    others: Sequence[Row] = ()

    @property
    def rows(self) -> list[Row]:
        """A few rows to answer: held-out ones where there are any."""
        return some([row for row in self.dataset.held_out or self.dataset.train if row.form != "general"], SAMPLES)


def examine(exam: Exam) -> list[Fault]:
    """Every fault, the gravest first; none means that the training looks sound. Some thirty answers are made and three dozen rows scored."""
    if found := list(_mismatched(exam)):
        return found  # whatever else is seen would come from that
    lost = lost_weights(exam.adapter, exam.recipe) if exam.adapter else []
    faults = [*course(exam.losses, exam.recipe), *lost]
    if not lost:
        name = attach(exam.engine, exam.adapter, exam.domain.name)
        rows = exam.rows
        answers, before = ask(exam.engine, name, rows), ask(exam.engine, None, rows) if name else []
        faults += collapse(answers, before, exam.losses, exam.recipe)
        if not any(fault.blocks for fault in faults):
            faults += [*_learned(exam, name), *wrong_language(rows, answers, before, exam.recipe), *_forgotten(exam)]
    return gravest_first(_once(_without_consequences(faults)))


def _mismatched(exam: Exam) -> Iterator[Fault]:
    serving: dict[str, str] = {**getattr(exam.engine, "fingerprints", {}), "prompt": prompt_fingerprint(exam.domain)}
    yield from mismatches(exam.trained or exam.student.fingerprints, serving)
    yield from unlike_tokens(exam.rows, exam.student, exam.engine)
    yield from unended(exam.rows, exam.student, _ends(exam.student))


def _learned(exam: Exam, name: str | None) -> Iterator[Fault]:
    rows, marked = key_rows(exam.dataset)
    answers = ask(exam.engine, name, rows, SHORT)
    readable = name and not marked and all(row.form == "evidence" for row in rows)
    before = ask(exam.engine, None, rows, SHORT) if readable and mostly_wrong(rows, answers) else []
    yield from underfit(rows, answers, marked, before, exam.recipe)
    made = exchanges(exam.dataset)
    yield from ignoring(made, ask_prompts(exam.engine, name, [one.prompt for one in made], SHORT), exam.recipe)


def _forgotten(exam: Exam) -> list[Fault]:
    if exam.adapter is None:
        return []
    kinds = {GENERAL: list(exam.dataset.general), OTHERS: some(exam.others, MOST_OTHERS)}
    found = {name: held_out_losses(exam.student, rows, {TUNED: exam.adapter}) for name, rows in kinds.items() if rows}
    return forgetting({name: (losses[BARE], losses[TUNED]) for name, losses in found.items()}, exam.recipe)


def _without_consequences(faults: Sequence[Fault]) -> list[Fault]:
    """A training that broke learned nothing either; to train it further would be no cure."""
    broke = any(fault.blocks and fault.name in ("divergence", "collapse") for fault in faults)
    return [fault for fault in faults if not (broke and fault.name == "underfit")]


def _once(faults: Sequence[Fault]) -> list[Fault]:
    """Of faults with the same name the gravest: its figures say more than a flat loss."""
    kept: dict[str, Fault] = {}
    for fault in sorted(faults, key=lambda fault: (not fault.blocks, -len(fault.changes))):
        kept.setdefault(fault.name, fault)
    return list(kept.values())


def _ends(student: Student) -> set[int]:
    """Token ids that end an answer, by the base's own files."""
    from transformers import GenerationConfig

    try:
        eos: Any = GenerationConfig.from_pretrained(str(student.folder), local_files_only=True).eos_token_id
    except OSError:  # many bases come without generation_config.json
        eos = None
    ids = {*(eos if isinstance(eos, list) else [eos]), student.tokenizer.eos_token_id}
    return {token for token in ids if token is not None}
