"""``assistant check --fix``: writes the rows that a training learns beside each file that needed cleaning, never over it.

``orders.csv`` becomes ``orders.csv.cleaned.jsonl``, which is read in its place from then on. ``.cleaned.json`` in examples/ remembers
both hashes: a file whose source changed is written again, one that somebody edited is left alone.
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from assistant.checking.finding import EXAMPLES, Finding
from assistant.errors import ExampleError
from assistant.personal_data import mask_personal_data
from assistant.training.clean import Judged
from assistant.training.examples import CLEANED, ExampleFile

REMEMBERED = ".cleaned.json"
CHANGES = {"html": "without HTML", "width": "in half width", "swapped": "exchanged", "personal-data": "masked"}


@dataclass(frozen=True)
class Cleaned:
    """Hashes of a source and of the file written from it."""

    source: str
    cleaned: str


class Fixer:
    """Takes the rows of one file after the other; ``report`` says what was written."""

    def __init__(self, folder: Path, published: Set[str]) -> None:
        self.folder, self.published = folder, published
        self.report: list[str] = []
        self._known = remembered(folder)
        self.afresh = {name for name, record in self._known.items() if _changed(folder, name, record) and not _edited(folder, name, record)}
        self._out: IO[str] | None = None
        self._counted: Counter[str] = Counter()

    def take(self, row: Judged) -> None:
        if row.file.source:
            return
        for kind in {fault.kind for fault in row.faults} & set(CHANGES) if row.mended else ():
            self._counted[kind] += 1
        self._counted["rows" if row.mended else "left out"] += 1
        if row.mended:
            turns = [{"role": turn.role, "content": mask_personal_data(turn.content, self.published)} for turn in row.mended.turns]
            draft = {"kind": "draft"} if row.mended.kind == "draft" else {}
            self._file(row.file).write(json.dumps({"messages": turns, **draft, "from": row.origin}, ensure_ascii=False) + "\n")

    def close(self, file: ExampleFile) -> None:
        """Keep what was written if it differs from the file, and forget it otherwise."""
        counted, self._counted, out, self._out = self._counted, Counter(), self._out, None
        partial = _beside(file.path, ".partial")
        if out:
            out.close()
        if file.source:
            self._say_edited(file)
        elif not out or set(counted) == {"rows"}:
            partial.unlink(missing_ok=True)
        else:
            os.replace(partial, _beside(file.path))
            self._known[file.name] = Cleaned(_hash(file.path), _hash(_beside(file.path)))
            text = json.dumps({name: vars(record) for name, record in sorted(self._known.items())}, ensure_ascii=False, indent=1)
            (self.folder / REMEMBERED).write_text(text + "\n", "utf-8")
            done = ", ".join(f"{counted[kind]} {words}" for kind, words in CHANGES.items() if counted[kind]) or "none changed"
            self.report.append(f"wrote {EXAMPLES}{file.name}{CLEANED}: {counted['rows']} rows ({done}), {counted['left out']} left out; it is read in place of its source")

    def _say_edited(self, file: ExampleFile) -> None:
        record = self._known.get(file.source)
        if record and _changed(self.folder, file.source, record):
            self.report.append(f"left {EXAMPLES}{file.name} as it is: {_EDITED}")

    def _file(self, file: ExampleFile) -> IO[str]:
        if self._out is None:
            try:
                self._out = _beside(file.path, ".partial").open("w", encoding="utf-8", errors="replace", newline="\n")
            except OSError as error:
                raise ExampleError(f"cannot write beside {file.path}: {error.strerror}; give this user the right to write there") from None
        return self._out


_EDITED = "its source has changed since, and so has the file itself; delete it to have it written again"


def stale_sources(folder: Path) -> Iterator[Finding]:
    """Sources that changed after a cleaned file was written from them: the change is not learned."""
    for name, record in remembered(folder).items():
        if _changed(folder, name, record) and (folder / (name + CLEANED)).exists():
            remedy = _EDITED if _edited(folder, name, record) else f"{EXAMPLES}{name}{CLEANED} is read in its place; write it again with: assistant check --fix"
            yield Finding("warning", EXAMPLES + name, None, f"has changed since it was cleaned; {remedy}", "stale")


def remembered(folder: Path) -> dict[str, Cleaned]:
    """Source → hashes; a damaged or missing record is an empty one, so that nothing is ever overwritten on its word."""
    try:
        records = json.loads((folder / REMEMBERED).read_text("utf-8"))
        return {str(name): Cleaned(str(record["source"]), str(record["cleaned"])) for name, record in records.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _changed(folder: Path, name: str, record: Cleaned) -> bool:
    return (folder / name).is_file() and _hash(folder / name) != record.source


def _edited(folder: Path, name: str, record: Cleaned) -> bool:
    cleaned = folder / (name + CLEANED)
    return cleaned.is_file() and _hash(cleaned) != record.cleaned


def _beside(path: Path, more: str = "") -> Path:
    return path.with_name((f".{path.name}{CLEANED}" if more else path.name + CLEANED) + more)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
