"""Retrieval, citations and unsupported statements against cases worked out by hand, in both languages."""

import math

import pytest

from assistant.answering.check import unknown_facts
from assistant.domain_files import Question
from assistant.evaluation.cited import bears_out, citation_precision, citation_recall, marked
from assistant.evaluation.findable import Findable, findable
from assistant.evaluation.results import Shown
from assistant.evaluation.retrieved import context_precision, hit_at, ndcg_at, recall_at, reciprocal_rank
from assistant.evaluation.unsupported import House, failing, grounds_of, pooled, statements, unsupported_share
from assistant.records import Chunk, Citation

LEAVE = "Annual leave is 15 days a year. Requests go to the line manager 3 working days ahead."
TABLE = "| Kind | Days |\n| --- | --- |\n| Annual leave | 15 |\n| Marriage leave | 3 |"
TRAVEL = "旅行报销须在15个工作日内提交，住宿标准为每晚420元。"
NONE, ONE, BOTH = frozenset[int](), frozenset({0}), frozenset({0, 1})


def chunk(document: str, text: str, heading: str = "Rules") -> Chunk:
    return Chunk("hr", document, "Handbook", heading, text, 0, len(text), "zh" if "报销" in text else "en")


CHUNKS = [chunk("leave.md", LEAVE), chunk("sheets/days.xlsx", TABLE), chunk("travel.md", TRAVEL), chunk("bin.md", "Files stay in the bin for 15 days.")]


def shown(document: str, text: str, passage: str = "") -> Shown:
    return Shown(document, "Handbook › Rules", text, passage or text)


def asked(**values: object) -> Question:
    return Question.model_validate({"id": "q", "split": "dev", "language": "en", "question": "How much annual leave do I get?", **values})


def wanted(**values: object) -> Findable:
    found = findable(asked(**values), CHUNKS)
    assert found
    return found


def test_a_fact_in_two_sources_is_found_in_either() -> None:
    found = wanted(facts=[["15 days", "Days: 15"]], sources=["leave.md", "days.xlsx"])
    assert [found.held(one) for one in CHUNKS] == [ONE, ONE, NONE, NONE]  # bin.md says 15 days of something else


def test_a_fact_that_stands_in_no_source_need_not_be_found() -> None:
    assert wanted(facts=["15 days", "ask your boss"], sources=["leave.md"]).facts == ("15 days",)
    source_alone = wanted(facts=["ask your boss"], sources=["leave.md"])
    assert (source_alone.count, source_alone.held(CHUNKS[0]), source_alone.held(CHUNKS[2])) == (1, ONE, NONE)


def test_without_sources_every_document_counts() -> None:
    found = wanted(facts=["15 days"])
    assert [bool(found.held(one)) for one in CHUNKS] == [True, False, False, True]


@pytest.mark.parametrize("values", [{"refuse": True}, {"kind": "draft", "facts": ["15 days"]}, {}, {"facts": ["nowhere to be read"]}])
def test_nothing_is_to_be_found_for_refusals_drafts_and_empty_questions(values: dict[str, object]) -> None:
    assert findable(asked(**values), CHUNKS) is None


def test_hit_and_recall_count_what_the_first_passages_hold_together() -> None:
    held = [NONE, frozenset({1}), ONE]
    assert [hit_at(held, 2, k) for k in (1, 2, 3)] == [False, False, True]
    assert [recall_at(held, 2, k) for k in (1, 2, 3)] == [0, 0.5, 1]
    assert (hit_at([], 1, 5), recall_at([], 1, 5)) == (False, 0)


def test_reciprocal_rank_is_that_of_the_first_relevant_passage() -> None:
    assert reciprocal_rank([NONE, NONE, ONE, ONE]) == pytest.approx(1 / 3)
    assert reciprocal_rank([NONE]) == reciprocal_rank([]) == 0


def test_ndcg_by_hand() -> None:
    second = 1 / math.log2(3)
    assert ndcg_at([NONE, BOTH], 2, 5) == pytest.approx(second)
    assert ndcg_at([NONE, BOTH], 2, 5, left=[ONE]) == pytest.approx(second / (1 + 0.5 * second))
    assert ndcg_at([BOTH, ONE], 2, 5) == pytest.approx(1)
    assert ndcg_at([NONE, BOTH], 2, 1) == 0
    assert ndcg_at([ONE], 1, 5) == pytest.approx(1)
    assert ndcg_at([], 1, 5) == ndcg_at([NONE], 1, 5) == ndcg_at([NONE], 1, 5, left=[ONE]) == 0


def test_context_precision_by_hand() -> None:
    assert context_precision([ONE, NONE, ONE]) == pytest.approx((1 + 2 / 3) / 2)
    assert context_precision([NONE, ONE]) == pytest.approx(0.5)
    assert context_precision([ONE, ONE]) == 1
    assert context_precision([NONE]) == context_precision([]) == 0


def test_a_perfect_answer_has_perfect_citations_though_its_sources_are_alternatives() -> None:
    question = asked(facts=[["15 days", "Days: 15"]], sources=["leave.md", "days.xlsx"])
    cited = [shown("leave.md", "Annual leave is 15 days a year.", LEAVE)]
    assert citation_precision("You get fifteen days. [1]", cited, question) == 1
    assert citation_recall(cited, findable(question, CHUNKS)) == 1


