"""One training from its rows to its weights: lengths, resuming, early stopping, whole models, figures."""

from pathlib import Path
from threading import Event

import pytest
from lessons import begin, learn, recipe, same, stopping_at, weights

from assistant.errors import TrainingError
from assistant.models.engine import Sampling
from assistant.models.local import LocalEngine
from assistant.records import Prompt
from assistant.settings import Settings
from assistant.training.runs import WHOLE, Run
from assistant.training.teach.stopping import Diverged, best_look, exhausted, logged, rising
from assistant.training.teach.trainer import steps
from assistant.training.train import check_recipe

EARLY = {"training_early_stopping": 2, "training_epochs": 12, "training_learning_rate": 5e-2, "training_schedule": "constant"}


def curve(losses: list[dict[str, float]]) -> list[tuple[float, ...]]:
    """A loss curve without its speeds and memory, which no two trainings share."""
    return [tuple(line[name] for name in ("step", "loss", "eval_loss", "grad_norm") if name in line) for line in losses]


def test_the_same_rows_recipe_and_seed_give_the_same_bytes(tmp_path: Path, llama: Path) -> None:
    made = [learn(begin(tmp_path / name), llama, lora_dropout=0.1, training_seed=seed) for name, seed in (("a", 1), ("b", 1), ("c", 2))]
    one, two, other = ((trained.adapter / "adapter_model.safetensors").read_bytes() for trained in made)
    assert one == two
    assert one != other


def test_steps_end_a_training_whatever_the_epochs(tmp_path: Path, llama: Path) -> None:
    assert steps(8, recipe()) == 8
    assert steps(8, recipe(training_steps=3)) == 3
    assert learn(begin(tmp_path), llama, training_steps=3).losses[-1]["step"] == 3
    assert learn(begin(tmp_path), llama, training_steps=11).losses[-1]["step"] == 11


def test_a_log_has_speed_memory_gradient_norm_and_rate(tmp_path: Path, llama: Path) -> None:
    last = [line for line in learn(begin(tmp_path), llama).losses if "loss" in line][-1]
    assert last["tokens_per_second"] > 0
    assert 0.1 < last["memory_gb"] < 100
    assert last["grad_norm"] > 0
    assert 0 <= last["learning_rate"] < 1e-2


def test_the_held_out_loss_does_not_depend_on_the_batch_size(tmp_path: Path, llama: Path) -> None:
    found = [logged(learn(begin(tmp_path), llama, training_batch_size=size, training_learning_rate=1e-9, training_precision="float32").losses, "eval_loss")[-1] for size in (1, 2)]
    assert found[0] == pytest.approx(found[1], abs=1e-4)


def test_early_stopping_saves_the_best_weights_not_the_last(tmp_path: Path, llama: Path) -> None:
    run = begin(tmp_path)
    trained = learn(run, llama, **EARLY)
    looks = logged(trained.losses, "eval_loss")
    assert len(looks) < 12, "it did not stop early"
    assert best_look(looks) == len(looks) - 3
    until_best = learn(begin(tmp_path), llama, **{**EARLY, "training_epochs": len(looks) - 2, "training_early_stopping": 0})
    assert same(weights(trained.adapter), weights(until_best.adapter))


@pytest.mark.parametrize("step", [3, 4, 16], ids=["within an epoch", "at its end", "after the best"])
@pytest.mark.parametrize("checkpoint", ["epoch", 2])
def test_a_stopped_training_stops_early_where_the_unbroken_one_does(tmp_path: Path, llama: Path, step: int, checkpoint: str | int) -> None:
    whole = learn(begin(tmp_path), llama, training_checkpoint=checkpoint, **EARLY)
    run = begin(tmp_path)
    report, stop = stopping_at(step)
    with pytest.raises(TrainingError, match="--resume"):
        learn(run, llama, report, stop, training_checkpoint=checkpoint, **EARLY)
    resumed = learn(run, llama, training_checkpoint=checkpoint, **EARLY)
    assert curve(resumed.losses) == curve(whole.losses)
    assert same(weights(resumed.adapter), weights(whole.adapter))


def test_a_training_killed_after_it_stopped_early_is_not_taken_further(tmp_path: Path, llama: Path) -> None:
    run = begin(tmp_path)
    first = learn(run, llama, **EARLY)
    before = (first.adapter / "adapter_model.safetensors").read_bytes()
    run.note(state="training")
    again = learn(run, llama, **EARLY)
    assert (again.adapter / "adapter_model.safetensors").read_bytes() == before
    assert curve(again.losses) == curve(first.losses)


