"""Examples shown before a question, the most similar first: the domain's voice where there is no adapter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from assistant.answering.cite import without_marks
from assistant.language import detect
from assistant.records import Example, Kind, Language, Turn
from assistant.retrieval.words import tokens

MOST = 4
OWN = 0.8


@dataclass(frozen=True)
class Shot:
    question: str
    answer: str
    language: Language
    kind: Kind

    @property
    def turns(self) -> tuple[Turn, Turn]:
        return Turn("user", self.question), Turn("assistant", self.answer)


@dataclass(frozen=True)
class Shots:
    """First question and answer of each example. ``count`` gives tokens of the base model."""

    examples: Sequence[Example]
    count: Callable[[str], int]

    @cached_property
    def _all(self) -> list[Shot]:
        made = []
        for example in self.examples:
            spoken = [turn for turn in example.turns if turn.role != "system"]
            if len(spoken) >= 2:
                made.append(Shot(spoken[0].content, without_marks(spoken[1].content), detect(spoken[0].content), example.kind))
        return made

    @cached_property
    def _fitted(self) -> tuple[Any, Any]:
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectorizer = TfidfVectorizer(analyzer=tokens)
        return vectorizer, vectorizer.fit_transform([shot.question for shot in self._all])

    def nearest(self, question: str, kind: Kind, room: int) -> list[Shot]:
        """Up to four shots of the question's language and kind within ``room`` tokens, the nearest last; never the question itself."""
        if not self._all:
            return []
        vectorizer, matrix = self._fitted
        likeness = (matrix @ vectorizer.transform([question]).T).toarray()[:, 0]
        chosen: list[Shot] = []
        for place in sorted(range(len(self._all)), key=lambda place: -likeness[place]):
            shot = self._all[place]
            if shot.language != detect(question) or shot.kind != kind or _same(shot.question, question):
                continue
            cost = self.count(shot.question) + self.count(shot.answer) + 16
            if cost <= room:
                chosen.append(shot)
                room -= cost
            if len(chosen) == MOST:
                break
        return chosen[::-1]


def near(questions: Sequence[str], examples: Sequence[Example]) -> list[str]:
    """For each question the place of an example that asks the same or nearly so, "" for none."""
    asked: dict[str, list[tuple[str, str]]] = {}
    for example in examples:
        for turn in example.turns:
            if turn.role == "user":
                for word in set(tokens(turn.content)) or {turn.content.strip()}:
                    asked.setdefault(word, []).append((turn.content, example.origin or example.id))
    found = []
    for question in questions:
        candidates = {pair for word in set(tokens(question)) or {question.strip()} for pair in asked.get(word, ())}
        found.append(min((origin for text, origin in candidates if _same(text, question)), default=""))
    return found


def _same(one: str, other: str) -> bool:
    """Whether two questions are the same or nearly so (Jaccard similarity of their words)."""
    left, right = set(tokens(one)), set(tokens(other))
    return one.strip() == other.strip() or (bool(left | right) and len(left & right) / len(left | right) >= OWN)
