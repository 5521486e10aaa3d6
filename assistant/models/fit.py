"""Tells whether an adapter's folder fits a base model and is whole, by its files alone: no weights are loaded.

A file that lacks tensors attaches without an error and answers as the bare base, and an edited alpha changes every answer in silence.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.errors import AdapterError
from assistant.records import AdapterVersion, Told
from assistant.registry import CONFIG, WEIGHTS, card_value

MOVING = ("pissa", "olora", "corda", "eva", "loftq", "lora_ga")
SHOWN = 3


def check_version(version: AdapterVersion, base: Mapping[str, str]) -> None:
    """AdapterError with the reason when the version was trained on another base, tokenizer or template, or its files are others than those published."""
    trained = card_value(version.card, "base", "fingerprints") or {}
    for part, here in base.items():
        if part in trained and trained[part] != here:
            text = f"{version.served_name} was trained on another {part} of {version.base} (card {trained[part]}, here {here})"
            again = f"{text}; train it again: assistant train {version.domain}"
            raise AdapterError(Told(again, "other-part", version=version.served_name, part=Told(part, f"part {part}"), base=version.base))
    if not (version.folder / WEIGHTS).is_file():
        text = f"{version.folder} has no {WEIGHTS}; roll back with: assistant adapters rollback {version.domain}"
        raise AdapterError(Told(text, "no-weights", version=version.served_name, file=WEIGHTS))
    published = card_value(version.card, "files")
    for name, here in (adapter_hashes(version.folder) if isinstance(published, dict) else {}).items():
        if published.get(name, here) != here:
            text = f"{version.folder / name} is not the file that was published and proved; restore it, "
            text += f"roll back (assistant adapters rollback {version.domain}) or train again"
            raise AdapterError(Told(text, "other-file", version=version.served_name, file=name))


def prompt_fault(version: AdapterVersion, here: str) -> str:
    """Why a version does not fit the domain's prompt as it is now, in words; empty when it does, or when its card does not say. ``here``: prompt_fingerprint."""
    trained = card_value(version.card, "prompt")
    if not trained or trained == here:
        return ""
    text = f"{version.served_name} was trained with another prompt.jinja (card {trained}, here {here}); "
    return Told(f"{text}train it again: assistant train {version.domain}, or put the old prompt back", "other-prompt", version=version.served_name)


def check_servable(folder: Path, base: Path) -> None:
    """AdapterError for an adapter that cannot stand beside others, or whose file is not what its configuration creates on this base."""
    config = adapter_config(folder)
    if config.get("use_dora"):
        raise AdapterError(
            f"{folder} is a DoRA adapter: its scale depends on the whole weight, so it cannot share a batch with others or with the bare base; "
            "export it instead (assistant adapters export NAME --to merged), or train with lora.variant = \"lora\""
        )
    initial = config.get("init_lora_weights")
    if isinstance(initial, str) and initial.startswith(MOVING):
        raise AdapterError(
            f"{folder} was started with {initial!r}, which changes the base, and was not converted on saving; train it again, or save it with "
            "path_initial_model_for_weight_conversion"
        )
    if config.get("bias", "none") != "none":
        raise AdapterError(
            f"{folder} has trained biases too (bias = {config['bias']!r}), which change the bare base and every adapter beside it; "
            "export it instead (assistant adapters export NAME --to merged), or train with lora.bias = \"none\""
        )
    if faults := tensor_faults(folder, base):
        raise AdapterError(f"{folder / WEIGHTS} is not whole: {'; '.join(faults)}; restore the folder or train again")


def adapter_config(folder: Path) -> dict[str, Any]:
    """adapter_config.json; AdapterError when it is missing, damaged or no LoRA."""
    path = folder / CONFIG
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise AdapterError(f"{path} is missing or damaged ({error}); restore the folder or train again") from None
    if not isinstance(found, dict) or found.get("peft_type") != "LORA":
        came = found.get("peft_type") if isinstance(found, dict) else type(found).__name__
        raise AdapterError(f"{path} describes no LoRA adapter ({came}); only those are served and exported")
    return found


def tensor_faults(folder: Path, base: Path) -> list[str]:
    """What the weight file lacks, has too much or has in another shape than its configuration creates on ``base``, one line each."""
    here, wanted = tensor_shapes(folder / WEIGHTS), expected_shapes(folder, base)
    missing, extra = sorted(set(wanted) - set(here)), sorted(set(here) - set(wanted))
    other = [f"{name} is {here[name]}, {wanted[name]} expected" for name in sorted(set(here) & set(wanted)) if here[name] != wanted[name]]
    faults = []
    if missing:
        faults.append(f"{len(missing)} of {len(wanted)} tensors are missing ({_few(missing)})")
    if extra:
        faults.append(f"{len(extra)} tensors belong to no layer of this configuration ({_few(extra)})")
    if other:
        faults.append(f"{len(other)} tensors have another shape ({_few(other)})")
    return faults


def tensor_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Names and shapes from a safetensors header; AdapterError for a damaged file."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            return {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118 (no mapping)
    except (OSError, SafetensorError) as error:
        raise AdapterError(f"{path} cannot be loaded ({error}); it is damaged, restore the folder or train again") from None


def expected_shapes(folder: Path, base: Path) -> dict[str, tuple[int, ...]]:
    """Names and shapes that the adapter's configuration creates on the base; built without memory for weights."""
    import torch
    from peft import LoraConfig, get_peft_model_state_dict, inject_adapter_in_model
    from transformers import AutoConfig, AutoModelForCausalLM

    try:
        config = LoraConfig.from_pretrained(str(folder))
        config.init_lora_weights = True  # the start does not matter for shapes, and some need weights
        plain = AutoConfig.from_pretrained(str(base), local_files_only=True, trust_remote_code=False)
        with torch.device("meta"):
            skeleton = AutoModelForCausalLM.from_config(plain, trust_remote_code=False)
            inject_adapter_in_model(config, skeleton, low_cpu_mem_usage=True)
        state = get_peft_model_state_dict(skeleton, save_embedding_layers=False)
    except (ValueError, KeyError, TypeError, AttributeError, OSError, NotImplementedError, re.error) as error:
        raise AdapterError(f"{folder} does not fit {base.name} ({type(error).__name__}: {error}); it was made for another base") from None
    return {f"base_model.model.{name}": tuple(tensor.shape) for name, tensor in state.items()}


def adapter_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of the configuration and the weights, for card["files"]."""
    found = {}
    for name in (CONFIG, WEIGHTS):
        with (folder / name).open("rb") as file:
            found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def _few(names: list[str]) -> str:
    return ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
