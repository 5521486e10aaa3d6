"""Names why a model does not say what it said when it was trained, by what the golden prompts remember of it."""

from math import sqrt
from pathlib import Path
from typing import Any

from assistant.errors import AdapterError
from assistant.models.fit import adapter_config, tensor_faults
from assistant.models.local import prompt_ids
from assistant.registry import WEIGHTS
from assistant.training.parity.golden import Golden
from assistant.training.student import Student

PARTS = {"weights": "other base weights", "tokenizer": "other tokenizer", "template": "other chat template"}
SCALE = 1e-5


def base_faults(one: Golden, student: Student) -> list[str]:
    """What is another in the base, its tokenizer or its chat template than in training, one line each."""
    found = [
        f"{words} ({one.fingerprints[part]} in training, {student.fingerprints[part]} here)"
        for part, words in PARTS.items()
        if part in one.fingerprints and one.fingerprints[part] != student.fingerprints.get(part)
    ]
    return found or ids_faults(one, student.tokenizer)


def adapter_faults(one: Golden, adapter: Path, student: Student) -> list[str]:
    """What an adapter's files lack, have too much or scale otherwise than the model in memory, one line each."""
    if not (adapter / WEIGHTS).is_file():
        return [f"{adapter} has no {WEIGHTS}; only safetensors are loaded"]
    try:
        found = tensor_faults(adapter, student.folder)
        scaling = scaling_of(adapter_config(adapter))
    except AdapterError as error:
        return [str(error)]
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        return [f"adapter_config.json: {type(error).__name__} in {error}"]
    if scaling is not None and len(one.scaling) == 1 and abs(scaling - one.scaling[0]) > SCALE * one.scaling[0]:
        found.append(f"other scaling: {one.scaling[0]:g} in training, {scaling:g} by lora_alpha, r and use_rslora in adapter_config.json")
    return found


def ids_faults(one: Golden, tokenizer: Any) -> list[str]:
    """Which golden prompt becomes other token ids here; at most one line."""
    for number, row in enumerate(one.rows, 1):
        ids = prompt_ids(row.messages, tokenizer)
        if tuple(ids) != row.ids:
            where = next((i for i, (left, right) in enumerate(zip(ids, row.ids, strict=False)) if left != right), min(len(ids), len(row.ids)))
            return [f"other tokenizer or chat template: golden prompt {number} becomes other tokens from token {where + 1} on"]
    return []


def weights_cause(one: Golden, precision: str, adapter: bool) -> str:
    """The cause that is left when all files are as they should be."""
    if precision != one.precision:
        return f"precision: trained in {one.precision}, loaded in {precision}"
    return f"other {'adapter ' if adapter else ''}weights than those in memory"


def scaling_of(config: dict[str, Any]) -> float | None:
    """alpha / rank, or alpha / sqrt(rank) for rsLoRA (Kalajdzievski 2023); None where layers differ."""
    if config.get("rank_pattern") or config.get("alpha_pattern"):
        return None
    rank = float(config["r"])
    return float(config["lora_alpha"]) / (sqrt(rank) if config.get("use_rslora") else rank)
