from typing import Any

from trial_by_hand import trial, turned

from assistant.training.gate import decide, gate_record, term_record
from assistant.training.model_card import model_card
from assistant.training.recipe import Gate, Recipe

CARD: dict[str, Any] = {
    "base": {"name": "starter", "key": "starter", "fingerprints": {}},
    "recipe": Recipe().model_dump(),
    "rows": {"train": 90, "held_out": 10, "evidence": 80, "plain": 15, "refusal": 5},
    "seconds": 74.1,
    "device": {"name": "cpu", "precision": "float32"},
}


def card(**more: Any) -> str:
    return model_card("Human resources", "staff", 3, {**CARD, **more})


def test_what_the_card_says_nothing_of_is_left_out() -> None:
    text = card()
    assert text.startswith("---\nlibrary_name: peft\nbase_model: starter\n")
    assert "# staff@3" in text
    assert "90 rows (80 with evidence, 15 without, 5 refusals" in text
    assert "1 min 14 s on cpu (float32)." in text
    assert [line for line in text.splitlines() if line.startswith("## ")] == ["## What it learned from", "## Files"]


def test_the_gates_figures_and_decision_stand_in_it() -> None:
    before, after = turned(60, lost=9)
    made = trial({"facts": before, "terms": [0.0] * 6}, {"facts": after, "terms": [1.0] * 6}, {"facts": before, "terms": [1.0] * 6})
    verdict = decide(made, (), Gate(), True, {})
    text = card(gate=gate_record(made, verdict, 0.02), terms=term_record(made), held_out={"candidate": 0.5, "base": 2.0, "live": 0.6}, parent="staff@1")
    assert f"| Facts | {100 * sum(before) / 60:.1f} % | {100 * sum(after) / 60:.1f} % | −15.0 | [" in text
    assert "Against the bare base:" in text
    assert f"The gate kept it a candidate:\n\n- {verdict.reasons[0]}" in text
    assert "answers use 100 % with this adapter and 0 % without, on 6 dev questions" in text
    assert "this version 0.500, the bare base 2.000, staff@1 0.600 (lower is better)" in text


def test_test_figures_come_before_those_that_decided() -> None:
    before, after = turned(60, gained=12)
    made = trial({"facts": before}, {"facts": after})
    text = card(gate=gate_record(made, decide(made, (), Gate(), False, {}), 0.02), test=made.as_json() | {"split": "test"})
    assert text.index("split `test`") < text.index("split `dev`") < text.index("The gate let it go live:")


def test_choices_attempts_and_proofs_are_told_in_words() -> None:
    text = card(
        choices=[{"place": "lora.rank", "value": 8, "reason": "90 rows are few"}],
        estimate={"words": "took 74 s, 70 s were expected (6 % more)"},
        attempts=[{"words": [], "faults": [{"name": "underfit"}]}, {"words": ["key rows are repeated 8 times"], "faults": []}],
        parity=[{"name": "reloaded", "passed": True, "largest_difference": 0.0, "cause": ""}, {"name": "merged", "passed": False, "cause": "another alpha"}],
    )
    assert "- `lora.rank = 8` was chosen: 90 rows are few" in text
    assert "(float32). Took 74 s, 70 s were expected (6 % more)." in text
    assert "1. the recipe as written: underfit\n2. key rows are repeated 8 times: no fault" in text
    assert "- reloaded: the same\n- merged: NOT the same; another alpha" in text
