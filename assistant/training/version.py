"""Turns a trained adapter into a version of the registry: weights, picture, a short model card for people, card.json last."""

import hashlib
import platform
import shutil
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

from assistant.answering.cite import without_marks
from assistant.domain import Domain
from assistant.prompt import prompt_fingerprint
from assistant.records import AdapterVersion, content_id
from assistant.registry import WEIGHTS, Registry
from assistant.retrieval.words import tokens
from assistant.training.dataset import Dataset
from assistant.training.marks import house_phrases
from assistant.training.plot import plot_losses
from assistant.training.recipe import Recipe
from assistant.training.student import Student
from assistant.training.train import Trained

LEAST_VOICE = 3
VOICE_SHARE = 0.1
PACKAGES = ("torch", "transformers", "peft", "trl", "tokenizers")


def make_card(domain: Domain, student: Student, recipe: Recipe, data: Dataset, trained: Trained) -> dict[str, Any]:
    """What an adapter was made of; enough to make it again and to refuse it on another base."""
    curve = [line["loss"] for line in trained.losses if "loss" in line]
    held = [line["eval_loss"] for line in trained.losses if "eval_loss" in line]
    return {
        "domain": domain.name,
        "base": {"name": student.info.name, "key": student.info.key, "fingerprints": student.fingerprints},
        "prompt": prompt_fingerprint(domain),
        "recipe": recipe.model_dump(),
        "voice": voice(data),
        "phrases": house_phrases([row.answer for row in (*data.train, *data.held_out) if row.form != "refusal" and row.kind == "answer"]),
        "rows": {"train": len(data.train), "held_out": len(data.held_out), **data.forms()},
        "seconds": round(trained.seconds, 1),
        "losses": {"first": curve[0] if curve else None, "last": curve[-1] if curve else None, "held_out": held},
        "device": {"name": student.info.device, "precision": student.info.precision},
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "environment": {"python": platform.python_version(), **{name: installed(name) for name in PACKAGES}},
    }


def voice(data: Dataset) -> list[str]:
    """Words of the house: those that a good part of the examples say. In answering they need no evidence; figures always do.

    Drafts do not count: their words are not checked, and would let any contract word through in an answer.
    """
    said: dict[str, set[str]] = {}
    for row in (*data.train, *data.held_out):
        if row.form != "refusal" and row.kind == "answer":
            said.setdefault(row.example, set()).update(tokens(without_marks(row.answer)))
    counts = Counter(word for words in said.values() for word in words)
    least = max(LEAST_VOICE, VOICE_SHARE * len(said))
    return sorted(word for word, count in counts.items() if count >= least and not any(char.isdigit() for char in word))


def data_fingerprint(data: Dataset, *folders: Path) -> dict[str, str]:
    """Hashes of the examples and of the documents behind the rows, and of both together."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
            if path.is_file() and not path.name.startswith("."):
                digest.update(f"{path.relative_to(folder)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    documents = digest.hexdigest()[:16]
    return {"examples": data.fingerprint, "documents": documents, "fingerprint": content_id(data.fingerprint, documents)}


def publish(registry: Registry, domain: Domain, trained: Trained, card: Mapping[str, Any]) -> AdapterVersion:
    """A new version that is listed only once it is whole; it is not yet live."""
    partial = registry.begin(domain.name)
    for name in (WEIGHTS, "adapter_config.json"):
        shutil.copyfile(trained.adapter / name, partial / name)
    plot_losses(trained.losses, partial / "loss.png", f"{domain.name}@{int(partial.name[:4])}")
    (partial / "README.md").write_text(_readme(domain, int(partial.name[:4]), card), "utf-8")
    return registry.publish(partial, dict(card))


def _readme(domain: Domain, number: int, card: Mapping[str, Any]) -> str:
    lora, rows = card["recipe"]["lora"], card["rows"]
    losses = "; ".join(f"{name} {value:.3f}" for name, value in card.get("held_out", {}).items()) or "no rows held out"
    return f"""---
library_name: peft
base_model: {card["base"]["name"]}
tags: [lora, assistant]
---
# {domain.name}@{number}

A LoRA adapter (rank {lora["rank"]}, alpha {lora["alpha"]}) that gives the base model `{card["base"]["name"]}` the form and jargon of
"{domain.title("en")}". Facts come from retrieval, not from these weights.

Trained on {rows["train"]} rows ({rows["evidence"]} with evidence, {rows["plain"]} without, {rows["refusal"]} refusals, held-out ones
included) in {card["seconds"]:.0f} s. Loss per answer token on {rows["held_out"]} held-out rows: {losses}.
Everything else is in `card.json`; `loss.png` shows the course.
"""
