"""The gate's rule on trials made by hand."""

import json
from pathlib import Path

import pytest
from trial_by_hand import trial, turned

from assistant.records import AdapterVersion
from assistant.training.diagnosis.fault import Fault
from assistant.training.gate import HEAD, data_changed, decide, gate_record, rows, term_record
from assistant.training.recipe import Gate

GATE = Gate()
LEARNED = {"candidate": 0.5, "base": 2.0, "live": 0.5}
COLLAPSE = Fault("collapse", "4 of 6 answers are '!!!!'", "lower the rate", True)
REMARK = Fault("overfitting", "the held-out loss rose", "train fewer epochs", False)


def facts(n: int, lost: int = 0, gained: int = 0):
    """A trial against a live version in which only facts turn; the bare base says what the live version says."""
    before, after = turned(n, lost, gained)
    return trial({"facts": before}, {"facts": after}, {"facts": before})


def test_a_loss_that_shows_blocks_and_is_told_with_its_figures() -> None:
    verdict = decide(facts(60, lost=8, gained=1), (), GATE, True, LEARNED)
    assert not verdict.live
    assert verdict.reasons[0].startswith("facts −11.7 [−")
    assert verdict.reasons[0].endswith("] on 60 questions: worse than staff@1 by more than 2 points")


def test_a_loss_that_cannot_be_shown_is_a_warning_and_does_not_block() -> None:
    verdict = decide(facts(60, lost=4, gained=2), (), GATE, True, LEARNED)
    assert verdict.live
    assert verdict.warnings == ("too few questions to exclude a loss of more than 2 points: facts (60)",)
    assert verdict.reasons[-1] == "the data changed"


def test_a_loss_within_the_tolerance_does_not_block_however_sure_it_is() -> None:
    before, after = [0.8] * 40 + [0.5] * 20, [0.79] * 40 + [0.49] * 20
    changed = trial({"facts": before}, {"facts": after}, {"facts": before})
    assert decide(changed, (), GATE, True, LEARNED).live
    assert decide(changed, (), GATE, True, LEARNED).warnings == ()
    assert not decide(changed, (), Gate(tolerance=0.005), True, LEARNED).live


def test_a_gain_that_shows_goes_live_on_the_same_data() -> None:
    verdict = decide(facts(60, lost=1, gained=14), (), GATE, False, LEARNED)
    assert verdict.live
    assert verdict.reasons[0].startswith("better: facts +21.7 [")


def test_a_gain_on_one_of_many_scores_must_survive_the_correction() -> None:
    before, after = turned(60, lost=1, gained=8)  # McNemar's p is 0.04
    alone = trial({}, {"facts": after}, {"facts": before})
    still = {score: [1.0, 0.0] * 30 for score in ("terms", "format", "language", "answered")}
    among = trial({}, {"facts": after, **still}, {"facts": before, **still})
    assert decide(alone, (), GATE, False, LEARNED).live
    assert not decide(among, (), GATE, False, LEARNED).live


def test_what_is_no_better_on_the_same_data_stays_a_candidate() -> None:
    verdict = decide(facts(60), (), GATE, False, LEARNED)
    assert not verdict.live
    assert verdict.reasons == (
        "nothing is shown to be better than staff@1, and the data are the same",
        "no score is shown to be worse than staff@1's on 60 questions",
        "held-out loss 0.500 against the live version's 0.500 and the bare base's 2.000",
    )
    assert decide(facts(60), (), GATE, True, LEARNED).live


def test_small_losses_that_add_up_are_seen_against_the_bare_base() -> None:
    before, after = turned(60, lost=9)
    eroded = trial({"facts": before}, {"facts": after}, {"facts": after})
    (reason,) = decide(eroded, (), GATE, True, LEARNED).reasons
    assert "worse than the bare base" in reason


def test_a_first_version_is_compared_with_the_bare_base_and_must_be_better_than_it() -> None:
    before, after = turned(60, gained=12)
    losses = {"candidate": 1.99, "base": 2.0}
    assert decide(trial({"terms": before}, {"terms": after}), (), GATE, False, losses).live
    same = decide(trial({"terms": before}, {"terms": before}), (), GATE, False, losses)
    assert same.reasons[0] == "nothing is shown to be better than the bare base, and the data are the same"
    assert decide(trial({"terms": before}, {"terms": before}), (), GATE, False, {**losses, "candidate": 0.7}).reasons == (
        "better: held-out loss 0.700 against the bare base's 2.000",
    )


