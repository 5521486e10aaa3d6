"""What this package registers: its domain, subtitles (.srt) as documents, and a score for answers that are read aloud."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assistant.hookspecs import hookimpl

BEATS = re.compile(r"^\d+\s*$|^\d\d:\d\d:\d\d,\d{3} --> .*$", re.M)
WORD = re.compile(r"[\u4e00-\u9fff]|[A-Za-z0-9]+")
BREATH = 25  # words that can be said in one breath


@hookimpl
def register_domains(register: Callable[[Path], None]) -> None:
    register(Path(__file__).parent / "domains" / "library_desk")


@hookimpl
def register_loaders(register: Callable[[str, Callable[[Path], str]], None]) -> None:
    register(".srt", spoken_text)


@hookimpl
def register_metrics(register: Callable[[str, Callable[[str, Any], float]], None]) -> None:
    register("spoken_length", spoken_length)


def spoken_text(path: Path) -> str:
    """What is said in a file of subtitles, as one paragraph; the file's name is the title."""
    said = " ".join(BEATS.sub("", path.read_text("utf-8-sig")).split())
    return f"# {path.stem.replace('-', ' ').capitalize()}\n\n{said}\n"


def spoken_length(answer: str, question: Any) -> float:
    """Share of the sentences that can be said in one breath; 0 to 1."""
    sentences = [part for part in re.split(r"[.!?。！？]\s*", answer) if part.strip()]
    return sum(len(WORD.findall(part)) <= BREATH for part in sentences) / max(1, len(sentences))
