"""Follow-ups stand alone before they are routed and searched."""

import pytest

from assistant.answering.rewrite import rewrite, with_earlier
from assistant.language import detect
from assistant.records import Turn

EARLIER = (Turn("user", "How many days of annual leave do I get?"), Turn("assistant", "12 days. [1]"))
FRUEHER = (Turn("user", "年假有几天？"), Turn("assistant", "12天。[1]"))


@pytest.mark.parametrize("question", ["And after six years?", "What about interns?", "Does it carry over?", "Why?"])
def test_an_english_follow_up_takes_the_question_before_it_along(question: str) -> None:
    assert rewrite(question, EARLIER) == f"How many days of annual leave do I get? {question}"


@pytest.mark.parametrize("question", ["那满五年以后呢？", "还有呢", "它可以结转吗？"])
def test_a_chinese_follow_up_takes_the_question_before_it_along(question: str) -> None:
    assert rewrite(question, FRUEHER).startswith("年假有几天？")


def test_a_question_of_its_own_stays_as_it_is() -> None:
    question = "How do I install the Python SDK on Windows?"
    assert rewrite(question, EARLIER) == question
    assert rewrite("And after six years?", ()) == "And after six years?"


@pytest.mark.parametrize(
    ("text", "language"),
    [("What does 工单闭环 mean?", "en"), ("SDK install 怎么装？", "zh"), ("P1 是什么意思", "zh"), ("年假", "zh"), ("annual leave", "en")],
)
def test_a_foreign_term_does_not_change_the_language(text: str, language: str) -> None:
    assert detect(text) == language


def test_the_question_before_is_taken_along_only_in_the_same_language() -> None:
    assert with_earlier("When must it be filed?", EARLIER) == f"{EARLIER[0].content} When must it be filed?"
    assert with_earlier("哪天？", EARLIER) is None
    assert with_earlier("When?", ()) is None


@pytest.mark.parametrize("question", ["I forgot the code of locker K3184. Which one opens it?", "合同专用章昨天在出租车上丢了。那要在多久以内上报？"])
def test_a_pronoun_that_means_the_sentence_before_it_needs_no_earlier_question(question: str) -> None:
    assert rewrite(question, EARLIER) == question
    assert rewrite(question, FRUEHER) == question
