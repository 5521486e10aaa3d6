"""Which pieces of the evidence a sentence speaks of: by the words they share, the rare ones weighing more. Knows nothing of facts being right.

A piece is a stretch between commas, so that of "Plus allows 300, Pro allows 600" each half stands for itself.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.answering.facts import Fact, borne, facts
from assistant.records import Evidence
from assistant.retrieval.words import tokens

NEAR = 0.7
_BETWEEN = re.compile(r"[\s.。;；,，*`]+")
_NUMERAL = re.compile(r"[\d〇零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟]+(?:[.,:]\d+)*(?:个?(?:工作日|小时|月|星期)|天|日|年|元|分钟|秒|次|周|号|%)?|\[\d+\]|(?<=\d)(?:st|nd|rd|th)\b")
_CUT = re.compile(r"[;；。!?！？\n]+|(?<!\d)[,，、]|[,，、](?!\d{3}(?!\d)|(?<=-\d\d,) \d+\.\d)|(?<=[.!?])\s+|:\s(?=[A-Z\d])")
_JOINT = re.compile(r"\s+(?:and|or|but)\s+|(?<=[\d天日月年元次秒时%])(?:和|及|或)")
_NUMBERED = re.compile(r"^\s*(?:[（(]?[\d.]{1,6}[)）]?|[（(][一二三四五六七八九十]+[)）])\s+(?=\D)|(?<=› )(?:[\d.]+|[（(]?[一二三四五六七八九十]+[)）、])\s*")


@lru_cache(maxsize=8192)
def content(text: str) -> frozenset[str]:
    """Search words of a text without its numbers and their units."""
    return frozenset(token for token in tokens(_NUMERAL.sub(" ", text)) if not token.isdigit())


@lru_cache(maxsize=8192)
def pieces(text: str) -> tuple[str, ...]:
    """The stretches between commas; "and" parts them where each side has a number of its own."""
    found = []
    for part in _CUT.split(text):
        sides = _JOINT.split(part)
        apart = len(sides) > 1 and all(any(fact.kind == "number" for fact in facts(side)) for side in sides)
        found += sides if apart else [part]
    return tuple(piece.strip() for piece in found if piece and piece.strip())


def unnumbered(text: str) -> str:
    """Without the number of a clause or heading: no fact ("6 Powers of attorney")."""
    return _NUMBERED.sub("", text)


def bare(text: str) -> str:
    """The letters of a text by which a repetition is known: without its clause number, white space, marks of punctuation and of emphasis."""
    return _BETWEEN.sub("", unnumbered(text)).casefold()


@dataclass(frozen=True)
class Part:
    """One item of evidence: all its words, with and without its heading."""

    text: str
    heading: str
    words: frozenset[str]
    facts: frozenset[Fact]

    @property
    def whole(self) -> str:
        return f"{self.heading}\n{self.text}"


@lru_cache(maxsize=4096)
def part(text: str, heading: str) -> Part:
    own, above = unnumbered(text), unnumbered(f"› {heading}").removeprefix("› ").replace(" › ", " ; ")
    clauses = {fact for fact in borne(f"› {heading}\n{text}") if fact.kind == "clause"}
    return Part(own, above, content(f"{above} {own}"), facts(own) | facts(above) | clauses)


class Aligned:
    """The evidence seen from one sentence."""

    def __init__(self, evidence: Sequence[Evidence]) -> None:
        self.parts = [part(item.text, item.heading) for item in evidence]
        self._counts = Counter(word for one in self.parts for word in one.words)

    def weight(self, words: Iterable[str]) -> float:
        """How much words tell: those of few parts more, those of none as much as those of one."""
        return sum(math.log(1 + (1 + len(self.parts)) / (self._counts[word] or 1)) for word in words)

    def near(self, words: frozenset[str], share: float = NEAR) -> list[Part]:
        """The parts that share about as much with the words as the best does; all of them when none shares anything."""
        shared = [self.weight(words & one.words) for one in self.parts]
        best = max(shared, default=0.0)
        return [one for one, value in zip(self.parts, shared, strict=True) if value >= share * best]
