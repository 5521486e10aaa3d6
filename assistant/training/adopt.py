"""Takes a LoRA adapter made elsewhere into the registry: a PEFT folder or a zip of one becomes a candidate, after checks.

Nothing of it is run or unpickled. Its configuration is written anew from known fields, its weights are compared with what they would be on the
base model here, and only then is it published; before that nothing lists it.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.errors import AdapterError
from assistant.models.fit import adapter_hashes, check_servable
from assistant.records import AdapterVersion
from assistant.registry import CARD, CONFIG, WEIGHTS, Registry, card_value
from assistant.training.offered import Offered, offered

LORA = ("r", "lora_alpha", "lora_dropout", "target_modules", "bias", "use_rslora", "rank_pattern", "alpha_pattern", "fan_in_fan_out", "use_dora",
        "init_lora_weights", "layers_to_transform", "layers_pattern", "exclude_modules")  # fmt: skip
TOLD = ("prompt", "recipe", "rows", "seconds", "losses", "held_out", "device", "data", "sources", "environment")
LONGEST_WORD = 200
MOST_WORDS = 5000


@dataclass(frozen=True)
class Base:
    """The base model that an adapter must fit: its name, folder and fingerprints (``models.source``)."""

    name: str
    folder: Path
    fingerprints: Mapping[str, str]


@dataclass(frozen=True)
class Adopted:
    """The new candidate, and what a person should know about it."""

    version: AdapterVersion
    notices: tuple[str, ...]


def adopt(registry: Registry, domain: str, source: Path, base: Base) -> Adopted:
    """A candidate version of the domain from a folder or zip; AdapterError says what is wrong with it and what to do.

    Hold the domain's training lock (``runs.one_training``): a version's number is given to one writer at a time.
    """
    with offered(source) as files:
        given = files.object(CONFIG)
        told = files.object(CARD) if files.has(CARD) else {}
        config = _config(files.name, given, base)
        _check_base(files.name, told, base)
        partial = registry.begin(domain)
        try:
            files.copy(WEIGHTS, partial / WEIGHTS)
            (partial / CONFIG).write_text(json.dumps(config, indent=2), "utf-8")
            _check_weights(files.name, partial, base)
            version = registry.publish(partial, _card(domain, files, config, told, base, partial))
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    registry.note(domain, {"event": "import", "version": version.number, "from": files.name})
    return Adopted(version, tuple(_notices(domain, files, given, told, base)))


def _config(name: str, given: Mapping[str, Any], base: Base) -> dict[str, Any]:
    """The configuration from its known fields alone: some of PEFT's name modules to import or files to read."""
    from peft import LoraConfig

    if given.get("peft_type") != "LORA":
        raise AdapterError(f"{name}: {CONFIG} says {given.get('peft_type')!r:.40}; only LORA adapters can be imported")
    usual = LoraConfig().to_dict()
    harmless = {*LORA, "peft_type", "task_type", "auto_mapping", "base_model_name_or_path", "revision", "inference_mode", "peft_version", "megatron_core"}
    strange = sorted(key for key, value in given.items() if key not in harmless and value and value != usual.get(key))
    if strange:
        raise AdapterError(f"{name}: {CONFIG} sets {', '.join(strange)[:200]}, which is not served here; only plain LoRA and rsLoRA are")
    if given.get("task_type") not in (None, "CAUSAL_LM"):
        raise AdapterError(f"{name}: {CONFIG} is for the task {given['task_type']!r:.40}; only CAUSAL_LM adapters answer questions")
    kept = {key: given[key] for key in LORA if key in given}
    return {"peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": base.name, "inference_mode": True, **kept}


def _check_base(name: str, told: Mapping[str, Any], base: Base) -> None:
    for part, here in base.fingerprints.items():
        there = card_value(told, "base", "fingerprints", part)
        if there not in (None, here):
            raise AdapterError(
                f"{name} was trained on {card_value(told, 'base', 'name')!r:.80} with other {part} ({there!r:.20}) than those of {base.name} here ({here}); "
                "choose that base in assistant.toml (base_model) and import it there"
            )


def _check_weights(name: str, partial: Path, base: Base) -> None:
    from safetensors.torch import load_file

    try:
        check_servable(partial, base.folder)
    except AdapterError as error:
        raise AdapterError(f"{name} does not fit {base.name}: {str(error).replace(str(partial), name)}") from error
    if broken := [key for key, tensor in load_file(partial / WEIGHTS).items() if not tensor.is_floating_point() or not tensor.isfinite().all()]:
        raise AdapterError(f"{name}: {WEIGHTS} holds no finite numbers in {', '.join(broken[:3])}; it was saved by a training that diverged")


def _card(domain: str, files: Offered, config: Mapping[str, Any], told: Mapping[str, Any], base: Base, partial: Path) -> dict[str, Any]:
    """Our own facts over what its card told, which is believed in nothing that decides: no gate, no proof of parity."""
    lora = {"rank": config.get("r"), "alpha": config.get("lora_alpha"), "dropout": config.get("lora_dropout"), "target_modules": config.get("target_modules")}
    kept = {key: told[key] for key in TOLD if key in told}
    return {
        **kept,
        "recipe": kept["recipe"] if isinstance(kept.get("recipe"), dict) else {"lora": lora},
        "voice": [word for word in _words(told.get("voice")) if not any(char.isdigit() for char in word)],
        "phrases": _words(told.get("phrases")),
        "domain": domain,
        "base": {"name": base.name, "key": partial.parent.parent.name, "fingerprints": dict(base.fingerprints)},
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": adapter_hashes(partial),
        "imported": {"from": files.name, "trained": str(told.get("created", ""))[:40], "domain": str(told.get("domain", ""))[:80]},
    }


def _words(told: Any) -> list[str]:
    found = told if isinstance(told, list) else []
    return [word for word in found[:MOST_WORDS] if isinstance(word, str) and len(word) <= LONGEST_WORD]


def _notices(domain: str, files: Offered, given: Mapping[str, Any], told: Mapping[str, Any], base: Base) -> list[str]:
    notices = []
    if files.left_behind:
        notices.append(f"left behind: {', '.join(files.left_behind)}")
    if not told:
        made_for = str(given.get("base_model_name_or_path") or "a base it does not name")[:120]
        notices.append(f"it has no {CARD}: made for {made_for}, and only its shapes say that it fits {base.name}; compare answers before you use it")
    elif card_value(told, "domain") != domain:
        notices.append(f"it was trained for the domain {card_value(told, 'domain')!r:.80}")
    return notices
