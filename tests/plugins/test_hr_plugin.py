"""What the HR desk checks: nobody's data is told or learned, deadlines are counted with the company's calendar, the form of a rule."""

from datetime import date
from pathlib import Path

import pytest

from assistant.domain import Domain


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("工号：A10234", "工号：〔工号已隐去〕"),
        ("Staff number: 40312, please", "Staff number: [staff number removed], please"),
        ("Employee: Jane Sample", "Employee: [name removed]"),
        ("员工：王小明", "员工：〔姓名已隐去〕"),
        ("姓名：李小样，手机13800138000", "姓名：〔姓名已隐去〕，手机〔电话已隐去〕"),
        ("Name: Jane Sample, jane.sample@example.com", "Name: [name removed], [e-mail removed]"),
        ("身份证号339999199003071231", "身份证号〔证件号已隐去〕"),
    ],
)
def test_personal_data_is_masked_in_both_languages(hr, cleaned, text: str, clean: str) -> None:
    assert cleaned(hr, text) == clean


@pytest.mark.parametrize(
    "text",
    ["员工：全体员工", "直属经理：批准即可", "Who: every employee.", "Write to hr@lanwick.example, extension 6100.", "申请人：________", "工号：________", "Manager: approves it in Harbour"],
)
def test_forms_and_desks_are_nobodys_data(hr, cleaned, text: str) -> None:
    assert cleaned(hr, text) == text


@pytest.mark.parametrize(
    "answer",
    [
        "Mr Chen earns 20,000 yuan.",
        "She was dismissed last year.",
        "Ms. Lin is pregnant and on leave.",
        "小李月薪是15000元。",
        "老赵得了肝炎，请了两周假。",
        "王经理被辞退了。",
        "您同事的手机是13800138000。",
        "Her number: +86 138 0013 8000",
        "工号：A10234",
        "Employee: Jane Sample",
    ],
)
def test_another_persons_data_is_a_fault(hr, answer: str) -> None:
    assert any("somebody's" in fault for fault in hr.check_answer("Tell me about my colleague", answer, []))


@pytest.mark.parametrize(
    "answer",
    [
        "The salary of Ms Lin is never disclosed.",
        "Sorry, I do not share another person's data.",
        "老赵的绩效是多少，我不能透露。",
        "加班按小时工资的150%支付。",
        "绩效为D或正在执行PIP的员工，当期不得提名。",
        "怀孕满7个月的员工，不安排加班。",
        "Report it to the Security Control Room, extension 6999.",
    ],
)
def test_rules_and_refusals_are_no_fault(hr, answer: str) -> None:
    assert hr.check_answer("", answer, []) == []


def test_what_the_asker_wrote_of_themselves_and_published_contacts_may_be_said(hr, evidence) -> None:
    assert hr.check_answer("My name is Jane Sample, staff number 40312", "Name: Jane Sample\nStaff number: 40312", []) == []
    contact = "Call the site doctor, phone +86 138 0013 8000."
    assert hr.check_answer("", contact, []) != []
    assert hr.check_answer("", contact, evidence(contact)) == []
    assert hr.check_answer("", "身份证号339999199003071231", evidence("身份证号339999199003071231")) != []


def test_the_companys_calendar_says_what_a_working_day_is(hr) -> None:
    assert date(2026, 10, 1) not in hr.working_days  # National Day, a Thursday
    assert date(2026, 10, 10) in hr.working_days  # a Saturday worked in exchange
    assert date(2026, 8, 5) in hr.working_days  # the plant's summer shutdown is annual leave, not a day off
    assert date(2026, 3, 9) in hr.working_days
    assert hr.year == 2026


@pytest.mark.parametrize(
    ("question", "text", "day"),
    [
        ("I want leave from 11 May 2026", "It must be requested at least 10 working days ahead.", "23 April 2026"),
        ("从5月11日休五天，最晚哪天申请？", "请3天及以上年休假，须至少提前10个工作日申请。", "2026年4月23日"),
        ("What is 30 days before 1 May?", "", "1 April 2026"),
        ("three working days from 30 September", "", "10 October 2026"),
        ("My last day should be 30 June 2026", "After probation, an employee must give 30 days' notice.", "31 May 2026"),
        ("我6月1日提离职", "须提前30天书面通知公司。", "2026年7月1日"),
        ("孩子2026年9月3日出生", "陪产假须在孩子出生后6个月内休完。", "2027年3月3日"),
        ("My maternity leave begins on 2 March 2026", "Maternity leave is 158 days.", "6 August 2026"),
        ("I fell ill on Friday 6 March", "upload it within 3 working days after the first day of absence", "11 March 2026"),
    ],
)
def test_deadlines_are_computed_in_both_languages(hr, evidence, question: str, text: str, day: str) -> None:
    assert day in hr.computed_values(question, evidence(text))


def test_no_working_day_is_counted_beyond_the_calendar(hr, evidence) -> None:
    assert hr.computed_values("leave from 5 January 2027", evidence("at least 10 working days ahead")) == []
    assert hr.computed_values("leave from 5 January 2027", evidence("at least 10 days ahead")) == ["26 December 2026", "2026年12月26日"]


def test_without_a_calendar_working_days_are_mondays_to_fridays(hr, tmp_path: Path, evidence) -> None:
    bare: Domain = type(hr)(tmp_path, hr.spec)
    assert bare.computed_values("from 11 May 2026", evidence("10 working days ahead")) == ["27 April 2026", "2026年4月27日"]
    assert bare.computed_values("from 11 May", evidence("10 working days ahead")) == []
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "holiday-calendar-2026-en.csv").write_text("broken,\n1,2\n")
    assert type(hr)(tmp_path, hr.spec).computed_values("from 11 May 2026", evidence("10 working days ahead"))[0] == "27 April 2026"


def test_a_deadline_that_is_counted_wrong_is_a_fault(hr) -> None:
    assert hr.check_answer("", "3 working days before 11 May 2026 is 7 May 2026.", []) == []
    assert hr.check_answer("", "3 working days before 11 May 2026 is 6 May 2026.", []) != []
    assert hr.check_answer("", "5月11日前10个工作日是4月23日。", []) == []
    assert hr.check_answer("", "5月11日前10个工作日是4月24日。", []) != []
    assert hr.check_answer("", "I am away from 8 to 11 September 2026 and asked 10 working days ahead.", []) == []


def test_a_rule_has_its_lines_in_order(hr) -> None:
    rule = "Rule: Parental leave is 10 days.\nWho: both parents.\nHow: request it in Harbour.\nDeadline: 3 working days ahead."
    assert hr.check_format("rule", rule)
    assert hr.check_format("rule", "规定：婚假为13天。\n适用：办理结婚登记的员工。\n时限：12个月内休完。")
    for wrong in (rule.replace("Rule: ", ""), rule.replace("Who", "Whom"), "\n".join(reversed(rule.split("\n"))), rule.split("\nHow")[0], "Rule:\nWho: all\nHow: so"):
        assert not hr.check_format("rule", wrong)


def test_every_answer_of_the_examples_passes(hr, answers) -> None:
    assert [(said.origin, found) for said in answers(hr) if (found := hr.check_draft(said.asked, said.answer, []))] == []


def test_the_reference_answers_keep_the_format_they_name_and_pass(hr) -> None:
    kept = [question for question in hr.questions if question.format and question.reference]
    assert kept
    assert [question.id for question in kept if not hr.check_format(question.format, question.reference)] == []
    assert [q.id for q in hr.questions if q.reference and hr.check_answer(q.question, q.reference, [])] == []
