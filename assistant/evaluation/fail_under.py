"""Whether an evaluation reaches what a team asks of it, for the exit code of its CI."""

import math

from assistant.errors import EvaluationError
from assistant.evaluation.figures import interval, percent
from assistant.evaluation.meanings import in_order, meaning_of, rung_title
from assistant.evaluation.results import RUNGS, Evaluation, Rung

EXAMPLE = "facts=0.9, or rag:facts=0.9 for one rung, several with a comma between"


def fail_under(evaluation: Evaluation, wanted: str) -> list[str]:
    """A line for each score that is under what ``wanted`` asks; [] when all hold.

    ``facts=0.9`` speaks of the highest rung measured, which is what users get; ``rag:facts=0.9`` of that rung. The mean counts, not its interval.
    EvaluationError for what cannot be read, and for a rung or score that was not measured.
    """
    parts = [part.strip() for part in wanted.split(",") if part.strip()]
    if not parts:
        raise EvaluationError(f"nothing to hold the evaluation to; write {EXAMPLE}")
    return [fault for part in parts for fault in _fault(evaluation, part)]


def _fault(evaluation: Evaluation, part: str) -> list[str]:
    place, equals, number = part.rpartition("=")
    named, _colon, score = place.strip().rpartition(":")
    if not equals or not score.strip():
        raise EvaluationError(f"{part!r} is no score with its least value; write {EXAMPLE}")
    least, rung = _share(number, part), _rung(evaluation, named.strip())
    mean = rung.means.get(score.strip())
    if mean is None or not mean.n:
        there = ", ".join(in_order(name for name, one in rung.means.items() if one.n)) or "none"
        raise EvaluationError(f"{rung.name} has no score {score.strip()!r} on these questions; it has: {there}")
    if not meaning_of(score.strip()).judges:
        raise EvaluationError(f"{score.strip()} only describes answers, so none can be too low; write {EXAMPLE}")
    if mean.mean >= least:
        return []
    return [f"{score.strip()} is {percent(mean.mean)} {interval(mean, score.strip())} on {rung_title(rung.name)} (n {mean.n}), under {percent(least)}"]


def _share(number: str, part: str) -> float:
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:  # NaN too
        raise EvaluationError(f"{part!r}: {number.strip()!r} is no number from 0 to 1; write {EXAMPLE}")
    return value


def _rung(evaluation: Evaluation, named: str) -> Rung:
    if not evaluation.rungs:
        raise EvaluationError("the evaluation has no rung; run it again")
    order: dict[str, int] = {name: place for place, name in enumerate(RUNGS)}
    if not named:
        return max(evaluation.rungs, key=lambda rung: order.get(rung.name, -1))
    found = next((rung for rung in evaluation.rungs if rung.name == named), None)
    if found is None:
        raise EvaluationError(f"no rung {named!r} in this evaluation; it has: {', '.join(rung.name for rung in evaluation.rungs)}")
    return found
