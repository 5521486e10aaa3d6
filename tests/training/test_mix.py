"""General rows beside the domain's own: which are taken, how they look, and which stay apart to show what was forgotten."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import ExampleError, TrainingError
from assistant.rows.clean import clean
from assistant.rows.examples import read_examples
from assistant.training.dataset import Dataset
from assistant.training.job import Job
from assistant.training.prepare import build

Make = Callable[..., Job]
TOPICS = ["rain", "bread", "rivers", "bicycles", "glass", "owls", "salt", "bridges", "tea", "maps", "wool", "chess", "ferries", "clay", "pears", "tides"]


def general(folder: Path, name: str = "general.jsonl") -> None:
    rows = [
        {"instruction": f"Tell me one thing about {topic}.", "output": f"People have known {topic} for a very long time, and use it in many ways.", "system": "Be kind."}
        for topic in TOPICS
    ]
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def made(job: Make, *changes: str) -> Dataset:
    work = job(*changes)
    examples = clean(read_examples(work.domain.examples).examples, work.domain, 1).examples
    return build(work, work.recipe(), examples)


def test_general_rows_come_as_a_share_without_evidence_and_without_the_domains_words(job: Make) -> None:
    general(job().domain.folder)
    alone, mixed = made(job), made(job, 'mix.rows="general.jsonl"', "mix.share=0.5")
    rows = [row for row in mixed.train if row.form == "general"]
    assert len(rows) == round(0.5 * len(alone.train))
    assert [row for row in mixed.train if row.form != "general"] == list(alone.train)
    assert mixed.held_out == alone.held_out
    for row in rows:
        assert [turn.role for turn in row.prompt] == ["system", "user"]
        assert row.prompt[0].content == "Be kind."
        assert row.prompt[1].content.startswith("Tell me one thing about ")


def test_a_few_general_rows_are_never_trained_on(job: Make) -> None:
    general(job().domain.folder)
    data = made(job, 'mix.rows="general.jsonl"', "mix.share=5")
    assert 1 <= len(data.general) <= len(TOPICS) // 4
    assert not {row.id for row in data.general} & {row.id for row in data.train}
    assert len([row for row in data.train if row.form == "general"]) + len(data.general) == len(TOPICS)
    assert any("could be used; give more" in line for line in data.left_out)


def test_the_same_seed_takes_the_same_general_rows_and_another_seed_others(job: Make) -> None:
    general(job().domain.folder)
    changes = ('mix.rows="general.jsonl"', "mix.share=0.4")
    again, first, other = made(job, *changes), made(job, *changes), made(job, *changes, "training.seed=8")
    assert (first.train, first.general) == (again.train, again.general)
    assert {row.id for row in first.train if row.form == "general"} != {row.id for row in other.train if row.form == "general"}
    larger = made(job, changes[0], "mix.share=0.6")
    assert larger.general == first.general
    assert {row.id for row in first.train if row.form == "general"} < {row.id for row in larger.train if row.form == "general"}


def test_rows_come_from_a_folder_too_and_none_are_taken_when_none_are_asked_for(job: Make, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    general(tmp_path / "shared", "train.jsonl")
    assert made(job, f'mix.rows="{tmp_path / "shared"}"', "mix.share=0.5").forms()["general"] > 0
    (job().domain.folder / "general").mkdir()
    general(job().domain.folder / "general")
    assert made(job, 'mix.rows="general"', "mix.share=0.5").forms()["general"] > 0
    assert made(job, 'mix.rows="general"', "mix.share=0").forms()["general"] == 0


def test_rows_that_are_too_long_or_unfit_are_not_mixed_in(job: Make) -> None:
    folder = job().domain.folder
    lines = [{"question": "Say it all.", "answer": "word " * 900}, {"question": "What is tea?", "answer": ""}]
    (folder / "general.jsonl").write_text("".join(json.dumps(row) + "\n" for row in lines), "utf-8")
    with pytest.raises(TrainingError, match="none of its 1 rows can be used"):
        made(job, 'mix.rows="general.jsonl"', "mix.share=1")


@pytest.mark.parametrize(("rows", "said"), [("../../..", "leads out of"), ("none here", "no dataset id")])
def test_rows_that_are_nowhere_are_an_error_with_a_remedy(job: Make, rows: str, said: str) -> None:
    with pytest.raises(TrainingError, match=said):
        made(job, f'mix.rows="{rows}"')


def test_a_dataset_is_not_fetched_unasked(job: Make) -> None:
    with pytest.raises(ExampleError, match="fetch it with: assistant import hf:acme/none, or set download = true"):
        made(job, 'mix.rows="acme/none"')
