"""The files of a report: what they hold, that they can be read back, and that texts of others stay texts in them."""

import json
import math
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from by_hand import QUESTIONS, library, rung_of
from markdown_it import MarkdownIt
from rich.console import Console

from assistant.errors import EvaluationError
from assistant.evaluation.fail_under import fail_under
from assistant.evaluation.figures import outcome, tone
from assistant.evaluation.page import asked, worst
from assistant.evaluation.report import as_json, as_markdown, evaluations, read_evaluation, write_report
from assistant.evaluation.results import Answered, Difference, Mean
from assistant.evaluation.tables import terminal_table
from assistant.settings import Workspace

PNG = b"\x89PNG\r\n\x1a\n"
ROUTING = {"confusion": {"library": {"library": 18, "outside": 2}, "博物馆": {"library": 3, "博物馆": 14}, "outside": {"outside": 22}}}
REFUSAL = {
    "curve": [{"threshold": at / 10, "false_answers": 1 - at / 10, "false_refusals": (at / 10) ** 2} for at in range(11)],
    "chosen": {"threshold": 0.8, "false_answers": 0.2, "false_refusals": 0.64},
}


def printed(table: object) -> str:
    console = Console(width=400, record=True, file=open(os.devnull, "w"))  # noqa: SIM115
    console.print(table)
    return console.export_text()


def test_a_report_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    report = write_report(library(), tmp_path / "one")
    assert read_evaluation(tmp_path / "one") == read_evaluation(report.data) == library()
    assert sorted(path.name for path in report.folder.iterdir()) == ["evaluation.json", "ladder.png", "loss.png", "report.html", "report.md"]
    assert all(path.read_bytes().startswith(PNG) for path in report.pictures.values())


def test_the_json_has_what_other_programs_ask_for() -> None:
    values = json.loads(as_json(library()))
    assert [rung["name"] for rung in values["rungs"]] == ["plain", "few-shot", "rag", "lora", "rag+lora"]
    last = values["rungs"][-1]
    assert last["scores"]["facts"] == pytest.approx(6.5 / 7)
    assert len(last["intervals"]["facts"]) == 3
    assert last["cost"]["tokens"] == 41
    assert len(values["questions"]) == 8 and values["base"] == "starter" and values["adapter"] == "library@2" and values["verdict"]


def test_routing_and_refusal_are_drawn_when_they_were_measured(tmp_path: Path) -> None:
    report = write_report(library(losses=()), tmp_path, {"routing": ROUTING, "refusal": REFUSAL})
    assert sorted(report.pictures) == ["ladder", "refusal", "routing"]
    rows = {"labels": ["a$b$", "c"], "confusion": [[3, 1], [0, 4]]}
    assert "routing" in write_report(library(), tmp_path, {"routing": rows}).pictures
    many = {"labels": [f"intent {at}" for at in range(60)], "confusion": [[int(row == column) for column in range(60)] for row in range(60)]}
    assert "routing" in write_report(library(), tmp_path, {"routing": many}).pictures


