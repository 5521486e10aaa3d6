"""What tells whether a sentence answers a question, as figures for the ranker: words shared and how rare they are, the kind of value asked
for, place and shape. Serves both languages; knows no vectors and no domain."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from assistant.language import HAN, detect
from assistant.records import Passage
from assistant.retrieval.asks import KINDS, asked_for, held_in, unit_asked
from assistant.retrieval.evidence import Candidate, Need
from assistant.retrieval.words import tokens

_DENIES = re.compile(r"\b(?:not|no|never|cannot|can't|don't|doesn't|isn't|won't|without|unless|except)\b|不|没|无|未|非|禁止|除外")
_COMPARES = re.compile(r"\b(?:more|less|fewer|than|over|above|below|under|up to|at least|at most|exceed\w*|maximum|minimum|longer|shorter|first|last)\b|超过|以上|以下|不足|满|最多|最少|至少|不超|之内|以内|高于|低于|首次|最后")
_DIGITS = re.compile(r"\d+")
_BEGINS = re.compile(r"^(?:and|but|this|that|these|those|it|they|he|she|such|if so|otherwise|其|该|此|这|否则|但)\b|^(?:其|该|此|这|否则|但)", re.I)
NAMES = (
    "inside", "around", "passage", "only_heading", "rarest_in", "rarest_near", "met", "reverse", "pairs", "grams", "place", "lexical", "lexical_gap",
    "fused", "neighbour", "first", "position", "denial", "comparison", "dangling", "same_language", "unit", "numbers",
    *(f"asks_{kind}" for kind in KINDS), "score_gap",
)  # fmt: skip
HALF_MATCH = 10.0
MANY_DIGITS = 6


@dataclass(frozen=True)
class Words:
    """The search tokens of a text, their neighbours in pairs, and its short runs: single Han characters, four letters of Latin words."""

    tokens: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    grams: frozenset[str]


@lru_cache(maxsize=16384)
def words_of(text: str) -> Words:
    found = tokens(text)
    grams = set(HAN.findall(text)) | {word[i : i + 4] for word in found if word[0].isascii() and word[0].isalpha() for i in range(max(1, len(word) - 3))}
    return Words(frozenset(found), frozenset(pairwise(found)), frozenset(grams))


def clues(question: str, wanted: Sequence[Need], passages: Sequence[Passage], found: Sequence[Candidate], idf: Callable[[str], float]) -> Any:
    """(candidates, len(NAMES)) float64; ``found`` are sentences of ``passages``."""
    import numpy as np

    asked = _Asked(question, wanted, passages, found, idf)
    best = max((candidate.score for candidate in found), default=0.0)
    return np.array([[*asked.words_shared(one), *asked.stands(one), *asked.says(one), one.score - best] for one in found]).reshape(-1, len(NAMES))


class _Asked:
    """One question, and what its candidates share of it."""

    def __init__(
        self, question: str, wanted: Sequence[Need], passages: Sequence[Passage], found: Sequence[Candidate], idf: Callable[[str], float]
    ) -> None:
        self.wanted, self.idf, self.words, self.language = wanted, idf, words_of(question), detect(question)
        self.kinds, self.unit = asked_for(question.lower()), unit_asked(question)
        self.denies, self.compares = bool(_DENIES.search(question.lower())), bool(_COMPARES.search(question.lower()))
        self.rarest = max(wanted, key=lambda need: need.weight, default=None)
        self.place = {passage.chunk.id: (rank, passage) for rank, passage in enumerate(passages)}
        self.best = max((passage.lexical_score for passage in passages), default=0.0) or 1.0
        self.most = max((passage.score for passage in passages), default=0.0) or 1.0
        self.beside: dict[str, list[tuple[int, float]]] = {}
        for one in found:
            self.beside.setdefault(one.chunk.id, []).append((one.sentence.start, self.covered(words_of(one.sentence.text).tokens)))
        for places in self.beside.values():
            places.sort()

    def covered(self, words: frozenset[str]) -> float:
        """Weighted share of the question that the words hold, as in ``evidence.coverage``."""
        total = sum(need.weight for need in self.wanted)
        return sum(need.met(words) * need.weight for need in self.wanted) / total if total else 0.0

    def words_shared(self, one: Candidate) -> list[float]:
        own, near = words_of(one.sentence.text), words_of(f"{one.chunk.title} {one.chunk.heading}").tokens | words_of(one.sentence.text).tokens
        inside, around = self.covered(own.tokens), self.covered(near)
        weight = sum(self.idf(token) for token in own.tokens) or 1.0
        return [
            inside,
            around,
            self.covered(words_of(one.chunk.text).tokens | near),
            around - inside,
            self.rarest.met(own.tokens) if self.rarest else 0.0,
            self.rarest.met(near) if self.rarest else 0.0,
            sum(need.met(own.tokens) > 0.5 for need in self.wanted) / 4,
            sum(self.idf(token) for token in own.tokens & self.words.tokens) / weight,
            _share(self.words.pairs, own.pairs),
            _share(self.words.grams, own.grams),
        ]

    def stands(self, one: Candidate) -> list[float]:
        """Where the sentence stands: its passage's ranks, what is beside it, how far down."""
        rank, passage = self.place[one.chunk.id]
        places = self.beside[one.chunk.id]
        at = next(i for i, (start, _) in enumerate(places) if start == one.sentence.start)
        return [
            1 / (1 + rank),
            passage.lexical_score / (passage.lexical_score + HALF_MATCH),
            passage.lexical_score / self.best,
            passage.score / self.most,
            max((value for i, (_, value) in enumerate(places) if abs(i - at) == 1), default=0.0),
            float(at == 0),
            at / len(places),
        ]

    def says(self, one: Candidate) -> list[float]:
        """What sort of thing the sentence says, against what sort is asked for: 1 where it fits, -1 where it does not, 0 where it is not asked."""
        text, lowered = one.sentence.text, one.sentence.text.lower()
        held = held_in(lowered)
        return [
            float(self.denies == bool(_DENIES.search(lowered))),
            (1.0 if self.compares else 0.5) if _COMPARES.search(lowered) else 0.0,
            float(bool(_BEGINS.search(text))),
            float(one.chunk.language == self.language),
            0.0 if self.unit is None else 1.0 if self.unit.search(text) else -1.0,
            min(len(_DIGITS.findall(text)), MANY_DIGITS) / MANY_DIGITS,
            *(0.0 if kind not in self.kinds else 1.0 if kind in held else -1.0 for kind in KINDS),
        ]


def _share(part: frozenset[Any], whole: frozenset[Any]) -> float:
    return len(part & whole) / len(part) if part else 0.0
