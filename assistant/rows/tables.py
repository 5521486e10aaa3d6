"""Rows of .csv, .tsv and .xlsx files: finds the header, names each row by its line. Knows nothing of what a row holds."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from assistant.errors import ExampleError
from assistant.records import Told
from assistant.rows.columns import KNOWN, is_header, joined_header, named
from assistant.rows.dialogues import MESSAGES_OF, gathered, message_row
from assistant.rows.encoding import encoding_of

Rows = Iterator[tuple[str, dict[str, Any]]]
HEADER_WITHIN = 5
END = "\ue000"


def csv_rows(path: Path) -> Rows:
    with path.open(encoding=encoding_of(path), newline="") as file:
        head = [line for line, _ in zip(file, range(HEADER_WITHIN), strict=False)]
        file.seek(0)
        yield from _table("", _numbered(file, _delimiter(head)))


def _delimiter(head: Sequence[str]) -> str:
    """The sign under which a line names a question and an answer, else the most frequent one: texts are full of commas."""
    found = (sign for sign in "\t;," for line in head if _names(next(csv.reader([line[:2000]], delimiter=sign), [])))
    return next(found, "") or max(",;\t", key="".join(head).count)


def _numbered(lines: Iterable[str], delimiter: str) -> Iterator[tuple[str, list[Any]]]:
    """Cells and the line they begin in. A line of our own at the end shows whether a quotation mark swallowed the rest of the file."""
    reader, before = csv.reader(chain(lines, [END]), delimiter=delimiter), 0
    try:
        for cells in reader:
            if cells == [END]:
                return
            if cells and cells[-1].endswith(END):
                text = f"line {before + 1}: a quotation mark is opened there and never closed, so nothing below it is read; close it"
                raise ExampleError(Told(text, "open-quote", line=before + 1))
            yield f":{before + 1}", cells
            before = reader.line_num
    except csv.Error as error:
        text = f"line {reader.line_num}: {error}; shorten the cell, or close a quotation mark that was left open"
        raise ExampleError(Told(text, "csv", line=reader.line_num, error=str(error))) from None


def workbook_rows(path: Path, wanted: str = "") -> Rows:
    """Rows of every sheet that looks like rows, or of the ``wanted`` one alone."""
    try:
        yield from _sheets(path, wanted)
    except ExampleError:
        raise
    except Exception as error:  # zip, XML and openpyxl raise a dozen kinds for a damaged workbook
        raise ExampleError(Told(f"cannot be read as .xlsx ({error}); save it again as .xlsx or .csv", "bad-workbook", error=str(error))) from None


def _sheets(path: Path, wanted: str) -> Rows:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    if wanted and wanted not in book.sheetnames:
        raise ExampleError(f"has no sheet {wanted!r}; its sheets: {', '.join(book.sheetnames)}")
    good, unread = False, []
    for sheet in [book[wanted]] if wanted else book.worksheets:
        sheet.reset_dimensions()  # some programs write a size that is too small, and cells beyond it would be lost
        rows = ((f" {sheet.title}:{number}", list(row)) for number, row in enumerate(sheet.iter_rows(values_only=True), 1))
        for place, row in _table(f" {sheet.title}", rows):
            if "__fault__" in row and place == f" {sheet.title}":
                unread.append((place, row["__fault__"]))
            else:
                good = True
                yield place, row
    book.close()
    for place, fault in unread:
        yield place, {"__unread__" if good else "__fault__": fault}


def _names(texts: Sequence[str]) -> bool:
    return is_header(texts) or (message_row(texts) and named(texts, MESSAGES_OF) is not None)


def _table(place: str, rows: Iterable[tuple[str, list[Any]]]) -> Rows:
    return gathered(_under_header(place, rows))


def _under_header(place: str, rows: Iterable[tuple[str, list[Any]]]) -> Rows:
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
        elif _names(texts) or (above and is_header(joined_header(above, texts))):
            header, first = texts if _names(texts) else joined_header(above, texts), not message_row(texts)
        elif (seen := seen + 1) >= HEADER_WITHIN:
            break
        above = texts
    if not header and seen:
        text = f"no header with known columns in the first {HEADER_WITHIN} lines; name the columns in the first line, known shapes: {KNOWN}"
        yield place, {"__fault__": Told(text, "no-header", lines=HEADER_WITHIN, known=KNOWN)}
