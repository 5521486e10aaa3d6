"""Rows of text and label from a JSONL file, as ``assistant evaluate --routing --fit FILE --data FILE`` takes them."""

import json
from collections.abc import Sequence
from pathlib import Path

from assistant.domain_files import read_text
from assistant.errors import EvaluationError

OOS = "oos"
"""The label of rows that belong to no label."""
FORM = 'a row is one line such as {"text": "how do I reset my password", "label": "account"}; label "oos" marks texts that belong to none'
SHOWN = 10


def read_labelled(path: Path) -> list[tuple[str, str | None]]:
    """(text, label or None for out of scope) of every row; blank lines are passed over, other keys ignored.

    EvaluationError with file, line and remedy of the faulty rows, or when the file has none."""
    if not path.exists():
        raise EvaluationError(f"{path} does not exist; give a JSONL file: {FORM}")
    rows, faults = [], []
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            found = _row(line)
            if isinstance(found, str):
                faults.append(f"{path.name}:{number}: {found}")
            else:
                rows.append(found)
    if faults:
        more = [f"and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
        raise EvaluationError("\n  ".join([f"{path} has {len(faults)} faulty rows; {FORM}:", *faults[:SHOWN], *more]))
    if not rows:
        raise EvaluationError(f"{path} has no rows; {FORM}")
    return rows


def _row(line: str) -> tuple[str, str | None] | str:
    """The row, or what is wrong with it."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return f"no JSON ({error}); put one object on one line"
    if not isinstance(row, dict):
        return f"expected an object, got {type(row).__name__}"
    for key in ("text", "label"):
        if key not in row:
            return f"{key} is missing (it has {', '.join(map(repr, row)) or 'nothing'}); add or rename it"
        if not isinstance(row[key], str) or not row[key].strip():
            return f"{key} is {json.dumps(row[key], ensure_ascii=False)[:60]}; write a text"
    label = row["label"].strip()
    return row["text"], None if label == OOS else label


def check_fit_rows(path: Path, rows: Sequence[tuple[str, str | None]]) -> None:
    """EvaluationError when nothing can be learned from these rows."""
    labels = {label for _, label in rows}
    if len(labels) < 2 or labels == {None}:
        raise EvaluationError(f"{path} has only the label {labels.pop() or OOS!r}; rows of two labels, or of one and of {OOS!r}, are needed to tell anything apart")
    if not any(char.isalnum() for text, _ in rows for char in text):
        raise EvaluationError(f"{path}: no text holds a word; {FORM}")


def check_data_rows(path: Path, rows: Sequence[tuple[str, str | None]], labels: Sequence[str]) -> None:
    """EvaluationError when rows have labels that were not fitted, or none has a label."""
    unknown = sorted({label for _, label in rows if label is not None} - set(labels))
    if unknown:
        some = ", ".join(map(repr, unknown[:SHOWN]))
        known = ", ".join(map(repr, labels[:SHOWN])) + (", …" if len(labels) > SHOWN else "")
        raise EvaluationError(f"{path} has {len(unknown)} labels that no row of --fit has: {some}; fitted are {known}; correct them, add rows to --fit, or label them {OOS!r}")
    if all(label is None for _, label in rows):
        raise EvaluationError(f"{path} has only rows labelled {OOS!r}; accuracy needs rows with a label")
