"""Two evaluations side by side: paired where the same questions were asked, and said where they were not."""

import os
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from by_hand import library, rung_of
from rich.console import Console

from assistant.errors import EvaluationError
from assistant.evaluation.report import evaluations, write_report
from assistant.evaluation.results import Answered, Evaluation
from assistant.evaluation.runs import compare, find_evaluation
from assistant.evaluation.tables import comparison_table
from assistant.settings import Workspace


def run_of(name: str, facts: Mapping[str, float], **changes: object) -> Evaluation:
    """An evaluation of one rung whose questions are the keys."""
    rung = rung_of("rag", {key: Answered(key, "", False) for key in facts}, {key: {"facts": value} for key, value in facts.items()})
    questions = tuple({"id": key, "question": f"What about {key}?"} for key in facts)
    return library(id=name, questions=questions, rungs=(rung,), **changes)


def many(values: list[float], letter: str = "q") -> dict[str, float]:
    return {f"{letter}{at:02}": value for at, value in enumerate(values)}


def test_the_same_evaluation_twice_shows_no_change() -> None:
    found = compare(library(), library(id="again"))
    assert found.paired and found.notes == ()
    assert len(found.changes) == sum(len(rung.means) for rung in library().rungs)
    assert all(change.difference.points == 0 and change.difference.p == 1 for change in found.changes)


def test_a_gain_is_paired_question_by_question() -> None:
    found = compare(run_of("old", many([0.0] * 12 + [1.0] * 12)), run_of("new", many([1.0] * 24)))
    change = found.changes[0]
    assert (change.before, change.after, change.difference.points, change.difference.n) == (0.5, 1.0, 0.5, 24)
    assert change.difference.better and change.difference.p == pytest.approx(2 / 2**12)
    assert (change.difference.under, change.difference.over) == ("old", "new")


def test_a_loss_is_worse_and_what_does_not_show_says_how_many_more_would() -> None:
    worse = compare(run_of("old", many([1.0] * 20)), run_of("new", many([0.0] * 12 + [1.0] * 8))).changes[0].difference
    assert worse.worse and not worse.better
    unsure = compare(run_of("old", many([0.0, 1.0] * 5)), run_of("new", many([0.0, 1.0] * 4 + [1.0, 1.0]))).changes[0].difference
    assert not unsure.better and unsure.more and unsure.more > 10


def test_one_changed_answer_of_many_shows_nothing() -> None:
    found = compare(run_of("old", many([0.5] * 8)), run_of("new", many([0.5] * 7 + [1.0]))).changes[0].difference
    assert found.points == pytest.approx(0.0625)
    assert found.p == 1 and not found.better


def test_only_the_questions_of_both_are_compared() -> None:
    found = compare(run_of("old", {"a": 0.0, "b": 0.0, "c": 1.0}), run_of("new", {"b": 1.0, "c": 1.0, "d": 0.0, "e": 0.0}))
    assert found.paired and found.changes[0].difference.n == 2 and found.changes[0].difference.points == 0.5
    assert found.notes == ("the questions differ: 2 were asked in both and are compared; left out are 1 of the first, 2 of the second",)


def test_a_question_in_other_words_is_another_question() -> None:
    new = run_of("new", {"a": 1.0, "b": 1.0})
    reworded = replace(new, questions=({**new.questions[0], "question": "Something else?"}, new.questions[1]))
    assert compare(run_of("old", {"a": 0.0, "b": 0.0}), reworded).changes[0].difference.n == 1


def test_runs_without_a_common_question_are_two_samples() -> None:
    found = compare(run_of("old", many([0.0] * 30, "a")), run_of("new", many([1.0] * 29 + [0.0], "b"), split="test", base="qwen", adapter=None))
    assert not found.paired
    assert found.changes[0].difference.better and found.changes[0].difference.n == 60
    assert found.changes[0].difference.points == pytest.approx(29 / 30)
    assert list(found.notes[:3]) == ["the split differs: dev, then test", "the base differs: starter, then qwen", "the adapter differs: library@2, then none"]
    assert "two samples" in found.notes[3]
    alone = compare(run_of("old", {"a": 0.0}), run_of("new", {"b": 1.0})).changes[0].difference
    assert not alone.better and (alone.low, alone.high) == (-1, 1)


def test_many_comparisons_are_corrected() -> None:
    one = library()
    better = [rung_of(rung.name, rung.answers, {key: {**scores, "language": 1.0, "refusal": 0.0} for key, scores in rung.scores.items()}) for rung in one.rungs]
    found = compare(one, replace(one, id="new", rungs=tuple(better)))
    raw = 2 / 2**8
    changed = [change.difference.p for change in found.changes if change.difference.score == "refusal" and change.rung == "rag"]
    assert changed == [pytest.approx(raw * len(found.changes))]


def test_runs_without_a_common_rung_cannot_be_compared() -> None:
    with pytest.raises(EvaluationError, match=r"no rung was measured in both: 2026-11-21-0731 has plain; other has few-shot"):
        compare(replace(library(), rungs=library().rungs[:1]), replace(library(), id="other", rungs=library().rungs[1:2]))


def test_the_tables_show_rung_score_and_change() -> None:
    found = compare(run_of("old|run", many([0.0] * 24)), run_of("new", many([1.0] * 24), split="test"))
    console = Console(width=300, record=True, file=open(os.devnull, "w"))  # noqa: SIM115
    console.print(comparison_table(found))
    text = console.export_text()
    assert "new against old|run" in text and "+100.0" in text and "better" in text and "the split differs" in text


def test_an_evaluation_is_found_by_id_by_domain_and_by_path(tmp_path: Path) -> None:
    (tmp_path / "assistant.toml").touch()
    space = Workspace(tmp_path)
    with pytest.raises(EvaluationError, match="make one with"):
        find_evaluation(space, "first")
    for domain, name in (("legal", "first"), ("legal", "second"), ("hr_policy", "first")):
        write_report(library(domain=domain, id=name), evaluations(space, domain) / name)
        time.sleep(0.01)
    assert find_evaluation(space, "second").id == "second"
    assert find_evaluation(space, "hr_policy/first").domain == "hr_policy"
    assert find_evaluation(space, str(evaluations(space, "legal") / "first")).domain == "legal"
    with pytest.raises(EvaluationError, match=r"several evaluations; write the domain too: legal/first, legal/second, hr_policy/first"):
        find_evaluation(space, "first")
    with pytest.raises(EvaluationError, match="no evaluation 'third'; there are: legal/first"):
        find_evaluation(space, "third")
