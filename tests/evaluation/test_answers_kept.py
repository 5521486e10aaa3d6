"""What an answer is kept under: everything it depends on, and nothing else."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.answering.support import read_calibration
from assistant.domain_files import Question
from assistant.evaluation.cache import Cache, open_cache
from assistant.evaluation.job import Job, Watch, answer_all
from assistant.evaluation.results import Answered
from assistant.evaluation.rungs import Ladder
from assistant.models.engine import ModelInfo
from assistant.plugins import load_plugins
from assistant.records import AdapterVersion
from assistant.registry import CONFIG, WEIGHTS
from assistant.settings import Workspace

INFO = ModelInfo("tiny", "tiny", 1024, 400, 8, 0, True, "cpu", "float32", "")
ASKED = Question(id="q1", split="dev", language="en", question="How long is the leave?")


@pytest.fixture
def ladder(tmp_path: Path) -> Ladder:
    """A domain's rungs with an adapter on disk; no model, as a key asks none."""
    (tmp_path / "assistant.toml").touch()
    (tmp_path / "plugins/staff/documents").mkdir(parents=True)
    (tmp_path / "plugins/staff/domain.toml").write_text('name = "staff"\n')
    (tmp_path / "plugins/staff/documents/leave.md").write_text("Leave is 15 days.")
    folder = tmp_path / "adapter"
    folder.mkdir()
    (folder / WEIGHTS).write_bytes(b"weights")
    (folder / CONFIG).write_text(json.dumps({"lora_alpha": 16}))
    workspace = Workspace(tmp_path)
    home: Any = SimpleNamespace(engine=SimpleNamespace(info=INFO, count_tokens=len), workspace=workspace, calibration=read_calibration(workspace.state))
    version = AdapterVersion("tiny", "staff", 0, folder, {"voice": ["leave"], "phrases": ["Rule:"]})
    return Ladder(home, load_plugins(workspace).domain("staff"), version)


def key(ladder: Ladder, rung: str = "rag+lora") -> str:
    return replace(ladder).key(ASKED, rung)


def test_the_same_weights_are_the_same_answer_under_another_number_and_place(ladder: Ladder, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "adapter", tmp_path / "0003")
    assert ladder.adapter
    published = replace(ladder, adapter=replace(ladder.adapter, number=3, folder=tmp_path / "0003"))
    assert key(published) == key(ladder)


def test_weights_scaling_and_the_house_words_each_change_the_answer_of_an_adapter_and_not_of_the_base(ladder: Ladder, tmp_path: Path) -> None:
    assert ladder.adapter
    spoken = replace(ladder, adapter=replace(ladder.adapter, card={"voice": ["leave"], "phrases": []}))
    found, base = {key(ladder), key(spoken)}, {key(ladder, "rag"), key(spoken, "rag")}
    (tmp_path / "adapter" / CONFIG).write_text(json.dumps({"lora_alpha": 32}))
    found.add(key(ladder))
    (tmp_path / "adapter" / WEIGHTS).write_bytes(b"other")
    found.add(key(ladder))
    assert len(found) == 4
    assert base == {key(ladder, "rag")}


def test_a_changed_document_changes_what_is_looked_up_and_not_what_a_model_says_by_itself(ladder: Ladder, tmp_path: Path) -> None:
    before = {rung: key(ladder, rung) for rung in ("plain", "lora", "rag", "rag+lora")}
    (tmp_path / "plugins/staff/documents/leave.md").write_text("Leave is 16 days.")
    assert [rung for rung in before if key(ladder, rung) != before[rung]] == ["rag", "rag+lora"]


@pytest.fixture
def cache(ladder: Ladder) -> Iterator[Cache]:
    kept = open_cache(ladder.assistant.workspace)
    yield kept
    kept.close()


def test_an_answer_kept_while_the_version_was_a_candidate_bears_its_present_name(ladder: Ladder, cache: Cache) -> None:
    assert ladder.adapter
    cache[key(ladder)] = asdict(Answered("q1", "15 days.", False, adapter="staff@0"))
    job = Job(ladder.assistant, ladder.domain, (), cache, "", "dev", version=replace(ladder.adapter, number=3))
    assert answer_all(job, [ASKED], "rag+lora", Watch())["q1"].adapter == "staff@3"
