import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from assistant.errors import TrainingError
from assistant.registry import WEIGHTS
from assistant.training.flow import prepare, train_domain
from assistant.training.job import Job, Outcome, Watch, open_job
from assistant.training.runs import Run, one_training
from assistant.training.train import steps
from assistant.training.watch import Progress

Make = Callable[..., Job]


def weights(outcome: Outcome) -> dict[str, Any]:
    from safetensors.torch import load_file

    return load_file(outcome.version.folder / WEIGHTS)


def stopping_at(step: int) -> Watch:
    stop = Event()

    def report(progress: Progress) -> None:
        if progress.step == step:
            stop.set()

    return Watch(report, stop)


def test_a_training_publishes_a_whole_version(job: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: (asked.append(args[0]), real(*args, **more))[1])
    made = job("training.epochs=1")
    version = train_domain(made, Watch()).version
    assert asked == [], "training looks nothing up on the network"
    assert {path.name for path in version.folder.iterdir()} == {"README.md", WEIGHTS, "adapter_config.json", "card.json", "golden.json", "loss.png"}
    card = version.card
    assert card["base"]["fingerprints"] == made.student.fingerprints
    assert card["recipe"]["training"]["epochs"] == 1
    assert card["rows"]["train"] == len(prepare(made, Watch()).dataset.train)
    assert set(card["held_out"]) == {"base", "candidate"}
    assert {"prompt", "data", "losses", "created", "environment", "seconds", "voice", "parent"} <= set(card)


@pytest.mark.slow
@pytest.mark.parametrize("step", [1, 3], ids=["within an epoch", "at its end"])
def test_a_stopped_training_resumes_to_the_very_weights_of_an_unbroken_one(job: Make, step: int) -> None:
    changes = ("training.learning_rate=0.01", "data.refusal_share=0")
    assert steps(len(prepare(job(*changes), Watch()).dataset.train), job(*changes).recipe()) == 6
    whole = train_domain(job(*changes), Watch())
    with pytest.raises(TrainingError, match="--resume"):
        train_domain(job(*changes), stopping_at(step))
    resumed = train_domain(replace(job(), changes=()), Watch(), resume=True)
    left, right = weights(whole), weights(resumed)
    assert all(left[name].equal(right[name]) for name in left)
    assert resumed.version.number == whole.version.number + 1


def test_a_second_training_of_the_domain_is_refused_with_its_holder(job: Make) -> None:
    made = job()
    with one_training(made.workspace, "staff"), pytest.raises(TrainingError, match=r"being trained already \(process \d+"):
        train_domain(made, Watch())


def test_a_loss_that_becomes_infinite_ends_the_training_and_publishes_nothing(job: Make) -> None:
    made = job("training.learning_rate=1", "training.epochs=4", "lora.alpha=4096", "training.schedule=constant", "training.warmup=0", "training.precision=float32")
    with pytest.raises(TrainingError, match=r"--set training.learning_rate=0\.2"):
        train_domain(made, Watch())
    assert made.registry.versions("staff") == []
    with pytest.raises(TrainingError, match="no unfinished training"):
        train_domain(replace(made, changes=()), Watch(), resume=True)


def test_a_domain_without_examples_cannot_be_trained(job: Make) -> None:
    made = job()
    (made.domain.examples / "dialogues.jsonl").unlink()
    with pytest.raises(TrainingError, match="no usable example"):
        train_domain(made, Watch())


def test_nothing_to_resume_says_how_to_start(job: Make) -> None:
    with pytest.raises(TrainingError, match="assistant train staff"):
        train_domain(replace(job(), changes=()), Watch(), resume=True)


def test_a_resumed_training_keeps_its_own_recipe(job: Make) -> None:
    made = job()
    with pytest.raises(TrainingError, match="--resume"):
        train_domain(made, stopping_at(2))
    with pytest.raises(TrainingError, match="its own recipe"):
        train_domain(made, Watch(), resume=True)


def test_a_server_cannot_be_trained(job: Make) -> None:
    made = job()
    settings = made.settings.model_copy(update={"base_model": "http://localhost:1/v1"})
    with pytest.raises(TrainingError, match="--base"):
        open_job(made.workspace, made.plugins, settings, "staff", made.knowledge)


def test_only_a_whole_checkpoint_is_resumed_from(tmp_path: Path) -> None:
    for step in (2, 4):
        (tmp_path / f"checkpoint-{step}").mkdir()
    run = Run(tmp_path)
    run.mark_whole(2)
    for step in (1, 2, 3):
        run.add_loss({"step": step, "loss": 1.0})
    assert run.prepare_resume() == tmp_path / "checkpoint-2"
    assert not (tmp_path / "checkpoint-4").exists()
    assert [line["step"] for line in run.losses()] == [1, 2]
