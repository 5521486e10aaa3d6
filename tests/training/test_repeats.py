"""Near-duplicates, and questions that an example gives away."""

import random

import pytest

from assistant.domain_files import Question
from assistant.records import Example, Turn
from assistant.rows.repeats import NEAR, Repeats
from assistant.rows.similar import figures, jaccard, normalised, trigrams
from assistant.rows.taught import Questions

WORDS = "leave room desk badge manager calendar form visitor parking contract fee seal ticket region backup snapshot quota invoice".split(" ")  # noqa: SIM905


def example(question: str, answer: str, origin: str = "a:1") -> Example:
    return Example((Turn("user", question), Turn("assistant", answer)), origin=origin)


def sentence(chance: random.Random, length: int) -> str:
    return " ".join(chance.choice(WORDS) + chance.choice("abcdefgh") for _ in range(length))


def test_jaccard_is_that_of_the_sets_of_trigrams() -> None:
    assert jaccard(trigrams("abcd"), trigrams("abce")) == 1 / 3  # abc of abc, bcd, bce
    assert jaccard(trigrams("年假几天"), trigrams("年假几天？")) == 1
    assert jaccard(trigrams("abc"), trigrams("xyz")) == 0
    assert (normalised("Ａ-1, b!"), figures("29元、３０元 at 1.5")) == ("a1b", ("1.5", "29", "30"))


@pytest.mark.parametrize(
    ("again", "near"),
    [
        (("How do I renew the lost badge?", "Go to the front desk with your identity card; a lost badge costs 30 yuan."), True),
        (("How do I renew a lost badge?", "Go to the front desk with your identity card; a lost badge costs 50 yuan."), False),
        (("Where do visitors park?", "Go to the front desk with your identity card; a lost badge costs 30 yuan."), False),
    ],
)
def test_one_word_makes_a_near_duplicate_and_another_figure_another_fact(again: tuple[str, str], near: bool) -> None:
    repeats = Repeats()
    repeats.take(example("How do I renew a lost badge?", "Go to the front desk with your identity card; a lost badge costs 30 yuan."))
    found = repeats.near(example(*again, origin="a:2"))
    assert (found is not None) is near
    if found:
        assert found[0] == "a:1"
        assert NEAR <= found[1] < 1


def test_nearly_every_planted_near_duplicate_is_found_and_nothing_else() -> None:
    chance, repeats = random.Random(3), Repeats()
    rows = [(sentence(chance, 8), sentence(chance, 30)) for _ in range(300)]
    for number, row in enumerate(rows):
        assert repeats.near(example(*row, origin=f"a:{number}")) is None
        repeats.take(example(*row, origin=f"a:{number}"))
    found = [repeats.near(example(q + " please", a.replace(a.split()[3], "other", 1))) for q, a in rows]
    assert sum(one is not None and one[0] == f"a:{number}" for number, one in enumerate(found)) >= 290


def test_many_rows_of_one_template_stay_cheap() -> None:
    repeats = Repeats()
    for number in range(400):
        row = example("Please tell me how the request for the store room is made by a new colleague?", f"It is made in the calendar, with form M-{number}.")
        assert repeats.near(row) is None
        repeats.take(row)
    assert max(len(bucket) for bucket in repeats._buckets.values() if isinstance(bucket, list)) <= 48


def test_a_question_that_is_nearly_taught_is_matched_but_not_one_with_another_figure() -> None:
    asked = Question(id="q1", split="test", language="en", question="How many days of annual leave do I get after 5 years?")
    questions = Questions([(7, asked)])
    same = questions.asked_in(example("how many days of annual leave do i get after 5 years", "15."))
    near = questions.asked_in(example("How many days of annual leave does one get after 5 years?", "15."))
    other = questions.asked_in(example("How many days of annual leave do I get after 10 years?", "20."))
    assert same is not None
    assert (same.line, same.id, same.near) == (7, "q1", 1.0)
    assert near is not None
    assert 0.75 <= near.near < 1
    assert other is None
    assert questions.asked_in(example("Who signs leave?", "Your manager.")) is None
