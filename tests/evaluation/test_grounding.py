"""False sentences are made of true ones, and the check's word on both is counted."""

import json
from pathlib import Path

import pytest

from assistant.answering.check import Grounds
from assistant.domain_files import Question
from assistant.evaluation.grounding import TrueAnswer, agrees, judge, repeated, report
from assistant.evaluation.perturb import ADDED, Changed, changed
from assistant.numerals import number_of
from assistant.records import Chunk, Evidence

EN = "The line manager approves up to 300 yuan within 5 days, by 10 June."
ZH = "直属经理须在2月28日前批准，最多300元，提前三天申请。"


def evidence(*texts: str) -> list[Evidence]:
    return [Evidence(n, Chunk("hr", "a.md", "Rules", "", text, 0, len(text), "en"), text, 0, len(text), 0.9) for n, text in enumerate(texts, 1)]


def test_each_kind_of_change_changes_only_what_it_names() -> None:
    found = {change.kind: change for change in changed(EN, "en", seed=1)}
    assert set(found) == {"number", "amount", "date", "unit", "name", "added"}
    assert found["amount"].before == "300"
    assert found["name"].before == "line manager"
    assert found["date"].before in {"10", "June"}
    for kind in ("number", "amount", "date", "unit", "name"):
        assert found[kind].text == EN.replace(found[kind].before, found[kind].after, 1)
        assert found[kind].text != EN
    assert found["added"].text in ADDED["en"]


def test_chinese_changes_in_kind() -> None:
    found = {change.kind: change for change in changed(ZH, "zh", seed=1)}
    assert set(found) == {"number", "amount", "date", "unit", "name", "negation", "added"}
    assert found["number"].before == "三"
    assert number_of(found["number"].after) not in (None, 3)
    assert found["negation"].text.count("不用") == 1


def test_the_same_seed_makes_the_same_changes_and_another_does_not() -> None:
    assert changed(EN, "en", 3) == changed(EN, "en", 3)
    assert len({tuple(changed(EN, "en", seed)) for seed in range(8)}) > 4


@pytest.mark.parametrize(("sentence", "turned"), [("Guests may not enter.", "Guests may enter."), ("You must ask first.", "You need not ask first."), ("Passwords are not offered.", "Passwords are offered.")])
def test_negation_turns_a_sentence_round(sentence: str, turned: str) -> None:
    assert turned in [change.text for change in changed(sentence, "en", 0) if change.kind == "negation"]


def test_numbers_of_clauses_commands_and_dates_stay() -> None:
    kinds = {change.kind for change in changed("3.2 Run `tern mute --for 2h` on 10 June.", "en", 0)}
    assert "number" not in kinds


def test_a_change_that_other_evidence_agrees_with_is_told_apart() -> None:
    grounds = Grounds(evidence("Rooms are kept for 5 days.", "Cars are kept for 9 days."), "")
    assert agrees(Changed("number", "Rooms are kept for 9 days.", "5", "9"), grounds)
    assert not agrees(Changed("number", "Rooms are kept for 8 days.", "5", "8"), grounds)


def test_figures_count_alarms_and_catches_with_their_intervals() -> None:
    grounds = Grounds(evidence(EN), "")
    verdicts = judge([TrueAnswer(EN, grounds, "en", "verbatim"), TrueAnswer("Bananas ripen.", grounds, "en", "paraphrase")])
    figures = report(verdicts)
    assert (figures["all"]["false_alarms"]["hits"], figures["all"]["false_alarms"]["n"]) == (1, 2)
    assert figures["verbatim"]["false_alarms"]["hits"] == 0
    assert figures["verbatim"]["caught"]["number, amount, date"] == {"hits": 3, "n": 3, "share": 1.0, "interval": pytest.approx([0.438, 1.0], abs=1e-3)}
    assert figures["zh"]["caught"]["unit"]["share"] is None


def test_a_check_that_passes_everything_catches_nothing() -> None:
    verdicts = judge([TrueAnswer(EN, Grounds(evidence(EN), ""), "en", "verbatim")], check=lambda sentence, grounds: [])
    assert report(verdicts)["all"]["caught"]["the rest"]["hits"] == 0


def test_the_answer_word_for_word_is_the_evidence_that_holds_the_fact() -> None:
    question = Question(id="a", split="dev", language="en", question="How long?", facts=[["five days", "5 days"]])
    assert repeated(question, evidence("Rooms stay open.", "3.1 Rooms are kept for 5 days.")) == "Rooms are kept for 5 days."
    assert repeated(question, evidence("Rooms are kept for 15 days.")) is None


def test_the_written_material_is_complete_and_belongs_to_questions() -> None:
    root = Path(__file__).parents[2]
    rows = [json.loads(line) for line in (root / "benchmarks/grounding.jsonl").read_text("utf-8").splitlines()]
    for language in ("en", "zh"):
        for split in ("dev", "test"):
            assert sum(row["language"] == language and row["split"] == split for row in rows) >= 30
    for domain in {row["domain"] for row in rows}:
        known = {q["id"]: q for q in map(json.loads, (root / f"plugins/{domain}/questions.jsonl").read_text("utf-8").splitlines())}
        assert all((known[row["question"]]["split"], known[row["question"]]["language"]) == (row["split"], row["language"]) for row in rows if row["domain"] == domain)
