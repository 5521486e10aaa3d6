"""The adapter of a recipe: its peft configuration, the layers it may sit on, and how it is saved so that it reloads to the same answers.

PiSSA and OLoRA change the base while they train; on saving they become plain LoRA of twice the rank (peft's conversion), so that the
untouched base, mixed batches and other servers take them.
"""

import shutil
import warnings
from pathlib import Path
from typing import Any

from assistant.errors import TrainingError
from assistant.training.recipe import Lora, Recipe

CONVERTED = {"pissa": "pissa", "olora": "olora"}
HEAD = "lm_head"


def lora_config(lora: Lora) -> Any:
    """The ``peft.LoraConfig`` of a recipe's table."""
    from peft import LoraConfig

    return LoraConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules=lora.target_modules,
        bias=lora.bias,
        use_rslora=lora.variant == "rslora",
        use_dora=lora.variant == "dora",
        init_lora_weights=CONVERTED.get(lora.variant, True),
        task_type="CAUSAL_LM",
    )


def check_combination(recipe: Recipe) -> None:
    """TrainingError for settings of a recipe that cannot go together."""
    training, variant = recipe.training, recipe.lora.variant
    if training.quantization == "4bit" and training.method == "full":
        raise TrainingError('training.quantization = "4bit" trains an adapter only; take method = "lora", or quantization = "none"')
    if training.quantization == "4bit" and variant in CONVERTED:
        raise TrainingError(f'lora.variant = "{variant}" starts from the exact weights and cannot start from 4-bit ones; take lora, rslora or dora')


def check_targets(model: Any, lora: Lora) -> None:
    """TrainingError when ``target_modules`` names a layer that the base has not; it lists those it has."""
    if lora.target_modules == "all-linear":
        return
    layers = linear_layers(model)
    unknown = [name for name in lora.target_modules if not any(layer == name or layer.endswith("." + name) for layer in layers)]
    if unknown or not lora.target_modules:
        here = ", ".join(dict.fromkeys(layer.rpartition(".")[2] for layer in layers))
        raise TrainingError(f'lora.target_modules: {", ".join(unknown) or "an empty list"} is not a linear layer of this base; it has: {here}; or "all-linear"')


def linear_layers(model: Any) -> list[str]:
    """Full names of the layers an adapter may sit on; the output layer may carry none."""
    import torch
    from transformers.pytorch_utils import Conv1D

    found = [name for name, part in model.named_modules() if isinstance(part, torch.nn.Linear | Conv1D)]
    return [name for name in found if name.rpartition(".")[2] != HEAD]


def keep_start(model: Any, lora: Lora, folder: Path) -> None:
    """Save the untrained adapter to ``folder`` where the conversion on saving needs it; peft makes the same one from the same base each time."""
    if lora.variant in CONVERTED:
        shutil.rmtree(folder, ignore_errors=True)
        _write(model, folder)


def save_adapter(model: Any, folder: Path, base: str, start: Path) -> None:
    """The adapter alone, as safetensors, whole or not at all; the path of this machine's base folder is not written into it.

    ``start`` is the folder of ``keep_start``, used where it exists."""
    model.peft_config["default"].base_model_name_or_path = base
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    _write(model, partial, path_initial_model_for_weight_conversion=str(start) if start.is_dir() else None)
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


def _write(model: Any, folder: Path, **how: Any) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning, module="peft")  # it warns of its own two configurations differing while it converts
        model.save_pretrained(str(folder), safe_serialization=True, save_embedding_layers=False, **how)
