"""Says what changed since a version was trained: examples, documents, prompt, base. Reads and hashes files; loads no model."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.domain import Domain
from assistant.fingerprint import folder_fingerprint
from assistant.prompt import prompt_fingerprint
from assistant.registry import card_value
from assistant.rows.clean import learnable
from assistant.settings import Workspace
from assistant.training.runs import Run

BASE = {"weights": "base", "tokenizer": "the base's tokenizer", "template": "the base's chat template"}


def sources(domain: Domain, workspace: Workspace) -> dict[str, str]:
    """Hashes of the files that a training of the domain reads: ``card["sources"]``."""
    return {
        "examples": folder_fingerprint(domain.examples),
        "documents": folder_fingerprint(domain.documents, workspace.knowledge / domain.name),
    }


@dataclass(frozen=True)
class Now:
    """A domain as it is now. ``base`` are the base model's fingerprints, empty where its files are not here."""

    sources: Mapping[str, str]
    prompt: str
    base: Mapping[str, str]

    def changed_since(self, card: Any) -> list[str]:
        """What differs from what an adapter's card says; what the card does not say is passed over."""
        before = {name: card_value(card, "sources", name) for name in self.sources}
        before["documents"] = before["documents"] or card_value(card, "data", "documents")
        changed = [name for name, value in self.sources.items() if before[name] not in (None, value)]
        if card_value(card, "prompt") not in (None, self.prompt):
            changed.append("prompt")
        parts = [part for part, value in self.base.items() if card_value(card, "base", "fingerprints", part) not in (None, value)]
        return changed + [BASE.get(part, part) for part in parts]


def now(domain: Domain, workspace: Workspace, base: Mapping[str, str]) -> Now:
    """The state to compare cards with; DomainError when the domain's prompt cannot be read."""
    return Now(sources(domain, workspace), prompt_fingerprint(domain), base)


def new_examples(domain: Domain, run: Path) -> tuple[int, int | None]:
    """How many examples the domain has to learn from, and how many of them a run did not have; None where the run's rows are not here."""
    there = {example.id for example in learnable(domain, 1).examples}
    if not (run / "train.jsonl").is_file():
        return len(there), None
    data = Run(run).dataset()
    return len(there), len(there - {row.example for row in (*data.train, *data.held_out)})