def test_faults_that_block_block_and_others_do_not() -> None:
    better = facts(60, gained=20)
    assert decide(better, (COLLAPSE,), GATE, True, LEARNED).reasons == (str(COLLAPSE),)
    assert decide(better, (REMARK,), GATE, True, LEARNED).live


@pytest.mark.parametrize("loss", [2.1, float("nan"), float("inf")])
def test_rows_expected_less_than_by_the_bare_base_block(loss: float) -> None:
    (reason,) = decide(facts(60), (), GATE, True, {**LEARNED, "candidate": loss}).reasons
    assert "worse by more than 2%" in reason


def test_the_live_versions_loss_blocks_only_where_no_question_is_asked() -> None:
    losses = {"candidate": 0.6, "live": 0.5, "base": 2.0}
    assert decide(facts(60), (), GATE, True, losses).live
    for unasked in (None, trial({}, {})):
        (reason,) = decide(unasked, (), GATE, True, losses).reasons
        assert reason == "held-out loss 0.600 against the live version's 0.500: worse by more than 2%"


def test_without_questions_and_rows_the_diagnosis_alone_speaks() -> None:
    assert decide(None, (), GATE, False, {}).reasons == ("there is no dev question and no held-out row to compare on, and the diagnosis is clean",)
    assert not decide(None, (COLLAPSE,), GATE, False, {}).live


def test_likeness_to_a_reference_is_shown_and_decides_nothing() -> None:
    scores = [0.5 + place / 200 for place in range(40)]
    worse = trial({"chrf": scores}, {"chrf": [score - 0.3 for score in scores]}, {"chrf": scores})
    verdict = decide(worse, (), GATE, True, LEARNED)
    assert verdict.live
    assert rows(verdict)[0][-1] == "shown only"


def test_one_question_shows_nothing() -> None:
    verdict = decide(facts(1, lost=1), (), GATE, True, LEARNED)
    assert verdict.live
    assert "facts (1)" in verdict.warnings[0]


def test_the_table_is_in_the_same_order_every_time_and_has_a_cell_for_every_head() -> None:
    ones = [1.0, 0.0, 1.0]
    names = ("others", "right_refusals", "answered", "citation_recall", "terms", "format", "facts")
    verdict = decide(trial({}, dict.fromkeys(names, ones), dict.fromkeys(names, ones)), (), GATE, True, LEARNED)
    assert [row[0] for row in rows(verdict)] == ["Facts", "Format", "Terms", "Citation recall", "Answered", "Right refusals", "Others"]
    assert {len(row) for row in rows(verdict)} == {len(HEAD)}
    assert rows(verdict)[0] == ("Facts", "66.7 %", "66.7 %", "+0.0", "[0.0, 0.0]", "3", "no worse")


def test_the_record_for_the_card_is_plain_json_with_every_finding() -> None:
    made = facts(60, lost=8)
    record = json.loads(json.dumps(gate_record(made, decide(made, (), GATE, True, LEARNED), GATE.tolerance), allow_nan=False))
    assert record["against"] == "staff@1"
    assert record["live"] is False
    found = record["scores"]["facts"]
    assert found["finding"] == "worse"
    assert found["before"] - found["after"] == pytest.approx(8 / 60)
    assert found["low"] <= found["points"] <= found["high"] < 0
    assert set(record["from_base"]) == {"facts"}


def test_terminology_is_told_from_the_bare_base_even_where_a_version_is_live() -> None:
    made = trial({"terms": [0.0, 0.5, 0.5, 0.5]}, {"terms": [1.0, 1.0, 0.5, 1.0]}, {"terms": [1.0, 1.0, 0.5, 1.0]})
    found = term_record(made)
    assert found is not None
    assert (found["before"], found["after"], found["n"], found["split"]) == (0.375, 0.875, 4, "dev")
    assert term_record(trial({"facts": [1.0]}, {"facts": [1.0]})) is None


def test_data_are_changed_when_their_fingerprint_differs_from_the_live_versions() -> None:
    live = AdapterVersion("starter", "staff", 1, Path("staff"), {"data": {"fingerprint": "a"}})
    assert not data_changed(live, {"fingerprint": "a"})
    assert data_changed(live, {"fingerprint": "b"})
    assert not data_changed(None, {"fingerprint": "a"})
