"""The measured probe: real steps that leave nothing behind, and figures that follow the work."""

import gc
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import TrainingError
from assistant.records import Turn
from assistant.training.dataset import Row
from assistant.training.estimate import Estimate, Probe, _average, expect, nearness, probe
from assistant.training.job import Job

Make = Callable[..., Job]


def rows(*lengths: int) -> list[Row]:
    return [Row((Turn("user", "days " * length),), "Ask 24 hours ahead.", str(n), "plain") for n, length in enumerate(lengths)]


def parameters() -> int:
    """How many weights are in memory."""
    import torch

    gc.collect()
    return sum(type(thing) is torch.nn.Parameter for thing in gc.get_objects())


def test_a_probe_measures_real_steps_and_leaves_everything_as_it_was(job: Make, llama: Path) -> None:
    import torch

    made = job()
    files = {path: path.stat().st_mtime_ns for folder in (llama, made.workspace.root) for path in folder.rglob("*")}
    before = parameters()
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    found = probe(made.student, made.recipe(), rows(*range(4, 40, 3)))
    assert found.seconds_per_step > 0
    assert found.memory_gb > 0.1
    assert found.steps == 3
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_num_threads() == threads
    assert {path: path.stat().st_mtime_ns for folder in (llama, made.workspace.root) for path in folder.rglob("*")} == files
    assert parameters() == before


@pytest.mark.parametrize("change", ["training.method=full", "lora.variant=pissa", "training.gradient_checkpointing=true", "training.batch_size=64"])
def test_every_way_of_training_can_be_probed(job: Make, change: str) -> None:
    made = job(change)
    assert probe(made.student, made.recipe(), rows(5, 9, 20)).seconds_per_step > 0


def test_a_layer_that_the_base_has_not_is_named_before_anything_is_trained(job: Make) -> None:
    made = job('lora.target_modules=["qq_proj"]')
    with pytest.raises(TrainingError, match="qq_proj is not a linear layer"):
        probe(made.student, made.recipe(), rows(5, 9))


def test_an_average_batch_lies_on_the_line_through_the_two_measured() -> None:
    sizes = [100, 90, 60, 50, 20, 10]  # batches of two, padded: 200, 120, 40
    seconds = [0.1 + 0.01 * 200, 0.1 + 0.01 * 120]
    assert _average(sizes, 2, [200, 120], seconds) == pytest.approx(0.1 + 0.01 * (200 + 120 + 40) / 3)
    assert _average([50, 50, 50, 50], 2, [100, 100], [1.0, 1.2]) == pytest.approx(1.1)


def test_accumulation_counts_as_often_as_it_is_done() -> None:
    found = Probe(2.0, 0.25, 3.0, 1.5, 3, "cpu")
    assert expect(found, 10) == Estimate(23.0, 1.5)
    assert expect(found, 10, held_out=12).seconds == pytest.approx(24.0)


def test_the_end_says_how_near_the_estimate_came() -> None:
    assert nearness(Estimate(78, 0), Estimate(83, 0)) == "took 83 s, 78 s were expected (6 % more)"
    assert nearness(Estimate(600, 1.0), Estimate(540, 1.2)) == "took 9 min, 10 min were expected (10 % less); memory peaked at 1.2 GB, 1.0 GB were expected (20 % more)"
    assert nearness(Estimate(7200, 0), Estimate(7201, 0)).endswith("(as expected)")
