"""What a training will take in time and memory: a few real optimizer steps on a few of its rows, and how near that came. Changes nothing.

For bases that are not here, see memory.py.
"""

import gc
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from assistant.errors import TrainingError
from assistant.models.local import load_model
from assistant.training.dataset import Row
from assistant.training.recipe import Recipe
from assistant.training.student import Student
from assistant.training.teach.encode import encode_all
from assistant.training.teach.lora import check_targets, lora_config
from assistant.training.teach.loss import answer_loss
from assistant.training.teach.quantize import load_4bit

LOOK_EVERY = 0.005
GB = 1e9  # as the display of a running training counts
LONG = 6.0
PLAIN = {"pissa": "lora", "olora": "lora"}  # they begin with a decomposition of every layer, and then cost the same
FORWARD = 1 / 3  # of a training step: the backward pass takes twice the forward one


@dataclass(frozen=True)
class Probe:
    """``seconds_per_step`` is that of an average step of the rows, ``memory_gb`` the peak with the longest ones; ``steps`` were measured."""

    seconds_per_step: float
    seconds_per_row: float
    start_seconds: float
    memory_gb: float
    steps: int
    device: str


@dataclass(frozen=True)
class Estimate:
    seconds: float
    memory_gb: float


@dataclass
class _Peak:
    """The most memory in use, in bytes: of the GPU, or of this process."""

    device: str
    most: int = 0
    _done: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        import psutil
        import torch

        used = torch.cuda.max_memory_reserved(self.device) if self.device.startswith("cuda") else psutil.Process().memory_info().rss
        self.most = max(self.most, used)

    def watch(self) -> None:
        while not self._done.wait(LOOK_EVERY):
            self.look()

    def end(self) -> None:
        self._done.set()
        self.look()


def probe(student: Student, recipe: Recipe, rows: Sequence[Row]) -> Probe:
    """Time and memory of real steps with a fresh adapter on the longest and on middling rows. The adapter is thrown away; random states,
    files and the run stay as they were. TrainingError when even this does not fit."""
    import torch
    from trl import SFTTrainer  # noqa: F401  training loads it anyway, and its memory counts

    ordered = sorted(rows, key=_size, reverse=True)
    batch, middle = recipe.training.batch_size, len(ordered) // 2
    longest, middling = ordered[:batch], ordered[max(0, min(middle, len(ordered) - batch)) :][:batch]
    device = student.info.device
    with _undisturbed(device), _peak(device) as peak:
        began = time.perf_counter()
        try:
            step = _stepper(student, recipe)
            started = time.perf_counter() - began
            timed = _timed(step, [_batch(part, student, device) for part in (longest, middling)], device)
        except torch.OutOfMemoryError as error:
            raise TrainingError(
                "the device's memory is too small for this training; try --set training.batch_size=1, --set training.gradient_checkpointing=true "
                f"or a shorter training.max_length ({str(error).splitlines()[0]})"
            ) from None
        finally:
            step = None  # type: ignore[assignment]  # the model goes before the memory is handed back
            gc.collect()
    seconds = _average([_size(row) for row in ordered], batch, [max(map(_size, part)) * len(part) for part in (longest, middling)], timed)
    together = seconds * recipe.training.accumulation
    return Probe(together, seconds / batch, started, peak.most / GB, len(timed) + 1, device)


def expect(probe: Probe, steps: int, held_out: int = 0) -> Estimate:
    """What so many optimizer steps take; ``held_out`` counts the rows looked at in between, over all looks together."""
    seconds = probe.start_seconds + steps * probe.seconds_per_step + held_out * probe.seconds_per_row * FORWARD
    return Estimate(seconds, probe.memory_gb)


def nearness(expected: Estimate, real: Estimate) -> str:
    """How near the estimate came, in words: ``took 83 s, 78 s were expected (6 % more)``."""
    words = f"took {_duration(real.seconds)}, {_duration(expected.seconds)} {'was' if _duration(expected.seconds) == '1 s' else 'were'} expected"
    words += f" ({_off(expected.seconds, real.seconds)})"
    if expected.memory_gb and real.memory_gb:
        words += f"; memory peaked at {real.memory_gb:.1f} GB, {expected.memory_gb:.1f} GB were expected ({_off(expected.memory_gb, real.memory_gb)})"
    return words


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _off(expected: float, real: float) -> str:
    share = round(100 * (real / expected - 1)) if expected else 0
    return "as expected" if share == 0 else f"{abs(share)} % {'more' if share > 0 else 'less'}"