def test_what_is_no_number_is_null_for_others_and_no_number_again_when_read(tmp_path: Path) -> None:
    losses = ({"step": 1, "loss": 2.5}, {"step": 2, "loss": math.nan}, {"step": 3, "loss": math.inf})
    rung = replace(library().rungs[2], means={"facts": Mean(0.5, math.nan, math.nan, 1)})
    report = write_report(library(rungs=(rung,), losses=losses), tmp_path)
    values = json.loads(report.data.read_text("utf-8"), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert values["losses"][1]["loss"] is None
    again = read_evaluation(tmp_path)
    assert math.isnan(again.rungs[0].means["facts"].low) and again.rungs[0].means["facts"].mean == 0.5
    assert "50.0 % [–, –]" in report.markdown.read_text("utf-8")


def test_the_json_comes_last_so_that_a_folder_that_has_it_is_whole(tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    with pytest.raises(EvaluationError, match=r"cannot be written"):
        write_report(library(), tmp_path)
    with pytest.raises(EvaluationError, match="did not finish: run it again"):
        read_evaluation(tmp_path)


def test_a_missing_evaluation_is_told_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="make one with: assistant evaluate DOMAIN"):
        read_evaluation(tmp_path / "nothing")
    write_report(library(), tmp_path / "2026-11-21")
    with pytest.raises(EvaluationError, match="there are: 2026-11-21"):
        read_evaluation(tmp_path / "2026-11-20")
    with pytest.raises(EvaluationError, match="holds these evaluations: 2026-11-21"):
        read_evaluation(tmp_path)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"id": "x", "rungs": [', "cannot be read as JSON"),
        (b"\xff\xfe\x00", "cannot be read as JSON"),
        (b"", "cannot be read as JSON"),
        (b"[" * 100_000, "cannot be read as JSON"),
        (b"[1, 2]", "no evaluation of this program"),
        (b"null", "no evaluation of this program"),
        (b'{"name": "package", "version": 3}', "no 'rungs'"),
        (b'{"rungs": {"a": 1}, "differences": []}', "no evaluation of this program"),
    ],
)
def test_damaged_and_foreign_files_are_told_apart(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "evaluation.json").write_bytes(content)
    with pytest.raises(EvaluationError, match=why):
        read_evaluation(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        lambda values: values.update(verdict=7),
        lambda values: values.update(surprise=True),
        lambda values: values.pop("stop_at"),
        lambda values: values["rungs"][0]["scores"].update(facts="many"),
        lambda values: values["rungs"][0]["intervals"].update(facts=[0.1]),
        lambda values: values["rungs"][0]["answers"]["en-loan"].update(cited=[{"file": "x"}]),
        lambda values: values["differences"][0].pop("p"),
        lambda values: values["questions"].append("no question"),
    ],
)
def test_a_field_of_the_wrong_shape_is_an_error_of_one_line(tmp_path: Path, change: Any) -> None:
    values = json.loads(as_json(library()))
    change(values)
    (tmp_path / "evaluation.json").write_text(json.dumps(values), "utf-8")
    with pytest.raises(EvaluationError, match="no evaluation of this program") as caught:
        read_evaluation(tmp_path)
    assert "\n" not in str(caught.value)


def test_the_folder_of_a_domain_stays_in_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "assistant.toml").touch()
    assert evaluations(Workspace(tmp_path), "legal") == tmp_path / ".assistant" / "evaluation" / "legal"


def test_the_worst_answers_come_first_and_none_without_a_fault() -> None:
    assert [one.question["id"] for one in worst(asked(library()))] == ["zh-lost"]
    plain = worst(asked(library(stop_at="plain")), 5)
    assert [one.worth for one in plain] == [0, *[pytest.approx(1 / 3)] * 4]
    assert plain[0].question["id"] == "en-weather"


def test_expected_facts_name_their_alternatives() -> None:
    assert asked(library())[0].expected == ("28 days or four weeks",)


def test_unknown_scores_and_rungs_are_shown_under_their_own_names(tmp_path: Path) -> None:
    rung = rung_of("rag@2", {"en-loan": Answered("en-loan", "28 days", False)}, {"en-loan": {"polite_closing": 1.0}})
    report = write_report(library(rungs=(rung,), differences=(), stop_at="rag@2", losses=(), judged={}, rated={}), tmp_path)
    assert "Polite closing" in report.page.read_text("utf-8") and "rag@2" in report.page.read_text("utf-8")
    assert "Polite closing" in printed(terminal_table(read_evaluation(tmp_path)))


def test_a_score_that_only_describes_is_neither_good_nor_bad(tmp_path: Path) -> None:
    longer = Difference("length", "rag", "rag+lora", 0.4, 0.25, 0.5, 0.001, 8, 0)
    text = as_markdown(library(differences=(longer,)))
    assert "1.38 × [0.97, 1.78]" in text and "**1.38 ×**" not in text
    assert "| Length: RAG + LoRA against RAG | +0.40 [0.25, 0.50] |" in text
    assert outcome(longer) == "more" and tone(longer) == ""
    assert worst(asked(library()))[0].worth == (0.5 + 1 + 1 + 1) / 4  # facts, format, refusal, supported


def test_an_evaluation_of_nothing_still_has_a_report(tmp_path: Path) -> None:
    empty = library(rungs=(), questions=(), differences=(), losses=(), judged={}, rated={}, adapter=None)
    report = write_report(empty, tmp_path)
    assert not report.pictures and "No rung was scored" in report.page.read_text("utf-8")
    assert read_evaluation(tmp_path) == empty


