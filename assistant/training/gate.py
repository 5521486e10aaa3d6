"""Decides whether a candidate goes live: from its trial on the dev questions, the diagnosis and held-out losses. Changes nothing itself.

The rule. A candidate is blocked by a fault that blocks, by a score that is *shown* to be worse than the live version's or the bare base's,
and by a held-out loss above the bare base's. Otherwise it goes live if anything is better, or if its data changed; else it stays a candidate.

*Shown to be worse*: the whole 95 % interval of the paired difference lies below 0, and the difference is beyond the recipe's tolerance: the
interval says that there is a loss, the tolerance which loss matters. The other reading, that the interval's lower end must stay above
-tolerance (non-inferiority), asks for far more questions than a team writes. Simulated at a tolerance of 2 points on 60 questions of which
6 % (15 %) turn either way by chance, it blocks 73 % (90 %) of the candidates that are exactly as good; this rule blocks 5 % (5 %). Of the
candidates that truly lose 10 points this rule blocks 96 % where nothing else turns, 60 % where 15 % turn; of those that lose 20, all
(benchmarks/gate.py). What can be neither shown nor excluded is a warning, and because every candidate is compared with the bare base too,
small losses cannot add up unseen from version to version.

Harm is judged score by score, a gain after Holm's correction for many scores: a missed harm costs users, an imagined gain only a version.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.evaluation import figures
from assistant.evaluation.meanings import meaning_of
from assistant.evaluation.runs import Change
from assistant.records import AdapterVersion, Told, case_of
from assistant.registry import card_value
from assistant.training.diagnosis.fault import Fault
from assistant.training.held_out import BARE
from assistant.training.recipe import Gate
from assistant.training.trial import BASE, SHOWN, Trial, change_as_json, term_use

CANDIDATE = "candidate"
LIVE = "live"
HEAD = ("score", "before", "after", "points", "95 % interval", "questions", "finding")
Finding = Literal["better", "worse", "no worse", "not sure", "shown only"]


@dataclass(frozen=True)
class Line:
    """One score of the gate's table. ``not sure``: a loss beyond the tolerance is neither shown nor excluded."""

    change: Change
    finding: Finding


@dataclass(frozen=True)
class Verdict:
    """Whether the candidate goes live, and why or why not, one reason each; ``warnings`` are what the questions cannot tell."""

    live: bool
    reasons: tuple[str, ...]
    table: tuple[Line, ...] = ()
    warnings: tuple[str, ...] = ()


def decide(trial: Trial | None, faults: Sequence[Fault], gate: Gate, data_changed: bool, losses: Mapping[str, float]) -> Verdict:
    """The rule above. ``losses`` are held-out losses of ``candidate``, ``base`` and, where there is one that fits this base, ``live``.

    Without questions the losses alone decide, the live version's among them, and without held-out rows the diagnosis."""
    table = lines(trial, gate.tolerance)
    asked = bool(table)
    harm = [*(_blocking(fault) for fault in faults if fault.blocks), *_worse(trial, gate.tolerance), *_risen(losses, gate.tolerance, asked)]
    shown = _loss_words(losses)
    warnings = tuple(_unsure(table, gate.tolerance))
    if harm:
        return Verdict(False, tuple(harm), table, warnings)
    gains = [Told(f"better: {sentence(line.change)}", "score-better", **_figures(line.change)) for line in table if line.finding == "better"]
    gains += [Told(f"better: {shown}", "loss-better", losses=shown)] if _fallen(losses, gate.tolerance) else []
    if gains:
        return Verdict(True, tuple(gains), table, warnings)
    against = _side(trial.against.name if trial else "the live version" if LIVE in losses else BASE)
    compared: list[str] = []
    if trial and asked:
        text = f"no score is shown to be worse than {against}'s on {trial.questions} questions"
        compared.append(Told(text, "none-worse", against=against, count=trial.questions))
    compared += [shown] if shown else []
    if data_changed or not compared:
        nothing = "there is no dev question and no held-out row to compare on, and the diagnosis is clean"
        why = Told("the data changed", "data-changed") if data_changed else Told(nothing, "nothing-to-compare")
        return Verdict(True, (*compared, why), table, warnings)
    same = Told(f"nothing is shown to be better than {against}, and the data are the same", "none-better", against=against)
    return Verdict(False, (same, *compared), table, warnings)


def lines(trial: Trial | None, tolerance: float) -> tuple[Line, ...]:
    """The trial's scores with what the gate finds of each."""
    return tuple(Line(change, finding(change, tolerance)) for change in (trial.changes if trial else ()))


def finding(change: Change, tolerance: float) -> Finding:
    difference = change.difference
    if difference.score in SHOWN:
        return "shown only"
    if difference.better:
        return "better"
    if difference.high < 0 and difference.points < -tolerance:
        return "worse"
    return "no worse" if difference.low >= -tolerance else "not sure"


def data_changed(live: AdapterVersion | None, data: Mapping[str, Any]) -> bool:
    """Whether a training's data (``version.data_fingerprint``) are others than the live version's. A first version has nothing to
    have changed from: it must be better than the bare base."""
    return live is not None and card_value(live.card, "data", "fingerprint") != data["fingerprint"]


