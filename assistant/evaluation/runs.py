"""Finds finished evaluations and sets two side by side: what changed on each rung, on the same questions where they were asked twice."""

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from assistant.errors import EvaluationError
from assistant.evaluation.meanings import in_order
from assistant.evaluation.report import DATA, evaluations, read_evaluation
from assistant.evaluation.results import Difference, Evaluation, Rung
from assistant.evaluation.statistics import RESAMPLES, SEED, holm, more_questions, paired_difference, paired_p
from assistant.settings import Workspace


@dataclass(frozen=True)
class Change:
    """A score on one rung before and after, as means over the questions of the difference."""

    rung: str
    before: float
    after: float
    difference: Difference


@dataclass(frozen=True)
class Comparison:
    """What ``two`` changed against ``one``; ``notes`` say what else differs, and so what the figures cannot tell apart."""

    one: str
    two: str
    notes: tuple[str, ...]
    changes: tuple[Change, ...]
    paired: bool


def find_evaluation(workspace: Workspace, named: str) -> Evaluation:
    """The evaluation of a folder, a file, or an id among the workspace's; EvaluationError with the ids there are."""
    if Path(named).exists():
        return read_evaluation(Path(named))
    root = workspace.state / "evaluation"
    whole = sorted(root.glob(f"*/*/{DATA}"), key=lambda path: path.stat().st_mtime)
    found = [path for path in whole if named in (path.parent.name, f"{path.parent.parent.name}/{path.parent.name}")]
    if len(found) == 1:
        return read_evaluation(found[0])
    latest = ", ".join(f"{path.parent.parent.name}/{path.parent.name}" for path in whole[-8:])
    if found:
        raise EvaluationError(f"{named!r} is the id of several evaluations; write the domain too: {latest}")
    raise EvaluationError(f"no evaluation {named!r}; " + (f"there are: {latest}" if latest else "make one with: assistant evaluate DOMAIN"))


def latest_evaluation(workspace: Workspace, domain: str) -> Evaluation | None:
    """A domain's newest evaluation that can be read; None when there is none."""
    folder = evaluations(workspace, domain)
    for path in sorted(folder.glob(f"*/{DATA}"), key=lambda path: path.stat().st_mtime, reverse=True):
        with suppress(EvaluationError):
            return read_evaluation(path)
    return None


def compare(one: Evaluation, two: Evaluation) -> Comparison:
    """Every score that both have, on every rung that both have: ``two`` minus ``one``. Paired on the questions asked in both; where none was,
    all questions of each are compared as two samples. EvaluationError when no rung was measured twice."""
    before = {rung.name: rung for rung in one.rungs}
    pairs = [(before[rung.name], rung) for rung in two.rungs if rung.name in before]
    if not pairs:
        names = [", ".join(rung.name for rung in each.rungs) or "none" for each in (one, two)]
        raise EvaluationError(f"no rung was measured in both: {one.id} has {names[0]}; {two.id} has {names[1]}")
    same = _same_questions(one, two)
    changes = [change for old, new in pairs for change in _changes(old, new, same, one.id, two.id)]
    return Comparison(one.id, two.id, tuple(_notes(one, two, same)), tuple(_corrected(changes)), bool(same))


def rung_changes(old: Rung, new: Rung) -> tuple[Change, ...]:
    """Every score that both have: ``new`` minus ``old``, paired on the questions that both were asked; p values corrected over all scores."""
    return tuple(_corrected(_changes(old, new, set(old.scores) & set(new.scores), old.name, new.name)))


def _same_questions(one: Evaluation, two: Evaluation) -> set[str]:
    """Ids that stand for the same words and the same expectations in both."""
    asked = {str(question["id"]): dict(question) for question in one.questions}
    return {str(question["id"]) for question in two.questions if asked.get(str(question["id"])) == dict(question)}


def _notes(one: Evaluation, two: Evaluation, same: set[str]) -> list[str]:
    differs = [(name, getattr(one, name), getattr(two, name)) for name in ("domain", "split", "base", "adapter")]
    notes = [f"the {name} differs: {before or 'none'}, then {after or 'none'}" for name, before, after in differs if before != after]
    left_out = [sum(str(question["id"]) not in same for question in each.questions) for each in (one, two)]
    if not same:
        notes.append("no question was asked in both: the means are of different questions, compared as two samples")
    elif any(left_out):
        notes.append(f"the questions differ: {len(same)} were asked in both and are compared; left out are {left_out[0]} of the first, {left_out[1]} of the second")
    return notes


def _changes(old: Rung, new: Rung, same: set[str], before: str, after: str) -> list[Change]:
    changes = []
    for score in in_order(_scored(old) & _scored(new)):
        first, second = ({key: scores[score] for key, scores in rung.scores.items() if score in scores} for rung in (old, new))
        if same:
            shared = sorted(same & set(first) & set(second))
            first, second = ({key: each[key] for key in shared} for each in (first, second))
        if first and second:
            changes.append(_change(new.name, score, list(first.values()), list(second.values()), bool(same), (before, after)))
    return changes


def _scored(rung: Rung) -> set[str]:
    return {score for scores in rung.scores.values() for score in scores}


def _change(rung: str, score: str, first: list[float], second: list[float], paired: bool, ids: tuple[str, str]) -> Change:
    before, after = fmean(first), fmean(second)
    if not paired:
        return Change(rung, before, after, Difference(score, *ids, after - before, *_two_samples(first, second), len(first) + len(second)))
    found = paired_difference(first, second)
    assert found is not None  # there is at least one question
    difference = Difference(score, *ids, found.estimate, found.low, found.high, paired_p(first, second), found.n, more_questions(first, second))
    return Change(rung, before, after, difference)


def _two_samples(first: list[float], second: list[float]) -> tuple[float, float, float]:
    """Bounds of the 95 % interval of the difference of means and its p value, for questions that are not the same: bootstrap and permutation."""
    from scipy.stats import bootstrap, permutation_test

    if min(len(first), len(second)) < 2:  # one question tells nothing
        return -1.0, 1.0, 1.0
    found = bootstrap((second, first), _gap, n_resamples=RESAMPLES, method="percentile", batch=1000, rng=SEED).confidence_interval
    p = permutation_test((second, first), _gap, permutation_type="independent", n_resamples=RESAMPLES, batch=1000, rng=SEED).pvalue
    return float(found.low), float(found.high), float(p)


def _gap(second: Any, first: Any, axis: int) -> Any:
    return second.mean(axis=axis) - first.mean(axis=axis)


def _corrected(changes: list[Change]) -> list[Change]:
    """The changes with their p values after Holm's correction over all of them."""
    p_values = holm({place: change.difference.p for place, change in enumerate(changes)})
    return [replace(change, difference=replace(change.difference, p=p_values[place])) for place, change in enumerate(changes)]
