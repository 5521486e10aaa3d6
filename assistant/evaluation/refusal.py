"""When to refuse: thresholds fitted on ``dev`` questions, false answers against false refusals counted on others.

A question to be refused that
passes is a false answer, any other that does not is a false refusal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assistant.answering.support import Calibration, Thresholds, Weights
from assistant.domain_files import DomainSpec
from assistant.errors import EvaluationError
from assistant.evaluation.refusal_cases import Case
from assistant.evaluation.statistics import wilson

SIGNALS = ["known", "match", "evidence", "sentence_similarity", "dense"]
ANY_SIGN = {"dense"}  # of the others more must never make an answer less probable
STRENGTH = 3.0  # of the ridge penalty; 1 to 10 differ by less than a question in a hundred
FOLDS = 10
LOST_EARLY = 0.01  # share of answerable questions that route and retrieval may each refuse: they are for the clear cases
SURE = 0.1  # share of questions to be refused that may be above sure_support
LEND = 30  # a domain's threshold is its own and everybody's, weighed as its questions to refuse against this many
FEWEST = 10


@dataclass(frozen=True)
class Point:
    """Rates at one threshold of the support."""

    threshold: float
    false_answers: float
    false_refusals: float


def fit(found: Sequence[Case], examples: Sequence[Case] = (), most_false_answers: float | None = None) -> Calibration:
    """Weights from ``dev`` cases and the routing examples, thresholds from the former. The working point is where the larger of both rates is
    smallest, or, where ``most_false_answers`` is given, the one with the fewest false refusals that keeps to that rate of false answers;
    EvaluationError with fewer than ``FEWEST`` questions of either sort."""
    _enough(found)
    held_out = cross_validated(found, examples)
    early = _early(found, examples)
    points = curve(found, held_out, early)
    support = _working_point(points, most_false_answers)
    names = sorted({case.domain for case in found})
    sure = next((point.threshold for point in points if point.false_answers <= SURE), 1.0)
    return Calibration(
        weights=_weights([*found, *examples]),
        thresholds=early.model_copy(update={"support": support}),
        domains={name: _of_domain(name, found, held_out, early, support, most_false_answers) for name in names},
        sure_support=round(max(support, sure), 3),
        fitted_on=f"{len(found)} dev questions ({sum(case.refuse for case in found)} to refuse) and {len(examples)} routing examples of {', '.join(names)}",
    )


def _enough(found: Sequence[Case]) -> None:
    refuse = sum(case.refuse for case in found)
    if min(refuse, len(found) - refuse) < FEWEST:
        raise EvaluationError(
            f"{len(found) - refuse} dev questions to answer and {refuse} to refuse are too few to fit thresholds; "
            f"write at least {FEWEST} of each into questions.jsonl (refuse: true, most of them near the domain)"
        )


def _of_domain(name: str, found: Sequence[Case], supports: Sequence[float], early: Thresholds, everybody: float, most: float | None) -> Thresholds:
    """The domain's own working point, drawn towards everybody's, the more so the fewer questions it has."""
    rows = [(case, support) for case, support in zip(found, supports, strict=True) if case.domain == name]
    refuse = sum(case.refuse for case, _ in rows)
    own = _working_point(curve([case for case, _ in rows], [support for _, support in rows], early), most) if 0 < refuse < len(rows) else everybody
    return early.model_copy(update={"support": round((refuse * own + LEND * everybody) / (refuse + LEND), 3)})


def _early(found: Sequence[Case], examples: Sequence[Case]) -> Thresholds:
    """Thresholds of route and retrieval that few answerable questions do not reach."""
    right = [case for case in found if not case.refuse and case.routed == case.domain]
    known = [max(way["known"] for way in case.ways) for case in (*right, *examples)]
    return Thresholds(route=_low([case.probability for case in right]), retrieval=_low(known), support=0.0)


def _low(values: Sequence[float]) -> float:
    import numpy as np

    return int(float(np.quantile(values, LOST_EARLY)) * 100) / 100 if values else 0.0


def _working_point(points: Sequence[Point], most_false_answers: float | None) -> float:
    if most_false_answers is not None:
        allowed = [point for point in points if point.false_answers <= most_false_answers]
        return min(allowed, key=lambda point: (point.false_refusals, point.false_answers)).threshold
    return min(points, key=lambda point: (max(point.false_answers, point.false_refusals), point.false_answers + point.false_refusals)).threshold


def curve(found: Sequence[Case], supports: Sequence[float], early: Thresholds | None = None) -> list[Point]:
    """Both rates at every threshold of the support from 0 to 1, in hundredths; route and retrieval stay as given."""
    early = early or Thresholds(support=0.0)
    reach = [support if _passes(case, early) else -1.0 for case, support in zip(found, supports, strict=True)]
    bad = [value for case, value in zip(found, reach, strict=True) if case.refuse]
    good = [value for case, value in zip(found, reach, strict=True) if not case.refuse]
    return [
        Point(step / 100, sum(value >= step / 100 for value in bad) / (len(bad) or 1), sum(value < step / 100 for value in good) / (len(good) or 1))
        for step in range(101)
    ]


def _passes(case: Case, thresholds: Thresholds) -> bool:
    """Whether a question gets past route and retrieval."""
    found = max((way["known"] for way in case.ways), default=-1.0)
    return case.routed is not None and case.probability >= thresholds.route and found >= thresholds.retrieval


def supports(found: Sequence[Case], calibration: Calibration) -> list[float]:
    """Each question's support, of the better of its ways; 0 where it has none."""
    return [max((calibration.support(way) for way in case.ways), default=0.0) for case in found]


