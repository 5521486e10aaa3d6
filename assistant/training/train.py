"""Teaches the base model the rows of a run, alone or with other processes, and saves the adapter or the whole model.

Resuming gives the same weights as an unbroken run: rows, order, optimizer and random states all come from the run's folder.
"""

import json
import shutil
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from assistant.errors import TrainingError
from assistant.training.parity.golden import FILE as GOLDEN
from assistant.training.parity.golden import golden, golden_rows, save_golden
from assistant.training.recipe import Recipe
from assistant.training.runs import Run
from assistant.training.student import Student
from assistant.training.teach.devices import first, free, shared, wait
from assistant.training.teach.lora import check_combination, keep_start, save_adapter
from assistant.training.teach.quantize import check_quantization
from assistant.training.teach.stopping import Diverged, exhausted, gathering, keeper, logged
from assistant.training.teach.trainer import check_tracker, make_trainer, steps
from assistant.training.watch import Progress, diverged, watcher

__all__ = ["GOLDEN", "Diverged", "Trained", "check_recipe", "steps", "train"]


DONE = ("trained", "passed over", "published")


@dataclass(frozen=True)
class Trained:
    """``adapter`` holds the weights, or ``model`` the whole model of a full training; ``seconds`` counts every sitting of the run."""

    adapter: Path
    seconds: float
    losses: list[dict[str, float]]
    model: Path | None = None


def check_recipe(recipe: Recipe, device: str) -> None:
    """TrainingError for what this machine or this combination cannot do; loads nothing heavy."""
    check_combination(recipe)
    check_tracker(recipe.training.tracker)
    if recipe.training.quantization == "4bit":
        check_quantization(device)


def train(run: Run, student: Student, recipe: Recipe, report: Callable[[Progress], None], stop: Event) -> Trained:
    """Train, or go on from the newest whole checkpoint; TrainingError when stopped, Diverged when the loss is lost."""
    if run.record["state"] in DONE:
        return _trained(run, recipe)
    check_recipe(recipe, student.info.device)
    began = time.monotonic()
    checkpoint = shared(run.prepare_resume(lambda text: report(Progress("train", message=text))) if first() else None)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=FutureWarning)  # transformers, trl and peft warn about each other
        _teach(run, student, recipe, checkpoint, report, stop)
    wait()
    if first():
        run.note(state="trained", seconds=round(run.record.get("seconds", 0.0) + time.monotonic() - began, 1))
    wait()
    free()
    return _trained(run, recipe)


def _trained(run: Run, recipe: Recipe) -> Trained:
    full = recipe.training.method == "full"
    return Trained(run.adapter, run.record["seconds"], run.losses(), run.folder / "model" if full else None)


def _teach(run: Run, student: Student, recipe: Recipe, checkpoint: Path | None, report: Callable[[Progress], None], stop: Event) -> None:
    best = run.folder / "best"
    end = keeper(recipe.training.early_stopping, stop, lambda model: _save(model, best, run, student, recipe))
    try:
        trainer = make_trainer(run, student, recipe, [gathering(), watcher(run, report, Event()), end])
    except (ValueError, TrainingError, _out_of_memory()) as error:
        if first():
            run.note(state="failed")
        raise error if isinstance(error, TrainingError) else TrainingError(f"the training cannot start: {error}") from error
    if recipe.training.method == "lora" and first():
        keep_start(trainer.model, recipe.lora, run.folder / "start")
    if not exhausted(_looks(checkpoint), recipe.training.early_stopping):
        _fit(trainer, checkpoint, run)
        _check_end(trainer, run, recipe, end.ended)
    target = run.folder / "model" if recipe.training.method == "full" else run.adapter
    if best.is_dir() and recipe.training.early_stopping:
        _copy(best, target)
    else:
        _save(trainer.model, target, run, student, recipe)


def _fit(trainer: Any, checkpoint: Path | None, run: Run) -> None:
    try:
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    except _out_of_memory() as error:
        if first():
            run.note(state="failed")
        raise TrainingError(
            "the device's memory is too small for this training; try --set training.batch_size=1, "
            f"--set training.gradient_checkpointing=true or a shorter training.max_length ({str(error).splitlines()[0]})"
        ) from None


def _check_end(trainer: Any, run: Run, recipe: Recipe, ended: str) -> None:
    """Diverged when the loss was lost, TrainingError when the training was stopped by hand."""
    name, step, history = run.record["domain"], trainer.state.global_step, trainer.state.log_history
    lost = diverged(history)
    if lost or ended == "lost":
        if first():
            run.note(state="failed")
        loss = logged(history, "loss")
        what = "became infinite" if lost else f"rose from {min(loss):.2f} to {loss[-1]:.2f} and stayed there"
        rate = recipe.training.learning_rate / 5
        raise Diverged(f"the loss of {name!r} {what} at step {step}; lower the rate: --set training.learning_rate={rate:g}", step, run.losses())
    if step < trainer.state.max_steps and ended != "early":
        raise TrainingError(f"stopped at step {step}; go on with: assistant train {name} --resume")


def _looks(checkpoint: Path | None) -> list[float]:
    """Held-out losses up to a checkpoint."""
    return logged(json.loads((checkpoint / "trainer_state.json").read_text("utf-8"))["log_history"], "eval_loss") if checkpoint else []


def _save(model: Any, folder: Path, run: Run, student: Student, recipe: Recipe) -> None:
    """The adapter and what it says to the golden prompts, or the model with its tokenizer, in one step; by the first process."""
    if not first():
        return
    plain = getattr(model, "module", model)
    if recipe.training.method == "lora":
        save_golden(golden(plain, student, golden_rows(run.dataset())), run.folder / GOLDEN)
        save_adapter(plain, folder, student.info.name, run.folder / "start")
        return
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    plain.config.quotes_only = student.info.quotes_only  # so that it is asked as its base is
    plain.save_pretrained(str(partial), safe_serialization=True)
    student.copy_words(partial)
    _replace(partial, folder)


def _copy(source: Path, target: Path) -> None:
    if first():
        partial = target.with_name(target.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(source, partial)
        _replace(partial, target)


def _replace(partial: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


def _out_of_memory() -> type[Exception]:
    import torch

    return torch.OutOfMemoryError
