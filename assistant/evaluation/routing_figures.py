"""How well labels and scope were told: pure figures over decisions. Knows nothing of classifiers, domains or files."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.evaluation.labelled import OOS

BINS = 15
POINTS = 200
MOST_PAIRS = 20


@dataclass(frozen=True)
class Decision:
    """One text: its true label (None: out of scope), the likeliest one, its probability among the labels, and how far outside it seemed (0 to 1)."""

    text: str
    label: str | None
    likeliest: str
    confidence: float
    outside: float

    @property
    def right(self) -> bool:
        return self.label == self.likeliest

    def answer(self, threshold: float) -> str:
        return OOS if self.outside >= threshold else self.likeliest


def accuracy(decisions: Sequence[Decision], threshold: float = float("inf")) -> float:
    """Share of the rows in scope that get their label and are not refused from ``threshold`` on."""
    inside = [one for one in decisions if one.label is not None]
    return sum(one.right and one.outside < threshold for one in inside) / len(inside)


def recall(decisions: Sequence[Decision], threshold: float) -> float | None:
    """Share of the rows out of scope that are refused; None when there are none."""
    outside = [one for one in decisions if one.label is None]
    return sum(one.outside >= threshold for one in outside) / len(outside) if outside else None


def auroc(decisions: Sequence[Decision]) -> float | None:
    """How often a row out of scope seems further outside than one in scope (area under the ROC curve); None unless there are both."""
    from sklearn.metrics import roc_auc_score

    truth = [one.label is None for one in decisions]
    return float(roc_auc_score(truth, [one.outside for one in decisions])) if len(set(truth)) == 2 else None


def calibration_error(decisions: Sequence[Decision]) -> float:
    """Expected calibration error (Guo et al. 2017) of the likeliest label over the rows in scope: ``BINS`` equal bins of confidence, the gap
    between mean confidence and share right, weighted by rows."""
    bins: dict[int, list[Decision]] = {}
    inside = [one for one in decisions if one.label is not None]
    for one in inside:
        bins.setdefault(min(int(one.confidence * BINS), BINS - 1), []).append(one)
    gaps = (abs(sum(one.confidence for one in group) - sum(one.right for one in group)) for group in bins.values())
    return sum(gaps) / len(inside)


def curve(decisions: Sequence[Decision]) -> list[dict[str, float | None]]:
    """Points from refusing everything to refusing nothing: threshold, in_scope_accuracy, oos_recall; at most about ``POINTS`` of them."""
    seen = sorted({one.outside for one in decisions})
    thresholds = [*seen[:: len(seen) // POINTS + 1], seen[-1], float("inf")]
    return [_point(decisions, threshold) for threshold in dict.fromkeys(thresholds)]


def at_recall(decisions: Sequence[Decision], wanted: float) -> dict[str, float | None] | None:
    """The point with the highest threshold that still refuses the ``wanted`` share of the rows out of scope; None when there are none."""
    outside = sorted((one.outside for one in decisions if one.label is None), reverse=True)
    if not outside:
        return None
    needed = max(1, -int(-wanted * len(outside) // 1))
    return _point(decisions, outside[needed - 1])


def _point(decisions: Sequence[Decision], threshold: float) -> dict[str, float | None]:
    shown = threshold if threshold != float("inf") else None  # JSON has no infinity
    return {"threshold": shown, "in_scope_accuracy": accuracy(decisions, threshold), "oos_recall": recall(decisions, threshold)}


def confusion(decisions: Sequence[Decision], threshold: float) -> dict[str, dict[str, int]]:
    """{true: {answered: rows}}, ``oos`` among both; only what occurs."""
    counts = Counter((OOS if one.label is None else one.label, one.answer(threshold)) for one in decisions)
    found: dict[str, dict[str, int]] = {}
    for (label, answer), rows in sorted(counts.items()):
        found.setdefault(label, {})[answer] = rows
    return found


def overlaps(decisions: Sequence[Decision]) -> list[dict[str, Any]]:
    """Pairs of labels taken for each other, most often first: ``labels``, ``rows`` confused either way and their ``share`` of both labels' rows."""
    size = Counter(one.label for one in decisions)
    pairs = Counter(tuple(sorted((one.label, one.likeliest))) for one in decisions if one.label is not None and not one.right)
    found: list[dict[str, Any]] = [{"labels": list(pair), "rows": rows, "share": rows / sum(size[label] for label in pair)} for pair, rows in pairs.items()]
    return sorted(found, key=lambda one: (one["rows"], one["share"]), reverse=True)[:MOST_PAIRS]


def to_fix(decisions: Sequence[Decision]) -> list[dict[str, Any]]:
    """Rows whose own label loses, the surest mistakes first: ``text``, ``label``, ``taken_for`` and its ``probability``."""
    wrong = [one for one in decisions if one.label is not None and not one.right]
    return [
        {"text": one.text, "label": one.label, "taken_for": one.likeliest, "probability": one.confidence}
        for one in sorted(wrong, key=lambda one: (-one.confidence, one.text))
    ]


def by_group(decisions: Sequence[Decision], groups: Sequence[str], threshold: float) -> Mapping[str, dict[str, float]]:
    """Rows, accuracy and in_scope_accuracy of the rows in scope of each group."""
    found = {}
    for group in sorted(set(groups)):
        mine = [one for one, name in zip(decisions, groups, strict=True) if name == group and one.label is not None]
        if mine:
            found[group] = {"rows": len(mine), "accuracy": accuracy(mine), "in_scope_accuracy": accuracy(mine, threshold)}
    return found
