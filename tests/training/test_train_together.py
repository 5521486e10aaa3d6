"""Several processes that train one adapter: what each does, and that they learn what one alone would."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from lessons import begin, learn, recipe, weights

from assistant.errors import TrainingError
from assistant.training.teach.devices import any_of, divided, first, own, processes, shared, wait
from assistant.training.teach.stopping import logged

WORKER = """
import sys
from pathlib import Path
from threading import Event
sys.path.insert(0, sys.argv[3])
from assistant.training.teach.devices import first, leave, shared, wait
from assistant.training.runs import Run
from assistant.training.train import train
from lessons import begin, recipe, student
folder, base = Path(sys.argv[1]), Path(sys.argv[2])
settings = dict(training_accumulation=4, training_batch_size=2, training_epochs=3, training_precision="float32", training_early_stopping=5)
stop, mode = Event(), sys.argv[4]

def report(progress):
    if mode == "stop" and first() and progress.step == 2:
        stop.set()

run = Run(shared(begin(folder).folder if first() else None)) if mode != "resume" else Run(next(folder.glob("2*")))
try:
    train(run, student(base), recipe(**settings), report, stop)
except Exception as error:
    print(type(error).__name__, error, flush=True)
wait()
leave()
"""
ALONE = {
    "training_accumulation": 4, "training_batch_size": 2, "training_epochs": 3, "training_precision": "float32", "training_early_stopping": 5,
}  # fmt: skip


def together(folder: Path, base: Path, mode: str = "") -> str:
    """Two processes of WORKER, as torchrun starts them; what they printed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    words = [sys.executable, "-c", WORKER, str(folder), str(base), str(Path(__file__).parent), mode]
    shared_words = {**os.environ, "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "OMP_NUM_THREADS": "1"}
    started = [
        subprocess.Popen(words, env={**shared_words, "RANK": rank, "LOCAL_RANK": rank}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for rank in ("0", "1")
    ]
    try:
        said = [process.communicate(timeout=240)[0] for process in started]
    finally:
        for process in started:
            process.kill()
    assert [process.returncode for process in started] == [0, 0], "\n".join(said)
    return "\n".join(said)


def run_of(folder: Path) -> Path:
    found = list(folder.glob("2*"))
    assert len(found) == 1, "one run for all processes"
    return found[0]


@pytest.mark.slow
def test_two_processes_learn_what_one_does_and_write_one_set_of_files(tmp_path: Path, llama: Path) -> None:
    import torch

    alone = learn(begin(tmp_path / "alone"), llama, **ALONE)
    together(tmp_path / "two", llama)
    run = run_of(tmp_path / "two")
    lines = [json.loads(line) for line in (run / "loss.jsonl").read_text("utf-8").splitlines()]
    for name in ("loss", "eval_loss"):
        assert logged(lines, name) == pytest.approx(logged(alone.losses, name), rel=1e-5), name
    left, right = weights(alone.adapter), weights(run / "adapter")
    one, other = (torch.cat([values[name].flatten() for name in sorted(left)]) for values in (left, right))
    assert float((one - other).norm() / one.norm()) < 1e-3
    assert {path.name for path in run.iterdir() if path.is_file()} >= {"run.json", "loss.jsonl", "golden.json"}
    assert json.loads((run / "run.json").read_text("utf-8"))["state"] == "trained"


@pytest.mark.slow
def test_both_stop_at_the_step_one_was_asked_at_and_go_on_together(tmp_path: Path, llama: Path) -> None:
    together(tmp_path / "whole", llama)
    said = together(tmp_path / "broken", llama, "stop")
    assert said.count("stopped at step 2; go on with") == 2
    together(tmp_path / "broken", llama, "resume")
    left, right = (weights(run_of(tmp_path / name) / "adapter") for name in ("whole", "broken"))
    assert all(left[name].equal(right[name]) for name in left)


def test_one_process_is_first_and_shares_with_itself() -> None:
    value = object()
    wait()
    assert (processes(), first(), shared(value), any_of(True), any_of(False), own("cuda:0")) == (1, True, value, True, False, "cuda:0")


def test_the_batch_of_a_step_stays_whatever_the_number_of_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    eight = recipe(training_batch_size=2, training_accumulation=4)
    assert divided(eight) == (2, 4)
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("LOCAL_RANK", "1")
    for count, expected in (("2", (2, 2)), ("4", (2, 1))):
        monkeypatch.setenv("WORLD_SIZE", count)
        assert divided(eight) == expected
    assert (first(), own("cuda:0"), own("cpu")) == (False, "cuda:1", "cpu")
    monkeypatch.setenv("WORLD_SIZE", "3")
    assert divided(recipe(training_batch_size=6, training_accumulation=1)) == (2, 1)
    with pytest.raises(TrainingError, match=r"3 processes .* 2 rows × 4; give --set training.accumulation=6"):
        divided(eight)
