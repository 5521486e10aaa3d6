"""Writes the starter as transformers loads it: bf16 weights, tokenizer, chat template, generation settings, model card.
The folder is written beside and then renamed, so that a reader never sees half of it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from starter.card import model_card
from starter.model import starter_config
from starter.paths import EXPORT, WORK
from starter.tokenizer import CHAT_TEMPLATE, load_tokenizer

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM


def load_checkpoint(folder: Path = WORK) -> tuple[LlamaForCausalLM, dict[str, float]]:
    """The model of the newest checkpoint, in bf16, and how far its training was."""
    import torch
    from transformers import LlamaForCausalLM

    state = torch.load(folder / "checkpoint.pt", weights_only=True)
    model = LlamaForCausalLM(starter_config())
    model.load_state_dict(state["model"])
    known = {name: state[name] for name in ("spent", "step", "tokens", "minutes", "grown", "processes") if name in state}
    return model.to(torch.bfloat16).eval(), {**known, "parameters": model.num_parameters()}


def export(target: Path = EXPORT, folder: Path = WORK) -> Path:
    from transformers import GenerationConfig

    model, state = load_checkpoint(folder)
    tokenizer = load_tokenizer()
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    model.generation_config = GenerationConfig(
        do_sample=False, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id, max_new_tokens=256
    )
    model.save_pretrained(partial)
    tokenizer.save_pretrained(partial)
    (partial / "model.safetensors").chmod(0o644)
    (partial / "chat_template.jinja").write_text(CHAT_TEMPLATE, encoding="utf-8")
    measured = folder / "measured.json"
    figures = json.loads(measured.read_text(encoding="utf-8")) if measured.exists() else {}
    if figures.get("training") != state:  # figures of an older checkpoint say nothing of this one
        figures = {}
    (partial / "README.md").write_text(model_card(state, figures), encoding="utf-8")
    swap(partial, target)
    return target


def swap(fresh: Path, target: Path) -> None:
    """Puts `fresh` in the place of `target`."""
    old = target.with_name(target.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        os.rename(target, old)
    os.rename(fresh, target)
    shutil.rmtree(old, ignore_errors=True)
