"""Trainings of a tiny Llama on a few rows written here, without a domain or documents around them."""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

from assistant.records import Turn
from assistant.settings import Settings
from assistant.training.dataset import Dataset, Row
from assistant.training.recipe import Recipe
from assistant.training.runs import Run, Runs
from assistant.training.student import Student, open_student
from assistant.training.train import Trained, train
from assistant.training.watch import Progress

FACTS = [
    ("How many days of leave?", "15 days a year."),
    ("Where is leave requested?", "In Harbour, before the month ends."),
    ("When is a remote day asked for?", "At least 24 hours ahead."),
    ("年假有几天？", "每年15天。"),
    ("May water be taken into room A1?", "No liquids in server room A1, not even in closed bottles."),
    ("What do visitors wear?", "A yellow badge."),
    ("出差住宿标准是多少？", "一线城市每晚不超过500元，其他城市不超过350元。"),
    ("Who signs a leave request?", "The manager."),
]
HELD_OUT = [("How long is the leave of a year?", "15 days."), ("访客佩戴什么？", "黄色工牌。")]
QUICK = {
    "training.epochs": 2, "training.batch_size": 2, "training.accumulation": 1, "training.max_length": 256, "training.gradient_checkpointing": False,
    "training.learning_rate": 1e-2, "lora.dropout": 0.0,
}  # fmt: skip


def row(question: str, answer: str) -> Row:
    return Row((Turn("system", "Answer in one sentence."), Turn("user", question)), answer, question, "plain")


def begin(folder: Path, rows: list[tuple[str, str]] = FACTS, held_out: list[tuple[str, str]] = HELD_OUT) -> Run:
    """A run below ``folder`` that holds these rows."""
    dataset = Dataset(tuple(row(*pair) for pair in rows), tuple(row(*pair) for pair in held_out))
    return Runs(folder, "lessons").start(dataset, {"base": "tiny"})


def recipe(**changes: Any) -> Recipe:
    """Quick settings; ``training_steps=3`` sets training.steps."""
    return Recipe().with_values(QUICK | {name.replace("_", ".", 1): value for name, value in changes.items()})


def student(folder: Path) -> Student:
    return open_student(Settings(base_model=str(folder), threads=1, device="cpu"))


def learn(run: Run, base: Path, report: Callable[[Progress], None] = lambda progress: None, stop: Event | None = None, **changes: Any) -> Trained:
    return train(run, student(base), recipe(**changes), report, stop or Event())


def weights(folder: Path, name: str = "adapter_model.safetensors") -> dict[str, Any]:
    from safetensors.torch import load_file

    return dict(load_file(folder / name))


def same(left: dict[str, Any], right: dict[str, Any]) -> bool:
    return left.keys() == right.keys() and all(left[name].equal(right[name]) for name in left)


def stopping_at(step: int) -> tuple[Callable[[Progress], None], Event]:
    """A report and a stop event that end a training after this step."""
    stop = Event()

    def report(progress: Progress) -> None:
        if progress.step == step:
            stop.set()

    return report, stop
