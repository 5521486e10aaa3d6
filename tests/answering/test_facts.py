"""Facts compare equal however they are written, in both languages."""

import pytest

from assistant.answering.facts import Fact, borne, facts, supported


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("3,000 yuan a month", "3000", "yuan"),
        ("每月租金3000元", "3000", "yuan"),
        ("租金人民币叁仟元整", "3000", "yuan"),
        ("¥3000", "3000", "yuan"),
        ("RMB 3,000", "3000", "yuan"),
        ("三千元", "3000", "yuan"),
        ("1.5万元", "15000", "yuan"),
        ("壹万贰仟伍佰元", "12500", "yuan"),
        ("at most two days a week", "2", "day"),
        ("每周最多两天", "2", "day"),
        ("24 hours ahead", "24", "hour"),
        ("24-hour notice", "24", "hour"),
        ("提前二十四小时", "24", "hour"),
        ("15 GB free", "15", "GB"),
        ("99.95 %", "99.95", "percent"),
        ("twenty-five working days", "25", "day"),
    ],
)
def test_a_number_has_one_form(text: str, value: str, unit: str) -> None:
    assert Fact("number", value, unit) in facts(text)


@pytest.mark.parametrize("text", ["2026-03-01", "2026年3月1日", "1 March 2026", "March 1, 2026", "1st March 2026", "2026/3/1"])
def test_a_date_has_one_form(text: str) -> None:
    assert facts(text) == {Fact("date", "2026-03-01")}


def test_list_numbers_and_citation_marks_are_no_facts() -> None:
    assert facts("1. Ask first. [2]\n2. Then wait. [3]") == frozenset()


@pytest.mark.parametrize(
    ("text", "code"),
    [("Run `pip install ternbox-sdk` now", "pip install ternbox-sdk"), ("error TB-3001 means", "tb-3001"), ("write to hr@lanwick.example today", "hr@lanwick.example")],
)
def test_commands_codes_and_addresses_are_facts(text: str, code: str) -> None:
    assert Fact("code", code) in facts(text)


def test_another_unit_does_not_support_a_number() -> None:
    known = facts("within 3 days")
    assert supported(Fact("number", "3", "day"), known, "within 3 days")
    assert supported(Fact("number", "3", ""), known, "within 3 days")
    assert not supported(Fact("number", "3", "week"), known, "within 3 days")


def test_a_day_without_its_year_is_supported_by_the_full_date() -> None:
    assert supported(Fact("date", "03-01"), facts("from 2026-03-01"), "from 2026-03-01")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("条款：保密期限（K-30第P6条）", "k-30"),
        ("按T-01范本签订", "t-01"),
        ("TB-1012表示当前网络不在名单里", "tb-1012"),
        ("请写信到help@ternbox.example咨询", "help@ternbox.example"),
        ("加上--force参数", "--force"),
    ],
)
def test_a_code_ends_where_han_characters_begin(text: str, code: str) -> None:
    assert {fact.value for fact in facts(text) if fact.kind == "code"} == {code}


def test_each_line_of_a_code_fence_is_a_command_and_its_language_is_none() -> None:
    fenced = "```bash\npip install ternbox-sdk\ntern sync   status\n```"
    assert facts(fenced) == {Fact("code", "pip install ternbox-sdk"), Fact("code", "tern sync status")}
    assert all(supported(fact, facts("Run `pip install ternbox-sdk`, then `tern sync status`."), "") for fact in facts(fenced))


@pytest.mark.parametrize("text", ["The tenant may keep a dog (T-01, 5.3).", "承租人可以饲养一只小型犬（T-01第5.3条）。"])
def test_a_cited_clause_is_borne_out_by_the_clause_of_that_number_alone(text: str) -> None:
    assert Fact("clause", "5.3") in facts(text)
    assert not any(fact.kind == "number" and fact.value == "5.3" for fact in facts(text))
    assert supported(Fact("clause", "5.3"), borne("5.3 The tenant may keep one small dog."), "")
    assert supported(Fact("clause", "5.3"), borne("范本 › 5.3 宠物\n承租人可以养狗"), "")
    for other in ("15.3 The tenant may keep a cat.", "5.30 yuan", "The fee is 5.3 yuan."):
        assert not supported(Fact("clause", "5.3"), borne(other), other)
