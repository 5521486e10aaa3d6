from assistant.records import Turn
from assistant.training.dataset import Dataset, Row
from assistant.training.version import voice

PROMPT = (Turn("user", "Question: x"),)


def said(answer: str, number: int, kind: str = "answer") -> Row:
    return Row(PROMPT, answer, f"example {number}", "plain", kind)  # type: ignore[arg-type]


def test_the_voice_holds_what_many_answers_say_and_no_figures() -> None:
    rows = [said(f"Deadline: 15 days. [1] Harbour {name}", n) for n, name in enumerate(["alpha", "beta", "gamma", "delta"])]
    words = voice(Dataset(tuple(rows), ()))
    assert "harbour" in words
    assert not {"alpha", "15", "1"} & set(words)


def test_one_example_repeated_and_drafts_do_not_make_a_voice() -> None:
    repeated = [said("landlord", 1) for _ in range(9)]
    drafts = [said("tenant", n, "draft") for n in range(9)]
    assert voice(Dataset((*repeated, *drafts), ())) == []
