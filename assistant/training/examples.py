"""Reads every file of a domain's examples/: .jsonl, .json, .csv, .tsv, .xlsx, .txt. Bad rows are reported, the rest is used.

Knows nothing of what makes an example good; that is clean.py.
"""

import codecs
import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import ExampleError
from assistant.records import Example
from assistant.training.shapes import ANSWERS, KNOWN, QUESTIONS, example_of

Rows = Iterator[tuple[str, dict[str, Any]]]
MARK = re.compile(r"^\s*(?:(?P<q>Q|Question|User|问|问题|用户)|(?P<a>A|Answer|Assistant|答|答案|回答|客服|助手))\s*[:：]\s*", re.I)
HEADER_WITHIN = 5


@dataclass(frozen=True)
class Found:
    """The examples of a folder, and one line per row that could not be used."""

    examples: tuple[Example, ...]
    faults: tuple[str, ...]


def read_examples(folder: Path) -> Found:
    """Every example below a folder, in the order of file names; an absent folder holds none."""
    examples: list[Example] = []
    faults: list[str] = []
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if path.is_file() and not path.name.startswith((".", "~")):
            found = read_file(path)
            examples += found.examples
            faults += found.faults
    return Found(tuple(examples), tuple(faults))


def read_file(path: Path) -> Found:
    """The examples of one file."""
    if path.suffix.lower() not in READERS:
        kind = path.suffix or "files without a suffix"
        return Found((), (f"{path.name}: no reader for {kind}; readable: {', '.join(READERS)}",))
    examples, faults = [], []
    try:
        for origin, row in READERS[path.suffix.lower()](path):
            try:
                examples.append(example_of(_checked(row), origin))
            except ValueError as error:
                faults.append(f"{origin}: {error}")
    except ExampleError as error:
        faults.append(str(error))
    if not examples and not faults:
        faults.append(f"{path.name}: holds no rows")
    return Found(tuple(examples), tuple(faults))


def _checked(row: dict[str, Any]) -> dict[str, Any]:
    if "__fault__" in row:
        raise ValueError(row["__fault__"])
    return row


def decode(path: Path) -> str:
    """A file's text: UTF-8 with or without BOM, UTF-16 with BOM, or GB18030; ExampleError otherwise."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ExampleError(f"{path.name}: {error.strerror}") from None
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ExampleError(f"{path.name}: neither UTF-8 nor GB18030 text; save it as UTF-8")


def _json_lines(path: Path) -> Rows:
    for number, line in enumerate(decode(path).split("\n"), 1):  # splitlines() would cut at U+2028 within a text
        if line.strip():
            yield f"{path.name}:{number}", _object(line)


def _object(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError as error:
        return {"__fault__": f"not valid JSON ({error}); write one object a line"}
    return value if isinstance(value, dict) else {"__fault__": f"expected one JSON object, got {type(value).__name__}"}


def _json(path: Path) -> Rows:
    try:
        value = json.loads(decode(path))
    except ValueError as error:
        raise ExampleError(f"{path.name}: not valid JSON ({error})") from None
    if isinstance(value, dict):
        value = next((part for part in value.values() if isinstance(part, list) and part and isinstance(part[0], dict)), [value])
    if not isinstance(value, list):
        raise ExampleError(f"{path.name}: expected a list of objects, got {type(value).__name__}")
    for number, row in enumerate(value, 1):
        good = isinstance(row, dict)
        yield f"{path.name}: row {number}", row if good else {"__fault__": f"expected an object, got {type(row).__name__}"}


def _csv(path: Path) -> Rows:
    text = decode(path)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    yield from _table(path.name, _numbered(reader, path.name))


def _numbered(reader: Any, name: str) -> Iterator[tuple[str, list[Any]]]:
    before = 0
    try:
        for cells in reader:
            yield f"{name}:{before + 1}", cells
            before = reader.line_num
    except csv.Error as error:
        raise ExampleError(f"{name}:{reader.line_num}: {error}") from None


def _xlsx(path: Path) -> Rows:
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # zip, XML and openpyxl raise a dozen kinds for a damaged workbook
        raise ExampleError(f"{path.name}: cannot be read as .xlsx ({error}); save it again as .xlsx or .csv") from None
    for sheet in book:
        rows = ((f"{path.name} {sheet.title}:{number}", list(row)) for number, row in enumerate(sheet.iter_rows(values_only=True), 1))
        yield from _table(f"{path.name} {sheet.title}", rows)
    book.close()


def _table(name: str, rows: Iterable[tuple[str, list[Any]]]) -> Rows:
    """Rows under the first line that names a question and an answer; lines above it are titles."""
    header: list[str] = []
    seen = 0
    for origin, cells in rows:
        texts = ["" if cell is None else str(cell).strip() for cell in cells]
        if not any(texts):
            continue
        if header:
            yield origin, dict(zip(header, cells, strict=False))
        elif _is_header(texts):
            header = texts
        elif (seen := seen + 1) >= HEADER_WITHIN:
            break
    if not header and seen:
        raise ExampleError(f"{name}: no header with known columns in the first {HEADER_WITHIN} lines; known shapes: {KNOWN}")


def _is_header(texts: list[str]) -> bool:
    names = {text.lstrip("\ufeff").lower() for text in texts}
    return (bool(names & {*QUESTIONS}) and bool(names & {*ANSWERS})) or bool(names & {"messages", "conversations"})


def _text(path: Path) -> Rows:
    """``Q:``/``A:`` or ``问：``/``答：``; an empty line before a question begins a new conversation."""
    turns: list[dict[str, str]] = []
    start, empty = 1, False
    for number, line in enumerate(decode(path).splitlines(), 1):
        mark = MARK.match(line)
        if mark and mark["q"] and turns and empty:
            yield f"{path.name}:{start}", {"messages": turns}
            turns = []
        if mark:
            start = start if turns else number
            turns.append({"role": "user" if mark["q"] else "assistant", "content": line[mark.end() :]})
        elif turns:
            turns[-1]["content"] += "\n" + line
        elif line.strip():
            yield f"{path.name}:{number}", {"__fault__": "text before the first question; begin with Q: or 问："}
        empty = not line.strip()
    if turns:
        yield f"{path.name}:{start}", {"messages": turns}


READERS: dict[str, Callable[[Path], Rows]] = {
    ".jsonl": _json_lines, ".json": _json, ".csv": _csv, ".tsv": _csv, ".xlsx": _xlsx, ".txt": _text,
}  # fmt: skip
