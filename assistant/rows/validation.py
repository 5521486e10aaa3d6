"""A file of the domain whose examples are held out: read and judged as those to learn. Knows nothing of rows."""

from collections.abc import Set
from pathlib import Path

from assistant.domain import Domain
from assistant.errors import TrainingError
from assistant.records import Example
from assistant.rows.clean import Cleaner
from assistant.rows.examples import ExampleFile

NAMED = 3


def validation_path(folder: Path, name: str) -> Path:
    """The file below the domain's folder; TrainingError for one that leads out of it or is not there."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise TrainingError(f"training.validation_file {name!r} leads out of {folder}; put the file there and give its name, such as validation.jsonl")
    if not path.is_file():
        raise TrainingError(f"training.validation_file {name!r} is not in {folder}; write it there, or leave it empty to hold out validation_share")
    return path


def validation_examples(domain: Domain, name: str, shortest: int, published: Set[str] = frozenset()) -> tuple[Example, ...]:
    """The usable examples of the file; TrainingError when it has none."""
    path = validation_path(domain.folder, name)
    judged = list(Cleaner(domain, shortest, published).judge_file(ExampleFile(path, name)))
    examples = tuple(row.example for row in judged if row.example)
    if not examples:
        reasons = "\n  ".join(f"{row.origin}: {'; '.join(fault.text for fault in row.faults if fault.out)}" for row in judged[:NAMED])
        raise TrainingError(f"training.validation_file {name!r} has no usable example; mend it, or leave it empty to hold out validation_share:\n  {reasons}")
    return examples