def _size(row: Row) -> int:
    """Bytes of a row's texts: tokens follow them closely enough to order rows, and cost nothing."""
    return sum(len(turn.content.encode("utf-8", "replace")) for turn in row.prompt) + len(row.answer.encode("utf-8", "replace"))


def _batch(rows: Sequence[Row], student: Student, device: str) -> dict[str, Any]:
    import torch

    encoded = encode_all(rows, student.tokenizer)
    longest = max(len(row["input_ids"]) for row in encoded)
    blank = {"input_ids": student.tokenizer.pad_token_id, "labels": -100}
    made = {name: torch.tensor([row[name] + [value] * (longest - len(row[name])) for row in encoded]) for name, value in blank.items()}
    made["attention_mask"] = torch.tensor([[1] * len(row["input_ids"]) + [0] * (longest - len(row["input_ids"])) for row in encoded])
    return {name: tensor.to(device) for name, tensor in made.items()}


def _stepper(student: Student, recipe: Recipe) -> Callable[[dict[str, Any]], None]:
    """One optimizer step on a batch, with everything it keeps in memory."""
    import torch
    from peft import get_peft_model

    model = _base(student, recipe)
    if recipe.training.gradient_checkpointing:
        model.enable_input_require_grads()
        model.gradient_checkpointing_enable({"use_reentrant": False})
    if recipe.training.method == "lora":
        check_targets(model, recipe.lora)
        model = get_peft_model(model, lora_config(recipe.lora.model_copy(update={"variant": PLAIN.get(recipe.lora.variant, recipe.lora.variant)})))
    optimizer = torch.optim.AdamW([weight for weight in model.parameters() if weight.requires_grad], lr=recipe.training.learning_rate)
    model.train()

    def step(inputs: dict[str, Any]) -> None:
        loss, _count = answer_loss(model, inputs)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()

    return step


def _base(student: Student, recipe: Recipe) -> Any:
    training, device = recipe.training, student.info.device
    precision = student.info.precision if training.precision == "auto" else training.precision
    if training.quantization == "4bit":
        return load_4bit(student.folder, precision, device, training.gradient_checkpointing)
    return load_model(student.folder, "float32" if training.method == "full" else precision, device)


def _timed(step: Callable[[dict[str, Any]], None], batches: Sequence[dict[str, Any]], device: str) -> list[float]:
    """Seconds of a step on each batch, the first measured after a warm-up unless that took long already."""
    import torch

    def run(inputs: dict[str, Any]) -> float:
        began = time.perf_counter()
        step(inputs)
        if device.startswith("cuda"):
            torch.cuda.synchronize(device)
        return time.perf_counter() - began

    first = run(batches[0])
    return [run(batch) for batch in batches] if first < LONG else [first, run(batches[1])]


def _average(sizes: Sequence[int], batch: int, measured: Sequence[int], seconds: Sequence[float]) -> float:
    """Seconds of an average batch: a line through the two that were measured, over every batch of rows of like length, padded to its longest."""
    padded = [max(part) * len(part) for part in (sizes[start : start + batch] for start in range(0, len(sizes), batch))]
    (long, middling), (slow, quick) = measured, seconds
    if long - middling < long / 20 or slow <= quick:
        return sum(padded) / len(padded) * (slow + quick) / max(long + middling, 1)
    slope = (slow - quick) / (long - middling)
    base = max(0.0, quick - slope * middling)
    slope = (slow + quick - 2 * base) / (long + middling)
    return base + slope * sum(padded) / len(padded)


@contextmanager
def _peak(device: str) -> Iterator[_Peak]:
    import torch

    if device.startswith("cuda"):
        torch.cuda.reset_peak_memory_stats(device)
    peak = _Peak(device)
    thread = threading.Thread(target=peak.watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        peak.end()
        thread.join()


@contextmanager
def _undisturbed(device: str) -> Iterator[None]:
    """Random states as they were before, and the device's memory handed back."""
    import torch

    cuda = device.startswith("cuda")
    with torch.random.fork_rng([torch.device(device)] if cuda else []), warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=FutureWarning)  # transformers and peft warn about each other
        yield
    if cuda:
        torch.cuda.empty_cache()