@pytest.mark.parametrize("damage", ["adapter_model.safetensors", "optimizer.pt", "trainer_state.json"])
def test_a_damaged_checkpoint_is_passed_over_for_the_one_before(tmp_path: Path, llama: Path, damage: str) -> None:
    settings = {"training_checkpoint": 2, "training_epochs": 2}
    whole = learn(begin(tmp_path), llama, **settings)
    run = begin(tmp_path)
    report, stop = stopping_at(6)
    with pytest.raises(TrainingError):
        learn(run, llama, report, stop, **settings)
    path = run.folder / "checkpoint-6" / damage
    path.write_bytes(path.read_bytes()[:-20])
    heard: list[str] = []
    resumed = learn(run, llama, lambda progress: heard.append(progress.message), **settings)
    assert f"checkpoint-6 is damaged ({damage} has changed); going on from checkpoint-4" in heard
    assert same(weights(resumed.adapter), weights(whole.adapter))
    assert curve(resumed.losses) == curve(whole.losses)


def test_with_every_checkpoint_damaged_it_starts_again(tmp_path: Path, llama: Path) -> None:
    run = begin(tmp_path)
    report, stop = stopping_at(3)
    with pytest.raises(TrainingError):
        learn(run, llama, report, stop, training_checkpoint=2)
    (run.folder / "checkpoint-2" / "rng_state.pth").unlink()
    (run.folder / "checkpoint-3" / WHOLE).write_text("{", "utf-8")
    heard: list[str] = []
    assert run.prepare_resume(heard.append) is None
    assert heard == ["checkpoint-3 is damaged (whole cannot be read); checkpoint-2 is damaged (rng_state.pth is missing); going on from the start"]
    assert run.losses() == []


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory, llama: Path) -> Path:
    """The run of a full training that knows its rows by heart."""
    run = begin(tmp_path_factory.mktemp("learned"))
    learn(run, llama, training_method="full", training_epochs=40, training_learning_rate=3e-3)
    return run.folder


def test_a_loss_that_rises_and_stays_ends_the_training(tmp_path: Path, learned: Path) -> None:
    run = begin(tmp_path)
    wild = {"training_epochs": 12, "training_learning_rate": 0.5, "lora_alpha": 64, "training_schedule": "constant", "training_warmup": 0.5}
    with pytest.raises(Diverged, match=r"rose from 0\..* lower the rate: --set training.learning_rate=0\.1") as raised:
        learn(run, learned / "model", **wild)
    assert raised.value.step < 48
    assert run.record["state"] == "failed"


def test_rising_wants_five_logs_at_twice_the_best_mean_or_four_times_the_first() -> None:
    assert rising([0.2, 5, 5, 5, 5, 5])
    assert not rising([0.2, 5, 5, 5, 5, 0.7])
    assert not rising([1.0, 2, 2, 2, 2, 2]), "one easy batch at the start"
    down = [3.0, 2.0, 1.5, 1.2, 1.0, 1.0, 1.0]
    assert not rising(down)
    assert not rising([*down, 4, 4, 4, 4])
    assert rising([*down, 4, 4, 4, 4, 4])
    assert not rising([*down, 4, 4, 1, 4, 4])
    assert not rising([0.01] * 6 + [0.04] * 6), "noise of rows known by heart"
    assert rising([2.0, float("nan")])


def test_patience_counts_looks_since_the_best() -> None:
    assert best_look([3.0, 1.0, float("nan"), 1.0]) == 1
    assert not exhausted([3.0, 1.0, 1.1], 2)
    assert exhausted([3.0, 1.0, 1.1, 1.0], 2)
    assert not exhausted([3.0, 4.0, 5.0, 6.0], 0)


def test_full_training_makes_a_model_that_answers_as_a_base(learned: Path, llama: Path) -> None:
    model = learned / "model"
    assert not Run(learned).adapter.exists()
    assert {"model.safetensors", "tokenizer.json", "config.json", "chat_template.jinja"} <= {path.name for path in model.iterdir()}
    before, after = weights(llama, "model.safetensors"), weights(model, "model.safetensors")
    assert before.keys() == after.keys()
    assert not any(before[name].equal(after[name]) for name in before if name.endswith("proj.weight"))
    told = Run(learned).dataset().train[0]
    engine = LocalEngine(Settings(base_model=str(model), threads=1, device="cpu"))
    try:
        said = "".join(engine.stream(Prompt(told.prompt, (), "answer", "en"), None, Sampling(max_new_tokens=30), Event()))
    finally:
        engine.close()
    assert said == told.answer


def test_what_a_machine_cannot_do_is_said_in_one_line(tmp_path: Path, llama: Path) -> None:
    for changes, said in (
        ({"training_quantization": "4bit"}, "4bit.* needs a CUDA GPU and this training runs on cpu"),
        ({"training_quantization": "4bit", "training_method": "full"}, "trains an adapter only"),
        ({"training_quantization": "4bit", "lora_variant": "pissa"}, "cannot start from 4-bit"),
    ):
        with pytest.raises(TrainingError, match=said) as raised:
            check_recipe(recipe(**changes), "cpu")
        assert "\n" not in str(raised.value)


def test_a_trained_run_is_not_trained_again(tmp_path: Path, llama: Path) -> None:
    run = begin(tmp_path)
    learn(run, llama)
    (run.adapter / "adapter_model.safetensors").write_bytes(b"as it was")
    learn(run, llama)
    assert (run.adapter / "adapter_model.safetensors").read_bytes() == b"as it was"
