"""A sentence is held against the evidence that speaks of the same thing, not against all of it."""

import pytest

from assistant.answering.align import pieces
from assistant.answering.check import Grounds, unsupported
from assistant.answering.facts import Fact, facts
from assistant.answering.names import names
from assistant.answering.polarity import sense
from assistant.records import Chunk, Evidence, Language

TEXTS = [
    "The Free plan allows 60 requests a minute, Plus allows 300, Pro allows 600 and Team allows 1,200.",
    "Deleted files stay in the trash for 10 days on Free and 90 days on Team.",
    "7 Powers of attorney are signed by the general manager within 3 weeks.",
    "Overtime may not exceed 36 hours per month for any employee.",
    "Rent (yuan): 550; Days: 15; Region: Hangzhou",
    "The desk is open from 09:30.",
]
HAN = [
    "免费版每分钟60次，Plus 版300次，团队版1,200次。",
    "员工须提前24小时向直属经理申请。",
    "试用期员工不得远程办公。",
    "住宅的定金为20,000元，车位的定金为5,000元。",
]


def grounds(language: Language = "en", asked: str = "") -> Grounds:
    texts = TEXTS if language == "en" else HAN
    chunks = [Chunk("hr", f"d{n}.md", "Rules", "Rules", text, 0, len(text), language) for n, text in enumerate(texts)]
    return Grounds([Evidence(n, chunk, chunk.text, 0, chunk.end, 0.9) for n, chunk in enumerate(chunks, 1)], asked)


@pytest.mark.parametrize(
    "true",
    [
        "Pro allows six hundred requests per minute.",
        "On Team, deleted files stay in the trash for 90 days.",
        "No employee may work more than 36 hours of overtime per month.",
        "The desk is open from 9:30 a.m.",
    ],
)
def test_what_the_evidence_says_in_other_words_stands(true: str) -> None:
    assert unsupported(true, grounds()) == []


@pytest.mark.parametrize(
    ("false", "why"),
    [
        ("Plus allows 600 requests a minute.", "something else"),
        ("Deleted files stay in the trash for 36 days.", "number 36 day"),
        ("Deleted files stay in the trash for 60 days on Free.", "number 60 day"),
        ("Powers of attorney are signed within 7 weeks.", "number 7 week"),
        ("Powers of attorney are signed by the deputy within 3 weeks.", "deputy"),
        ("Overtime may exceed 36 hours per month.", "yes where"),
        ("The desk is not open from 09:30.", "yes where"),
        ("The rent is 550 dollars.", "550 dollar"),
        ("The desk is open from 10:30.", "time 10:30"),
    ],
)
def test_a_fact_of_another_entry_does_not_bear_a_sentence_out(false: str, why: str) -> None:
    assert any(why in reason for reason in unsupported(false, grounds())), unsupported(false, grounds())


@pytest.mark.parametrize("true", ["团队版每分钟可以调用1200次。", "要提前二十四小时向直属经理申请。", "车位定金为五千元。", "试用期内不能远程办公。"])
def test_chinese_in_other_words_stands(true: str) -> None:
    assert unsupported(true, grounds("zh")) == []


@pytest.mark.parametrize("false", ["Plus 版每分钟可以调用1200次。", "要提前二十四天向直属经理申请。", "要提前24小时向财务总监申请。", "车位定金为二万元。", "试用期员工可以远程办公。", "车位的定金为5,000欧元。"])
def test_chinese_that_is_false_is_caught(false: str) -> None:
    assert unsupported(false, grounds("zh"))


def test_the_question_may_name_what_the_evidence_does_not() -> None:
    said = "In Wuhan the general manager signs powers of attorney."
    assert unsupported(said, grounds(asked="Who signs powers of attorney in Wuhan?")) == []
    assert any("wuhan" in reason for reason in unsupported(said, grounds(asked="Who signs powers of attorney?")))


def test_a_list_is_cut_into_its_entries_and_a_number_is_not() -> None:
    assert pieces("Plus allows 300, Pro allows 600 and Team allows 1,200.") == ("Plus allows 300", "Pro allows 600", "Team allows 1,200.")
    assert pieces("cats and dogs may stay") == ("cats and dogs may stay",)


def test_roles_places_and_codes_are_names() -> None:
    assert names("Ask the line manager in Hangzhou about P1 or Tier 2.") == {"manager", "hangzhou", "p1", "tier 2"}
    assert "直属经理" in names("向直属经理申请")
    assert "杭州" in names("寄到杭州前台")


@pytest.mark.parametrize(
    ("text", "meant"),
    [("It may not exceed 3 days.", "bound"), ("It may exceed 3 days.", "beyond"), ("不得超过3天", "bound"), ("不得带入", "no"), ("不过可以带入", "yes"), ("at no cost", "yes"), ("unless agreed", "either")],
)
def test_a_bound_is_no_denial(text: str, meant: str) -> None:
    assert sense(text) == meant


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("15 euros", Fact("number", "15", "euro")),
        ("15欧元", Fact("number", "15", "euro")),
        ("3 million yuan", Fact("number", "3000000", "yuan")),
        ("Days: 15", Fact("number", "15", "day")),
        ("住宿标准（元/晚）: 1500", Fact("number", "1500", "yuan")),
        ("2 to 5 days", Fact("number", "2", "day")),
        ("3:15 p.m.", Fact("time", "15:15")),
        ("下午3点", Fact("time", "15:00")),
        ("by January 31", Fact("date", "01-31")),
        ("违约金5万元", Fact("number", "50000", "yuan")),
    ],
)
def test_units_come_from_currency_column_and_range(text: str, fact: Fact) -> None:
    assert fact in facts(text)
    assert len([other for other in facts(text) if other.kind == fact.kind]) <= 2
