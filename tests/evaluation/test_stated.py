"""A fact is found however it is written, and not inside another one."""

import random

import pytest

from assistant.domain_files import Question
from assistant.evaluation.expected import all_facts, all_stated, facts_share, no_wrong_fact
from assistant.evaluation.stated import pieces, stated

SAME = [
    ("3,000 yuan", "叁仟元整", "¥3000", "RMB 3,000", "三千元", "人民币3000元", "three thousand yuan", "0.3万元"),
    ("1 March 2026", "2026年3月1日", "2026-03-01", "March 1, 2026", "2026/3/1", "1st of March 2026"),
    ("15 days", "fifteen days", "15天", "15日", "十五天", "15-day", "15 calendar days", "15个自然日"),
    ("15 working days", "15个工作日", "fifteen business days", "十五个工作日"),
    ("10 June", "June 10", "6月10日", "6月10号"),
    ("24 hours", "24-hour", "24小时", "二十四小时", "24个小时"),
    ("10 %", "10%", "10 per cent", "ten percent", "百分之十"),
    ("50 GB", "50GB", "50 GiB"),
    ("09:30", "9:30"),
    ("1 hour", "one hour", "1小时", "一小时"),
    ("50,000 yuan", "5万元", "伍万元", "50000元"),
    ("3 days’ notice", "3 days' notice", "three days' notice"),
]
DIFFERENT = [
    ("within 115 days", "15 days"),
    ("within 12 hours", "2 hours"),
    ("at 0.3%", "3%"),
    ("13%", "3%"),
    ("15 working days", "15 days"),
    ("15个工作日", "15天"),
    ("within 15 days", "15 working days"),
    ("一百一十五天", "十五天"),
    ("十三天", "三天"),
    ("twenty-one hours", "1 hour"),
    ("19:30", "9:30"),
    ("14,200 yuan", "4,200"),
    ("14,200元", "4,200元"),
    ("3000 euros", "3000 yuan"),
    ("15 hours", "15 days"),
    ("11 March 2026", "1 March 2026"),
    ("1 March 2027", "1 March 2026"),
    ("the period is 115th", "15th"),
    ("version 4.2.1", "4.2"),
    ("priority P10", "P1"),
    ("error TB-30015", "TB-3001"),
    ("they erase it", "ER"),
    ("unable", "able"),
    ("disallowed", "allowed"),
]


@pytest.mark.parametrize("ways", SAME, ids=lambda ways: ways[0])
def test_a_value_is_stated_however_it_is_written(ways: tuple[str, ...]) -> None:
    for wording in ways:
        for text in ways:
            assert stated(text, wording), f"{wording!r} in {text!r}"


@pytest.mark.parametrize(("text", "wording"), DIFFERENT)
def test_a_value_is_not_found_inside_another(text: str, wording: str) -> None:
    assert not stated(text, wording)


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("The 600,000 yuan are paid on 30 June 2028.", "30 June"),
        ("年满五年的员工每年享有16天年休假。", "16天"),
        ("Share links expire after a week.", "share link"),
        ("Both ERs are due.", "ER"),
        ("Run `tern token create --scope files.write` [2] first.", "tern token create --scope files.write"),
        ("区域：cn-south-1，答应用户：17:00前回复", "17:00"),
        ("region: cn-south-1", "cn-south-1"),
        ("It is sold by Heting Property Co., Ltd. in Hangzhou", "Heting Property Co., Ltd."),
        ("up to 1,200 requests", "1200"),
        ("the 16th day of delay", "16th day"),
        ("**15 GB** are free", "15GB"),
        ("ＴＢ－３００１", "TB-3001"),
        ("每年最多２天", "最多2天"),
    ],
)
def test_a_wording_is_found_in_its_sentence(text: str, wording: str) -> None:
    assert stated(text, wording)


def test_a_year_and_a_unit_are_asked_for_only_when_named() -> None:
    assert stated("valid until 30 June 2028", "30 June")
    assert not stated("valid until 30 June", "30 June 2028")
    assert stated("4,200 yuan", "4,200")
    assert not stated("4,200", "4,200 yuan")


@pytest.mark.parametrize("text", ["", "  ", "[1]", "。"])
def test_nothing_states_an_empty_wording(text: str) -> None:
    assert not stated(text, "")
    assert not stated(text, "15 days")
    assert not stated("15 days", text)


def test_every_number_is_stated_by_itself_alone() -> None:
    rng = random.Random(3)
    numbers = rng.sample(range(1, 100_000), 60)
    for number in numbers:
        text = f"It takes {number:,} days, 共{number}天。"
        assert stated(text, f"{number} days") and stated(text, f"{number}天")
        other = rng.choice([n for n in numbers if n != number])
        assert not stated(text, f"{other} days")


def test_pieces_of_pieces_do_not_depend_on_the_width_of_signs() -> None:
    assert pieces("租金：３，０００元（每月）") == pieces("租金:3,000元(每月)")


def asked(**values: object) -> Question:
    return Question.model_validate({"id": "q", "split": "dev", "language": "en", "question": "How long?", **values})


def test_expected_facts_are_a_share_and_alternatives_count_once() -> None:
    question = asked(facts=["15 days", ["at home", "remotely"], "2 hours"], not_facts=["10 days"])
    text = "You may work remotely for fifteen days."
    assert facts_share(text, question) == pytest.approx(2 / 3)
    assert all_facts(text, question) is False
    assert no_wrong_fact(text, question) is True
    assert all_facts(text + " Tell us 2 hours ahead.", question) is True
    assert no_wrong_fact("It was 10 days.", question) is False
    assert no_wrong_fact("It was 110 days.", question) is True


def test_what_is_not_expected_is_not_scored() -> None:
    nothing = asked()
    assert facts_share("15 days", nothing) is None
    assert all_facts("15 days", nothing) is None
    assert no_wrong_fact("15 days", nothing) is None
    assert all_stated("anything", [])
