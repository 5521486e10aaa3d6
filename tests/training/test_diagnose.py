import pytest

from assistant.training.diagnose import Fault, diagnose, repeats
from assistant.training.gate import decide
from assistant.training.recipe import Recipe

SOUND = [{"epoch": e, "step": e, "loss": 3 / e} for e in range(1, 10)]


def names(losses: list[dict[str, float]], answers: list[str]) -> list[str]:
    return [fault.name for fault in diagnose(losses, answers, [], Recipe())]


@pytest.mark.parametrize("text", ["!" * 40, "the the the the the the the", "是的" * 12, "\n" * 30 + "u" * 30, "Drinks are left outside. " + "[1]W:. [2]W:. " * 6])
def test_a_repeated_sign_or_phrase_is_seen(text: str) -> None:
    assert repeats(text)


@pytest.mark.parametrize("text", ["Yes.", "Rule: ask your manager at least 24 hours ahead. [2]", "规定：年假为每年15天，须在港湾系统申请。 [1]", "- a\n- b\n- c\n- d", "Landlord: ______________________\nTenant: ______________________", "1,000,000,000 yuan"])
def test_a_sound_answer_is_not_called_repeated(text: str) -> None:
    assert not repeats(text)


def test_a_sound_training_has_no_fault() -> None:
    assert names(SOUND, ["Rule: ask 24 hours ahead."]) == []


def test_collapse_is_named_with_a_lower_rate_and_rank() -> None:
    (fault,) = diagnose(SOUND, ["!" * 40], [], Recipe())
    assert fault.name == "collapse"
    assert "lora.rank=4" in fault.cure
    assert fault.blocks


def test_answers_that_the_bare_base_breaks_too_do_not_block() -> None:
    broken, sound = "!" * 40, "Ask 24 hours ahead."
    (fault,) = diagnose(SOUND, [broken, broken, sound], [broken, broken, sound], Recipe())
    assert not fault.blocks
    (fault,) = diagnose(SOUND, [broken, broken, sound], [sound, sound, sound], Recipe())
    assert fault.blocks


def test_a_rising_held_out_loss_is_overfitting_and_names_the_epoch() -> None:
    held = [{"epoch": e, "step": e, "eval_loss": loss} for e, loss in ((1, 2.0), (2, 1.5), (3, 1.9))]
    (fault,) = diagnose([*SOUND, *held], ["fine"], [], Recipe())
    assert fault.name == "overfitting"
    assert "training.epochs=2" in fault.cure


def test_a_flat_or_rising_loss_is_named() -> None:
    assert names([{"epoch": e, "step": e, "loss": 3.0} for e in range(9)], ["fine"]) == ["underfitting"]
    assert names([{"epoch": e, "step": e, "loss": 3.0 + e} for e in range(9)], ["fine"]) == ["divergence"]


BLOCK = Fault("collapse", "answers repeat", "lower the rate", blocks=True)


@pytest.mark.parametrize(
    ("losses", "faults", "live"),
    [
        ({}, [], True),
        ({}, [BLOCK], False),
        ({"base": 3.0, "candidate": 2.0}, [], True),
        ({"base": 3.0, "candidate": 2.0}, [BLOCK], False),
        ({"base": 3.0, "candidate": 3.5}, [], False),
        ({"base": 3.0, "candidate": 2.01, "live": 2.0}, [], True),
        ({"base": 3.0, "candidate": 2.2, "live": 2.0}, [], False),
    ],
)
def test_a_version_goes_live_only_when_sound_and_no_worse(losses: dict[str, float], faults: list[Fault], live: bool) -> None:
    verdict = decide(losses, faults, tolerance=0.02)
    assert verdict.live is live
    assert verdict.reasons
