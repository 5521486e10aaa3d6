"""The ranker puts the sentence that answers first, keeps the scale of the scores, and knows what kind of value is asked for."""

from time import perf_counter

import pytest

from assistant.domain import Domain
from assistant.domain_files import DomainSpec
from assistant.records import Chunk, Passage
from assistant.retrieval.asks import asked_for, held_in, unit_asked
from assistant.retrieval.clues import NAMES, clues
from assistant.retrieval.evidence import Candidate, Need, candidates, needs
from assistant.retrieval.rank import ranked, weights

TEXT = "年假按司龄计算。年假须提前5个工作日在系统里提交申请。年假由直属经理批准。当年没有休完的年假不折算工资。"


def idf(token: str) -> float:
    return 2.0


@pytest.fixture
def domain(tmp_path) -> Domain:  # type: ignore[no-untyped-def]
    return Domain(tmp_path, DomainSpec(name="staff", title={"zh": "员工"}))


def found_for(domain: Domain, question: str, text: str = TEXT) -> tuple[list[Need], list[Passage], list[Candidate]]:
    passages = [Passage(Chunk("staff", "leave.md", "假期", "年假", text, 0, len(text), "zh"), 1.0, 1, None, 5.0)]
    wanted = needs(question, domain, idf)
    return wanted, passages, candidates(question, passages, wanted)


@pytest.mark.parametrize(("question", "answer"), [("年假要提前几天申请？", "5个工作日"), ("年假由谁批准？", "直属经理")])
def test_the_sentence_that_holds_what_is_asked_for_comes_first(domain: Domain, question: str, answer: str) -> None:
    wanted, passages, found = found_for(domain, question)
    assert answer in ranked(question, wanted, passages, found, idf)[0].sentence.text


def test_the_best_is_scored_as_high_as_coverage_said_and_the_others_below(domain: Domain) -> None:
    wanted, passages, found = found_for(domain, "年假要提前几天申请？")
    scores = [one.score for one in ranked("年假要提前几天申请？", wanted, passages, found, idf)]
    assert scores[0] == pytest.approx(max(one.score for one in found))
    assert scores == sorted(scores, reverse=True) and scores[-1] > 0
    assert len(scores) == len(found)


def test_no_candidate_is_no_error(domain: Domain) -> None:
    assert ranked("年假？", [], [], [], idf) == []


def test_a_question_of_stop_words_still_ranks(domain: Domain) -> None:
    wanted, passages, found = found_for(domain, "怎么办？")
    assert len(ranked("怎么办？", wanted, passages, found, idf)) == len(found)


def test_every_packaged_weight_is_of_a_clue() -> None:
    assert set(weights()) == set(NAMES)


def test_clues_are_one_row_for_each_candidate(domain: Domain) -> None:
    wanted, passages, found = found_for(domain, "年假要提前几天申请？")
    assert clues("年假要提前几天申请？", wanted, passages, found, idf).shape == (4, len(NAMES))


@pytest.mark.parametrize(
    ("question", "kind", "holds", "lacks"),
    [
        ("how long is the notice period?", "span", "Notice is 30 days.", "Notice is given in writing."),
        ("押金多少钱？", "money", "押金为2,000元。", "押金在交房时付清。"),
        ("who approves the trip?", "person", "The line manager approves it.", "It is approved in Harbour."),
        ("几点关门？", "moment", "大门18:30关闭。", "大门有门禁。"),
    ],
)
def test_a_kind_of_value_is_asked_for_and_held(question: str, kind: str, holds: str, lacks: str) -> None:
    assert kind in asked_for(question)
    assert kind in held_in(holds.lower()) and kind not in held_in(lacks.lower())


def test_the_unit_asked_for_is_found_beside_a_number() -> None:
    days = unit_asked("how many days may I be away?")
    assert days and days.search("At most 12 days.") and not days.search("At most 12 weeks.")
    assert unit_asked("why is it closed?") is None


def test_forty_sentences_are_ranked_in_a_moment(domain: Domain) -> None:
    text = "".join(f"第{n}类假期须提前{n}天申请。" for n in range(1, 41))
    wanted, passages, found = found_for(domain, "第7类假期提前几天申请？", text)
    ranked("第7类假期提前几天申请？", wanted, passages, found, idf)
    started = perf_counter()
    ranked("第7类假期提前几天申请？", wanted, passages, found, idf)
    assert perf_counter() - started < 0.5  # about 5 ms on an idle core
