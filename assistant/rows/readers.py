"""Rows of a file by its suffix: .jsonl, .json, .csv, .tsv, .xlsx, .txt, .parquet, .arrow. A row that is none comes as ``__fault__`` with its reason.

Knows nothing of which columns matter in a row; that is shapes.py.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from assistant.errors import ExampleError
from assistant.records import Told
from assistant.rows.dialogues import gathered, parted
from assistant.rows.encoding import encoding_of
from assistant.rows.shapes import shape_of
from assistant.rows.tables import Rows, csv_rows, workbook_rows

DEPTH = 3
OLD = {".xls": "save it as .xlsx", ".ods": "save it as .xlsx", ".doc": "save it as .txt", ".docx": "save it as .txt", ".gz": "unpack it", ".zip": "unpack it", ".zst": "unpack it"}


def rows_of(path: Path, sheet: str = "") -> Rows:
    """Each row with its place; ExampleError for a file that cannot be read or a ``sheet`` that is not there."""
    suffix = path.suffix.lower()
    if suffix not in READERS:
        remedy = f"; {OLD[suffix]}" if suffix in OLD else ""
        text = f"no reader for {suffix or 'files without a suffix'}{remedy}; readable: {', '.join(READERS)}"
        raise ExampleError(Told(text, "no-reader", suffix=suffix or "—", readable=", ".join(READERS)))
    if sheet and READERS[suffix] is not workbook_rows:
        raise ExampleError(f"has no sheets; leave out #{sheet}, which names a sheet of an .xlsx file")
    return workbook_rows(path, sheet) if sheet else READERS[suffix](path)


def _json_lines(path: Path) -> Rows:
    if _one_value(path):
        yield from _json(path)
    else:
        yield from gathered(_lines(path))


def _one_value(path: Path) -> bool:
    """Whether the file is one JSON text, perhaps over several lines, whatever its name says."""
    with path.open(encoding=encoding_of(path), newline="\n") as file:
        first = _parsed(next((line for line in file if line.strip()), "{}"))
        if isinstance(first, list) and first and isinstance(first[0], dict):
            return bool(shape_of(first[0]))
        file.seek(0)
        return first is None and _parsed(file.read()) is not None


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _lines(path: Path) -> Rows:
    with path.open(encoding=encoding_of(path), newline="\n") as file:  # splitlines() would cut at U+2028 within a text
        for number, line in enumerate(file, 1):
            if line.strip():
                yield f":{number}", _object(line)


def _object(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"__fault__": Told(f"not valid JSON ({error}); write one object a line", "json-line", error=str(error))}
    return _row(value, "one JSON object")


def _row(value: Any, expected: str) -> dict[str, Any]:
    """A row as it stands, a bare list of turns, or a pair [question, answer]."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value) and not shape_of(value[0]):
        return {"messages": value}
    if isinstance(value, list) and len(value) == 2 and all(isinstance(item, str) for item in value):
        return {"question": value[0], "answer": value[1]}
    text = f"expected {expected}, got {type(value).__name__}; write objects such as {{\"question\": …, \"answer\": …}}"
    return {"__fault__": Told(text, "not-an-object", got=type(value).__name__)}


def _json(path: Path) -> Rows:
    try:
        with path.open(encoding=encoding_of(path)) as file:
            value = json.load(file)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            yield from gathered(_lines(path))  # one object a line under the name of the other format
            return
        raise ExampleError(Told(f"not valid JSON ({error}); write one list of objects, or one object a line", "json", error=str(error))) from None
    except (ValueError, RecursionError) as error:
        raise ExampleError(Told(f"not valid JSON ({error}); write one list of objects, or one object a line", "json", error=str(error))) from None
    if not isinstance(value, list | dict):
        raise ExampleError(Told(f"expected a list of objects, got {type(value).__name__}", "not-a-list", got=type(value).__name__))
    yield from gathered((f": row {number}", _row(row, "an object")) for number, row in enumerate(_list(value), 1))


def _list(value: Any) -> list[Any]:
    """The list of rows, wherever an object keeps it: under a name, under ids, or as columns; the object itself where it is the only row."""
    if isinstance(value, list):
        return value
    for found in _inside(value, DEPTH):
        if found and shape_of(found[0] if isinstance(found[0], dict) else {}):
            return found
    first = next((part for part in value.values() if isinstance(part, list) and part and isinstance(part[0], dict)), None)
    return first if first and not shape_of(value) else [value]


def _inside(value: dict[str, Any], depth: int) -> Iterator[list[Any]]:
    if shape_of(value):
        columns = [part for part in value.values() if isinstance(part, dict)]
        if len(columns) == len(value) and len({tuple(part) for part in columns}) == 1:  # as pandas writes a table: {"question": {"0": …}, …}
            yield [{name: part[key] for name, part in value.items()} for key in columns[0]]
        elif all(isinstance(part, list) for part in value.values()) and not any(isinstance(item, dict) for part in value.values() for item in part):
            yield [dict(zip(value, cells, strict=False)) for cells in zip(*value.values(), strict=False)]
        else:
            yield [value]
        return
    parts = [part for part in value.values() if isinstance(part, list | dict)]
    for part in parts:
        if isinstance(part, list) and part and isinstance(part[0], dict):
            yield part
    objects = [part for part in parts if isinstance(part, dict)]
    if len(objects) == len(value) and all(shape_of(part) for part in objects):
        yield objects
    for part in objects if depth else []:
        yield from _inside(part, depth - 1)


def _text(path: Path) -> Rows:
    with path.open(encoding=encoding_of(path)) as file:
        for line, turns in parted(file):
            yield f":{line}", {"messages": turns} if turns else {"__fault__": Told("text before the first question; begin with Q: or 问：", "before-question")}


def _parquet(path: Path) -> Rows:
    from importlib import import_module

    parquet = import_module("pyarrow.parquet")
    yield from _columnar(lambda: parquet.ParquetFile(path).iter_batches(), "parquet")


def _arrow(path: Path) -> Rows:
    """An .arrow file as datasets keeps it (a stream), or as other programs write it."""
    from importlib import import_module

    pyarrow = import_module("pyarrow")

    def batches() -> Iterable[Any]:
        with pyarrow.memory_map(str(path)) as source:
            try:
                yield from pyarrow.ipc.open_stream(source)
            except pyarrow.ArrowInvalid:
                reader = pyarrow.ipc.open_file(source)
                yield from (reader.get_batch(number) for number in range(reader.num_record_batches))

    yield from _columnar(batches, "arrow")


def _columnar(batches: Callable[[], Iterable[Any]], kind: str) -> Rows:
    def each() -> Iterator[dict[str, Any]]:
        for batch in batches():
            yield from batch.to_pylist()

    number, rows = 0, each()
    while True:
        try:
            row = next(rows, None)
        except Exception as error:  # pyarrow raises kinds of its own, OSError and ValueError for a damaged file
            raise ExampleError(Told(f"cannot be read as .{kind} ({error}); write or fetch it again", "bad-columnar", kind=kind, error=str(error))) from None
        if row is None:
            return
        number += 1
        yield f": row {number}", row


READERS: dict[str, Callable[[Path], Rows]] = {
    ".jsonl": _json_lines, ".ndjson": _json_lines, ".json": _json, ".csv": csv_rows, ".tsv": csv_rows, ".xlsx": workbook_rows, ".xlsm": workbook_rows,
    ".txt": _text, ".parquet": _parquet, ".arrow": _arrow,
}  # fmt: skip