def cross_validated(found: Sequence[Case], examples: Sequence[Case] = ()) -> list[float]:
    """Each question's support by weights fitted on the others, in ten folds."""
    from sklearn.model_selection import StratifiedKFold

    strata = [f"{case.refuse} {case.language}" for case in found]
    folds = min(FOLDS, *(strata.count(stratum) for stratum in strata))
    if folds < 2:
        return supports(found, _weighed([*found, *examples]))
    result = [0.0] * len(found)
    for train, test in StratifiedKFold(folds, shuffle=True, random_state=0).split(strata, strata):
        weighed = _weighed([*(found[i] for i in train), *examples])
        for i, support in zip(test, supports([found[i] for i in test], weighed), strict=True):
            result[i] = support
    return result


def _weighed(found: Sequence[Case]) -> Calibration:
    return Calibration(weights=_weights(found), thresholds=Thresholds(), sure_support=1.0)


def _weights(found: Sequence[Case]) -> Weights:
    """Logistic regression with a ridge penalty and weights that are not negative, on the signals in the question's own domain; both sorts of
    question weigh the same."""
    import numpy as np
    from scipy.optimize import minimize

    x = np.array([[case.own[name] for name in SIGNALS] for case in found])
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = (x - mean) / spread
    sign = np.array([-1.0 if case.refuse else 1.0 for case in found])
    weight = np.where(sign > 0, 0.5 / (sign > 0).mean(), 0.5 / (sign < 0).mean())

    def loss(line: Any) -> tuple[float, Any]:
        margin = sign * (line[0] + z @ line[1:])
        slope = -weight * sign / (1 + np.exp(np.clip(margin, -50, 50)))
        value = (weight * np.logaddexp(0, -margin)).sum() + STRENGTH / 2 * (line[1:] ** 2).sum()
        return value, np.concatenate([[slope.sum()], z.T @ slope + STRENGTH * line[1:]])

    bounds = [(None, None), *((None, None) if name in ANY_SIGN else (0, None) for name in SIGNALS)]
    line = minimize(loss, np.zeros(len(SIGNALS) + 1), jac=True, method="L-BFGS-B", bounds=bounds).x
    raw = line[1:] / spread
    return Weights(intercept=round(float(line[0] - raw @ mean), 3), signals={name: round(float(value), 3) for name, value in zip(SIGNALS, raw, strict=True)})


def report(found: Sequence[Case], calibration: Calibration, specs: Mapping[str, DomainSpec] | None = None, measured: Sequence[float] | None = None) -> dict[str, Any]:
    """For JSON: pooled and per domain the false answers and false refusals with their 95 % Wilson intervals, by which stage they were refused, the
    AUROC of the support, the whole ``curve``, the point ``chosen`` and the thresholds. ``specs``: domain.toml by domain, whose overrides count; ``measured``: supports
    to take instead of the calibration's, such as cross-validated ones."""
    values = list(measured) if measured is not None else supports(found, calibration)
    names = sorted({case.domain for case in found})
    stages = [_stage(case, support, _thresholds(case, calibration, specs)) for case, support in zip(found, values, strict=True)]
    parts = {"pooled": range(len(found))} | {name: [i for i, case in enumerate(found) if case.domain == name] for name in names}
    return {
        "thresholds": {name: calibration.domains.get(name, calibration.thresholds).model_dump() for name in names} | {"pooled": calibration.thresholds.model_dump()},
        "fitted_on": calibration.fitted_on,
        **{name: _figures([found[i] for i in part], [values[i] for i in part], [stages[i] for i in part]) for name, part in parts.items()},
        "chosen": _chosen(stages, found, calibration),
        "curve": [asdict(point) for point in curve(found, values, calibration.thresholds)],
    }


def _thresholds(case: Case, calibration: Calibration, specs: Mapping[str, DomainSpec] | None) -> Thresholds:
    """Those of the domain that the question was routed to."""
    if not case.routed:
        return calibration.thresholds
    return calibration.thresholds_of(specs[case.routed]) if specs else calibration.domains.get(case.routed, calibration.thresholds)


def _stage(case: Case, support: float, thresholds: Thresholds) -> str:
    """Which stage refuses the question; "" when none does."""
    if case.routed is None or case.probability < thresholds.route:
        return "route"
    if max(way["known"] for way in case.ways) < thresholds.retrieval:
        return "retrieval"
    return "support" if support < thresholds.support else ""


def _figures(found: Sequence[Case], values: Sequence[float], stages: Sequence[str]) -> dict[str, Any]:
    bad = [stage for case, stage in zip(found, stages, strict=True) if case.refuse]
    good = [stage for case, stage in zip(found, stages, strict=True) if not case.refuse]
    return {
        "false_answers": _share(sum(not stage for stage in bad), len(bad)),
        "false_refusals": _share(sum(bool(stage) for stage in good), len(good)),
        "refused_by": {name: {"to_refuse": bad.count(name), "to_answer": good.count(name)} for name in ("route", "retrieval", "support")},
        "auroc": _auroc([not case.refuse for case in found], values),
    }


def _chosen(stages: Sequence[str], found: Sequence[Case], calibration: Calibration) -> dict[str, float]:
    """The working point of all domains together, each by its own threshold; a sort of question that is missing has rate 0."""
    rates = {}
    for name, refuse in (("false_answers", True), ("false_refusals", False)):
        wrong = [bool(stage) != refuse for case, stage in zip(found, stages, strict=True) if case.refuse == refuse]
        rates[name] = sum(wrong) / (len(wrong) or 1)
    return {"threshold": calibration.thresholds.support, **rates}


def _share(hits: int, n: int) -> dict[str, Any]:
    return {"hits": hits, "n": n, "share": hits / n if n else None, "interval": list(wilson(hits, n))}


def _auroc(answerable: Sequence[bool], values: Sequence[float]) -> float | None:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(answerable, values)) if len(set(answerable)) == 2 else None
