"""A question cut into the parts of several domains: by words whose owner is known, without a classifier."""

from collections.abc import Sequence

import pytest

from assistant.answering.parts import divided, stretches

WORDS = {"lease": "legal", "seal": "legal", "tenant": "legal", "租约": "legal", "盖章": "legal", "leave": "hr", "overtime": "hr", "年假": "hr", "加班": "hr"}  # fmt: skip


def by_word(texts: Sequence[str]) -> list[dict[str, float]]:
    """Sure of a text with a known word, else of nothing."""
    found = ([name for word, name in WORDS.items() if word in text.lower()] for text in texts)
    return [{name: 0.9 if name in names else 0.1 for name in ("legal", "hr")} for names in found]


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("How do I end my lease, and how much leave is left?", {"legal": "How do I end my lease", "hr": "how much leave is left?"}),
        ("How much leave is left? Also, when does my lease end?", {"hr": "How much leave is left?", "legal": "when does my lease end?"}),
        ("租约怎么解除，另外还剩几天年假？", {"legal": "租约怎么解除", "hr": "还剩几天年假？"}),
        ("加班怎么算以及合同在哪里盖章？", {"hr": "加班怎么算", "legal": "合同在哪里盖章？"}),
        ("我的租约和年假", {"legal": "我的租约", "hr": "年假"}),
        ("Who seals a lease of 200,000 yuan; and is overtime paid or taken as leave?",
         {"legal": "Who seals a lease of 200,000 yuan", "hr": "is overtime paid or taken as leave?"}),
    ],
)  # fmt: skip
def test_each_domain_gets_its_part_in_the_order_of_the_question(question: str, parts: dict[str, str]) -> None:
    found = divided(question, ("hr", "legal"), by_word)
    assert found == parts
    assert list(found or ()) == list(parts)


def test_what_is_nobodys_goes_with_its_neighbour() -> None:
    found = divided("In Nanjing, when does my lease end, in days, and how much leave is left, thank you?", ("legal", "hr"), by_word)
    assert found == {"legal": "In Nanjing, when does my lease end, in days", "hr": "how much leave is left, thank you?"}


def test_parts_that_stand_apart_come_together() -> None:
    assert divided("Which seal? How much leave? Which tenant?", ("legal", "hr"), by_word) == {"legal": "Which seal? Which tenant?", "hr": "How much leave?"}


@pytest.mark.parametrize("question", ["Does my lease end with my leave?", "When does my lease end, and which seal goes on it?", "", "?!"])
def test_a_question_without_a_part_for_each_is_not_cut(question: str) -> None:
    assert divided(question, ("legal", "hr"), by_word) is None


def test_a_number_with_a_comma_is_no_cut() -> None:
    assert [part.strip() for part in stretches("up to 1,200,000 yuan, or more")] == ["up to 1,200,000 yuan", "more"]
