"""Reads the frame texts of frames_en and frames_zh into groups. Knows nothing of slot values."""

from dataclasses import dataclass
from functools import cache

from starter import frames_en, frames_zh
from starter.split import is_held_out, part


@dataclass(frozen=True)
class Group:
    """Statements about one attribute (price, deadline…) and the questions that each of them answers."""

    name: str
    statements: tuple[str, ...]
    questions: tuple[str, ...]


def parse_frames(text: str) -> tuple[Group, ...]:
    groups: list[tuple[str, list[str], list[str]]] = []
    for line in text.strip().splitlines():
        mark, content = line.split(" ", 1)
        if mark == "#":
            groups.append((content, [], []))
        else:
            (groups[-1][1] if mark == "S" else groups[-1][2]).append(content)
    return tuple(Group(name, tuple(says), tuple(asks)) for name, says, asks in groups)


@cache
def groups_for(language: str, held_out: bool) -> tuple[Group, ...]:
    """All groups with the training statements and questions, or with the held-out ones."""
    groups = parse_frames((frames_zh if language == "zh" else frames_en).FRAMES)
    dealt = (Group(g.name, part(g.statements, held_out), part(g.questions, held_out)) for g in groups)
    return tuple(g for g in dealt if not held_out or is_held_out(g.statements[0]))
