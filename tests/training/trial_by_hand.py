"""Trials made by hand: scores by side, no model asked."""

from collections.abc import Sequence

from assistant.evaluation.results import Rung
from assistant.training.trial import BASE, CANDIDATE, Trial

Scores = dict[str, Sequence[float]]


def turned(n: int, lost: int = 0, gained: int = 0) -> tuple[list[float], list[float]]:
    """Before and after of ``n`` questions: some lost, some gained, half of the rest right on both sides, half wrong."""
    same = [float(place % 2) for place in range(n - lost - gained)]
    return [1.0] * lost + [0.0] * gained + same, [0.0] * lost + [1.0] * gained + same


def trial(base: Scores, candidate: Scores, live: Scores | None = None) -> Trial:
    """One list of values per score and side; values in the same place are of the same question."""
    asked = max((len(values) for values in candidate.values()), default=0)
    known = _rung("staff@1", live) if live is not None else None
    return Trial("staff", "dev", asked, 0, _rung(CANDIDATE, candidate), _rung(BASE, base), known, 1.5)


def _rung(name: str, scores: Scores) -> Rung:
    most = max((len(values) for values in scores.values()), default=0)
    by_question = {f"q{place}": {score: values[place] for score, values in scores.items() if place < len(values)} for place in range(most)}
    return Rung(name, {}, by_question, {}, {})
