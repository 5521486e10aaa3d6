"""Compares a finished sentence with the evidence and the question before anybody sees it. Knows no model."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assistant.answering.facts import Fact, facts, supported
from assistant.records import Evidence
from assistant.retrieval.words import tokens

WORDS = 0.6
_NOT = re.compile(r"\b(?:not|no|never|neither|without|cannot|can't|isn't|aren't|don't|doesn't|mustn't|won't|unless|forbidden|prohibited)\b|不|无|未|禁止|严禁|没有|勿|除非", re.I)
_LAYOUT = re.compile(r" › |^[^|\n]{1,80} \| [^|]*$")
_LOOP = re.compile(r"(\S{1,20}?)\1{7,}")
_FORM = re.compile(r"[_.…=*·\d-]")  # blanks and rules of a form may repeat
NEAR = 0.6


@dataclass(frozen=True)
class Grounds:
    """What a sentence may rest on: evidence, the question with its history, values a domain computes, and the house's own words
    (``voice``) and fixed phrases; ``own_check`` is the domain's."""

    evidence: Sequence[Evidence]
    asked: str
    computed: Sequence[str] = ()
    voice: frozenset[str] = frozenset()
    phrases: frozenset[str] = frozenset()
    own_check: Callable[[str], list[str]] = field(default=lambda sentence: [])

    @property
    def text(self) -> str:
        lines = [f"{item.heading}\n{item.text}" for item in self.evidence]
        return "\n".join([*lines, *self.computed, self.asked])

    @property
    def known(self) -> frozenset[Fact]:
        parts = [f"{item.heading}\n{item.text}" for item in self.evidence]
        return frozenset().union(*(facts(part) for part in [*parts, *self.computed, self.asked]))


def unsupported(sentence: str, grounds: Grounds) -> list[str]:
    """Why a sentence does not stand, in words; [] when it does."""
    wrong = _unborne(sentence, grounds)
    if _LAYOUT.search(sentence):
        wrong.append("it repeats the layout of the prompt")
    if _LOOP.search(_FORM.sub("", sentence)):
        wrong.append("it repeats itself")
    return wrong + grounds.own_check(sentence)


def _unborne(sentence: str, grounds: Grounds) -> list[str]:
    """What in a sentence its evidence does not bear out."""
    wrong = [f"{fact.kind} {fact.value}{' ' + fact.unit if fact.unit else ''}" for fact in unknown_facts(sentence, grounds)]
    share = word_support(sentence, grounds)
    if share < WORDS:
        wrong.append(f"only {share:.0%} of its words are in the passages")
    if not wrong and denies(sentence, grounds.evidence):
        wrong.append("it says yes where the passage says no, or no where it says yes")
    return wrong


def unknown_facts(sentence: str, grounds: Grounds) -> list[Fact]:
    """Hard facts of the sentence that neither evidence nor question holds."""
    known, text = grounds.known, grounds.text
    return sorted((fact for fact in facts(sentence) if not supported(fact, known, text)), key=lambda fact: (fact.kind, fact.value))


def word_support(sentence: str, grounds: Grounds) -> float:
    """Share of a sentence's content words found in its grounds; 1 for a sentence without any."""
    words = set(tokens(re.sub(r"\[\d+\]|\d", " ", sentence)))
    if not words:
        return 1.0
    known = set(tokens(grounds.text)) | grounds.voice
    return len(words & known) / len(words)


def denies(sentence: str, evidence: Sequence[Evidence]) -> bool:
    """Whether the sentence turns round its nearest evidence: nearly the same words, but one side is negated."""
    words = set(tokens(sentence))
    nearest = max(evidence, key=lambda item: _likeness(words, item.text), default=None)
    if nearest is None or _likeness(words, nearest.text) < NEAR:
        return False
    return bool(_NOT.search(sentence)) != bool(_NOT.search(nearest.text))


def _likeness(words: set[str], text: str) -> float:
    """Jaccard similarity of content words."""
    other = set(tokens(text))
    return len(words & other) / len(words | other) if words | other else 0.0
