"""Adapter versions on disk: publish, list, use, roll back, remove. A version without a card does not exist.

``adapters/<base>/<domain>/0003/`` is written as ``0003.partial`` with its card last, then renamed; ``CURRENT`` is replaced atomically.
A number is given once: what was removed never comes back under its name with other weights.
"""

import json
import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from filelock import FileLock

from assistant.errors import AdapterError
from assistant.records import AdapterVersion, Told

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
        numbered = (path for path in sorted(folder.iterdir()) if _NUMBER.fullmatch(path.name))
        found = [AdapterVersion(self.base, domain, int(path.name), path, card) for path in numbered if (card := _read_card(path)) is not None]
        return sorted(found, key=lambda version: version.number)

    def version(self, domain: str, number: int) -> AdapterVersion:
        found = {version.number: version for version in self.versions(domain)}
        if number not in found:
            name, names = f"{domain}@{number}", [one.served_name for one in found.values()]
            known = ", ".join(names) or f"none yet (assistant train {domain})"
            raise AdapterError(Told(f"no adapter {name} for base {self.base!r}; there is: {known}", "no-adapter", name=name, base=self.base, known=names or "—"))
        return found[number]

    def current(self, domain: str) -> AdapterVersion | None:
        """The live version, or None when there is none; AdapterError when CURRENT names one that is missing or damaged."""
        pointer, text = self.folder(domain) / "CURRENT", self._pointed(domain)
        if text is None:
            return None
        if not _NUMBER.fullmatch(text):
            said = f"{pointer} says {text!r:.40}, not a version; choose one with: assistant adapters use {domain} N"
            raise AdapterError(Told(said, "no-pointer", pointer=str(pointer), found=text[:40], domain=domain))
        path = pointer.parent / text
        card = _read_card(path)
        if card is None or not (path / WEIGHTS).is_file():
            text = f"{path} is missing or damaged; go back with: assistant adapters rollback {domain}, or train again: assistant train {domain}"
            raise AdapterError(Told(text, "adapter-damaged", path=str(path), domain=domain))
        return AdapterVersion(self.base, domain, int(text), path, card)

    def begin(self, domain: str) -> Path:
        """An empty ``….partial`` folder under the next number never used; what a crash left is cleared away, so hold the domain's training lock."""
        folder = self.folder(domain)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for left in folder.glob("*.partial"):
                shutil.rmtree(left, ignore_errors=True)
            used = [int(path.name) for path in folder.iterdir() if _NUMBER.fullmatch(path.name)]
            partial = folder / f"{max([*used, *self._removed(domain)], default=0) + 1:04d}.partial"
            partial.mkdir()
        except OSError as error:
            raise _unwritable(folder, error) from None
        return partial

    def publish(self, partial: Path, card: dict[str, Any]) -> AdapterVersion:
        """Write everything to the disk itself, the card last, then give the folder its number; before that nothing lists it."""
        if not (partial / WEIGHTS).is_file():
            raise AdapterError(f"{partial} has no {WEIGHTS}; only safetensors are published")
        domain, number = partial.parent.name, partial.name.removesuffix(".partial")
        final = partial.with_name(number)
        try:
            for path in partial.rglob("*"):
                _to_disk(path)
            _write(partial / CARD, json.dumps(card, ensure_ascii=False, indent=2))
            os.replace(partial, final)
            _to_disk(final.parent)
        except OSError as error:
            raise AdapterError(f"{final} cannot be written: {error.strerror}; nothing was published; make room, then try again") from error
        return AdapterVersion(self.base, domain, int(number), final, card)

    def use(self, version: AdapterVersion, reason: str) -> None:
        """Make a version live, atomically, and keep the decision; one at a time among threads and processes."""
        pointer = self.folder(version.domain) / "CURRENT"
        try:
            with FileLock(pointer.with_name(".lock")):
                before = self._pointed(version.domain)
                _write(pointer, f"{version.number:04d}\n")
                self.note(version.domain, {"event": "use", "version": version.number, "before": before, "reason": reason})
        except OSError as error:
            raise _unwritable(pointer, error) from None

    def remove(self, version: AdapterVersion, force: bool = False) -> bool:
        """Unlist a version by a rename, then delete it; True when it was the live one, which takes ``force`` and leaves none live."""
        folder, name = self.folder(version.domain), f"{version.number:04d}"
        live, gone = self._pointed(version.domain) == name, folder / f"{name}.removed.partial"
        if live and not force:
            raise AdapterError(f"{version.served_name} is live; put another one live first (assistant adapters use {version.domain}@N), or have none: --force")
        self.note(version.domain, {"event": "remove", "version": version.number, "live": live})
        try:
            if live:
                (folder / "CURRENT").unlink()
            shutil.rmtree(gone, ignore_errors=True)
            os.replace(folder / name, gone)
            _to_disk(folder)
        except OSError as error:
            raise _unwritable(folder / name, error) from None
        shutil.rmtree(gone, ignore_errors=True)
        return live

    def former(self, domain: str) -> AdapterVersion | None:
        """The version that was live before, as far as it is still whole; what ``rollback`` goes back to."""
        live = self._pointed(domain)
        known = {version.folder.name: version for version in self.versions(domain)}
        before = (str(move.get("before")) for move in reversed(self.decisions(domain)) if move["event"] == "use")
        return next((known[name] for name in before if name != live and name in known and not damage(known[name])), None)

    def rollback(self, domain: str, reason: str = "rolled back") -> AdapterVersion:
        """Back to the version that was live before; AdapterError when there was none."""
        if (back := self.former(domain)) is None:
            raise AdapterError(f"{domain} had no other live version to go back to; see: assistant adapters list {domain}")
        self.use(back, reason)
        return back

    def note(self, domain: str, event: dict[str, Any]) -> None:
        """Append a decision with its time to decisions.jsonl."""
        line = json.dumps({"time": datetime.now(UTC).isoformat(timespec="seconds"), **event}, ensure_ascii=False)
        path = self.folder(domain) / "decisions.jsonl"
        try:
            with path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as error:
            raise _unwritable(path, error) from None

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

    def _removed(self, domain: str) -> list[int]:
        """Numbers of removed versions, as ``remove`` notes them; a damaged line does not stand in the way of a new version."""
        path = self.folder(domain) / "decisions.jsonl"
        text = path.read_text("utf-8", errors="replace") if path.is_file() else ""
        return [int(number) for number in re.findall(r'"event": "remove", "version": ([0-9]{1,9})\b', text)]

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
    if missing := next((path for path in (config, weights) if not path.is_file()), None):
        return f"{missing} is missing"
    try:
        if _object(config.read_text("utf-8")) is None:
            return f"{config} is no JSON object"
        with safe_open(weights, framework="numpy"):
            return ""
    except SafetensorError as error:
        return f"{weights}: {error}"
    except (OSError, ValueError) as error:
        return f"{config} or {weights} cannot be read: {error}"


def card_value(card: Any, *place: str) -> Any:
    """What a card has at a place such as ("rows", "train"); None where it, or a part of the way, is missing."""
    for name in place:
        card = card.get(name) if isinstance(card, dict) else None
    return card


def _unwritable(path: Path, error: OSError) -> AdapterError:
    return AdapterError(f"cannot write to {path}: {error.strerror}; give this user the right to write there")


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _decision(path: Path, number: int, line: str) -> dict[str, Any]:
    found = _object(line)
    if found is None or not isinstance(found.get("event"), str):
        raise AdapterError(f"{path}:{number}: {line[:40]!r} is no decision; take the line out, or move the file away")
    return found


def _read_card(folder: Path) -> dict[str, Any] | None:
    try:
        return _object((folder / CARD).read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _write(path: Path, text: str) -> None:
    """Replace a file in one step, on the disk itself."""
    temporary = path.with_name(f".{path.name}.{uuid4().hex[:8]}.tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    _to_disk(path.parent)


def _to_disk(path: Path) -> None:
    """Flush a file, or a folder's list of names, so that a power cut finds it whole; Windows flushes only what is written."""
    if os.name != "nt":
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
