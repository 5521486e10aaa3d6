"""What can be seen of a training while it runs: progress for people, losses and events on disk, and a way to stop."""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from assistant.training.events import note
from assistant.training.runs import Run, Runs

NOTED_SHARE = 0.02
LOGGED = ("loss", "eval_loss", "learning_rate", "grad_norm", "tokens_per_second", "memory_gb")


@dataclass(frozen=True)
class Progress:
    """``stage`` is a word of the arrow line; the figures are there while training, the latest of each.

    ``held_out`` is the loss on held-out rows, ``rate`` the learning rate; tokens are those of answers; memory is the peak in GB (10^9 bytes).
    """

    stage: str
    step: int = 0
    steps: int = 0
    loss: float | None = None
    seconds_left: float | None = None
    rate: float | None = None
    held_out: float | None = None
    tokens_per_second: float | None = None
    memory_gb: float | None = None
    message: str = ""


def diverged(losses: Sequence[dict[str, float]]) -> bool:
    return any(not math.isfinite(value) for line in losses for key, value in line.items() if key.endswith("loss"))


def recorded(folder: Path, report: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """The same report, which also writes each new stage and message to the run's events, and how far stages without steps are."""
    last, noted = Progress(""), 0.0

    def hear(progress: Progress) -> None:
        nonlocal last, noted
        if progress.stage != last.stage:
            note(folder, "stage", stage=progress.stage)
        if progress.message not in ("", last.message):
            note(folder, "message", text=progress.message)
        share = progress.step / progress.steps if progress.steps and progress.stage != "train" else 0.0
        if share - noted >= NOTED_SHARE or share < noted:
            noted = share
            note(folder, "progress", stage=progress.stage, step=progress.step, steps=progress.steps, seconds_left=progress.seconds_left)
        last = progress
        report(progress)

    return hear


@contextmanager
def ending(runs: Runs) -> Iterator[None]:
    """Writes to the events of the run begun last that a training ended before its time, and why; the error goes on."""
    try:
        yield
    except BaseException as error:
        if runs.begun:
            run = runs.begun[-1]
            state = "failed" if run.record["state"] == "failed" else "stopped"
            note(run.folder, "end", state=state, text=str(error) or type(error).__name__)
        raise


def watcher(run: Run, report: Callable[[Progress], None], stop: Event) -> Any:
    """A trainer callback that writes losses and events, marks whole checkpoints, reports each step, and ends early when asked or lost.

    In a training on several devices only the first process writes and reports.
    """
    from transformers import TrainerCallback

    class Watcher(TrainerCallback):
        began, first = 0.0, 0

        def __init__(self) -> None:
            self.latest: dict[str, float] = {}

        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            self.began, self.first = time.monotonic(), state.global_step
            if state.is_world_process_zero:
                record, resumed = run.record, state.global_step > 0
                expected = record.get("estimate") or {}
                note(run.folder, "begin", run=run.id, domain=record["domain"], base=record["base"], resumed=resumed, steps=state.max_steps, **expected)

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if state.is_world_process_zero:
                report(_progress(state, self.began, self.first, self.latest))
            if stop.is_set():
                control.should_training_stop = control.should_save = True

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
            kept = {key: float(logs[key]) for key in LOGGED if key in logs}
            if "loss" not in kept and "eval_loss" not in kept:
                return
            self.latest |= kept
            if state.is_world_process_zero:
                epoch = round(state.epoch or 0.0, 3)
                run.add_loss({"step": state.global_step, "epoch": epoch, **kept})
                _note_log(run.folder, _progress(state, self.began, self.first, self.latest), epoch, kept)
            if diverged([kept]):
                control.should_training_stop = True

        def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if state.is_world_process_zero:
                run.mark_whole(state.global_step)

    return Watcher()


def _progress(state: Any, began: float, first: int, latest: Mapping[str, float]) -> Progress:
    """``first`` is the step at which this sitting began, at the time ``began``."""
    done = max(state.global_step - first, 1)
    left = (time.monotonic() - began) / done * (state.max_steps - state.global_step)
    loss, rate, held_out, tokens = (latest.get(name) for name in ("loss", "learning_rate", "eval_loss", "tokens_per_second"))
    return Progress("train", state.global_step, state.max_steps, loss, left, rate, held_out, tokens, latest.get("memory_gb") or memory_gb())


def _note_log(folder: Path, progress: Progress, epoch: float, logs: Mapping[str, float]) -> None:
    if "loss" in logs:
        note(
            folder, "step", step=progress.step, steps=progress.steps, epoch=epoch, loss=progress.loss, rate=progress.rate,
            grad_norm=logs.get("grad_norm"), tokens_per_second=progress.tokens_per_second, memory_gb=progress.memory_gb,
            seconds_left=progress.seconds_left,
        )  # fmt: skip
    if "eval_loss" in logs:
        note(folder, "held_out", step=progress.step, epoch=epoch, loss=logs["eval_loss"])


def memory_gb() -> float:
    """Most memory used so far: the GPU's where one is in use, otherwise this process's."""
    import torch

    if torch.cuda.is_available() and (used := torch.cuda.max_memory_reserved()):
        return used / 1e9
    try:
        import resource
    except ImportError:  # Windows
        import psutil

        return float(psutil.Process().memory_info().peak_wset) / 1e9
    import sys

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e9 if sys.platform == "darwin" else peak * 1024 / 1e9
