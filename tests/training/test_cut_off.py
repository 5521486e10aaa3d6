"""Trainings that were cut off after their last step: publication is finished once, chains of attempts go on, helpers of a group end."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.domain import Domain
from assistant.errors import TrainingError
from assistant.settings import Workspace
from assistant.training.flow import Watch, train_domain
from assistant.training.job import Job, live_version
from assistant.training.runs import Run, Runs

Make = Callable[..., Job]


def runs_of(made: Job) -> Runs:
    return Runs(made.workspace.state / "runs" / "staff", "staff")


def test_a_publication_that_was_cut_off_is_finished_and_not_made_twice(job: Make) -> None:
    made = job("training.steps=2")
    first = train_domain(made, Watch())
    assert first.version
    decisions = made.registry.decisions("staff")
    Run(runs_of(made).folder / first.version.card["run"]).note(state="trained")
    again = train_domain(replace(made, changes=()), Watch(), resume=True)
    assert again.version
    assert (again.version.number, len(made.registry.versions("staff"))) == (1, 1)
    assert again.verdict
    assert first.verdict
    assert (again.verdict.live, again.verdict.reasons) == (first.verdict.live, first.verdict.reasons)
    assert made.registry.decisions("staff") == decisions


@pytest.mark.slow
def test_nothing_older_than_a_published_training_is_gone_on_with(job: Make) -> None:
    made = job("training.steps=2")
    stop = Watch()
    stop.stop.set()
    with pytest.raises(TrainingError, match="--resume"):
        train_domain(made, stop)
    assert runs_of(made).newest_unfinished().unfinished
    train_domain(made, Watch())
    with pytest.raises(TrainingError, match="no unfinished training"):
        runs_of(made).newest_unfinished()


@pytest.mark.slow
def test_a_lost_attempt_is_gone_on_with_only_while_a_cure_is_left(job: Make) -> None:
    made = job("training.steps=2")
    train_domain(made, Watch())
    run = Run(next(runs_of(made).folder.glob("2*")))
    run.note(state="failed", cures=1, earlier=[])
    assert runs_of(made).newest_unfinished() == run
    run.note(cures=0)
    with pytest.raises(TrainingError, match="no unfinished training"):
        runs_of(made).newest_unfinished()


@pytest.mark.slow
def test_a_version_with_another_prompt_is_not_what_a_candidate_must_beat(job: Make) -> None:
    made = job("training.steps=2")
    outcome = train_domain(made, Watch())
    assert outcome.version
    made.registry.use(outcome.version, "for the test")
    assert live_version(made) == outcome.version
    (made.domain.folder / "prompt.jinja").write_text('{% extends "default.jinja" %}{% block system %}Answer in rhymes.{% endblock %}', "utf-8")
    assert live_version(replace(made, domain=Domain(made.domain.folder, made.domain.spec))) is None


@pytest.mark.slow
def test_two_processes_started_together_publish_one_version(workspace: Workspace) -> None:
    words = [part for change in ("training.steps=4", "training.batch_size=4", "training.accumulation=2", "training.max_length=512") for part in ("--set", change)]
    env = {**os.environ, "ASSISTANT_WORKSPACE": str(workspace.root), "OMP_NUM_THREADS": "1"}
    together = [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2", "--master_port", "29531", "-m", "assistant", "train", "staff", *words]
    done = subprocess.run(together, env=env, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr[-3000:]
    folder = next(workspace.adapters.iterdir()) / "staff"
    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == ["0001"]
    assert "staff@1 is" in done.stdout
