"""The next recipe after a training with faults, and the record of each attempt. Trains nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

from assistant.training.diagnosis.fault import Fault, gravest_first
from assistant.training.diagnosis.remedies import Changes, bounded, shown, value_of
from assistant.training.recipe import Recipe

RATE = "training.learning_rate"
TOO_HIGH = {"collapse", "divergence"}
TOO_LOW = {"underfit"}


@dataclass(frozen=True)
class Attempt:
    """One training of an `--auto-cure`: its run, its recipe, what ``changes`` (and ``words``) made that of the one before, and what was found."""

    run: str
    recipe: Recipe
    faults: tuple[Fault, ...]
    changes: Mapping[str, Any] = field(default_factory=dict)
    words: tuple[str, ...] = ()

    def record(self) -> dict[str, Any]:
        """As it is kept in the card, under "attempts"; the whole recipe stands in the run's folder."""
        return {"run": self.run, "changes": dict(self.changes), "words": list(self.words), "faults": [fault.record() for fault in self.faults]}


def cured(recipe: Recipe, faults: Sequence[Fault], before: Sequence[Attempt] = ()) -> tuple[Recipe, list[str]] | None:
    """The recipe with the cures of its faults, each change in words; None when nothing can be changed or it was tried before.

    Where two faults ask for different values of one setting the graver one has its way. The rate never goes back to where an earlier
    attempt broke or learned too little: it is set between that and the present one.
    """
    wanted: Changes = {}
    why: dict[str, str] = {}
    for fault in gravest_first(faults):
        for place, value in fault.changes.items():
            if place not in wanted:
                wanted[place], why[place] = value, fault.name
    if RATE in wanted:
        wanted[RATE] = _between(recipe.training.learning_rate, wanted[RATE], before)
    changes = bounded(recipe, wanted)
    if not changes:
        return None
    made = recipe.with_values(changes)
    if any(made.model_dump() == attempt.recipe.model_dump() for attempt in before):
        return None
    return made, [f"{place} {shown(value_of(recipe, place))} → {shown(value)} ({why[place]})" for place, value in changes.items()]


def best(attempts: Sequence[Attempt]) -> Attempt:
    """The attempt with the fewest blocking faults, then with the least of its answers at fault; of equals the first."""
    return min(attempts, key=lambda one: (sum(fault.blocks for fault in one.faults), sum(fault.share for fault in one.faults)))


def _between(now: float, wanted: float, before: Sequence[Attempt]) -> float:
    """The wanted rate, or the geometric mean of the present one and an earlier one that it must not reach again."""
    broke, idle = _rates(before, TOO_HIGH), _rates(before, TOO_LOW)
    if wanted > now and (limit := min((rate for rate in broke if rate > now), default=0.0)) and wanted >= limit:
        return sqrt(now * limit)
    if wanted < now and (limit := max((rate for rate in idle if rate < now), default=0.0)) and wanted <= limit:
        return sqrt(now * limit)
    return wanted


def _rates(before: Sequence[Attempt], names: set[str]) -> list[float]:
    return [attempt.recipe.training.learning_rate for attempt in before if any(fault.name in names for fault in attempt.faults)]
