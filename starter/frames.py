"""Reads `texts/`: frames, sentences of life, synonyms. Knows nothing of slot values."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starter.split import is_held_out, part

TEXTS = Path(__file__).parent / "texts"
FRAMES, SYNONYMS, DRAFTS, TABLES = "frames", "synonyms", "drafts", "tables"


@dataclass(frozen=True)
class Group:
    """Statements that tell one thing and the questions that each of them answers. A sentence of life has a family:
    its siblings speak of the same matter and answer none of its questions."""

    name: str
    statements: tuple[str, ...]
    questions: tuple[str, ...]
    family: str = ""


def read_marks(path: Path) -> Iterator[tuple[str, str]]:
    """(`#`, `S` or `Q`; text) of each line; ValueError names a line that is neither."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        mark, _, text = line.strip().partition(" ")
        if line.strip() and (mark not in ("#", "S", "Q") or not text):
            raise ValueError(f"{path}:{number}: a line begins with '# ', 'S ' or 'Q ', not {line[:20]!r}")
        if text:
            yield mark, text.strip()


@cache
def groups_for(language: str, held_out: bool) -> tuple[Group, ...]:
    """The groups of frames.txt with the training statements and questions, or with the held-out ones."""
    groups: list[tuple[str, list[str], list[str]]] = []
    for mark, text in read_marks(TEXTS / language / f"{FRAMES}.txt"):
        if mark == "#":
            groups.append((text, [], []))
        else:
            _, says, asks = groups[-1]
            (says if mark == "S" else asks).append(text)
    dealt = (Group(name, part(says, held_out), part(asks, held_out)) for name, says, asks in groups)
    return tuple(group for group in dealt if is_held_out(group.statements[0]) == held_out)


@cache
def life_for(language: str, held_out: bool) -> tuple[Group, ...]:
    """The sentences of life in the families for training, or in the held-out ones."""
    groups: list[Group] = []
    for path in sorted((TEXTS / language).glob("*.txt")):
        if not path.stem.startswith((FRAMES, SYNONYMS, DRAFTS, TABLES)):
            groups += _life_in(path)
    return tuple(group for group in groups if is_held_out(group.family) == held_out)


@cache
def drafts_for(language: str, held_out: bool) -> tuple[Group, ...]:
    """Forms to be filled with the values of the question; every slot of a form stands in each of its questions."""
    return part(tuple(_life_in(TEXTS / language / f"{DRAFTS}.txt")), held_out)


@cache
def families_for(language: str, held_out: bool) -> tuple[str, ...]:
    """The names of the families, in order."""
    return tuple(sorted({group.family for group in life_for(language, held_out)}))


def _life_in(path: Path) -> Iterator[Group]:
    family = ""
    says: list[str] = []
    asks: list[str] = []
    for mark, text in (*read_marks(path), ("#", "")):
        if mark == "Q":
            asks.append(text)
            continue
        if asks:  # a statement after a question, or a new family: the group before is complete
            yield Group(says[0], tuple(says), tuple(asks), family)
            says, asks = [], []
        if mark == "S":
            says.append(text)
        else:
            family = text


@cache
def synonyms_for(language: str, held_out: bool) -> tuple[tuple[str, ...], ...]:
    """Groups of words and phrases that mean the same, for training or held out."""
    lines = [
        line
        for path in sorted((TEXTS / language).glob(f"{SYNONYMS}*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    groups = (tuple(word.strip() for word in line.split("|") if word.strip()) for line in lines)
    return part(tuple(group for group in groups if len(group) > 1), held_out)