def _worse(trial: Trial | None, tolerance: float) -> Iterator[str]:
    """A sentence for each score that is shown to be worse than the live version's, or the bare base's."""
    if trial is None:
        return
    by_name = {trial.against.name: trial.changes, trial.base.name: trial.from_base}
    for name, changes in by_name.items():
        for change in changes:
            if finding(change, tolerance) == "worse":
                text = f"{sentence(change)}: worse than {name} by more than {100 * tolerance:g} points"
                yield Told(text, "score-worse", against=_side(name), tolerance=f"{100 * tolerance:g}", **_figures(change))


def _unsure(table: Iterable[Line], tolerance: float) -> Iterator[str]:
    unsure = [line.change for line in table if line.finding == "not sure"]
    if unsure:
        scores = ", ".join(f"{meaning_of(change.difference.score).title.lower()} ({change.difference.n})" for change in unsure)
        counted = [Told(change.difference.score, "score-count", **_figures(change)) for change in unsure]
        yield Told(f"too few questions to exclude a loss of more than {100 * tolerance:g} points: {scores}", "too-few", tolerance=f"{100 * tolerance:g}", scores=counted)


def sentence(change: Change) -> str:
    """``facts +3.1 [−0.5, 6.7] on 75 questions``."""
    difference = change.difference
    title = meaning_of(difference.score).title
    name = title if title[:2].isupper() else title[:1].lower() + title[1:]
    count = f"{difference.n} question{'' if difference.n == 1 else 's'}"
    return f"{name} {figures.points(difference)} {figures.points_interval(difference)} on {count}"


def _figures(change: Change) -> dict[str, Any]:
    """What a sentence on a score carries."""
    difference = change.difference
    score = Told(meaning_of(difference.score).title, f"score {difference.score}")
    return {"score": score, "points": figures.points(difference), "interval": figures.points_interval(difference), "count": difference.n}


def _side(name: str) -> str:
    return Told(name, name) if name in (BASE, "the live version") else name


def _blocking(fault: Fault) -> Told:
    return Told(str(fault), "blocking", name=Told(fault.name, f"fault {fault.name}"), sign=fault.told.get("sign") or fault.sign)


def _risen(losses: Mapping[str, float], tolerance: float, asked: bool) -> Iterator[str]:
    """The bare base's loss is a fair limit. The live version's is not, as it may have learned these rows; it counts where no question was asked."""
    against = LIVE if LIVE in losses and not asked else BARE
    if CANDIDATE in losses and against in losses and not losses[CANDIDATE] <= losses[against] * (1 + tolerance):  # NaN too
        side = "the live version" if against == LIVE else BASE
        text = f"held-out loss {losses[CANDIDATE]:.3f} against {side}'s {losses[against]:.3f}: worse by more than {tolerance:.0%}"
        yield Told(text, "loss-worse", loss=f"{losses[CANDIDATE]:.3f}", side=_side(side), against=f"{losses[against]:.3f}", tolerance=f"{tolerance:.0%}")


def _fallen(losses: Mapping[str, float], tolerance: float) -> bool:
    against = losses.get(LIVE, losses.get(BARE))
    return against is not None and CANDIDATE in losses and losses[CANDIDATE] < against * (1 - tolerance)


def _loss_words(losses: Mapping[str, float]) -> str:
    if CANDIDATE not in losses:
        return ""
    sides = [(name, f"{losses[key]:.3f}") for key, name in ((LIVE, "the live version"), (BARE, BASE)) if key in losses]
    others = [Told(f"{name}'s {loss}", "loss-of", side=_side(name), loss=loss) for name, loss in sides]
    return Told(f"held-out loss {losses[CANDIDATE]:.3f} against {' and '.join(others)}", "losses", loss=f"{losses[CANDIDATE]:.3f}", others=others)


def rows(verdict: Verdict) -> list[tuple[str, ...]]:
    """The table for the terminal and for Markdown, under HEAD."""
    return [(*_cells(line.change), line.finding) for line in verdict.table]


def _cells(change: Change) -> tuple[str, ...]:
    difference = change.difference
    values = (figures.amount(value, difference.score) for value in (change.before, change.after))
    return (meaning_of(difference.score).title, *values, figures.points(difference), figures.points_interval(difference), str(difference.n))


def gate_record(trial: Trial, verdict: Verdict, tolerance: float) -> dict[str, Any]:
    """``card["gate"]``: the trial's figures, each with the gate's finding, and the decision."""
    record = trial.as_json()
    for line in verdict.table:
        record["scores"][line.change.difference.score]["finding"] = line.finding
    told = {"reasons": list(map(case_of, verdict.reasons)), "warnings": list(map(case_of, verdict.warnings))}
    return record | {"tolerance": tolerance, "live": verdict.live, "reasons": list(verdict.reasons), "warnings": list(verdict.warnings), "told": told}


def term_record(trial: Trial) -> dict[str, Any] | None:
    """``card["terms"]``: use of the terms due by the bare base (before) and the candidate (after), on questions never trained on."""
    change = term_use(trial)
    return change_as_json(change) | {"split": trial.split} if change else None
