"""Before and after a tuning in the form of the lecture (SOURCES S0e): mean marks of 1 to 10, improvement in percent, one of three verdicts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.errors import EvaluationError

Verdict = Literal["deploy", "consider", "improve data or method"]
LEAST, MOST = 1, 10
DEPLOY = 5.0


@dataclass(frozen=True)
class BeforeAfter:
    """Mean marks over the ``n`` questions marked on both sides; ``improvement`` in percent of the base's mean. ``unmarked`` questions, of
    which the judge said no mark on one side, are counted and never averaged. Without any marked question the rest is None."""

    base: float | None
    tuned: float | None
    improvement: float | None
    verdict: Verdict | None
    n: int
    unmarked: int


def before_after(base: Sequence[float | None], tuned: Sequence[float | None]) -> BeforeAfter:
    """Marks question by question, None where the judge's reply held none. EvaluationError for marks outside 1 to 10 and unequal lengths."""
    if len(base) != len(tuned):
        raise EvaluationError(f"base has {len(base)} marks, tuned has {len(tuned)}; mark the same questions on both sides")
    wrong = [mark for mark in (*base, *tuned) if mark is not None and not LEAST <= mark <= MOST]
    if wrong:
        raise EvaluationError(f"a mark is {wrong[0]}; marks go from {LEAST} to {MOST}, and a reply without one is None")
    pairs = [(before, after) for before, after in zip(base, tuned, strict=True) if before is not None and after is not None]
    if not pairs:
        return BeforeAfter(None, None, None, None, 0, len(base))
    before, after = (math.fsum(marks) for marks in zip(*pairs, strict=True))
    improvement = 100 * (after - before) / before  # from the sums: means would make exactly 5 % a little more
    return BeforeAfter(before / len(pairs), after / len(pairs), improvement, verdict_of(improvement), len(pairs), len(base) - len(pairs))


def verdict_of(improvement: float) -> Verdict:
    """Above 5 % deploy, above 0 consider, else improve the data or the method."""
    return "deploy" if improvement > DEPLOY else "consider" if improvement > 0 else "improve data or method"
