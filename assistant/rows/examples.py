"""Reads every file of a domain's examples/, row by row, in any format of readers.py. Bad rows are reported, the rest is used.

Files below ``raw/`` are exports as a system wrote them. A file that was put right (``orders.csv.cleaned.jsonl``) is read in its source's
place. Knows nothing of what makes an example good; that is clean.py.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import ExampleError
from assistant.records import Example, Told, message
from assistant.rows.readers import rows_of
from assistant.rows.shapes import NotLearned, example_of, shape_of

EXPORTS = "raw"
CLEANED = ".cleaned.jsonl"


@dataclass(frozen=True)
class ExampleFile:
    """``name`` is relative to examples/. ``export``: rows nobody has looked through. ``source``: the file that this one was cleaned from.
    ``sheet``: the only sheet of a workbook to read."""

    path: Path
    name: str
    export: bool = False
    source: str = ""
    sheet: str = ""


@dataclass(frozen=True)
class Read:
    """One row as it came: an example, or what is wrong with it. ``wanted`` is False for a row that is sound but not for learning."""

    origin: str
    example: Example | None
    fault: str = ""
    shape: str = ""
    wanted: bool = True


@dataclass(frozen=True)
class Found:
    """The examples of a folder, and one line per row that could not be used."""

    examples: tuple[Example, ...]
    faults: tuple[str, ...]


def example_files(folder: Path, afresh: Collection[str] = ()) -> list[ExampleFile]:
    """What is read below a folder, by name, exports last: of two equal rows the one written by hand is kept.

    ``afresh`` names sources to read although a cleaned file stands beside them.
    """
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()} if folder.is_dir() else {}
    paths = {name: path for name, path in paths.items() if name.removesuffix(CLEANED) not in afresh or not name.endswith(CLEANED)}
    names = sorted(name for name in paths if not any(part.startswith((".", "~")) for part in name.split("/")) and name + CLEANED not in paths)
    sources = {name: name.removesuffix(CLEANED) for name in names if name.endswith(CLEANED)}
    files = [ExampleFile(paths[name], name, name.startswith(EXPORTS + "/"), sources.get(name, "")) for name in names]
    return sorted(files, key=lambda file: file.export)


def read_examples(folder: Path) -> Found:
    """Every example below a folder; an absent folder holds none."""
    read = [row for file in example_files(folder) for row in read_rows(file)]
    return _found(read)


def read_file(path: Path) -> Found:
    """The examples of one file."""
    return _found(read_rows(ExampleFile(path, path.name)))


def _found(read: Iterable[Read]) -> Found:
    rows = list(read)
    return Found(tuple(row.example for row in rows if row.example), tuple(f"{row.origin}: {row.fault}" for row in rows if row.fault))


def read_rows(file: ExampleFile) -> Iterator[Read]:
    """Each row of a file as it is met; only a .json file and rows that belong to conversations are ever in memory as a whole."""
    suffix, empty = file.path.suffix.lower(), True
    try:
        for place, row in rows_of(file.path, file.sheet):
            empty = False
            yield _read(row, file.name + place, suffix)
    except ExampleError as error:
        yield Read(file.name, None, message(error))
    except OSError as error:
        yield Read(file.name, None, Told(f"cannot be read: {error.strerror}; was it moved or replaced meanwhile?", "moved", reason=error.strerror))
    else:
        if empty:
            yield Read(file.name, None, Told("holds no rows; add some or delete the file", "no-rows"))


def _read(row: dict[str, Any], origin: str, suffix: str) -> Read:
    if "__fault__" in row:
        return Read(origin, None, row["__fault__"])
    if "__unread__" in row:
        return Read(origin, None, Told(f"this sheet is not read: {row['__unread__']}", "sheet-unread", reason=row["__unread__"]), wanted=False)
    shape = ""
    try:
        shape = str(row.get("__shape__") or ("lines Q: and A:" if suffix == ".txt" else shape_of(row)))
        return Read(origin, example_of(row, origin), "", shape)
    except NotLearned as error:
        return Read(origin, None, message(error), shape, wanted=False)
    except ValueError as error:
        return Read(origin, None, message(error), shape)
    except RecursionError:
        return Read(origin, None, Told("is nested too deeply; write texts and lists of turns", "nested"))
