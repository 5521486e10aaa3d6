"""``assistant check --fix``: writes the rows that a training learns beside each file that needed cleaning, never over it.

``orders.csv`` becomes ``orders.csv.cleaned.jsonl``, which is read in its place from then on. ``.cleaned.json`` in examples/ remembers
both hashes: a file whose source changed is written again, one that somebody edited is left alone.
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from assistant.checking.finding import EXAMPLES, Finding
from assistant.errors import ExampleError
from assistant.personal_data import mask_personal_data
from assistant.rows.clean import Judged
from assistant.rows.examples import CLEANED, ExampleFile
from assistant.rows.shapes import line_of

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
        self._read = ""
        self._counted: Counter[str] = Counter()

    def take(self, row: Judged) -> None:
        if row.file.source:
            return
        for kind in {fault.kind for fault in row.faults} & set(CHANGES) if row.mended else ():
            self._counted[kind] += 1
        self._counted["rows" if row.mended else "left out"] += 1
        if row.mended:
            turns = tuple(replace(turn, content=mask_personal_data(turn.content, self.published)) for turn in row.mended.turns)
            with _writing(row.file):
                self._file(row.file).write(line_of(replace(row.mended, turns=turns), **{"from": row.origin}))

    def close(self, file: ExampleFile) -> None:
        """Keep what was written if it differs from the file; otherwise forget it, and what was written when the file still needed it."""
        counted, self._counted, out, self._out = self._counted, Counter(), self._out, None
        if file.source:
            self._say_edited(file)
        else:
            with _writing(file):
                self._keep(file, counted, out)

    def _keep(self, file: ExampleFile, counted: Counter[str], out: IO[str] | None) -> None:
        partial = _beside(file.path, ".partial")
        if out:
            out.close()
        if out and _hash(file.path) != self._read:
            partial.unlink(missing_ok=True)
            self.report.append(f"left {EXAMPLES}{file.name} as it is: it changed while it was read; run assistant check --fix again")
        elif not out or set(counted) == {"rows"}:
            partial.unlink(missing_ok=True)
            if file.name in self.afresh and _beside(file.path).exists():
                _beside(file.path).unlink(missing_ok=True)
                self._remember(file, None)
                self.report.append(f"removed {EXAMPLES}{file.name}{CLEANED}: its source needs no cleaning any more, or holds no usable row")
        else:
            os.replace(partial, _beside(file.path))
            self._remember(file, Cleaned(_hash(file.path), _hash(_beside(file.path))))
            done = ", ".join(f"{counted[kind]} {words}" for kind, words in CHANGES.items() if counted[kind]) or "none changed"
            self.report.append(f"wrote {EXAMPLES}{file.name}{CLEANED}: {counted['rows']} rows ({done}), {counted['left out']} left out; it is read in place of its source")

    def _remember(self, file: ExampleFile, record: Cleaned | None) -> None:
        self._known.pop(file.name, None)
        if record:
            self._known[file.name] = record
        text = json.dumps({name: vars(one) for name, one in sorted(self._known.items())}, indent=1)
        partial = self.folder / f"{REMEMBERED}.partial"
        partial.write_text(text + "\n", "utf-8")
        os.replace(partial, self.folder / REMEMBERED)

    def _say_edited(self, file: ExampleFile) -> None:
        record = self._known.get(file.source)
        if record and _changed(self.folder, file.source, record):
            self.report.append(f"left {EXAMPLES}{file.name} as it is: {_EDITED}")

    def _file(self, file: ExampleFile) -> IO[str]:
        if self._out is None:
            self._read = _hash(file.path)
            self._out = _beside(file.path, ".partial").open("w", encoding="utf-8", errors="replace", newline="\n")
        return self._out


@contextmanager
def _writing(file: ExampleFile) -> Iterator[None]:
    """A fault of the disk in words, and nothing half-written left behind."""
    try:
        yield
    except OSError as error:
        with suppress(OSError):
            _beside(file.path, ".partial").unlink(missing_ok=True)
        raise ExampleError(f"cannot write beside {file.path}: {error.strerror}; give this user the right to write there, and room on the disk") from None


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
