"""TRL's SFTTrainer as a training of ours needs it: rows of like length together, only answers scored, and resumed to the very same weights."""

import math
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from assistant.errors import TrainingError
from assistant.models.device import amx
from assistant.training.recipe import Recipe
from assistant.training.runs import Run
from assistant.training.student import Student
from assistant.training.teach.devices import divided, own, processes
from assistant.training.teach.encode import encode_all
from assistant.training.teach.fused import fuse
from assistant.training.teach.lora import check_targets, lora_config
from assistant.training.teach.loss import answer_loss
from assistant.training.teach.pace import Pace
from assistant.training.teach.quantize import load_4bit

LOGS = 40
TRACKERS = {"tensorboard": ("tensorboard", "tensorboard>=2.20,<3"), "trackio": ("trackio", "trackio>=0.40")}


def check_tracker(tracker: str) -> None:
    """TrainingError when the tracker's package is not installed."""
    module, package = TRACKERS.get(tracker, ("", ""))
    if module and find_spec(module) is None:
        raise TrainingError(f'training.tracker = "{tracker}" needs a package that is not installed; get it with: pip install "{package}"')


def make_trainer(run: Run, student: Student, recipe: Recipe, callbacks: Sequence[Any]) -> Any:
    """A trainer over the run's rows; TrainingError when the base has no such layer. Its first weights follow from the seed."""
    from datasets import Dataset
    from transformers import PrinterCallback, set_seed

    data = run.dataset()
    rows, held_out = encode_all(data.train, student.tokenizer), encode_all(data.held_out, student.tokenizer)
    set_seed(recipe.training.seed)
    model = _model(student, recipe)
    lora = recipe.training.method == "lora"
    if lora:
        check_targets(model, recipe.lora)
    trainer = _trainer_class()(
        model=model,
        processing_class=student.tokenizer,
        peft_config=lora_config(recipe.lora) if lora else None,
        train_dataset=Dataset.from_list(rows),
        eval_dataset=Dataset.from_list(held_out) if held_out else None,
        args=_arguments(run, recipe, student, max(len(row["input_ids"]) for row in rows), bool(held_out)),
        callbacks=list(callbacks),
    )
    trainer.remove_callback(PrinterCallback)
    fuse(trainer.model, recipe)
    trainer.pace = Pace()
    trainer.args.logging_steps = max(1, steps(len(trainer.train_dataset), recipe) // LOGS)
    return trainer


FEW_LENGTHS = 64  # on a processor each new length of a batch is compiled and kept: padded to these, 346 rows took 1.3 GB instead of 2.2, and 7 % less time


def steps(rows: int, recipe: Recipe) -> int:
    """Optimizer steps that a training of so many rows takes."""
    if recipe.training.steps:
        return recipe.training.steps
    batches = -(-rows // recipe.training.batch_size)
    return max(1, math.ceil(-(-batches // recipe.training.accumulation) * recipe.training.epochs))


def precision(recipe: Recipe, student: Student) -> str:
    """The number format of the forward pass."""
    return student.info.precision if recipe.training.precision == "auto" else recipe.training.precision


def mixed(recipe: Recipe, student: Student) -> str:
    """The number format of the products while the weights keep theirs: the GPU's, or bfloat16 on a processor that multiplies it natively; "" for none."""
    chosen, device = precision(recipe, student), student.info.device
    if device.startswith("cuda"):
        return "" if chosen == "float32" else chosen
    fast = device == "cpu" and amx() and (recipe.training.precision == "auto" or chosen == "bfloat16")
    return "bfloat16" if fast else ""


def _model(student: Student, recipe: Recipe) -> Any:
    from assistant.models.local import load_model

    training, device = recipe.training, own(student.info.device)
    if training.quantization == "4bit":
        return load_4bit(student.folder, precision(recipe, student), device, training.gradient_checkpointing)
    exact = training.method == "full"  # small updates are lost in the few digits of bfloat16
    return load_model(student.folder, "float32" if exact else precision(recipe, student), device)


def _arguments(run: Run, recipe: Recipe, student: Student, longest: int, held_out: bool) -> Any:
    from trl import SFTConfig

    training = recipe.training
    cuda = student.info.device.startswith("cuda")
    batch, accumulation = divided(recipe)
    every = {"save_strategy": "epoch"} if training.checkpoint == "epoch" else {"save_strategy": "steps", "save_steps": training.checkpoint}
    return SFTConfig(
        output_dir=str(run.folder),
        use_cpu=student.info.device == "cpu",
        bf16=mixed(recipe, student) == "bfloat16",
        fp16=mixed(recipe, student) == "float16",
        num_train_epochs=training.epochs,
        max_steps=training.steps or -1,
        learning_rate=training.learning_rate,
        lr_scheduler_type=training.schedule,
        warmup_steps=training.warmup,
        per_device_train_batch_size=batch,
        per_device_eval_batch_size=batch,
        gradient_accumulation_steps=accumulation,
        activation_checkpointing=training.gradient_checkpointing,
        packing=training.packing,
        packing_strategy="bfd",
        eval_packing=False,
        max_length=max(training.max_length, longest) if training.packing else None,
        pad_to_multiple_of=None if cuda or training.packing else FEW_LENGTHS,
        seed=training.seed,
        data_seed=training.seed,
        **every,
        save_total_limit=training.keep_checkpoints,
        eval_strategy="epoch" if held_out else "no",
        prediction_loss_only=True,
        logging_first_step=True,
        logging_nan_inf_filter=False,
        disable_tqdm=True,
        dataloader_pin_memory=cuda,
        ddp_find_unused_parameters=False,
        **_tracking(run, training.tracker),
    )


def _tracking(run: Run, tracker: str) -> dict[str, Any]:
    """Where the curves go: into the run's folder, nowhere else."""
    if tracker == "none":
        return {"report_to": "none"}
    folder = run.folder / tracker
    os.environ["TENSORBOARD_LOGGING_DIR"] = os.environ["TRACKIO_DIR"] = str(folder)
    if tracker == "tensorboard":
        return {"report_to": tracker}
    import_module("trackio")
    for name, module in list(sys.modules.items()):  # it fixes its folder when it is first imported, for another run perhaps
        if name.startswith("trackio") and hasattr(module, "TRACKIO_DIR"):
            module.TRACKIO_DIR = folder  # type: ignore[attr-defined]
    return {"report_to": tracker, "project": run.folder.parent.name, "run_name": run.id, "trackio_static_space_id": False}


def _trainer_class() -> Any:
    import torch
    from trl import SFTTrainer

    class OrderedTrainer(SFTTrainer):
        """Its order of rows follows from seed and epoch alone, not from the global random state, so that resuming is exact."""

        def _get_train_sampler(self, train_dataset: Any = None) -> Any:
            rows = self.train_dataset if train_dataset is None else train_dataset
            step = self.args.train_batch_size * self.args.gradient_accumulation_steps * processes()
            return _sampler([len(ids) for ids in rows["input_ids"]], step, self.args.seed)

        def compute_loss(self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None) -> Any:
            loss, count = answer_loss(model, inputs, num_items_in_batch)
            if model.training:
                self.pace.tokens += count
            else:
                self.held_out += torch.tensor([float(loss.detach()) * count, count], dtype=torch.float64)
            return loss * processes() if num_items_in_batch is not None else loss

        def evaluation_loop(self, *args: Any, **kwargs: Any) -> Any:
            """The held-out loss per answer token, however the rows fall into batches."""
            self.held_out = torch.zeros(2, dtype=torch.float64)
            found = super().evaluation_loop(*args, **kwargs)
            loss, count = self.accelerator.reduce(self.held_out.to(self.accelerator.device, torch.float32)).tolist()
            found.metrics["eval_loss"] = loss / max(count, 1)
            return found

        def evaluate(self, *args: Any, **kwargs: Any) -> dict[str, float]:
            """Leaves the random state alone, so that it does not matter whether a checkpoint was saved before or after."""
            state = torch.get_rng_state()
            try:
                with self.pace.paused():
                    return dict(super().evaluate(*args, **kwargs))
            finally:
                torch.set_rng_state(state)

        def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
            super().log(logs | (self.pace.figures() if "loss" in logs else {}), start_time)

        def create_model_card(self, *args: Any, **kwargs: Any) -> None:
            """Checkpoints need no model card; TRL's asks the hub about the base model."""

    return OrderedTrainer


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
