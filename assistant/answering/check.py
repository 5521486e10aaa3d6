"""Compares a finished sentence with the evidence and the question before anybody sees it. Asks no model.

A fact must stand in evidence that speaks of the same thing as the sentence, not anywhere; beside a word of another entry of the same list it is
that entry's.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from assistant.answering.align import Aligned, Part, bare, content, pieces
from assistant.answering.facts import Fact, borne, facts, supported
from assistant.answering.names import names, uncoded
from assistant.answering.polarity import denied
from assistant.models.entail import EntailmentModel
from assistant.records import Evidence

WORDS = 0.5
FENCE = re.compile(r"```.*?```", re.S)  # its commands stand in the evidence word for word, or are unknown
_LAYOUT = re.compile(r" › |^[^|\n]{1,80} \| [^|]*$")
_LOOP = re.compile(r"(\S{1,20}?)\1{7,}")
_FORM = re.compile(r"[_.…=*·\d-]")  # blanks and rules of a form may repeat


@dataclass(frozen=True)
class Grounds:
    """What a sentence may rest on: evidence, the question with its history, values a domain computes, and the house's own words
    (``voice``) and fixed phrases; ``own_check`` is the domain's, ``entailment`` is for ``entailed.py`` where a model is set."""

    evidence: Sequence[Evidence]
    asked: str
    computed: Sequence[str] = ()
    voice: frozenset[str] = frozenset()
    phrases: frozenset[str] = frozenset()
    own_check: Callable[[str], list[str]] = field(default=lambda sentence: [])
    entailment: EntailmentModel | None = None

    @property
    def text(self) -> str:
        lines = [f"{item.heading}\n{item.text}" for item in self.evidence]
        return "\n".join([*lines, *self.computed, self.asked])

    @property
    def given(self) -> str:
        """What counts whatever the sentence speaks of: the question and the computed values."""
        return "\n".join([*self.computed, self.asked])

    @property
    def known(self) -> frozenset[Fact]:
        parts = [f"{item.heading}\n{item.text}" for item in self.evidence]
        return frozenset().union(*(borne(part) for part in [*parts, *self.computed, self.asked]))


def unsupported(sentence: str, grounds: Grounds) -> list[str]:
    """Why a sentence does not stand, in words; [] when it does."""
    wrong = [] if word_for_word(sentence, grounds.evidence) else _unborne(sentence, grounds)
    if _LAYOUT.search(sentence):
        wrong.append("it repeats the layout of the prompt")
    if _LOOP.search(_FORM.sub("", sentence)):
        wrong.append("it repeats itself")
    return wrong + grounds.own_check(sentence)


def word_for_word(sentence: str, evidence: Sequence[Evidence]) -> bool:
    """Whether the sentence is one item of evidence, word for word."""
    said = bare(sentence)
    return any(said == bare(item.text) for item in evidence)


def _unborne(sentence: str, grounds: Grounds) -> list[str]:
    """What in a sentence its evidence does not bear out."""
    wrong = [_said(fact) for fact in unknown_facts(sentence, grounds)]
    share = word_support(sentence, grounds)
    if share < WORDS:
        wrong.append(f"only {share:.0%} of its words are in the passages")
    if wrong or not grounds.evidence or content(sentence) <= grounds.voice:
        return wrong
    aligned = Aligned(grounds.evidence)
    wrong += [f"{_said(fact)}, which the passages say of something else" for fact in _misplaced(sentence, grounds, aligned)]
    wrong += [f"{name}, which the passages do not name there" for name in _misnamed(sentence, grounds, aligned)]
    if not wrong and denied(sentence, aligned, grounds.asked):
        wrong.append("it says yes where the passage says no, or no where it says yes")
    return wrong


def _said(fact: Fact) -> str:
    return f"{fact.kind} {fact.value}{' ' + fact.unit if fact.unit else ''}"


def unknown_facts(sentence: str, grounds: Grounds) -> list[Fact]:
    """Hard facts of the sentence that neither evidence nor question holds."""
    known, text = grounds.known, grounds.text
    return sorted((fact for fact in facts(sentence) if not supported(fact, known, text)), key=lambda fact: (fact.kind, fact.value))


def word_support(sentence: str, grounds: Grounds) -> float:
    """Share of a sentence's content words found in its grounds; 1 for a sentence without any."""
    words = content(sentence)
    if not words:
        return 1.0
    known = content(grounds.text) | grounds.voice
    return len(words & known) / len(words)


def _misplaced(sentence: str, grounds: Grounds, aligned: Aligned) -> Iterator[Fact]:
    """Facts that stand in the evidence, but where it speaks of something else or of somebody else."""
    given, asked = facts(grounds.given), grounds.given.lower()
    before: list[str] = []
    for place, said in enumerate(pieces(FENCE.sub(" ", sentence))):
        own = [name for name in names(said, place > 0) if not _named(name, asked)]
        before = own or before
        for fact in sorted(facts(uncoded(said)), key=lambda fact: (fact.kind, fact.value)):
            if supported(fact, given, grounds.given):
                continue
            holders = (part for part in _near(said, sentence, aligned) if supported(fact, part.facts, part.whole))
            if not any(all(_named(name, part.whole.lower()) for name in before) and not _of_another(fact, said, before, part) for part in holders):
                yield fact


def _near(said: str, sentence: str, aligned: Aligned) -> list[Part]:
    """The parts that speak of what a stretch, or the whole sentence, speaks of."""
    words = content(said)
    near = aligned.near(words) if len(words) > 1 else []
    return near + [part for part in aligned.near(content(sentence)) if part not in near]


def _of_another(fact: Fact, said: str, called: Sequence[str], part: Part) -> bool:
    """Whether a part gives the fact to another entry of a list than the one the stretch names."""
    entries = [(facts(uncoded(piece)), content(piece) | names(piece, inside=True), piece) for piece in pieces(part.text)]
    own = [place for place, (held, _, piece) in enumerate(entries) if supported(fact, held, piece)]
    rivals = [place for place, (held, _, _) in enumerate(entries) if place not in own and any(_alike(fact, other) for other in held)]
    words = content(said) | names(said, inside=True) | set(called)

    def lost(mine: int, other: int) -> bool:
        """Whether the stretch has words of the other entry and none of this one."""
        have, there = entries[mine][1], entries[other][1]
        telling = there if other > mine or ": " in entries[other][2] else names(entries[other][2], inside=True)  # a list's first entry has the words for all
        return bool(words & (telling - have)) and not words & (have - there)

    return bool(own) and all(any(lost(mine, other) for other in rivals) for mine in own)


def _alike(fact: Fact, other: Fact) -> bool:
    """Whether two facts answer the same question: how many days, what date."""
    return fact.kind == other.kind and (fact.kind != "number" or fact.unit == other.unit)


def _misnamed(sentence: str, grounds: Grounds, aligned: Aligned) -> Iterator[str]:
    """Names that the evidence does not give where it speaks of what the sentence speaks of."""
    asked = grounds.given.lower()
    for place, said in enumerate(pieces(FENCE.sub(" ", sentence))):
        near = [part.whole.lower() for part in _near(said, sentence, aligned)]
        for name in sorted(names(said, place > 0)):
            if not any(_named(name, text) for text in [asked, *near]) and not content(name) <= grounds.voice:
                yield name


def _named(name: str, text: str) -> bool:
    if name[0].isascii():
        return re.search(rf"(?<![a-z0-9]){re.escape(name)}(?:s|'s|es)?(?![a-z0-9])", text) is not None
    return name in text
