"""Which questions of questions.jsonl an example would give away: measured on a question that was taught, every figure flatters.

Equal once signs, width and case are put aside, or nearly so: trigrams that agree to three quarters, and the same figures.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.domain_files import Question, read_text
from assistant.errors import DomainError
from assistant.records import Example
from assistant.rows.similar import figures, jaccard, normalised, trigrams

if TYPE_CHECKING:
    from assistant.rows.similar import Trigrams

NEAR = 0.75
LEAST_TRIGRAMS = 8

Numbered = list[tuple[int, Question]]


@dataclass(frozen=True)
class Match:
    """A question that an example asks too; ``near`` is 1.0 when it is the same."""

    line: int
    id: str
    near: float

    @property
    def words(self) -> str:
        return "asks the same as" if self.near == 1 else f"asks nearly the same ({self.near:.0%} of its trigrams) as"


def readable_questions(path: Path) -> Numbered:
    """The rows of questions.jsonl that can be read, with their lines; none when there is no such file."""
    rows = []
    try:
        lines = read_text(path).split("\n") if path.exists() else []
    except DomainError:
        return []
    for number, line in enumerate(lines, 1):
        try:
            rows.append((number, Question(**json.loads(line))))
        except (ValueError, TypeError, RecursionError):
            continue
    return rows


class Questions:
    """The measured questions, by their words; a follow-up counts with the question before it."""

    def __init__(self, rows: Numbered) -> None:
        self._exact: dict[str, tuple[int, str]] = {}
        self._near: list[tuple[int, str, Trigrams, tuple[str, ...]]] = []
        self._having: dict[int, list[int]] = {}
        for line, question in rows:
            before = [turn.content for turn in question.history if turn.role == "user"][-1:]
            text = "|".join([*before, question.question])
            self._exact.setdefault(key_of([*before, question.question]), (line, question.id))
            grams = trigrams(text)
            if grams.size >= LEAST_TRIGRAMS:
                for gram in grams.tolist():
                    self._having.setdefault(gram, []).append(len(self._near))
                self._near.append((line, question.id, grams, figures(text)))

    def asked_in(self, example: Example) -> Match | None:
        """The question that an example asks too; the closest where there are several."""
        texts = list(_asked(example)) if self._exact else []
        for asked in texts:
            if same := self._exact.get(key_of(asked)):
                return Match(*same, 1.0)
        return max(filter(None, (self._nearest(asked) for asked in texts)), key=lambda match: match.near, default=None)

    def asked_by(self, text: str) -> Match | None:
        """The question that is the same as a text, such as a routing utterance."""
        same = self._exact.get(key_of([text]))
        return Match(*same, 1.0) if same else None

    def _nearest(self, asked: list[str]) -> Match | None:
        text = "|".join(asked)
        grams = trigrams(text)
        if grams.size < LEAST_TRIGRAMS:
            return None
        shared = Counter(place for gram in grams.tolist() for place in self._having.get(gram, ()))
        for place, count in shared.most_common(2):
            line, name, other, numbers = self._near[place]
            if count >= NEAR * max(grams.size, other.size) and numbers == figures(text) and (index := jaccard(grams, other)) >= NEAR:
                return Match(line, name, min(index, 0.99))
        return None


def key_of(asked: Iterable[str]) -> str:
    return "|".join(normalised(text) for text in asked)


def _asked(example: Example) -> Iterator[list[str]]:
    """An example's questions: alone where one opens the conversation, with the one before it otherwise."""
    asked = [turn.content for turn in example.turns if turn.role == "user"]
    yield from ([text] for text in asked[:1])
    yield from ([before, text] for before, text in pairwise(asked))
