"""Turns a trained adapter into a version of the registry: weights, picture, a model card for people, card.json last.

What the stages after training found is added to the card under their names: ``gate`` and ``terms`` (gate.py), ``attempts`` (cure.py),
``parity`` (parity.py), ``sources`` (staleness.py), ``choices`` (auto.py), ``estimate`` (estimate.py), ``held_out``, and ``test``, the figures
that may be published.
"""

import json
import os
import platform
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

from assistant.answering.cite import without_marks
from assistant.answering.shots import house_words
from assistant.domain import Domain
from assistant.errors import TrainingError
from assistant.fingerprint import folder_fingerprint
from assistant.prompt import prompt_fingerprint
from assistant.records import AdapterVersion, content_id
from assistant.registry import CARD, CONFIG, WEIGHTS, Registry
from assistant.retrieval.words import tokens
from assistant.training.dataset import Dataset
from assistant.training.marks import house_phrases
from assistant.training.model_card import model_card
from assistant.training.plot import plot_losses
from assistant.training.recipe import Recipe
from assistant.training.student import Student
from assistant.training.train import GOLDEN, Trained
from assistant.training.trial import Home, try_out

README = "README.md"
WORDLESS = ("refusal", "general")  # rows that do not speak in the house's own words
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
        "phrases": house_phrases([row.answer for row in (*data.train, *data.held_out) if row.form not in WORDLESS and row.kind == "answer"]),
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
        if row.form not in WORDLESS and row.kind == "answer":
            said.setdefault(row.example, set()).update(tokens(without_marks(row.answer)))
    return house_words(said.values())


def data_fingerprint(data: Dataset, *folders: Path) -> dict[str, str]:
    """Hashes of the examples and of the documents behind the rows, and of both together."""
    documents = folder_fingerprint(*folders)
    return {"examples": data.fingerprint, "documents": documents, "fingerprint": content_id(data.fingerprint, documents)}


def publish(registry: Registry, domain: Domain, trained: Trained, card: Mapping[str, Any]) -> AdapterVersion:
    """A new version that is listed only once it is whole; it is not yet live."""
    partial = registry.begin(domain.name)
    for name in (WEIGHTS, CONFIG):
        shutil.copyfile(trained.adapter / name, partial / name)
    if (golden := trained.adapter.with_name(GOLDEN)).is_file():
        shutil.copyfile(golden, partial / GOLDEN)
    number = int(partial.name[:4])
    plot_losses(trained.losses, partial / "loss.png", f"{domain.name}@{number}")
    (partial / README).write_text(model_card(domain.title("en"), domain.name, number, card), "utf-8")
    return registry.publish(partial, dict(card))


def published(home: Home, version: AdapterVersion) -> AdapterVersion:
    """The version with its figures on the ``test`` questions, beside its parent's and the bare base's, in its card and README.

    These are the figures to publish: nothing was chosen by them. TrainingError when the domain has no test question."""
    trial = try_out(home, version, _parent(home, version), split="test")
    if not trial.questions:
        raise TrainingError(f"nothing to publish: {'; '.join(trial.notes)}; add test questions (docs/domain-files.md)")
    card = {**version.card, "test": trial.as_json()}
    for name, text in (
        (README, model_card(home.domain.title("en"), version.domain, version.number, card)),
        (CARD, json.dumps(card, ensure_ascii=False, indent=2)),
    ):
        temporary = version.folder / f"{name}.tmp"
        temporary.write_text(text, "utf-8")
        os.replace(temporary, version.folder / name)
    return replace(version, card=card)


def _parent(home: Home, version: AdapterVersion) -> AdapterVersion | None:
    """The version that was live before, where it is still there."""
    there = {one.served_name: one for one in home.assistant.registry.versions(version.domain)}
    return there.get(str(version.card.get("parent")))
