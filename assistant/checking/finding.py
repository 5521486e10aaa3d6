"""What a check finds: faults with file and line, and what each file holds in words. Knows nothing of how it is shown."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

EXAMPLES = "examples/"
Level = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Finding:
    """An ``error`` keeps something from working or makes figures wrong; a ``warning`` is worth a look; a ``note`` needs nothing done.

    ``file`` is relative to the domain, ``line`` the line or, in a workbook, the row of ``sheet``; ``row`` counts the rows of a .json list.
    ``kind`` is a word that programs may rely on (docs/checking.md). ``left_out``: the row is not learned for it.
    """

    level: Level
    file: str
    line: int | None
    text: str
    kind: str = ""
    sheet: str = ""
    row: int | None = None
    left_out: bool = False

    @property
    def place(self) -> str:
        sheet = f" {self.sheet}" if self.sheet else ""
        number = f":{self.line}" if self.line else f" row {self.row}" if self.row else ""
        return f"{self.file}{sheet}{number}"


@dataclass(frozen=True)
class Rows:
    """Rows of an example file: met, learned by a training, and neither."""

    read: int
    used: int
    left_out: int


@dataclass(frozen=True)
class Checked:
    """One file or folder: what it holds, and what is wrong with it. ``raw``: an export, whose findings spoil nothing."""

    file: str
    summary: str
    findings: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    raw: bool = False
    rows: Rows | None = None


@dataclass(frozen=True)
class Report:
    """Everything found in one domain, and what `--fix` wrote."""

    domain: str
    folder: Path
    files: tuple[Checked, ...]
    fixed: tuple[str, ...] = ()

    def found(self, level: Level) -> list[Finding]:
        return [finding for file in self.files if not file.raw for finding in file.findings if finding.level == level]

    @property
    def raw(self) -> list[Finding]:
        """What was found in the exports."""
        return [finding for file in self.files if file.raw for finding in file.findings]


def finding_at(origin: str, name: str, level: Level, text: str, kind: str, left_out: bool = False) -> Finding:
    """The finding at an example's origin, such as ``raw/orders.xlsx Mai:7`` or ``list.json: row 2`` of the file ``name``."""
    place = re.fullmatch(r"(?: (?P<sheet>.+?))?(?::(?P<line>\d+)|: row (?P<row>\d+))?", origin.removeprefix(name), re.S)
    parts = place.groupdict() if place else {}
    line, row = (int(parts[key]) if parts.get(key) else None for key in ("line", "row"))
    return Finding(level, f"{EXAMPLES}{name}", line, text, kind, parts.get("sheet") or "", row, left_out)


def located(file: str, lines: Iterable[str], level: Level = "error") -> list[Finding]:
    """Findings from lines such as ``name.toml:3: text`` or ``name.xlsx Sheet:3: text``; the position goes to ``line``."""
    name = re.escape(Path(file).name)
    found = []
    for line in lines:
        match = re.match(rf"(?:\S*/)?{name}(?: (?P<sheet>[^:]+))?(?::(?P<line>\d+))?: ?(?P<text>.*)", line.strip(), re.S)
        text = " ".join((match["text"] if match else line).split())
        if match and match["sheet"]:
            text = f"{match['sheet']}: {text}"
        inside = re.search(r" ?\(at line (\d+), column \d+\)", text)
        number = (match and match["line"]) or (inside and inside[1])
        found.append(Finding(level, file, int(number) if number else None, text.replace(inside[0], "") if inside else text))
    return found


def faults_of(error: Exception) -> list[str]:
    """The lines of an error that reports several faults; its only line otherwise."""
    faults = getattr(error, "faults", None) or str(error).split("\n  ")[1:]
    return list(faults) or [str(error)]
