"""Checks examples/: reads and judges each row once, as a training does, and shows it to all that look for something."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from assistant.checking.finding import EXAMPLES, Checked, Finding, Level, Rows, finding_at
from assistant.checking.fix import Fixer, stale_sources
from assistant.checking.standing import Standing
from assistant.checking.tokens import Tokens
from assistant.domain import Domain
from assistant.rows.clean import Cleaner, Fault, Judged
from assistant.rows.examples import EXPORTS, ExampleFile, example_files
from assistant.rows.taught import Match

NOTES = {"document", "not-wanted"}
ERRORS = {"row"}
NAMED = 3


class Look(Protocol):
    """What is shown every row, and says what it finds in it."""

    def look(self, row: Judged) -> Iterable[Fault]: ...


class Tally:
    """What is known of one file while its rows come by."""

    def __init__(self, file: ExampleFile) -> None:
        self.file = file
        self.shapes: Counter[str] = Counter()
        self.read = self.used = 0
        self.findings: list[Finding] = []

    def count(self, row: Judged) -> None:
        self.shapes[row.shape] += bool(row.shape)
        self.read += 1
        self.used += row.example is not None

    def add(self, row: Judged, faults: Iterable[Fault]) -> None:
        for fault in faults:
            self.findings.append(finding_at(row.origin, self.file.name, self._level(fault), fault.text, fault.kind, fault.out))

    def _level(self, fault: Fault) -> Level:
        if fault.kind in NOTES:
            return "note"
        return "error" if fault.kind in ERRORS and not self.file.export else "warning"

    def checked(self) -> Checked:
        shapes = ", ".join(shape for shape, _ in self.shapes.most_common() if shape) or "no shape recognised"
        out = self.read - self.used
        said = f"{self.read} rows, {self.used} used, {out} left out" if self.file.export else f"{self.used} rows used, {out} not"
        instead = f" (in place of {self.file.source})" if self.file.source else ""
        sheets = list(dict.fromkeys(found.sheet for found in self.findings))
        findings = sorted(self.findings, key=lambda found: (sheets.index(found.sheet), found.line or found.row or 0))
        kept, notes = (tuple(one for one in findings if (one.level == "note") is noted) for noted in (False, True))
        return Checked(EXAMPLES + self.file.name, f"{shapes}: {said}{instead}", kept, notes, self.file.export, Rows(self.read, self.used, out))

Taught = list[tuple[str, Match]]


def check_examples(domain: Domain, cleaner: Cleaner, tokens: Tokens, looks: Sequence[Look], fixer: Fixer | None) -> tuple[list[Checked], Taught]:
    """The findings, file by file, and each example that gives a measured question away."""
    taught: Taught = []
    standing = Standing()
    shown: tuple[Look, ...] = (standing, tokens, *looks)
    files = []
    for file in example_files(domain.examples, fixer.afresh if fixer else ()):
        tally = Tally(file)
        for row in cleaner.judge_file(file):
            tally.count(row)
            tally.add(row, row.faults)
            for look in shown:
                tally.add(row, look.look(row))
            if fixer:
                fixer.take(row)
            if row.asks:
                taught.append((row.origin, row.asks))
        for row, fault in tokens.flush():
            tally.add(row, [fault])
        if fixer:
            fixer.close(file)
        files.append(tally.checked())
    across = _across(domain, standing, tokens, files, bool(fixer))
    return [*(one for one in files if not one.raw), across, *_exports([one for one in files if one.raw])], taught


def _across(domain: Domain, standing: Standing, tokens: Tokens, files: Sequence[Checked], fixed: bool) -> Checked:
    """What holds for all files together."""
    counted = tokens.fault or (f"longest row {tokens.most:,} of {tokens.row_limit:,} tokens" if tokens.most else "")
    notes = [Finding("note", EXAMPLES, None, counted, "tokens")] if counted else []
    repeated = [note for file in files for note in file.notes if note.kind == "document"]
    if repeated:
        share = len(repeated) / max(standing.spoken.total(), 1)
        places = ", ".join(note.place.removeprefix(EXAMPLES) for note in repeated[:NAMED])
        text = f"{len(repeated)} answers ({share:.0%}) repeat the documents word for word, e.g. {places}; retrieval brings facts, an adapter learns form"
        notes.append(Finding("note", EXAMPLES, None, text, "document"))
    stale = [] if fixed else list(stale_sources(domain.examples))
    return Checked(EXAMPLES, standing.words, (*standing.gaps(domain), *stale), tuple(notes))


def _exports(files: Sequence[Checked]) -> Iterator[Checked]:
    """A line for all exports together, then each of them."""
    rows = [file.rows for file in files if file.rows]
    if rows:
        read, used, out = (sum(getattr(one, name) for one in rows) for name in ("read", "used", "left_out"))
        yield Checked(f"{EXAMPLES}{EXPORTS}/", f"raw exports: {read} rows, {used} used, {out} left out", raw=True, rows=Rows(read, used, out))
        yield from files
