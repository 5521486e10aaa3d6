"""Which evidence supports a sentence, and marks such as [2] resolved to documents. Knows no model."""

import re
from collections.abc import Sequence

from assistant.answering.facts import borne, facts, supported
from assistant.records import Citation, Evidence
from assistant.retrieval.words import tokens

MARK = re.compile(r"\s*\[(\d{1,2})\]")
ENOUGH = 0.4
MOST = 3


def mark(sentence: str, evidence: Sequence[Evidence]) -> list[int]:
    """Numbers of the evidence a sentence rests on: the one that shares most of it, and those needed for its other facts."""
    words, wanted = set(tokens(sentence)), facts(sentence)
    if not words and not wanted:
        return []
    scored = sorted(((_support(words, sentence, item), item) for item in evidence), key=lambda pair: (-pair[0], pair[1].n))
    chosen: list[int] = []
    for score, item in scored:
        new = {fact for fact in wanted if supported(fact, borne(item.text), item.text)}
        if (not chosen and score >= ENOUGH) or (chosen and new and len(chosen) < MOST and score >= ENOUGH / 2):
            chosen.append(item.n)
            wanted = wanted - new
    return chosen


def _support(words: set[str], sentence: str, item: Evidence) -> float:
    """Share of the sentence's words in the evidence, plus what its facts there weigh."""
    other = set(tokens(f"{item.heading} {item.text}"))
    share = len(words & other) / len(words) if words else 0.0
    own = facts(sentence)
    held = sum(supported(fact, borne(item.text), item.text) for fact in own)
    return share + (0.5 * held / len(own) if own else 0.0)


def without_marks(sentence: str) -> str:
    return MARK.sub("", sentence)


class Citations:
    """Numbers the cited evidence in order of appearance, from ``before`` + 1 on, and keeps where each mark leads."""

    def __init__(self, before: int = 0) -> None:
        self._before = before
        self._given: dict[int, int] = {}
        self.found: list[Citation] = []

    def marks(self, cited: Sequence[Evidence]) -> str:
        """`` [1] [3]`` for the evidence of one sentence."""
        return "".join(f" [{self._number(item)}]" for item in cited)

    def _number(self, item: Evidence) -> int:
        if item.n not in self._given:
            self._given[item.n] = self._before + len(self._given) + 1
            chunk = item.chunk
            heading = chunk.heading or chunk.title
            place = (chunk.document, heading, chunk.page_at(item.start), item.text, chunk.text, chunk.domain, item.start, item.end)
            self.found.append(Citation(self._given[item.n], *place))
        return self._given[item.n]