def test_a_citation_beside_the_point_costs_precision_and_a_missing_one_recall() -> None:
    question = asked(facts=["15 days", "3 working days"], sources=["leave.md"])
    beside = [shown("leave.md", "Annual leave is 15 days a year."), shown("canteen.md", "The canteen opens at 11:30.")]
    assert citation_precision("You get 15 days. [1] Ask in time. [2]", beside, question) == 0.5
    assert citation_recall(beside, findable(question, CHUNKS)) == 0.5
    assert citation_recall([], findable(question, CHUNKS)) == 0


def test_a_passage_that_bears_out_its_own_sentence_is_to_the_point() -> None:
    question = asked(facts=["15 days"], sources=["leave.md"])
    cited = [shown("leave.md", LEAVE), shown("travel.md", TRAVEL)]
    assert citation_precision("年假15天。[1] 旅行报销须在15个工作日内提交。[2]", cited, question) == 1
    assert citation_precision("年假15天。[1] 试用期为六个月。[2]", cited, question) == 0.5


def test_where_nothing_is_cited_or_to_be_cited_there_is_no_score() -> None:
    assert citation_precision("15 days.", [], asked(facts=["15 days"])) is None
    assert citation_precision("15 days. [1]", [shown("leave.md", LEAVE)], asked(refuse=True)) is None
    assert citation_recall([shown("leave.md", LEAVE)], None) is None


def test_marks_belong_to_the_sentence_before_them() -> None:
    text = "You get 15 days. [1] Ask 3 days ahead. [2][1]\n年假15天。[2] 好的。"
    assert marked(text, 1) == ["You get 15 days.", "Ask 3 days ahead."]
    assert marked(text, 2) == ["Ask 3 days ahead.", "年假15天。"]
    assert marked(text, 12) == []


def test_a_records_citation_is_a_place_too() -> None:
    place = Citation(1, "leave.md", "Handbook › Rules", None, "Annual leave is 15 days a year.", LEAVE)
    assert bears_out(place, "Annual leave is fifteen days.")
    assert not bears_out(place, "Annual leave is 20 days.")
    assert bears_out(place, "Requests go to the line manager.")
    assert not bears_out(place, "The canteen serves noodles.")


PLACES = [shown("leave.md", "Annual leave is 15 days a year.", LEAVE), shown("travel.md", TRAVEL)]


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Annual leave is fifteen days a year.", []),
        ("Annual leave is 20 days a year.", ["20"]),
        ("住宿标准为每晚420元。", []),
        ("住宿标准为每晚520元。", ["520"]),
        ("You have been here 7 years.", []),
        ("The total is 1,260 yuan.", []),
    ],
)
def test_unsupported_facts_are_those_nobody_gave(text: str, unknown: list[str]) -> None:
    question = asked(history=[{"role": "user", "content": "I have been here for 7 years."}])
    grounds = grounds_of(PLACES, question, computed=["1,260 yuan"])
    assert [fact.value for fact in unknown_facts(text, grounds)] == unknown
    assert failing(text, grounds) == [bool(unknown)]


def test_the_share_counts_statements_and_no_phrase_of_the_house() -> None:
    house = House.of({"phrases": ["Next step:", "This is no legal advice."], "voice": []})
    grounds = grounds_of(PLACES, asked(), house=house)
    text = "Annual leave is 15 days a year. [1] Annual leave is 40 days a year. This is no legal advice."
    assert unsupported_share(text, grounds) == 0.5
    assert statements("Next step: Annual leave is 15 days.", house.phrases) == ["Annual leave is 15 days."]


def test_a_draft_is_held_to_what_was_given_only() -> None:
    question = asked(kind="draft", question="Write a letter to Ann Lee: 15 days of leave")
    grounds = grounds_of([], question)
    letter = "Dear Ann Lee,\nwe are glad to grant your wish of 15 days.\nPlease be back after 40 days.\n"
    assert unsupported_share(letter, grounds, draft=True) == pytest.approx(1 / 3)
    assert unsupported_share(letter, grounds) == pytest.approx(2 / 3)


@pytest.mark.parametrize("text", ["", "…", "[1]", "The passages do not say.", "资料中没有说明。"])
def test_what_states_nothing_has_no_share(text: str) -> None:
    assert unsupported_share(text, grounds_of(PLACES, asked())) is None


def test_a_courtesy_claims_nothing_and_what_follows_it_does() -> None:
    for text in ("Hello, thank you for writing.", "Hello, sorry about the broken upload.", "Thanks!", "您好，感谢您的来信。", "非常抱歉。"):
        assert statements(text) == [], text
    for text in ("Sorry, the fee is 30 yuan.", "Thank you for paying 30 yuan.", "抱歉，不能退款。", "Hello, the desk is closed."):
        assert statements(text) == [text]


def test_the_statements_of_all_answers_are_counted_together() -> None:
    texts = {"a": "One is right. Two is right. Three is wrong. Four is right.", "b": "Five is wrong.", "c": "Hello."}
    found = pooled({"a": 0.75, "b": 0.0}, texts)
    assert found is not None
    assert (found.mean, found.n) == (0.4, 5)
    assert found.low == pytest.approx(0.1176, abs=1e-3)  # Wilson, 2 of 5
    assert found.high == pytest.approx(0.7693, abs=1e-3)
    assert pooled({}, texts) is None
