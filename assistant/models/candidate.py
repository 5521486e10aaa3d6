"""Judges a model by its small files, before anything large is fetched, and a whole folder once it is there.

Refused are pickled weights, programs of the model's own, quantised weights, and whatever cannot be talked to; each with what to do instead.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import ModelError
from assistant.models.catalogue import hint
from assistant.models.source import missing_weights

SMALL_FILES = ("config.json", "tokenizer_config.json", "chat_template.jinja", "chat_template.json")
PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
UNCHANGED = "nothing was changed"


@dataclass(frozen=True)
class Findings:
    """What the small files say; ``bytes_each`` is one weight's size as saved."""

    context_tokens: int
    bytes_each: int


def judge(name: str, names: Sequence[str], folder: Path) -> Findings:
    """What a model's configuration says; ``names`` are all of its files, ``folder`` holds the small ones. ModelError with the reason when it cannot serve."""
    _check_files(name, names)
    config = _read(name, folder / "config.json")
    _check_program(name, config)
    _check_weights(name, config)
    if not has_template(name, folder):
        raise ModelError(f"{name} has no chat template, so it cannot be talked to; choose an Instruct or Chat model ({hint(name)}); {UNCHANGED}")
    text = config.get("text_config")
    inner = {**config, **(text if isinstance(text, dict) else {})}
    context, saved = inner.get("max_position_embeddings"), str(inner.get("dtype") or inner.get("torch_dtype"))
    return Findings(context if isinstance(context, int) else 0, 4 if saved == "float32" else 2)


def _check_files(name: str, names: Sequence[str]) -> None:
    top = [file for file in names if "/" not in file]
    shown = ", ".join(sorted(top)[:5]) or "nothing"
    if "config.json" not in top:
        if "adapter_config.json" in top:
            raise ModelError(f"{name} is an adapter, not a base model; give the model it was trained on; {UNCHANGED}")
        if not any(file.endswith(".gguf") for file in top):
            raise ModelError(f"{name} holds no model (config.json is missing; it has {shown}); {hint(name)}; {UNCHANGED}")
    if any(file.endswith(".safetensors") for file in top):
        return
    if any(file.endswith(".gguf") for file in top):
        raise ModelError(f"{name} has GGUF weights only; serve it with llama.cpp or Ollama and give the server's URL; {UNCHANGED}")
    if any(file.endswith(PICKLED) for file in top):
        raise ModelError(
            f"{name} has pickled weights only ({next(file for file in top if file.endswith(PICKLED))}), which can run code when they are opened; "
            f"choose one with .safetensors weights, or convert it first; {UNCHANGED}"
        )
    raise ModelError(f"{name} has no weights (it has {shown}); choose a model with .safetensors weights; {UNCHANGED}")


def _read(name: str, path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{name}: its {path.name} cannot be read ({error}); fetch or copy the model again, or choose another; {UNCHANGED}") from None
    if not isinstance(found, dict):
        raise ModelError(f"{name}: its {path.name} is no JSON object; fetch or copy the model again, or choose another; {UNCHANGED}")
    return found


def _check_program(name: str, config: dict[str, Any]) -> None:
    """The model must be one that transformers builds itself, and one that writes text word by word."""
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    kind = str(config.get("model_type") or "")
    architectures = config.get("architectures")
    built = [str(entry) for entry in architectures] if isinstance(architectures, list) else []
    own = MODEL_FOR_CAUSAL_LM_MAPPING_NAMES.get(kind)
    writers = {own} if isinstance(own, str) else set(own or ())
    if kind not in CONFIG_MAPPING_NAMES:
        if config.get("auto_map"):
            raise ModelError(
                f"{name} brings a program of its own (auto_map in config.json), which is not run; "
                f"choose a model that transformers knows, or serve it elsewhere and give the server's URL; {UNCHANGED}"
            )
        raise ModelError(
            f"{name} is of the kind {kind!r}, which the installed transformers does not know; "
            f"choose another, or serve it elsewhere and give the server's URL; {UNCHANGED}"
        )
    if not writers or (built and not writers & set(built)):
        raise ModelError(f"{name} is a {', '.join(built) or kind}, no causal language model that answers in text; {hint(name)}; {UNCHANGED}")


def _check_weights(name: str, config: dict[str, Any]) -> None:
    quantised = config.get("quantization_config")
    if quantised:
        method = quantised.get("quant_method", "") if isinstance(quantised, dict) else ""
        raise ModelError(
            f"{name} has quantised weights ({method or 'quantization_config in config.json'}), which are not loaded here; "
            f"choose the same model in bfloat16, or serve it with vLLM and give the server's URL; {UNCHANGED}"
        )


def has_template(name: str, folder: Path) -> bool:
    if any((folder / file).is_file() for file in ("chat_template.jinja", "chat_template.json")):
        return True
    config = folder / "tokenizer_config.json"
    return config.is_file() and bool(_read(name, config).get("chat_template"))


def count_parameters(name: str, folder: Path) -> int:
    """Parameters by the weight files' own headers; ModelError for a file that is cut short or no safetensors."""
    from math import prod

    from safetensors import SafetensorError, safe_open

    total = 0
    for path in sorted(folder.glob("*.safetensors")):
        if path.name.startswith("consolidated"):
            continue
        try:
            with safe_open(path, framework="numpy") as weights:
                total += sum(prod(weights.get_slice(key).get_shape()) for key in weights.keys())  # noqa: SIM118 (no mapping)
        except (OSError, SafetensorError) as error:
            raise ModelError(f"{name}: {path.name} is damaged ({error}); fetch or copy it again; {UNCHANGED}") from None
    return total


def check_whole(name: str, folder: Path) -> int:
    """Open everything but the model itself: every weight file, the configuration, the tokenizer and its chat template. Gives the number of parameters."""
    from transformers import AutoConfig

    from assistant.models.local import load_tokenizer

    if missing := missing_weights(folder):
        raise ModelError(f"{name} is not complete ({', '.join(missing)} missing); fetch or copy the rest; {UNCHANGED}")
    parameters = count_parameters(name, folder)
    try:
        AutoConfig.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
        load_tokenizer(folder).apply_chat_template([{"role": "user", "content": "?"}], add_generation_prompt=True)
    except ModelError:
        raise
    except Exception as error:  # configuration, tokenizer and template are the model's own, and fail in their own ways
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelError(f"{name} cannot be used: {first}; fetch or copy it again, or choose another; {UNCHANGED}") from None
    return parameters
