"""When a training ends before its last step: asked to, lost, or no better on the held-out rows. Knows the trainer's callbacks, no model.

Every decision follows from what stands in a checkpoint, so that a resumed training decides as an unbroken one would.
"""

import math
from collections.abc import Callable, Sequence
from threading import Event
from typing import Any

from assistant.errors import TrainingError
from assistant.training.teach.devices import any_of, wait

LOGS = 5
FACTOR = 2.0
FROM_FIRST = 4.0
MARGIN = 0.5


class Diverged(TrainingError):
    """A training whose loss was lost; ``step`` is where, ``losses`` the run's lines."""

    def __init__(self, message: str, step: int, losses: Sequence[dict[str, float]]) -> None:
        self.step, self.losses = step, tuple(losses)
        super().__init__(message)


def rising(losses: Sequence[float]) -> bool:
    """Whether each of the last five logged losses is at least twice the best mean of five before them, or four times the very first.

    It must also be half a nat above: that leaves alone a training that knows its rows by heart, where noise doubles a loss of nearly nothing."""
    if any(not math.isfinite(loss) for loss in losses):
        return True
    if len(losses) <= LOGS:
        return False
    means = [sum(losses[end - LOGS : end]) / LOGS for end in range(LOGS, len(losses) - LOGS + 1)]
    return any(min(losses[-LOGS:]) >= max(factor * low, low + MARGIN) for factor, low in [(FACTOR, min(means, default=math.inf)), (FROM_FIRST, losses[0])])


def best_look(looks: Sequence[float]) -> int:
    """The place of the lowest held-out loss, the earliest of equals."""
    return min(range(len(looks)), key=lambda place: (looks[place] if math.isfinite(looks[place]) else math.inf, place))


def exhausted(looks: Sequence[float], patience: int) -> bool:
    """Whether so many looks at the held-out rows brought none better than the best before them; never with patience 0."""
    return bool(patience and looks) and len(looks) - 1 - best_look(looks) >= patience


def logged(history: Sequence[dict[str, Any]], name: str) -> list[float]:
    """The values of one figure in a trainer's log history, in their order."""
    return [float(line[name]) for line in history if name in line]


def gathering() -> Any:
    """A trainer callback, to come first: a checkpoint is marked only when every process has written its part."""
    from transformers import TrainerCallback

    class Gathering(TrainerCallback):
        def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            wait()

    return Gathering()


def keeper(patience: int, stop: Event, save_best: Callable[[Any], None]) -> Any:
    """A trainer callback, to come last: stops early, keeps the best weights, and saves at an epoch's end only after the look at the held-out rows.

    All processes stop at the step at which ``stop`` is set in one of them. ``ended`` says what else ended the training: "" (nothing), "lost", or "early"."""
    from transformers import TrainerCallback

    class Keeper(TrainerCallback):
        ended, owed = "", False

        def on_log(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if rising(logged(state.log_history, "loss")):
                self.ended, control.should_training_stop = "lost", True

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if any_of(stop.is_set()):
                control.should_training_stop = control.should_save = True
            if _at_end(state) and control.should_save:
                self.owed, control.should_save = True, False

        def on_epoch_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if self.ended == "lost" or not _at_end(state):
                control.should_evaluate = control.should_save = False
            elif self.owed:
                control.should_save = True
            self.owed = False

        def on_evaluate(self, args: Any, state: Any, control: Any, model: Any = None, **_: Any) -> None:
            looks = logged(state.log_history, "eval_loss")
            if patience and best_look(looks) == len(looks) - 1:
                save_best(model)
            if not self.ended and exhausted(looks, patience):
                self.ended, control.should_training_stop = "early", True

    return Keeper()


def _at_end(state: Any) -> bool:
    """Whether an epoch or the whole training is complete; otherwise it was cut off."""
    return float(state.epoch or 0).is_integer() or state.global_step >= state.max_steps
