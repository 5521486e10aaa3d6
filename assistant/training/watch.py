"""What can be seen of a training while it runs: progress for people, a loss history on disk, and a way to stop."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Any

from assistant.training.runs import Run


@dataclass(frozen=True)
class Progress:
    """``stage`` is a word of the arrow line; steps and losses are there while training."""

    stage: str
    step: int = 0
    steps: int = 0
    loss: float | None = None
    seconds_left: float | None = None


def diverged(losses: Sequence[dict[str, float]]) -> bool:
    return any(not math.isfinite(value) for line in losses for key, value in line.items() if key.endswith("loss"))


def watcher(run: Run, report: Callable[[Progress], None], stop: Event) -> Any:
    """A trainer callback that writes losses, marks whole checkpoints, reports each step, and ends early when asked or lost."""
    from transformers import TrainerCallback

    class Watcher(TrainerCallback):
        began, first, loss = 0.0, 0, None

        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            self.began, self.first = time.monotonic(), state.global_step

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            done = state.global_step - self.first
            left = (time.monotonic() - self.began) / max(done, 1) * (state.max_steps - state.global_step)
            report(Progress("train", state.global_step, state.max_steps, self.loss, left))
            if stop.is_set():
                control.should_training_stop = control.should_save = True

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
            kept = {key: float(logs[key]) for key in ("loss", "eval_loss", "learning_rate", "grad_norm") if key in logs}
            if "loss" not in kept and "eval_loss" not in kept:
                return
            run.add_loss({"step": state.global_step, "epoch": round(state.epoch or 0.0, 3), **kept})
            self.loss = kept.get("loss", self.loss)
            if diverged([kept]):
                control.should_training_stop = True

        def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            run.mark_whole(state.global_step)

    return Watcher()
