"""Teaches the base model the rows of a run: TRL's SFTTrainer with a LoRA adapter. The one home of trl.

Resuming gives the same weights as an unbroken run: rows, order, optimizer and random states all come from the run's folder.
"""

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from assistant.errors import TrainingError
from assistant.models.local import load_model
from assistant.training.encode import IGNORED, encode_all
from assistant.training.recipe import Recipe
from assistant.training.runs import Run
from assistant.training.student import Student
from assistant.training.watch import Progress, diverged, watcher

LOG_EVERY = 20


@dataclass(frozen=True)
class Trained:
    """``adapter`` holds the weights; ``seconds`` counts this call only, ``device`` says where it ran and why."""

    adapter: Path
    seconds: float
    losses: list[dict[str, float]]


def train(run: Run, student: Student, recipe: Recipe, report: Callable[[Progress], None], stop: Event) -> Trained:
    """Train, or go on from the newest whole checkpoint; TrainingError when stopped or when the loss is lost."""
    if run.record["state"] == "trained":
        return Trained(run.adapter, run.record["seconds"], run.losses())
    began = time.monotonic()
    checkpoint = run.prepare_resume()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=FutureWarning)  # transformers, trl and peft warn about each other
        trainer = _trainer(run, student, recipe, watcher(run, report, stop))
        _fit(trainer, checkpoint, run)
    losses = run.losses()
    if diverged(losses):
        run.note(state="failed")
        raise TrainingError(
            f"the loss of {run.record['domain']!r} became infinite at step {losses[-1]['step']:.0f}; lower the rate: "
            f"--set training.learning_rate={recipe.training.learning_rate / 5:g}"
        )
    if trainer.state.global_step < trainer.state.max_steps:
        raise TrainingError(f"stopped at step {trainer.state.global_step}; go on with: assistant train {run.record['domain']} --resume")
    seconds = run.record.get("seconds", 0.0) + time.monotonic() - began
    _save(trainer.model, run.adapter, student)
    run.note(state="trained", seconds=round(seconds, 1))
    return Trained(run.adapter, seconds, losses)


def _fit(trainer: Any, checkpoint: Path | None, run: Run) -> None:
    import torch

    try:
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    except torch.OutOfMemoryError as error:
        run.note(state="failed")
        raise TrainingError(
            "the device's memory is too small for this training; try --set training.batch_size=1, "
            f"--set training.gradient_checkpointing=true or a shorter training.max_length ({str(error).splitlines()[0]})"
        ) from None


