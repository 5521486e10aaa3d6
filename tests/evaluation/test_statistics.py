"""Intervals and tests against figures from tables and by hand; degenerate inputs."""

import math
import random

import pytest

from assistant.errors import EvaluationError
from assistant.evaluation.before_after import before_after, verdict_of
from assistant.evaluation.statistics import Interval, holm, mcnemar, mean_interval, more_questions, paired_difference, paired_p, wilson


def test_wilson_by_table() -> None:
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(0, 10) == pytest.approx((0, 0.2775), abs=1e-4)
    assert wilson(10, 10) == pytest.approx((0.7225, 1), abs=1e-4)
    assert wilson(0, 0) == (0, 1)


def test_a_mean_of_yes_and_no_has_wilsons_interval_and_a_graded_one_the_bootstraps() -> None:
    assert mean_interval([1, 1, True, 0]) == Interval(0.75, *wilson(3, 4), 4)
    graded = mean_interval([0.5, 1, 1, 0.25, 0.75, 1, 0, 0.5])
    assert graded and graded.estimate == 0.625 and 0.3 < graded.low < 0.5 < 0.7 < graded.high < 0.9
    assert mean_interval([]) is None
    assert mean_interval([0.5]) == Interval(0.5, 0, 1, 1)
    assert mean_interval([7.0], span=(1, 10)) == Interval(7, 1, 10, 1)


def test_a_paired_difference_has_an_interval_about_its_mean() -> None:
    under, over = [0] * 100, [0, 1] * 50
    found = paired_difference(under, over)
    assert found and found.estimate == 0.5 and found.n == 100
    assert (found.low, found.high) == pytest.approx((0.4, 0.6), abs=0.03)
    assert found == paired_difference(under, over), "the same questions give the same interval"
    turned = paired_difference(over, under)
    assert turned and (turned.low, turned.high) == pytest.approx((-found.high, -found.low), abs=0.02)


def test_the_interval_holds_its_estimate_and_narrows_with_more_questions() -> None:
    rng = random.Random(5)
    widths = []
    for n in (8, 64, 512):
        found = paired_difference([rng.random() for _ in range(n)], [rng.random() for _ in range(n)])
        assert found and found.low <= found.estimate <= found.high
        widths.append(found.high - found.low)
    assert widths == sorted(widths, reverse=True)


def test_bca_without_a_skew_to_correct_falls_back_without_a_warning() -> None:
    found = paired_difference([0] * 5, [1, 0, 0, 0, 0])
    assert found and all(map(math.isfinite, (found.low, found.high))) and found.low <= 0.2 <= found.high


def test_degenerate_differences() -> None:
    assert paired_difference([], []) is None
    assert paired_difference([0.25], [1]) == Interval(0.75, -1, 1, 1)
    assert paired_difference([3], [7], largest=9) == Interval(4, -9, 9, 1)
    assert paired_difference([0.5, 1, 0], [0.5, 1, 0]) == Interval(0, 0, 0, 3)
    same = paired_difference([0.1, 0.2, 0.4], [0.2, 0.3, 0.5])
    assert same and same.low == same.high == pytest.approx(0.1)
    with pytest.raises(EvaluationError, match="2 and 1"):
        paired_difference([1, 0], [1])


def test_mcnemar_by_hand() -> None:
    under = [True] + [False] * 8 + [True] * 20
    over = [False] + [True] * 8 + [True] * 20
    assert mcnemar(under, over) == pytest.approx(2 * (1 + 9) / 2**9)
    assert mcnemar(over, under) == mcnemar(under, over)
    assert mcnemar([True, False], [True, False]) == mcnemar([], []) == 1
    assert mcnemar([False], [True]) == 1


def test_graded_scores_are_permuted() -> None:
    assert paired_p([0, 1], [1, 1]) == mcnemar([False, True], [True, True])
    assert paired_p([0.5] * 6, [1.0] * 6) == pytest.approx(2 / 2**6)  # only all signs up or all down are as extreme
    assert paired_p([0.5, 0.2], [0.5, 0.2]) == 1
    assert paired_p([], []) == 1


def test_holm_by_hand() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06})
    assert list(holm({"z": 0.5, "a": 0.9})) == ["z", "a"]
    assert holm({"z": 0.5, "a": 0.9}) == {"z": 1, "a": 1}
    assert holm({}) == {}


def test_corrected_p_values_never_fall_nor_pass_one() -> None:
    rng = random.Random(11)
    for _ in range(50):
        raw = {name: rng.random() ** 3 for name in range(rng.randint(1, 12))}
        corrected = holm(raw)
        assert all(raw[key] <= corrected[key] <= 1 for key in raw)
        in_order = sorted(raw, key=lambda key: raw[key])
        assert [corrected[key] for key in in_order] == sorted(corrected.values())


def test_questions_needed_by_connors_formula() -> None:
    under = [0, 0, 0, 1] + [1] * 16
    over = [1, 1, 1, 0] + [1] * 16  # ψ = 0.2, δ = 0.1: 155 pairs, of which 20 are there
    assert more_questions(under, over) == 135
    assert more_questions(over, under) == 135
    assert more_questions([0] * 50, [1] * 50) == 0
    assert more_questions([1, 0], [1, 0]) is None
    assert more_questions([1, 0], [0, 1]) is None
    assert more_questions([], []) is None


def test_a_smaller_difference_needs_more_questions() -> None:
    needed = [more_questions([0] * 40, [1] * gained + [0] * (40 - gained)) for gained in (1, 2, 4)]
    assert all(needed) and needed == sorted((one for one in needed if one), reverse=True)


def test_the_lectures_form_by_hand() -> None:
    found = before_after([6, 8, None, 5], [7, 8, 9, None])
    assert (found.base, found.tuned, found.n, found.unmarked) == (7, 7.5, 2, 2)
    assert found.improvement == pytest.approx(100 / 14)
    assert found.verdict == "deploy"


@pytest.mark.parametrize(
    ("improvement", "verdict"),
    [(5.01, "deploy"), (5.0, "consider"), (0.01, "consider"), (0.0, "improve data or method"), (-8.0, "improve data or method")],
)
def test_the_three_verdicts(improvement: float, verdict: str) -> None:
    assert verdict_of(improvement) == verdict


def test_exactly_five_percent_is_not_above_it() -> None:
    assert before_after([8] * 5, [8, 8, 8, 8, 10]).verdict == "consider"
    assert before_after([7] * 20, [7] * 13 + [8] * 7).verdict == "consider"


def test_a_reply_without_a_mark_is_counted_and_never_averaged() -> None:
    nothing = before_after([None, 4], [5, None])
    assert (nothing.base, nothing.tuned, nothing.improvement, nothing.verdict, nothing.n, nothing.unmarked) == (None, None, None, None, 0, 2)
    assert before_after([], []).n == 0
    with pytest.raises(EvaluationError, match="0"):
        before_after([0], [5])
    with pytest.raises(EvaluationError, match="nan"):
        before_after([5], [math.nan])
    with pytest.raises(EvaluationError, match="2 marks"):
        before_after([5, 6], [5])
