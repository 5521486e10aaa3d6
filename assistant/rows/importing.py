"""file of rows → judged → examples, a document to answer from, or both. Writes new files only, each whole or not at all.

Judges rows as exports: what is doubtful stays out and is named. Knows nothing of how the result is shown or indexed.
"""

import csv
import io
import os
import re
import uuid
from collections.abc import Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from filelock import FileLock

from assistant.domain import Domain
from assistant.errors import DocumentError, ExampleError
from assistant.records import Example, Told, message
from assistant.retrieval.formats import csv_rows
from assistant.rows.clean import Cleaner, Judged
from assistant.rows.examples import CLEANED
from assistant.rows.shapes import line_of
from assistant.rows.sources import Source
from assistant.rows.text import clean_text
from assistant.settings import Workspace

TABLES = (".csv", ".tsv")
LONGEST = 200  # bytes of a name; file systems take 255, suffixes and marks of our own included
NAME = re.compile(r"[\w\-]+(?:\.[\w\-]+)*")


@dataclass
class Imported:
    """``left_out``: a line per row that is not used, with place and reason. ``judged``: each row as it was met. ``examples`` and ``document``:
    the files' texts, "" for none."""

    rows: int = 0
    used: int = 0
    left_out: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    examples: str = ""
    document: str = ""
    suffix: str = ".md"


def import_rows(domain: Domain, source: Source, title: str, shortest: int = 1, published: Set[str] = frozenset()) -> Imported:
    """What can be used of a source, as training rows and as a document; ExampleError when that is nothing.

    ``published``: keys of contact data that stand in the domain's documents. A table without columns for question and answer (plans, prices) becomes a document only, its cells cleaned.
    """
    shaped = False
    cleaner, made, kept = Cleaner(domain, shortest, published, compare=True), Imported(), []
    for row in (row for file in source.files for row in cleaner.judge_file(file)):
        made.rows += 1
        made.judged.append(row)
        shaped = shaped or bool(row.shape)
        if row.mended:
            kept.append(row.mended)
            made.changed += [f"{row.origin}: {fault.text}" for fault in row.faults]
        else:
            reasons = [fault.text for fault in row.faults if fault.out]
            made.left_out.append(Told(f"{row.origin}: {'; '.join(reasons)}", "at", place=row.origin, reasons=reasons))
    made.used = len(kept)
    if kept:
        made.examples = "".join(map(line_of, kept))
        made.document = f"# {title}\n\n" + "\n".join(_section(example) for example in kept)
    elif (path := source.files[0].path).suffix.lower() in TABLES and len(source.files) == 1 and made.rows <= 1 and not shaped:
        return plain_table(path)
    else:
        rows, name = "\n  ".join(made.left_out[:10]), path.name if len(source.files) == 1 else source.name
        more = "" if shaped or path.suffix.lower() not in (".xlsx", ".txt") else f"\nTo answer from the file as it is: assistant index {domain.name} {path}"
        raise ExampleError(Told(f"{name}: none of its rows can be used, so nothing was written:\n  {rows}{more}", "none-usable", name=name, rows=made.left_out[:10]))
    return made


def plain_table(path: Path) -> Imported:
    """A table of facts with clean cells: white space, HTML, character widths; equal rows once."""
    try:
        rows = [[clean_text(cell) for cell in row] for row in csv_rows(path)]
    except DocumentError as error:
        raise ExampleError(Told(f"{path.name}: {error}; nothing was written", "table-unread", name=path.name, error=message(error))) from None
    unique = list(dict.fromkeys(map(tuple, rows)))
    if len(unique) < 2:
        raise ExampleError(Told(f"{path.name}: holds no rows under its header, so nothing was written", "no-rows-under", name=path.name))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(unique)
    return Imported(len(rows) - 1, len(unique) - 1, [f"{len(rows) - len(unique)} rows stand twice"] if len(rows) > len(unique) else [], document=out.getvalue(), suffix=".csv")


def _section(example: Example) -> str:
    """Each question as a heading over its answer, so that an answer is found by its question and quoted without it."""
    spoken = [turn for turn in example.turns if turn.role != "system"]
    pairs = [(asked.content, said.content) for asked, said in pairwise(spoken) if said.role == "assistant"]
    return "\n".join(f"## {' '.join(asked.split())}\n\n{said}\n" for asked, said in pairs)


def one_import(workspace: Workspace, domain: Domain) -> FileLock:
    """Held from choosing names for new files until they are written, so that nobody else takes the same ones."""
    workspace.state.mkdir(parents=True, exist_ok=True)
    return FileLock(workspace.state / f"import-{domain.name}.lock")


def write_new(files: Sequence[tuple[Path, str]], replace: bool = False) -> None:
    """All of the files, or none; ExampleError when one is there already and may not be replaced."""
    there = [path for path, _text in files if os.path.lexists(path)]
    if there and not replace:
        raise ExampleError(f"{there[0]} is there already and was not touched; choose another --name, or add --replace")
    if folder := next((path for path in there if path.is_dir()), None):
        raise ExampleError(f"{folder} is a folder and was not touched; choose another --name")
    partials = [path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.partial") for path, _text in files]
    try:
        for partial, (path, text) in zip(partials, files, strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(text, "utf-8")
        for partial, (path, _text) in zip(partials, files, strict=True):
            os.replace(partial, path)
    except OSError as error:
        raise ExampleError(f"cannot write {error.filename}: {error.strerror}; nothing was imported") from None
    finally:
        for partial in partials:
            with suppress(OSError):  # its folder may be none
                partial.unlink(missing_ok=True)


def checked_name(name: str, source: str) -> str:
    """The name of the files to write; ExampleError for one that is a path, hidden, too long, or that would stand for another file."""
    chosen = name or source
    if not NAME.fullmatch(chosen):
        raise ExampleError(f"{chosen!r} cannot be a file's name; give letters, digits, - and _ with --name")
    if len(chosen.encode()) > LONGEST:
        raise ExampleError(f"the name {chosen[:20]}… is too long for a file; give a shorter one with --name")
    if f"{chosen}.jsonl".endswith(CLEANED):
        raise ExampleError(f"{chosen!r} would be read in place of another file, as what assistant check --fix writes; give another name with --name")
    return chosen
