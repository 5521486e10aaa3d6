"""Figures of routing on decisions that can be counted by eye."""

import pytest

from assistant.evaluation import routing_figures as figures
from assistant.evaluation.routing_figures import Decision

DECISIONS = [
    Decision("reset my password", "account", "account", 0.9, 0.1),
    Decision("change my address", "account", "account", 0.8, 0.6),
    Decision("where is my parcel", "parcel", "parcel", 0.7, 0.2),
    Decision("address on the parcel", "parcel", "account", 0.6, 0.3),
    Decision("who won the match", None, "parcel", 0.5, 0.9),
    Decision("how tall is a giraffe", None, "account", 0.5, 0.4),
]


def test_accuracy_counts_a_refused_row_as_wrong() -> None:
    assert figures.accuracy(DECISIONS) == 3 / 4
    assert figures.accuracy(DECISIONS, 0.5) == 2 / 4


def test_recall_is_of_the_rows_out_of_scope() -> None:
    assert figures.recall(DECISIONS, 0.5) == 1 / 2
    assert figures.recall(DECISIONS, 0.4) == 1
    assert figures.recall(DECISIONS[:4], 0.5) is None


def test_auroc_counts_ordered_pairs() -> None:
    assert figures.auroc(DECISIONS) == pytest.approx(7 / 8)  # of 2 x 4 pairs only (0.4, 0.6) is in the wrong order
    assert figures.auroc(DECISIONS[:4]) is None


def test_calibration_error_is_the_gap_weighted_by_rows() -> None:
    # 0.9 right, 0.8 right, 0.7 right, 0.6 wrong, each in a bin of its own
    assert figures.calibration_error(DECISIONS) == pytest.approx((0.1 + 0.2 + 0.3 + 0.6) / 4)
    same_bin = [Decision("a", "x", "x", 0.95, 0), Decision("b", "x", "y", 0.95, 0)]
    assert figures.calibration_error(same_bin) == pytest.approx(0.45)


def test_a_certain_decision_belongs_to_the_last_bin() -> None:
    assert figures.calibration_error([Decision("a", "x", "x", 1.0, 0)]) == 0


def test_the_curve_runs_from_refusing_all_to_refusing_none() -> None:
    points = figures.curve(DECISIONS)
    assert (points[0]["in_scope_accuracy"], points[0]["oos_recall"]) == (0, 1)
    assert points[-1] == {"threshold": None, "in_scope_accuracy": 3 / 4, "oos_recall": 0}
    recalls = [point["oos_recall"] or 0 for point in points]
    assert recalls == sorted(recalls, reverse=True)


def test_the_curve_of_many_rows_has_about_two_hundred_points() -> None:
    many = [Decision(str(i), "x", "x", 0.9, i / 10_000) for i in range(10_000)]
    assert 150 < len(figures.curve(many)) < 250


def test_at_recall_takes_the_highest_threshold_that_suffices() -> None:
    assert figures.at_recall(DECISIONS, 0.5) == {"threshold": 0.9, "in_scope_accuracy": 3 / 4, "oos_recall": 1 / 2}
    assert figures.at_recall(DECISIONS, 0.7) == {"threshold": 0.4, "in_scope_accuracy": 2 / 4, "oos_recall": 1}
    assert figures.at_recall(DECISIONS[:4], 0.7) is None


def test_the_confusion_matrix_has_oos_on_both_sides() -> None:
    assert figures.confusion(DECISIONS, 0.5) == {
        "account": {"account": 1, "oos": 1},
        "parcel": {"parcel": 1, "account": 1},
        "oos": {"account": 1, "oos": 1},
    }


def test_overlaps_and_rows_to_fix_name_what_is_mixed_up() -> None:
    assert figures.overlaps(DECISIONS) == [{"labels": ["account", "parcel"], "rows": 1, "share": 1 / 4}]
    assert figures.to_fix(DECISIONS) == [{"text": "address on the parcel", "label": "parcel", "taken_for": "account", "probability": 0.6}]


def test_groups_are_counted_apart() -> None:
    found = figures.by_group(DECISIONS, ["en", "en", "zh", "zh", "en", "fr"], 0.5)
    assert found == {"en": {"rows": 2, "accuracy": 1.0, "in_scope_accuracy": 0.5}, "zh": {"rows": 2, "accuracy": 0.5, "in_scope_accuracy": 0.5}}
