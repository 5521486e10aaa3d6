"""Checks glossary.csv."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from assistant.checking.finding import Checked, Finding, faults_of, located
from assistant.domain_files import Term, read_glossary, read_text
from assistant.errors import DomainError

FILE = "glossary.csv"


def check_glossary(folder: Path) -> tuple[list[Term], Checked]:
    """The terms, and what is wrong with their file; whether they are used is seen by ``terms.TermUse``."""
    try:
        terms = read_glossary(folder / FILE)
    except DomainError as error:
        return [], Checked(FILE, "", tuple(located(FILE, faults_of(error))))
    if not (folder / FILE).exists():
        return [], Checked(FILE, "none: lay words are not widened to the domain's terms")
    counts = ", ".join(f"{sum(term.language == language for term in terms)} {language}" for language in ("en", "zh"))
    return terms, Checked(FILE, f"{len(terms)} terms ({counts})", tuple(_doubtful(folder / FILE)))


def term_lines(folder: Path) -> dict[str, int]:
    """Term → its line; empty when the file cannot be read."""
    if not (folder / FILE).exists():
        return {}
    try:
        rows = csv.DictReader(io.StringIO(read_text(folder / FILE)))
        return {row["term"].strip(): rows.line_num for row in rows if (row.get("term") or "").strip()}
    except (DomainError, csv.Error):
        return {}


def _doubtful(path: Path) -> Iterable[Finding]:
    """Rows with more cells than columns (a comma that should be quoted), and terms that appear twice."""
    rows = csv.DictReader(io.StringIO(read_text(path)))
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        if None in row:
            yield Finding("error", FILE, rows.line_num, "more cells than columns; put texts with a comma into double quotes")
        key = (row["term"].strip().casefold(), row["language"] or "en")
        if key in seen:
            yield Finding("warning", FILE, rows.line_num, f"{row['term']!r} stands in line {seen[key]} already")
        seen.setdefault(key, rows.line_num)
