from dataclasses import replace
from typing import Any

import pytest

from assistant.training.diagnosis.cure import Attempt, best, cured
from assistant.training.diagnosis.fault import GRAVITY, Fault, gravest_first
from assistant.training.diagnosis.remedies import (
    BOUNDS,
    for_collapse,
    for_divergence,
    for_forgetting,
    for_ignoring,
    for_language,
    for_overfit,
    for_unlearned,
    for_wrong_figures,
    value_of,
)
from assistant.training.recipe import Recipe


def fault(name: str, blocks: bool = True, **changes: Any) -> Fault:
    return Fault(name, "seen", "do", blocks, {place.replace("__", "."): value for place, value in changes.items()})


COLLAPSE = fault("collapse", **{"lora.rank": 4, "lora.alpha": 8, "training.learning_rate": 7e-5})
UNDERFIT = fault("underfit", **{"data.key_repeats": 8, "training.learning_rate": 3e-4})


def test_the_cure_of_a_collapse_is_half_the_rank_at_the_same_scale_and_a_third_of_the_rate() -> None:
    recipe = Recipe()
    changes = for_collapse(recipe)
    assert changes == {"training.learning_rate": 6.67e-05, "lora.rank": 4, "lora.alpha": 8}
    after = recipe.with_values(changes)
    assert after.lora.alpha / after.lora.rank == recipe.lora.alpha / recipe.lora.rank


def test_wrong_figures_repeat_the_marked_rows_or_else_all() -> None:
    assert for_wrong_figures(Recipe(), marked=True)["data.key_repeats"] == 8
    again = Recipe().with_values({"data.key_repeats": 8})
    assert for_wrong_figures(again, marked=True)["data.key_repeats"] == 16
    assert for_wrong_figures(Recipe(), marked=False)["data.repeats"] == 2


def test_overfitting_trains_to_the_best_epoch_and_leaves_more_out() -> None:
    changes = for_overfit(Recipe().with_values({"training.epochs": 6}), 2.0)
    assert changes == {"training.epochs": 2.0, "lora.dropout": 0.2, "training.early_stopping": 2}
    assert for_overfit(Recipe(), 1.0)["training.learning_rate"] == 1e-4


def test_a_training_measured_in_steps_is_cured_in_steps() -> None:
    changes = for_unlearned(Recipe().with_values({"training.steps": 60}))
    assert changes["training.steps"] == 120
    assert "training.epochs" not in changes


def test_forgetting_mixes_in_more_where_rows_are_given() -> None:
    assert for_forgetting(Recipe().with_values({"mix.rows": "general.jsonl"})) == {"mix.share": 0.2}
    assert for_forgetting(Recipe()) == {"training.learning_rate": 1e-4}


def test_ignored_passages_get_more_passages_refusals_and_then_more_draws() -> None:
    first = for_ignoring(Recipe().with_values({"data.distractors": 2}))
    assert first == {"data.passages_share": 1.0, "data.refusal_share": 0.3, "data.distractors": 8}
    full = Recipe().with_values({"data.passages_share": 1.0, "data.refusal_share": 0.5})
    assert for_ignoring(full) == {"data.repeats": 2, "training.epochs": 1.5}


@pytest.mark.parametrize("remedy", [for_collapse, for_divergence, for_unlearned, for_forgetting, for_ignoring, for_language, lambda r: for_wrong_figures(r, True), lambda r: for_overfit(r, 1)])
def test_cures_taken_again_and_again_stay_within_bounds_and_end(remedy: Any) -> None:
    recipe = Recipe()
    for _ in range(60):
        changes = remedy(recipe)
        if not changes:
            return
        recipe = recipe.with_values(changes)
        for place in changes:
            least, most = BOUNDS.get(place, (0, 100))
            assert least <= value_of(recipe, place) <= most, place
    pytest.fail(f"still changing after 60 rounds: {changes}")


def test_each_change_is_told_with_its_fault() -> None:
    made = cured(Recipe(), [COLLAPSE])
    assert made
    recipe, words = made
    assert (recipe.lora.rank, recipe.training.learning_rate) == (4, 7e-5)
    assert words == ["lora.rank 8 → 4 (collapse)", "lora.alpha 16 → 8 (collapse)", "training.learning_rate 0.0002 → 7e-05 (collapse)"]


def test_of_two_cures_for_one_setting_the_graver_fault_has_its_way() -> None:
    made = cured(Recipe(), [UNDERFIT, COLLAPSE])
    assert made
    assert made[0].training.learning_rate == 7e-5
    assert made[0].data.key_repeats == 8, "what does not contradict is done too"


def test_a_cured_setting_is_no_longer_chosen_by_the_data() -> None:
    made = cured(Recipe().leaving(frozenset({"training.learning_rate", "training.epochs"})), [COLLAPSE])
    assert made and made[0].auto == {"training.epochs"}


def test_what_only_people_can_cure_and_what_was_tried_end_the_attempts() -> None:
    assert cured(Recipe(), []) is None
    assert cured(Recipe(), [fault("mismatch")]) is None
    made = cured(Recipe(), [COLLAPSE])
    assert made
    assert cured(Recipe(), [COLLAPSE], [Attempt("first", made[0], (COLLAPSE,))]) is None
    assert cured(Recipe().with_values({"lora.rank": 4}), [fault("collapse", **{"lora.rank": 4})]) is None, "nothing would change"


def test_the_rate_settles_between_one_that_broke_and_one_that_learned_too_little() -> None:
    broke = Attempt("first", Recipe().with_values({"training.learning_rate": 4e-3}), (COLLAPSE,))
    slow = Recipe().with_values({"training.learning_rate": 1e-3})
    made = cured(slow, [fault("underfit", **{"training.learning_rate": 4e-3})], [broke])
    assert made and made[0].training.learning_rate == 2e-3
    made = cured(slow, [fault("underfit", **{"training.learning_rate": 2e-3})], [broke])
    assert made and made[0].training.learning_rate == 2e-3, "below the broken rate it may go where it wants"
    idle = Attempt("first", slow, (UNDERFIT,))
    made = cured(Recipe().with_values({"training.learning_rate": 4e-3}), [fault("collapse", **{"training.learning_rate": 1e-3})], [idle])
    assert made and made[0].training.learning_rate == 2e-3


def test_the_best_attempt_blocks_least_and_then_errs_least() -> None:
    blocked, erring = Attempt("1", Recipe(), (COLLAPSE,)), Attempt("2", Recipe(), (replace(UNDERFIT, blocks=False, share=0.75),))
    better = Attempt("3", Recipe(), (replace(UNDERFIT, blocks=False, share=0.25),))
    assert best([blocked, erring, better]) is better
    assert best([better, replace(better, run="4")]) is better, "of equals the first: it was changed least"
    assert best([blocked]) is blocked


def test_an_attempt_is_kept_as_plain_values() -> None:
    import json

    record = Attempt("20261121-100000-000", Recipe(), (COLLAPSE,), {"lora.rank": 4}, ("lora.rank 8 → 4 (collapse)",)).record()
    assert json.loads(json.dumps(record)) == record
    assert record["faults"][0]["name"] == "collapse"
    assert record["changes"] == {"lora.rank": 4}


def test_faults_stand_in_order_of_gravity() -> None:
    found = gravest_first([fault(name) for name in reversed(GRAVITY)])
    assert [one.name for one in found] == list(GRAVITY)
