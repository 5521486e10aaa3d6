import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.registry import WEIGHTS
from assistant.settings import Workspace
from assistant.training.runs import one_training

SCRIPT = """
import sys
from assistant.plugins import load_plugins
from assistant.settings import Workspace
from assistant.testing.knowledge import WordKnowledge
from assistant.training.flow import train_domain
from assistant.training.job import Watch, open_job
from pathlib import Path
workspace = Workspace(Path(sys.argv[1]))
documents = {path.name: path.read_text("utf-8") for path in (workspace.plugins / "staff" / "documents").iterdir()}
changes = ["training.checkpoint=2", "training.epochs=6", "training.batch_size=2", "training.accumulation=1", "training.max_length=512", "training.gradient_checkpointing=false"]
changes += ["training.early_stopping=2", "training.epochs=12", "training.learning_rate=0.03", "training.schedule=constant"] if "early" in sys.argv else []
resume = "resume" in sys.argv
job = open_job(workspace, load_plugins(workspace), workspace.settings, "staff", WordKnowledge(documents), [] if resume else changes)
version = train_domain(job, Watch(), resume).version
if "live" in sys.argv:
    job.registry.use(version, "for the test")
"""


def command(workspace: Workspace, *words: str) -> list[str]:
    return [sys.executable, "-c", SCRIPT, str(workspace.root), *words]


def wait_for(condition: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


def curve(run: Path) -> list[tuple[float, ...]]:
    lines = [json.loads(line) for line in (run / "loss.jsonl").read_text("utf-8").splitlines()]
    return [tuple(line.get(name, -1.0) for name in ("step", "loss", "eval_loss")) for line in lines]


@pytest.mark.slow
@pytest.mark.parametrize("way", [(), ("early",)], ids=["to its last step", "until it stops early"])
def test_a_killed_training_leaves_the_live_version_alone_and_resumes_to_the_same_weights(workspace: Workspace, way: tuple[str, ...]) -> None:
    subprocess.run(command(workspace, "live", *way), check=True, timeout=300)
    adapters = next(workspace.adapters.iterdir()) / "staff"
    before = (adapters / "0001" / WEIGHTS).read_bytes()
    runs = workspace.state / "runs" / "staff"

    process = subprocess.Popen(command(workspace, *way))
    try:
        wait_for(lambda: any(path.read_text().count("\n") > 6 for path in sorted(runs.glob("2*/loss.jsonl"))[1:]))
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert process.returncode == -signal.SIGKILL
    assert (adapters / "CURRENT").read_text().strip() == "0001"
    assert (adapters / "0001" / WEIGHTS).read_bytes() == before
    assert not (adapters / "0002").exists()
    killed = max(runs.glob("2*"))
    assert list(killed.glob("checkpoint-*")), "it was killed before its first checkpoint"
    assert not (killed / "adapter").exists(), "it was killed after its last step"

    subprocess.run(command(workspace, "resume"), check=True, timeout=300)
    assert (adapters / "0002" / WEIGHTS).read_bytes() == before
    assert curve(killed) == curve(min(runs.glob("2*")))
    if way:
        assert curve(killed)[-1][0] < json.loads((killed / "events.jsonl").read_text("utf-8").splitlines()[0]).get("steps", 72), "it did not stop early"


@pytest.mark.slow
def test_a_second_process_is_refused_while_one_trains(workspace: Workspace) -> None:
    with one_training(workspace, "staff"):
        second = subprocess.run(command(workspace), capture_output=True, text=True, timeout=300, check=False)
    assert second.returncode != 0
    assert "being trained already" in second.stderr