def steps(rows: int, recipe: Recipe) -> int:
    """Optimizer steps that a training of so many rows takes."""
    batches = -(-rows // recipe.training.batch_size)
    return max(1, round(-(-batches // recipe.training.accumulation) * recipe.training.epochs))


def _trainer(run: Run, student: Student, recipe: Recipe, callback: Any) -> Any:
    import torch
    from datasets import Dataset
    from transformers import PrinterCallback, set_seed

    data = run.dataset()
    held_out = encode_all(data.held_out, student.tokenizer)
    set_seed(recipe.training.seed)
    try:
        trainer = _ordered_trainer()(
            model=load_model(student.folder, _precision(recipe, student), student.info.device),
            processing_class=student.tokenizer,
            peft_config=_lora(recipe),
            train_dataset=Dataset.from_list(encode_all(data.train, student.tokenizer)),
            eval_dataset=Dataset.from_list(held_out) if held_out else None,
            args=_arguments(run, recipe, student, len(data.train), bool(held_out)),
            callbacks=[callback],
        )
    except (ValueError, torch.OutOfMemoryError) as error:
        run.note(state="failed")
        raise TrainingError(f"the training cannot start: {error}") from error
    trainer.remove_callback(PrinterCallback)
    return trainer


def _lora(recipe: Recipe) -> Any:
    from peft import LoraConfig

    lora = recipe.lora
    return LoraConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules=lora.target_modules,
        bias=lora.bias,
        task_type="CAUSAL_LM",
    )


def _precision(recipe: Recipe, student: Student) -> str:
    return student.info.precision if recipe.training.precision == "auto" else recipe.training.precision


def _arguments(run: Run, recipe: Recipe, student: Student, rows: int, held_out: bool) -> Any:
    from trl import SFTConfig

    training = recipe.training
    precision = _precision(recipe, student) if student.info.device.startswith("cuda") else ""
    every = {"save_strategy": "epoch"} if training.checkpoint == "epoch" else {"save_strategy": "steps", "save_steps": training.checkpoint}
    return SFTConfig(
        output_dir=str(run.folder),
        use_cpu=student.info.device == "cpu",
        bf16=precision == "bfloat16",
        fp16=precision == "float16",
        num_train_epochs=training.epochs,
        learning_rate=training.learning_rate,
        lr_scheduler_type=training.schedule,
        warmup_steps=training.warmup,
        per_device_train_batch_size=training.batch_size,
        per_device_eval_batch_size=training.batch_size,
        gradient_accumulation_steps=training.accumulation,
        activation_checkpointing=training.gradient_checkpointing,
        max_length=None,
        seed=training.seed,
        data_seed=training.seed,
        train_sampling_strategy="group_by_length",
        **every,
        save_total_limit=training.keep_checkpoints,
        eval_strategy="epoch" if held_out else "no",
        prediction_loss_only=True,
        logging_steps=max(1, steps(rows, recipe) // (LOG_EVERY * 2)),
        logging_first_step=True,
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=bool(precision),
    )


def _ordered_trainer() -> Any:
    """SFTTrainer that resumes exactly: its order of rows follows from seed and epoch alone, not from the global random state."""
    import torch
    from trl import SFTTrainer

    class OrderedTrainer(SFTTrainer):
        def _get_train_sampler(self, train_dataset: Any = None) -> Any:
            rows = self.train_dataset if train_dataset is None else train_dataset
            together = self.args.train_batch_size * self.args.gradient_accumulation_steps
            return _sampler([len(ids) for ids in rows["input_ids"]], together, self.args.seed)

        def compute_loss(self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None) -> Any:
            loss, outputs = answer_loss(model, inputs, num_items_in_batch)
            if self.args.average_tokens_across_devices and num_items_in_batch is not None:
                loss = loss * self.accelerator.num_processes
            return (loss, outputs) if return_outputs else loss

        def evaluate(self, *args: Any, **kwargs: Any) -> dict[str, float]:
            """Leaves the random state alone, so that it does not matter whether a checkpoint was saved before or after."""
            state = torch.get_rng_state()
            try:
                return dict(super().evaluate(*args, **kwargs))
            finally:
                torch.set_rng_state(state)

        def create_model_card(self, *args: Any, **kwargs: Any) -> None:
            """Checkpoints need no model card; TRL's asks the hub about the base model."""

    return OrderedTrainer


def answer_loss(model: Any, inputs: Any, items: Any) -> tuple[Any, Any]:
    """TRL's loss, scored from the first answer token on: on a processor that halves the time of a step and its memory."""
    import torch

    labels = inputs.pop("labels")
    learned = labels != IGNORED
    behind = labels.shape[1] - int(learned.any(dim=0).nonzero()[0])
    outputs = model(**inputs, use_cache=False, logits_to_keep=behind + 1)
    chosen = learned[:, -behind:]
    total = torch.nn.functional.cross_entropy(outputs.logits[:, :-1][chosen].float(), labels[:, -behind:][chosen], reduction="sum")
    return total / (learned.sum() if items is None else items), outputs


def _sampler(lengths: list[int], together: int, seed: int) -> Any:
    """Rows of like length together, in an order that seed and epoch decide."""
    import torch
    from transformers.trainer_pt_utils import LengthGroupedSampler

    class SeededSampler(LengthGroupedSampler):
        epoch = 0

        def set_epoch(self, epoch: int) -> None:
            self.epoch = epoch

        def __iter__(self) -> Any:
            self.generator = torch.Generator().manual_seed(seed * 1000 + self.epoch)
            return super().__iter__()

    return SeededSampler(together, lengths=lengths)


def _save(model: Any, folder: Path, student: Student) -> None:
    """The adapter alone, safetensors; the path of this machine's base folder is not written into it."""
    model.peft_config["default"].base_model_name_or_path = student.info.name
    model.save_pretrained(str(folder), safe_serialization=True, save_embedding_layers=False)
