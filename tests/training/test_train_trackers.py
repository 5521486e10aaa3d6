"""The curves for TensorBoard and Trackio: in the run's folder, nothing sent anywhere."""

import socket
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from lessons import begin, learn, recipe

from assistant.errors import TrainingError
from assistant.training.train import check_recipe

NEEDS = {"tensorboard": 'pip install "tensorboard>=2.20,<3"', "trackio": 'pip install "trackio>=0.40"'}


@pytest.mark.parametrize("tracker", NEEDS)
def test_a_tracker_that_is_not_installed_says_what_to_install(tracker: str) -> None:
    if find_spec(tracker):
        check_recipe(recipe(training_tracker=tracker), "cpu")
        return
    with pytest.raises(TrainingError) as raised:
        check_recipe(recipe(training_tracker=tracker), "cpu")
    assert str(raised.value).endswith(NEEDS[tracker])
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(("tracker", "pattern"), [("tensorboard", "events.out.tfevents.*"), ("trackio", "*.db")])
def test_the_curves_stay_in_the_runs_folder(tmp_path: Path, llama: Path, monkeypatch: pytest.MonkeyPatch, tracker: str, pattern: str) -> None:
    pytest.importorskip(tracker, reason=f"{tracker} is missing; get it with: {NEEDS[tracker]}")
    asked: list[Any] = []
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: (asked.append(args[0]), real(*args, **more))[1])
    run = begin(tmp_path)
    learn(run, llama, training_tracker=tracker)
    assert list((run.folder / tracker).rglob(pattern))
    assert [name for name in asked if name not in ("127.0.0.1", "localhost", "0.0.0.0", None)] == []
