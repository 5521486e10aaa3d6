from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.records import Turn, content_id
from assistant.training.dataset import Dataset, Row
from assistant.training.diagnosis.asking import question_of, some
from assistant.training.diagnosis.collapse import broken, collapse, entropy, lost_weights, repeats
from assistant.training.diagnosis.course import course, diverging, half_learned
from assistant.training.diagnosis.forgetting import GENERAL, OTHERS, forgetting
from assistant.training.diagnosis.ignoring import exchanged, exchanges, ignoring
from assistant.training.diagnosis.key_rows import figures_of, key_rows, underfit, wrong_figures
from assistant.training.diagnosis.mismatch import mismatches
from assistant.training.diagnosis.spoken import wrong_language
from assistant.training.recipe import Recipe

NAN = float("nan")


@dataclass(frozen=True)
class KeyRow(Row):
    key: bool = True


def row(question: str, answer: str, evidence: tuple[str, ...] = (), key: bool = False, example: str = "") -> Row:
    lines = "".join(f"[{n}] Help | {text}\n" for n, text in enumerate(evidence, 1))
    asks = "问题：" if "？" in question else "Question: "
    turns = (Turn("system", "Answer."), Turn("user", f"{lines}\n{asks}{question}"))
    return (KeyRow if key else Row)(turns, answer, example or content_id(question), "evidence" if evidence else "plain")


def curve(*losses: float, norms: tuple[float, ...] = ()) -> list[dict[str, float]]:
    norms = norms or (1.0,) * len(losses)
    return [{"step": n, "epoch": n, "loss": loss, "grad_norm": norm} for n, (loss, norm) in enumerate(zip(losses, norms, strict=True), 1)]


def held(*losses: float) -> list[dict[str, float]]:
    return [{"step": n, "epoch": n, "eval_loss": loss} for n, loss in enumerate(losses, 1)]


SOUND = curve(*(3 / n for n in range(1, 10)))
FREE = row("How much storage is free?", "15 GB of storage are free.")


@pytest.mark.parametrize("text", ["!" * 40, "the the the the the the the", "是的" * 12, "\n" * 30 + "u" * 30, "Drinks are left outside. " + "[1]W:. [2]W:. " * 6])
def test_a_repeated_sign_or_phrase_is_seen(text: str) -> None:
    assert repeats(text)
    assert broken(text)


@pytest.mark.parametrize(
    "text",
    [
        "Yes.",
        "Rule: ask your manager at least 24 hours ahead. [2]",
        "规定：年假为每年15天，须在港湾系统申请。 [1]",
        "- a\n- b\n- c\n- d",
        "Landlord: ______________________\nTenant: ______________________",
        "1,000,000,000 yuan",
    ],
)
def test_a_sound_answer_is_not_called_broken(text: str) -> None:
    assert not broken(text)


@pytest.mark.parametrize("text", ["", "  \n", "....................", "abbaabbbabaabbabbbaababbab"])
def test_empty_answers_and_those_that_hold_hardly_any_information_are_broken(text: str) -> None:
    assert broken(text)


def test_entropy_is_measured_in_bits_a_character() -> None:
    assert entropy("!!!!!!!!") == 0
    assert entropy("abab") == 1
    assert entropy("abcd") == 2
    assert 3.5 < entropy("Employees ask their manager for a remote day at least 24 hours ahead.") < 4.5


def test_a_sound_training_has_no_fault() -> None:
    assert course(SOUND, Recipe()) == []
    assert collapse(["Rule: ask 24 hours ahead."], [], SOUND, Recipe()) == []


def test_collapse_is_named_with_a_lower_rate_and_rank() -> None:
    (fault,) = collapse(["!" * 40], [], SOUND, Recipe())
    assert fault.name == "collapse"
    assert "--set lora.rank=4" in fault.cure
    assert fault.changes["lora.rank"] == 4
    assert fault.blocks


def test_answers_that_the_bare_base_breaks_too_do_not_block() -> None:
    bad, sound = "!" * 40, "Ask 24 hours ahead."
    (fault,) = collapse([bad, bad, sound], [bad, bad, sound], SOUND, Recipe())
    assert not fault.blocks
    (fault,) = collapse([bad, bad, sound], [sound, sound, sound], SOUND, Recipe())
    assert fault.blocks


def test_babble_under_a_loss_still_on_its_way_down_is_underfit_and_trained_further() -> None:
    (fault,) = collapse(["!" * 40], [""], curve(10.7, 9, 8, 7, 6.5, 6, 5.5, 5, 4.5), Recipe())
    assert fault.name == "underfit"
    assert fault.changes["training.learning_rate"] > Recipe().training.learning_rate
    assert half_learned(curve(10.7, 8.7, 21, 15, 12, 9, 7, 6, 5.9)) is None, "a loss that leapt is a rate too high"
    assert half_learned(curve(6.5, 5, 4.7, 4.7, 4.7, 4.7, 4.7, 4.7, 4.7)) is None, "one that lies still will not come down by itself"
    assert half_learned(SOUND) is None, "a low one is learned"


