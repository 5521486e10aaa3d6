"""Adapter versions on disk: publish, list, use, roll back. A version without a card does not exist.

``adapters/<base>/<domain>/0003/`` is written as ``0003.partial`` with its card last, then renamed; ``CURRENT`` is replaced atomically.
"""

import json
import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.errors import AdapterError
from assistant.records import AdapterVersion

CARD = "card.json"
WEIGHTS = "adapter_model.safetensors"
_NUMBER = re.compile(r"\d{4,}")
_NAME = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True)
class Registry:
    """The versions of one base model; ``root`` is adapters/, ``base`` its key (``starter``)."""

    root: Path
    base: str

    def folder(self, domain: str) -> Path:
        """adapters/<base>/<domain>; AdapterError for a name that is no plain folder name."""
        for name in (self.base, domain):
            if not _NAME.fullmatch(name) or name in {".", ".."}:
                raise AdapterError(f"{name!r} is not a name of an adapter folder; letters, digits, '_', '-' and '.' are possible")
        return self.root / self.base / domain

    def versions(self, domain: str) -> list[AdapterVersion]:
        """Every published version, oldest first; folders without a readable card are passed over."""
        folder = self.folder(domain)
        if not folder.is_dir():
            return []
        found = []
        for path in sorted(folder.iterdir()):
            if _NUMBER.fullmatch(path.name) and (card := _read_card(path)) is not None:
                found.append(AdapterVersion(self.base, domain, int(path.name), path, card))
        return sorted(found, key=lambda version: version.number)

    def version(self, domain: str, number: int) -> AdapterVersion:
        found = {version.number: version for version in self.versions(domain)}
        if number not in found:
            known = ", ".join(v.served_name for v in found.values()) or f"none yet (assistant train {domain})"
            raise AdapterError(f"no adapter {domain}@{number} for base {self.base!r}; there is: {known}")
        return found[number]

    def current(self, domain: str) -> AdapterVersion | None:
        """The live version, or None when there is none; AdapterError when CURRENT names one that is missing or damaged."""
        pointer = self.folder(domain) / "CURRENT"
        try:
            text = pointer.read_text("utf-8").strip()
        except FileNotFoundError:
            return None
        if not _NUMBER.fullmatch(text):
            raise AdapterError(f"{pointer} says {text!r}, not a version; choose one with: assistant adapters use {domain} N")
        path = pointer.parent / text
        card = _read_card(path)
        if card is None or not (path / WEIGHTS).is_file():
            raise AdapterError(
                f"{path} is missing or damaged; go back with: assistant adapters rollback {domain}, or train again: assistant train {domain}"
            )
        return AdapterVersion(self.base, domain, int(text), path, card)

    def begin(self, domain: str) -> Path:
        """An empty ``….partial`` folder under the next free number; AdapterError without the right to write."""
        folder = self.folder(domain)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            used = [int(path.name[:4]) for path in folder.iterdir() if re.match(r"\d{4}", path.name) and not path.name.endswith(".partial")]
            partial = folder / f"{max(used, default=0) + 1:04d}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir()
        except OSError as error:
            raise AdapterError(f"cannot write to {folder}: {error.strerror}; give this user the right to write there") from None
        return partial

    def publish(self, partial: Path, card: dict[str, Any]) -> AdapterVersion:
        """Write the card, then give the folder its number; before that nothing lists it."""
        if not (partial / WEIGHTS).is_file():
            raise AdapterError(f"{partial} has no {WEIGHTS}; only safetensors are published")
        domain, number = partial.parent.name, partial.name.removesuffix(".partial")
        _write(partial / CARD, json.dumps(card, ensure_ascii=False, indent=2))
        final = partial.with_name(number)
        os.replace(partial, final)
        return AdapterVersion(self.base, domain, int(number), final, card)

    def use(self, version: AdapterVersion, reason: str) -> None:
        """Make a version live, atomically, and keep the decision."""
        folder = self.folder(version.domain)
        before = (folder / "CURRENT").read_text("utf-8").strip() if (folder / "CURRENT").exists() else None
        _write(folder / "CURRENT", f"{version.number:04d}\n")
        self.note(version.domain, {"event": "use", "version": version.number, "before": before, "reason": reason})

    def rollback(self, domain: str) -> AdapterVersion:
        """Back to the version that was live before; AdapterError when there was none."""
        moves = [move for move in self.decisions(domain) if move["event"] == "use"]
        live = None
        with suppress(FileNotFoundError):
            live = (self.folder(domain) / "CURRENT").read_text("utf-8").strip()
        for move in reversed(moves):
            before = move["before"]
            folder = self.folder(domain) / (before or "")
            if before and before != live and (folder / WEIGHTS).is_file() and _read_card(folder) is not None:
                version = self.version(domain, int(before))
                self.use(version, "rolled back")
                return version
        raise AdapterError(f"{domain} had no other live version to go back to; see: assistant adapters list {domain}")

    def note(self, domain: str, event: dict[str, Any]) -> None:
        """Append a decision with its time to decisions.jsonl."""
        line = json.dumps({"time": datetime.now(UTC).isoformat(timespec="seconds"), **event}, ensure_ascii=False)
        with (self.folder(domain) / "decisions.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def decisions(self, domain: str) -> list[dict[str, Any]]:
        path = self.folder(domain) / "decisions.jsonl"
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]


def _read_card(folder: Path) -> dict[str, Any] | None:
    try:
        card = json.loads((folder / CARD).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return card if isinstance(card, dict) else None


def _write(path: Path, text: str) -> None:
    """Replace a file in one step, flushed to disk first."""
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
