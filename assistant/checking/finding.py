"""What a check finds: faults with file and line, and what each file holds in words. Knows nothing of how it is shown."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """An ``error`` keeps something from working or makes figures wrong; a ``warning`` is worth a look. ``file`` is relative to the domain."""

    level: Level
    file: str
    line: int | None
    text: str

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class Checked:
    """One file or folder: what it holds, and what is wrong with it."""

    file: str
    summary: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Report:
    """Everything found in one domain."""

    domain: str
    folder: Path
    files: tuple[Checked, ...]

    def found(self, level: Level) -> list[Finding]:
        return [finding for file in self.files for finding in file.findings if finding.level == level]


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