def test_weights_that_are_no_numbers_are_a_collapse(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    save_file({"a": torch.ones(2, 2), "b": torch.tensor([1.0, NAN])}, tmp_path / "adapter_model.safetensors")
    (fault,) = lost_weights(tmp_path, Recipe())
    assert (fault.name, fault.blocks) == ("collapse", True)
    assert "1 of 2 weight matrices" in fault.sign
    save_file({"a": torch.ones(2, 2)}, tmp_path / "adapter_model.safetensors")
    assert lost_weights(tmp_path, Recipe()) == []


def test_a_rising_held_out_loss_is_overfit_and_names_the_epoch() -> None:
    (fault,) = course([*SOUND, *held(2.0, 1.5, 1.9)], Recipe())
    assert fault.name == "overfit"
    assert fault.changes["training.epochs"] == 2
    assert course([*SOUND, *held(2.0, 1.5, 1.6)], Recipe()) == [], "within a tenth of the best"
    assert course([*SOUND, *held(0.003, 0.02)], Recipe()) == [], "a small loss may be a multiple of a smaller one"


def test_a_flat_or_rising_loss_is_named() -> None:
    (flat,) = course(curve(*[3.0] * 9), Recipe())
    (rising,) = course(curve(*(3.0 + n / 2 for n in range(9))), Recipe())
    (leaping,) = course(curve(3.0, 9.0, 7.0, 5.0, 4.0, 3.2, 3.1, 3.0, 2.9), Recipe())
    assert leaping.name == "divergence"
    assert "began at 3.000, was between 2.900 and 9.000, and ended at 2.900" in leaping.sign
    (again,) = course(curve(6.5, 6.6, 5.8, 5.0, 4.8, 4.8, 4.7, 4.7, 5.8, 5.9, 5.8, 5.9, 5.9, 5.8), Recipe())
    assert again.name == "divergence", "it fell and rose again"
    assert (flat.name, flat.blocks) == ("underfit", False)
    assert (rising.name, rising.blocks) == ("divergence", True)


def test_a_loss_or_gradients_that_are_no_numbers_any_more_are_divergence() -> None:
    (fault,) = course(curve(3.0, 2.0, NAN), Recipe())
    assert fault.name == "divergence"
    assert "step 3" in fault.sign
    hidden = curve(6.5, 6.8, 6.6, *[0.0] * 6, norms=(700, 16, *[NAN] * 7))
    (fault,) = course(hidden, Recipe())
    assert fault.name == "divergence", "transformers logs 0 for a loss that is no number"
    skipped = curve(*(3 / n for n in range(1, 10)), norms=(NAN, NAN, *[1.0] * 6, NAN))
    assert course(skipped, Recipe()) == [], "float16 skips a step now and then"


def test_a_running_training_is_called_lost_once_its_losses_stay_far_above_the_beginning() -> None:
    assert diverging(curve(3, 3, 3, 3, 3, 9, 9, 9, 9, 9))
    assert diverging(curve(3, NAN))
    assert not diverging(curve(3, 3, 3, 3, 3, 9, 9, 9, 9, 3))
    assert not diverging(SOUND)


def test_the_figure_wanted_and_the_figure_said_are_named() -> None:
    (wrong,) = wrong_figures([FREE], ["You have 10 GB of storage for 3 users."])
    assert str(wrong) == "How much storage is free?: 15 GB wanted, 10 GB said"
    assert wrong_figures([FREE], ["Fifteen GB are free."]) == [], "a figure in words is the same figure"
    assert wrong_figures([FREE], ["There is plenty."])[0].said == "no figure"


def test_figures_of_the_question_need_not_be_said_again() -> None:
    asked = row("Is 20 GB enough for 3 people?", "No, 3 people need 30 GB.")
    assert {fact.value for fact in figures_of(asked)} == {"30"}


def test_marked_rows_must_all_be_right_and_unmarked_ones_mostly() -> None:
    rows = [row(f"How much is number {n} of them?", f"It is {n}5 GB.") for n in range(1, 5)]
    right = [one.answer for one in rows]
    assert underfit(rows, right, True, [], Recipe()) == []
    (fault,) = underfit(rows, ["It is 7 GB.", *right[1:]], True, [], Recipe())
    assert fault.blocks and fault.share == 0.25
    assert "15 GB wanted, 7 GB said" in fault.sign
    assert fault.changes["data.key_repeats"] == 8
    assert underfit(rows, ["It is 7 GB."] * 2 + right[2:], False, [], Recipe()) == []
    (fault,) = underfit(rows, ["It is 7 GB."] * 3 + right[3:], False, [], Recipe())
    assert not fault.blocks
    assert fault.changes["data.repeats"] == 2
    assert underfit(rows, ["It is 7 GB."] * 3 + right[3:], False, ["It is 9 GB."] * 3 + right[3:], Recipe()) == [], "the bare base reads no better"
    assert underfit(rows, ["It is 7 GB."] * 3 + right[3:], False, right, Recipe())


def test_key_rows_are_the_marked_ones_or_else_a_few_with_figures() -> None:
    others = [row(f"What of {n}?", f"It takes {n}0 days.", ("It takes some days.",)) for n in range(1, 30)]
    figureless = row("Who?", "The manager.")
    marked = row("How much storage is free?", "15 GB.", key=True)
    assert key_rows(Dataset((*others, marked, marked, figureless), ())) == ([marked], True)
    chosen, was_marked = key_rows(Dataset((*others, figureless, row("And?", "It is 4 GB.")), ()))
    assert not was_marked
    assert len(chosen) == 8
    assert all(one.form == "evidence" for one in chosen)
    assert chosen == key_rows(Dataset((*reversed(others), figureless), ()))[0], "the same rows give the same choice in any order"


EVIDENCE = ("Every account has 15 GB free of charge.", "15 GB are also the limit of a backup.", "Support answers within 2 days.")


def test_a_figure_is_exchanged_throughout_the_prompt_and_marks_stay() -> None:
    made = exchanged(row("How much is free?", "You have 15 GB. [1]", EVIDENCE))
    assert made and made.old == "15"
    text = made.prompt[-1].content
    assert "15" not in text
    assert text.count(made.new) == 2
    assert "[1] Help | Every" in text and "[2] Help" in text and "within 2 days" in text


def test_a_row_whose_figure_is_asked_for_or_not_in_its_evidence_is_passed_over() -> None:
    assert exchanged(row("Are 15 GB free?", "Yes, 15 GB. [1]", EVIDENCE)) is None
    assert exchanged(row("How much?", "Yes, 99 GB. [1]", EVIDENCE)) is None
    assert exchanged(row("Which?", "Version 1.5 of A15 at 15:30. [1]", ("Version 1.5 of A15 at 15:30.",))) is None
    assert exchanged(row("多少？", "免费15天。 [1]", ("免费15天。",))) is not None


def test_saying_the_old_figure_is_ignoring_and_the_new_one_is_reading() -> None:
    rows = [row(f"How much is {word}?", "You have 15 GB. [1]", EVIDENCE) for word in ("free", "open", "spare")]
    made = exchanges(Dataset((), tuple(rows)))
    assert len(made) == 3
    memory, read = ["You have 15 GB."] * 3, [f"You have {one.new} GB. [15]" for one in made]
    (fault,) = ignoring(made, memory, Recipe())
    assert f"the evidence said {made[0].new}, the answer 15" in fault.sign
    assert fault.share == 1
    assert ignoring(made, read, Recipe()) == []
    assert ignoring(made, [memory[0], *read[1:]], Recipe()) == []
    assert ignoring(made, ["Nothing is said."] * 3, Recipe()) == []


def test_forgetting_is_a_loss_worse_than_the_base_by_the_stated_margin() -> None:
    assert forgetting({GENERAL: (1.0, 1.29), OTHERS: (10.0, 11.1)}, Recipe()) == []
    (fault,) = forgetting({GENERAL: (1.0, 1.31), OTHERS: (2.0, 1.0)}, Recipe())
    assert "general rows is 1.310 with the adapter, 1.000 without" in fault.sign
    assert "other domains" not in fault.sign
    assert forgetting({GENERAL: (1.0, NAN)}, Recipe())[0].name == "forgetting", "no number is not fine"


def test_an_answer_in_the_other_language_is_named_and_blocks_where_the_base_knew_better() -> None:
    rows = [row("假期有几天？", "假期有十五天。"), row("在哪里申请？", "在港湾系统申请。"), row("How long?", "It takes a day.")]
    english, chinese = ["Leave is 15 days.", "It is in Harbour.", "A day or two."], ["假期有十五天。", "在港湾系统里。", "A day or two."]
    (fault,) = wrong_language(rows, english, chinese, Recipe())
    assert fault.blocks
    assert "2 of 2 Chinese questions" in fault.sign
    assert not wrong_language(rows, english, english, Recipe())[0].blocks
    assert wrong_language(rows, chinese, chinese, Recipe()) == []
    assert wrong_language(rows, ["15", "OK", "7"], chinese, Recipe()) == [], "too short to tell"


def test_a_row_that_is_to_be_answered_in_the_other_language_is_passed_over() -> None:
    rows = [row(f"用英文怎么说{word}？", "It is called leave.") for word in ("假期", "年假", "病假")]
    assert wrong_language(rows, ["It is called leave."] * 3, [], Recipe()) == []


def test_hashes_that_differ_are_a_mismatch_that_only_people_cure() -> None:
    (fault,) = mismatches({"tokenizer": "aa", "prompt": "bb", "weights": "cc"}, {"tokenizer": "aa", "prompt": "xx"})
    assert (fault.name, fault.blocks, fault.changes) == ("mismatch", True, {})
    assert "another prompt (bb) than the one that answers (xx)" in fault.sign


def test_samples_take_each_example_once_and_the_languages_in_turn() -> None:
    rows = [row(f"What of {n}?", "a", example=str(n % 4)) for n in range(12)] + [row("假期？", "十五天。")]
    chosen = some(rows, 3)
    assert len({one.example for one in chosen}) == 3
    assert any("假期" in question_of(one) for one in chosen)
    assert chosen == some(list(reversed(rows)), 3)
    assert question_of(row("How much?", "a", EVIDENCE)) == "How much?"
