"""Reads every file of a domain's examples/, row by row: .jsonl, .json, .csv, .tsv, .xlsx, .txt. Bad rows are reported, the rest is used.

Files below ``raw/`` are exports as a system wrote them. A file that was put right (``orders.csv.cleaned.jsonl``) is read in its source's
place. Knows nothing of what makes an example good; that is clean.py.
"""

import csv
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from assistant.errors import ExampleError
from assistant.records import Example
from assistant.training.columns import KNOWN, is_header, joined_header
from assistant.training.encoding import encoding_of
from assistant.training.shapes import NotLearned, example_of, shape_of

Rows = Iterator[tuple[str, dict[str, Any]]]
MARK = re.compile(r"^\s*(?:(?P<q>Q|Question|User|问|问题|用户)|(?P<a>A|Answer|Assistant|答|答案|回答|客服|助手))\s*[:：]\s*", re.I)
HEADER_WITHIN = 5
END = "\ue000"
EXPORTS = "raw"
CLEANED = ".cleaned.jsonl"


@dataclass(frozen=True)
class ExampleFile:
    """``name`` is relative to examples/. ``export``: rows nobody has looked through. ``source``: the file that this one was cleaned from."""

    path: Path
    name: str
    export: bool = False
    source: str = ""


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
    """Each row of a file as it is met; only a .json file is ever in memory as a whole."""
    suffix, empty = file.path.suffix.lower(), True
    if suffix not in READERS:
        yield Read(file.name, None, f"no reader for {suffix or 'files without a suffix'}; readable: {', '.join(READERS)}")
        return
    try:
        for place, row in READERS[suffix](file.path):
            empty = False
            yield _read(row, file.name + place, suffix)
    except ExampleError as error:
        yield Read(file.name, None, str(error))
    except OSError as error:
        yield Read(file.name, None, f"cannot be read: {error.strerror}; was it moved or replaced meanwhile?")
    else:
        if empty:
            yield Read(file.name, None, "holds no rows; add some or delete the file")


def _read(row: dict[str, Any], origin: str, suffix: str) -> Read:
    if "__fault__" in row:
        return Read(origin, None, row["__fault__"])
    if "__unread__" in row:
        return Read(origin, None, f"this sheet is not read: {row['__unread__']}", wanted=False)
    shape = ""
    try:
        shape = "lines Q: and A:" if suffix == ".txt" else shape_of(row)
        return Read(origin, example_of(row, origin), "", shape)
    except NotLearned as error:
        return Read(origin, None, str(error), shape, wanted=False)
    except ValueError as error:
        return Read(origin, None, str(error), shape)
    except RecursionError:
        return Read(origin, None, "is nested too deeply; write texts and lists of turns")


def _json_lines(path: Path) -> Rows:
    with path.open(encoding=encoding_of(path), newline="\n") as file:  # splitlines() would cut at U+2028 within a text
        for number, line in enumerate(file, 1):
            if line.strip():
                yield f":{number}", _object(line)


def _object(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"__fault__": f"not valid JSON ({error}); write one object a line"}
    return value if isinstance(value, dict) else {"__fault__": f"expected one JSON object, got {type(value).__name__}"}


def _json(path: Path) -> Rows:
    try:
        with path.open(encoding=encoding_of(path)) as file:
            value = json.load(file)
    except (ValueError, RecursionError) as error:
        raise ExampleError(f"not valid JSON ({error}); write one list of objects, or name it .jsonl if every line is an object") from None
    if isinstance(value, dict):
        lists = [part for part in value.values() if isinstance(part, list) and part and isinstance(part[0], dict)]
        value = next((part for part in lists if shape_of(part[0])), lists[0] if lists else [value])
    if not isinstance(value, list):
        raise ExampleError(f"expected a list of objects, got {type(value).__name__}")
    for number, row in enumerate(value, 1):
        good = isinstance(row, dict)
        yield f": row {number}", row if good else {"__fault__": f"expected an object, got {type(row).__name__}"}


def _csv(path: Path) -> Rows:
    with path.open(encoding=encoding_of(path), newline="") as file:
        head = [line for line, _ in zip(file, range(HEADER_WITHIN), strict=False)]
        file.seek(0)
        yield from _table("", _numbered(file, _delimiter(head)))


