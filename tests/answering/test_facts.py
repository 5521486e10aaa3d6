"""Facts compare equal however they are written, in both languages."""

import pytest

from assistant.answering.facts import Fact, facts, supported


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