def test_the_terminal_shows_scores_with_intervals_and_costs() -> None:
    text = printed(terminal_table(library()))
    assert "92.9 % [71, 100]" in text and "RAG + LoRA" in text and "1 min 14 s" in text


def test_the_markdown_is_one_table_per_kind_and_says_what_shows() -> None:
    html = MarkdownIt("commonmark").enable("table").render(as_markdown(library()))
    assert html.count("<table>") == 4
    assert "Format: RAG + LoRA against RAG" in html
    assert "Facts: RAG + LoRA" not in html and "1 more difference does not show" in html


def test_texts_of_others_are_no_markup_in_the_markdown() -> None:
    evil = "`` | <script>alert(1)</script> @somebody fixes #12 ![x](http://evil.example/x.png) \n\n# Title"
    question = {**QUESTIONS[0], "question": evil, "facts": [evil]}
    rung = rung_of("rag", {"en-loan": Answered("en-loan", evil, False)}, {"en-loan": {"facts": 0.0}})
    told = library(questions=(question,), rungs=(rung,), differences=(), stop_at="rag", verdict=(evil,), base=evil, judged={evil: {"wins": 1}}, rated={evil: evil})
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(as_markdown(told))
    assert "<script" not in html and "<img" not in html and "<h1" not in html and 'href="' not in html
    assert html.count("<table>") == 3
    outside_code = "".join(part.split("</code>")[-1] for part in html.split("<code>"))
    assert "@somebody" not in outside_code and "#12" not in outside_code


def test_fail_under_holds_what_users_get_to_the_wanted_scores() -> None:
    assert fail_under(library(), "facts=0.9") == []
    assert fail_under(library(), "facts = 0.95, format=1") == ["facts is 92.9 % [71, 100] on RAG + LoRA (n 7), under 95.0 %"]
    assert fail_under(library(), "rag:format=0.5,lora:format=0.5") == ["format is 0.0 % [0, 35] on RAG (n 7), under 50.0 %"]


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ("facts", "no score with its least value"),
        ("", "nothing to hold"),
        ("=0.9", "no score with its least value"),
        ("facts=high", "no number from 0 to 1"),
        ("facts=90", "no number from 0 to 1"),
        ("facts=nan", "no number from 0 to 1"),
        ("facts=-0.1", "no number from 0 to 1"),
        ("kindness=0.9", "it has: facts, supported, refusal"),
        ("plain:hit@5=0.9", "plain has no score 'hit@5'"),
        ("length=0.9", "only describes"),
        ("roof:facts=0.9", "it has: plain, few-shot, rag, lora"),
    ],
)
def test_what_fail_under_cannot_hold_is_an_error(wanted: str, why: str) -> None:
    with pytest.raises(EvaluationError, match=why):
        fail_under(library(), wanted)


def test_a_score_that_applied_to_no_question_cannot_be_held() -> None:
    rung = replace(library().rungs[0], means={"facts": Mean(0.0, 0.0, 1.0, 0)})
    with pytest.raises(EvaluationError, match="it has: none"):
        fail_under(replace(library(), rungs=(rung,)), "facts=0.1")



def test_unsupported_statements_are_one_figure_in_table_page_and_markdown_and_read_back(tmp_path: Path) -> None:
    rung = replace(library().rungs[2], unsupported=Mean(0.0125, 0.0022, 0.0675, 80))
    evaluation = library(rungs=(library().rungs[0], rung))
    report = write_report(evaluation, tmp_path)
    said = "1.2 % [0.2 %, 6.8 %] of 80"
    for text in (printed(terminal_table(evaluation)), report.page.read_text("utf-8"), report.markdown.read_text("utf-8")):
        assert "Unsupported statements" in text and said in text
    assert json.loads(report.data.read_text("utf-8"))["rungs"][1]["unsupported_statements"] == {"mean": 0.0125, "low": 0.0022, "high": 0.0675, "n": 80}
    assert read_evaluation(tmp_path) == evaluation
    assert "Unsupported statements" not in printed(terminal_table(library()))
