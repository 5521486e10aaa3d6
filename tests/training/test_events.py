import json
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from assistant.errors import TrainingError
from assistant.training.events import FILE, KINDS, follow, note
from assistant.training.flow import prepare
from assistant.training.job import Job, Watch, recipe_of
from assistant.training.prepare import begin
from assistant.training.runs import one_training
from assistant.training.train import train
from assistant.training.watch import Progress, ending, recorded

Make = Callable[..., Job]
DOCS = Path(__file__).parents[2] / "docs" / "training.md"


def test_a_training_can_be_followed_from_its_folder(job: Make) -> None:
    made, seen = job("training.epochs=2", "training.validation_share=0.3"), list[Progress]()
    with one_training(made.workspace, "staff") as runs:
        run = begin(made, runs, prepare(made, Watch()))
        train(run, made.student, recipe_of(run), recorded(run.folder, seen.append), Event())
    events = follow(run.folder)
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    assert events[0].kind == "begin"
    assert {"run": run.id, "domain": "staff", "resumed": False, "steps": seen[-1].steps}.items() <= events[0].values.items()
    assert [event.values for event in events if event.kind == "stage"] == [{"stage": "train"}]
    steps = [event.values for event in events if event.kind == "step"]
    logged = [line for line in run.losses() if "loss" in line]
    assert [(one["step"], one["loss"]) for one in steps] == [(line["step"], line["loss"]) for line in logged]
    assert steps[-1]["steps"] == seen[-1].steps == seen[-1].step
    assert all(one["rate"] >= 0 and 0.05 < one["memory_gb"] < 100 for one in steps)
    held_out = [event.values["loss"] for event in events if event.kind == "held_out"]
    assert held_out == [line["eval_loss"] for line in run.losses() if "eval_loss" in line] != []
    assert seen[-1].held_out == held_out[0], "the look after the last step is not over yet when that step is reported"


def test_a_stopped_training_says_how_to_go_on_and_a_resumed_one_begins_again(job: Make) -> None:
    made, stop = job("training.epochs=2"), Event()
    stop.set()
    with one_training(made.workspace, "staff") as runs:
        run = begin(made, runs, prepare(made, Watch()))
        with pytest.raises(TrainingError, match="--resume"), ending(runs):
            train(run, made.student, recipe_of(run), lambda _: None, stop)
        ended = follow(run.folder)
        assert (ended[-1].kind, ended[-1].values["state"]) == ("end", "stopped")
        assert "assistant train staff --resume" in ended[-1].values["text"]
        train(run, made.student, recipe_of(run), lambda _: None, Event())
    again = follow(run.folder, after=ended[-1].number)
    assert (again[0].kind, again[0].values["resumed"]) == ("begin", True)


def test_a_failed_training_says_why(job: Make) -> None:
    made = job()
    with one_training(made.workspace, "staff") as runs:
        run = begin(made, runs, prepare(made, Watch()))
    run.note(state="failed")
    with pytest.raises(TrainingError), ending(runs):
        raise TrainingError("the loss became infinite")
    assert follow(run.folder)[-1].values == {"state": "failed", "text": "the loss became infinite"}


def test_only_new_events_are_read_again(tmp_path: Path) -> None:
    assert follow(tmp_path) == []
    for stage in ("train", "gate"):
        note(tmp_path, "stage", stage=stage)
    assert [event.values["stage"] for event in follow(tmp_path, after=1)] == ["gate"]
    assert follow(tmp_path, after=2) == []


def test_a_line_that_a_crash_cut_off_is_passed_over_and_spoils_no_other(tmp_path: Path) -> None:
    note(tmp_path, "stage", stage="train")
    with (tmp_path / FILE).open("a") as file:
        file.write('{"time": "2026-')
    assert [event.number for event in follow(tmp_path)] == [1]
    note(tmp_path, "stage", stage="gate")
    assert [(event.number, event.values["stage"]) for event in follow(tmp_path)] == [(1, "train"), (3, "gate")]


def test_every_line_is_json_without_nan(tmp_path: Path) -> None:
    note(tmp_path, "step", step=1, loss=float("nan"), deeper={"list": [float("inf"), 1.5]})
    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    [line] = (tmp_path / FILE).read_text().splitlines()
    assert json.loads(line, parse_constant=refuse)["deeper"] == {"list": [None, 1.5]}


def test_a_kind_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there are: begin, stage"):
        note(tmp_path, "stag", stage="train")


def test_a_stage_and_a_message_are_written_once(tmp_path: Path) -> None:
    hear = recorded(tmp_path, lambda _: None)
    for progress in (Progress("train", 1, 3), Progress("train", 2, 3, message="late"), Progress("train", 3, 3, message="late"), Progress("gate")):
        hear(progress)
    assert [event.values for event in follow(tmp_path)] == [{"stage": "train"}, {"text": "late"}, {"stage": "gate"}]


def test_the_schema_is_documented() -> None:
    text = DOCS.read_text("utf-8")
    for kind, fields in KINDS.items():
        assert f"| `{kind}` | {fields} |" in text
