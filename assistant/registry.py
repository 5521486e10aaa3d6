"""Adapter versions on disk: publish, list, use, roll back. A version without a card does not exist.

``adapters/<base>/<domain>/0003/`` is written as ``0003.partial`` with its card last, then renamed; ``CURRENT`` is replaced atomically.
"""

import json
import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.errors import AdapterError
from assistant.records import AdapterVersion

CARD = "card.json"
WEIGHTS = "adapter_model.safetensors"
CONFIG = "adapter_config.json"
_NUMBER = re.compile(r"[0-9]{4,9}")
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
        text = self._pointed(domain)
        if text is None:
            return None
        if not _NUMBER.fullmatch(text):
            raise AdapterError(f"{pointer} says {text!r:.40}, not a version; choose one with: assistant adapters use {domain} N")
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
        before = self._pointed(version.domain)
        pointer = self.folder(version.domain) / "CURRENT"
        try:
            _write(pointer, f"{version.number:04d}\n")
        except OSError as error:
            raise AdapterError(f"cannot write {pointer}: {error.strerror}; give this user the right to write there") from None
        self.note(version.domain, {"event": "use", "version": version.number, "before": before, "reason": reason})

    def rollback(self, domain: str) -> AdapterVersion:
        """Back to the version that was live before; AdapterError when there was none."""
        live = self._pointed(domain)
        whole = {version.folder.name: version for version in self.versions(domain) if not damage(version)}
        for move in reversed(self.decisions(domain)):
            before = str(move.get("before"))
            if move["event"] == "use" and before != live and before in whole:
                self.use(whole[before], "rolled back")
                return whole[before]
        raise AdapterError(f"{domain} had no other live version to go back to; see: assistant adapters list {domain}")

    def note(self, domain: str, event: dict[str, Any]) -> None:
        """Append a decision with its time to decisions.jsonl."""
        line = json.dumps({"time": datetime.now(UTC).isoformat(timespec="seconds"), **event}, ensure_ascii=False)
        path = self.folder(domain) / "decisions.jsonl"
        try:
            with path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as error:
            raise AdapterError(f"cannot write {path}: {error.strerror}; give this user the right to write there") from None

    def decisions(self, domain: str) -> list[dict[str, Any]]:
        """Every decision about a domain, oldest first; AdapterError with the line that is none."""
        path = self.folder(domain) / "decisions.jsonl"
        if not path.exists():
            return []
        try:
            lines = path.read_text("utf-8", errors="replace").split("\n")
        except OSError as error:
            raise AdapterError(f"{path}: {error.strerror}; move it away, a new one is made") from None
        return [_decision(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]

    def _pointed(self, domain: str) -> str | None:
        """What CURRENT says, None when there is none; bytes that are no text become question marks."""
        pointer = self.folder(domain) / "CURRENT"
        try:
            return pointer.read_text("utf-8", errors="replace").strip()
        except FileNotFoundError:
            return None
        except IsADirectoryError:
            raise AdapterError(f"{pointer} is a folder; remove it, then choose a version: assistant adapters use {domain} N") from None
        except NotADirectoryError:
            file = next(path for path in pointer.parents if path.is_file())
            raise AdapterError(f"{file} is a file, a folder of that name is needed; move that file away") from None
        except OSError as error:
            raise AdapterError(f"cannot read {pointer}: {error.strerror}; give this user the right to read it") from None


def damage(version: AdapterVersion) -> str:
    """What is wrong with a version's files, in words; empty when they can be loaded. Reads no weights, only their header."""
    from safetensors import SafetensorError, safe_open

    config, weights = version.folder / CONFIG, version.folder / WEIGHTS
    for path in (config, weights):
        if not path.is_file():
            return f"{path} is missing"
    try:
        if not isinstance(json.loads(config.read_text("utf-8")), dict):
            return f"{config} is no JSON object"
        with safe_open(weights, framework="numpy"):
            return ""
    except SafetensorError as error:
        return f"{weights}: {error}"
    except (OSError, ValueError, RecursionError) as error:
        return f"{config} or {weights} cannot be read: {error}"


def card_value(card: Any, *place: str) -> Any:
    """What a card has at a place such as ("rows", "train"); None where it, or a part of the way, is missing."""
    for name in place:
        card = card.get(name) if isinstance(card, dict) else None
    return card


def _decision(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("event"), str):
        raise AdapterError(f"{path}:{number}: {line[:40]!r} is no decision; take the line out, or move the file away")
    return found


def _read_card(folder: Path) -> dict[str, Any] | None:
    try:
        card = json.loads((folder / CARD).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
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
