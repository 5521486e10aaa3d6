"""``assistant train`` as a person types it, on the tiny model."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest
from typer.testing import CliRunner, Result

from assistant.cli import build
from assistant.cli.training_facts import Plan, print_plan
from assistant.errors import AssistantError
from assistant.settings import Workspace
from assistant.training.events import follow
from assistant.training.runs import one_training

QUICK = ["--set", "training.steps=4", "--set", "training.batch_size=4", "--set", "training.max_length=512", "--set", "training.accumulation=1"]


@pytest.fixture
def here(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("ASSISTANT_WORKSPACE", str(workspace.root))
    return workspace


def asked(*words: str) -> Result:
    result = CliRunner().invoke(build(), list(words))
    if isinstance(result.exception, AssistantError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def test_a_dry_run_says_what_would_be_trained_and_leaves_nothing(here: Workspace) -> None:
    said = asked("train", "staff", "--dry-run", *QUICK).stdout
    for word in ("examples", "rows", "to learn", "base model", "steps", "dry run: nothing was trained", "GB of memory, from a few measured steps"):
        assert word in said
    [rank] = [line.split(maxsplit=2) for line in said.splitlines() if line.split()[:1] == ["lora.rank"]]
    assert rank[1].isdigit() and len(rank[2].split()) > 3, "a choice comes with its reason"
    assert not any(line.split()[:1] == ["training.batch_size"] for line in said.splitlines()), "what was set is not chosen"
    assert not here.adapters.exists()
    assert list((here.state / "runs").rglob("run.json")) == []


def test_a_dry_run_for_programs_is_one_object(here: Workspace) -> None:
    plan = json.loads(asked("train", "staff", "--dry-run", "--json", *QUICK).stdout)
    assert plan["domain"] == "staff"
    assert plan["examples"] == "10"
    assert plan["steps"] == 4
    assert plan["expected"]["seconds"] > 0 and plan["expected"]["memory_gb"] > 0.05
    assert all(one["reason"] for one in plan["choices"]) and plan["choices"]


def test_for_the_embedded_base_a_dry_run_shows_what_others_need(capsys: pytest.CaptureFixture[str]) -> None:
    plan = Plan("legal", "starter", "cpu", (("examples", "10"),), 6, quotes_only=True)
    print_plan(plan, dry_run=True)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[0] for line in lines if line[1:3] == ["LoRA,", "4-bit"]] == ["0.5B", "1.5B", "3B", "7B", "14B", "32B", "70B"]
    print_plan(plan, dry_run=False)
    printed = capsys.readouterr()
    assert printed.out == "" and "0.5B" not in printed.err


def test_a_second_training_is_refused_or_waits(here: Workspace) -> None:
    order = list[str]()
    with one_training(here, "staff"):
        with pytest.raises(AssistantError, match=r"being trained already .* --wait"):
            asked("train", "staff", *QUICK)
        waiting = threading.Thread(target=lambda: _waited(here, order))
        waiting.start()
        time.sleep(0.3)
        order.append("the first ends")
    waiting.join(30)
    assert order == ["the first ends", "the second begins"]


def _waited(space: Workspace, order: list[str]) -> None:
    with one_training(space, "staff", wait=True):
        order.append("the second begins")


def test_a_training_for_programs_prints_one_object_and_its_lines_elsewhere(here: Workspace) -> None:
    result = asked("train", "staff", "--json", *QUICK)
    made = json.loads(result.stdout)
    assert made["version"] == "staff@1"
    assert isinstance(made["live"], bool) and made["reasons"]
    assert made["card"]["rows"]["train"] > 0
    assert "staff: train" in result.stderr
    assert "staff: gate" in result.stderr
    assert "from a few measured steps" in result.stderr


@pytest.mark.slow
def test_a_training_that_is_interrupted_saves_and_says_how_to_go_on(here: Workspace) -> None:
    long = ["--set", "training.epochs=400", "--set", "training.max_length=512", "--set", "training.batch_size=4", "--set", "training.accumulation=1"]
    runs = here.state / "runs" / "staff"
    process = subprocess.Popen([sys.executable, "-m", "assistant", "train", "staff", *long], stderr=subprocess.PIPE, text=True, env=os.environ)
    end = time.monotonic() + 120
    while not any(event.kind == "step" for folder in runs.glob("2*") for event in follow(folder)):
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "go on with: assistant train staff --resume" in err
    assert "Traceback" not in err
    [run] = runs.glob("2*")
    assert any(path.joinpath("whole").exists() for path in run.glob("checkpoint-*"))


@pytest.mark.slow
def test_the_figures_to_publish_come_from_the_test_questions(here: Workspace) -> None:
    rows = [
        {"id": "a", "split": "test", "language": "en", "question": "How many days of leave are there a year?", "facts": ["15 days"], "sources": ["leave.md"]},
        {"id": "b", "split": "dev", "language": "en", "question": "Which badge does a guest put on?", "facts": ["yellow"], "sources": ["rooms.md"]},
        {"id": "c", "split": "test", "language": "zh", "question": "一年能休几天年假？", "facts": ["15天"], "sources": ["leave.md"]},
    ]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (here.plugins / "staff" / "questions.jsonl").write_text(lines, "utf-8")
    asked("train", "staff", *QUICK)
    shutil.rmtree(here.knowledge)  # as in a fresh clone: documents are indexed first
    measure = [sys.executable, "-m", "assistant", "adapters", "measure", "staff@1", "--json"]
    found = json.loads(subprocess.run(measure, check=True, capture_output=True, text=True, timeout=240).stdout)
    assert (found["split"], found["questions"]) == ("test", 2)
    assert {"before", "after", "low", "high", "n"} <= set(found["scores"]["facts"])
    card = json.loads(next(here.adapters.glob("*/staff/0001/card.json")).read_text("utf-8"))
    assert card["test"] == found
    assert found["scores"]["answered"]["after"] > 0
    assert card["gate"]["questions"] == 1
    assert "Measured on questions that nothing was chosen by" in next(here.adapters.glob("*/staff/0001/README.md")).read_text("utf-8")
    assert "2 test questions, before: the bare base" in asked("adapters", "measure", "staff@1").stdout
