"""Finds questions that the domain's own examples or routing utterances give away: measured on them, every figure flatters."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise

from assistant.domain_files import Question
from assistant.records import Example

_SIGNS = re.compile(r"[\W_]+")


def normalised(text: str) -> str:
    """Letters and digits alone, in one width and case."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).casefold())


def overlaps(questions: Iterable[tuple[int, Question]], examples: Sequence[Example], utterances: Sequence[str]) -> list[tuple[int, str]]:
    """(line, text) for each question that equals an example's question or a routing utterance."""
    places = {normalised(text): "a routing utterance in domain.toml" for text in utterances}
    places |= {key: example.origin for example in reversed(examples) for key in _asked(example)}
    found = []
    for line, question in questions:
        before = [turn.content for turn in question.history if turn.role == "user"]
        key = normalised(question.question)
        where = places.get(f"{normalised(before[-1])}|{key}" if before else key)
        if where:
            found.append((line, f"{question.id!r} asks the same as {where}; a question that was taught measures nothing, so reword it"))
    return found


def _asked(example: Example) -> list[str]:
    """Keys of an example's questions: alone when it opens the conversation, with the one before otherwise."""
    asked = [normalised(turn.content) for turn in example.turns if turn.role == "user"]
    return asked[:1] + [f"{before}|{text}" for before, text in pairwise(asked)]
