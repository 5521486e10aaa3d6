"""Reads the texts of frames_* and life_* into groups. Knows nothing of slot values."""

from dataclasses import dataclass, replace
from functools import cache

from starter import frames_en, frames_zh, life_en, life_zh
from starter.split import is_held_out, part


@dataclass(frozen=True)
class Group:
    """Statements about one attribute (price, deadline…) and the questions that each of them answers."""

    name: str
    statements: tuple[str, ...]
    questions: tuple[str, ...]
    family: str = ""  # of a sentence of life_*: its siblings speak of the same matter


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
    return tuple(g for g in dealt if is_held_out(g.statements[0]) == held_out)


def parse_life(text: str) -> tuple[Group, ...]:
    """Every statement is a group of its own, named by itself."""
    family, groups = "", []
    for line in text.strip().splitlines():
        mark, content = line.split(" ", 1)
        if mark == "#":
            family = content
        elif mark == "S":
            groups.append(Group(content, (content,), (), family))
        else:
            groups[-1] = replace(groups[-1], questions=(*groups[-1].questions, content))
    return tuple(groups)


@cache
def life_for(language: str, held_out: bool) -> tuple[Group, ...]:
    """The sentences of life for training, or the held-out ones."""
    groups = parse_life((life_zh if language == "zh" else life_en).LIFE)
    return tuple(group for group in groups if is_held_out(group.name) == held_out)