def _delimiter(head: Sequence[str]) -> str:
    """The sign under which a line names a question and an answer, else the most frequent one: texts are full of commas."""
    named = (sign for sign in "\t;," for line in head if is_header(next(csv.reader([line[:2000]], delimiter=sign), [])))
    return next(named, "") or max(",;\t", key="".join(head).count)


def _numbered(lines: Iterable[str], delimiter: str) -> Iterator[tuple[str, list[Any]]]:
    """Cells and the line they begin in. A line of our own at the end shows whether a quotation mark swallowed the rest of the file."""
    reader, before = csv.reader(chain(lines, [END]), delimiter=delimiter), 0
    try:
        for cells in reader:
            if cells == [END]:
                return
            if cells and cells[-1].endswith(END):
                raise ExampleError(f"line {before + 1}: a quotation mark is opened there and never closed, so nothing below it is read; close it")
            yield f":{before + 1}", cells
            before = reader.line_num
    except csv.Error as error:
        raise ExampleError(f"line {reader.line_num}: {error}; shorten the cell, or close a quotation mark that was left open") from None


def _xlsx(path: Path) -> Rows:
    try:
        yield from _sheets(path)
    except Exception as error:  # zip, XML and openpyxl raise a dozen kinds for a damaged workbook
        raise ExampleError(f"cannot be read as .xlsx ({error}); save it again as .xlsx or .csv") from None


def _sheets(path: Path) -> Rows:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    good, unread = False, []
    for sheet in book:
        sheet.reset_dimensions()  # some programs write a size that is too small, and cells beyond it would be lost
        rows = ((f" {sheet.title}:{number}", list(row)) for number, row in enumerate(sheet.iter_rows(values_only=True), 1))
        for place, row in _table(f" {sheet.title}", rows):
            if "__fault__" in row:
                unread.append((place, row["__fault__"]))
            else:
                good = True
                yield place, row
    book.close()
    for place, fault in unread:
        yield place, {"__unread__" if good else "__fault__": fault}


def _table(place: str, rows: Iterable[tuple[str, list[Any]]]) -> Rows:
    """Rows under the first line that names a question and an answer, perhaps in two lines with merged cells; lines above it are titles."""
    header: list[str] = []
    above: list[str] = []
    seen, first = 0, False
    for origin, cells in rows:
        texts = ["" if cell is None else str(cell).strip() for cell in cells]
        if not any(texts):
            continue
        if header and not (first and (lower := joined_header(header, texts))):
            first = False
            yield origin, dict(zip(header, chain(cells, repeat(None)), strict=False))
        elif header:
            header, first = lower, False
        elif is_header(texts) or (above and is_header(joined_header(above, texts))):
            header, first = texts if is_header(texts) else joined_header(above, texts), True
        elif (seen := seen + 1) >= HEADER_WITHIN:
            break
        above = texts
    if not header and seen:
        yield place, {"__fault__": f"no header with known columns in the first {HEADER_WITHIN} lines; known shapes: {KNOWN}"}


def _text(path: Path) -> Rows:
    """``Q:``/``A:`` or ``问：``/``答：``; an empty line before a question begins a new conversation."""
    turns: list[dict[str, str]] = []
    start, empty = 1, False
    with path.open(encoding=encoding_of(path)) as file:
        for number, line in enumerate(file, 1):
            mark = MARK.match(line)
            if mark and mark["q"] and turns and empty:
                yield f":{start}", {"messages": turns}
                turns = []
            if mark:
                start = start if turns else number
                turns.append({"role": "user" if mark["q"] else "assistant", "content": line[mark.end() :]})
            elif turns:
                turns[-1]["content"] += line
            elif line.strip():
                yield f":{number}", {"__fault__": "text before the first question; begin with Q: or 问："}
            empty = not line.strip()
    if turns:
        yield f":{start}", {"messages": turns}


READERS: dict[str, Callable[[Path], Rows]] = {
    ".jsonl": _json_lines, ".json": _json, ".csv": _csv, ".tsv": _csv, ".xlsx": _xlsx, ".txt": _text,
}  # fmt: skip
