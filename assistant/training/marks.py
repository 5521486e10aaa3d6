"""Puts [n] marks into an example's answer where answering would print them, and finds figures that nothing supports."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.check import Grounds, unknown_facts
from assistant.answering.cite import mark
from assistant.answering.speak import split_ready
from assistant.records import Evidence

FIGURES = {"number", "date", "code"}


@dataclass(frozen=True)
class Marked:
    """``used`` are the numbers of the evidence that supports a sentence; ``unsupported`` the figures found nowhere."""

    text: str
    used: frozenset[int]
    unsupported: tuple[str, ...]


def mark_answer(answer: str, evidence: Sequence[Evidence], asked: str, computed: Sequence[str]) -> Marked:
    """The answer with marks. ``asked`` is what the user said; ``computed`` are values that follow from the evidence."""
    grounds = Grounds(evidence, asked, computed)
    parts: list[str] = []
    used: set[int] = set()
    unsupported: set[str] = set()
    ready, rest = split_ready(answer)
    for sentence in [*ready, rest]:
        numbers = mark(sentence, evidence) if evidence and sentence.strip() else []
        used |= set(numbers)
        unsupported |= {fact.value for fact in unknown_facts(sentence, grounds) if fact.kind in FIGURES}
        parts.append(_with_marks(sentence, numbers))
    return Marked("".join(parts), frozenset(used), tuple(sorted(unsupported)))


def _with_marks(sentence: str, numbers: Sequence[int]) -> str:
    if not numbers:
        return sentence
    words = sentence.rstrip()
    return words + "".join(f" [{number}]" for number in numbers) + sentence[len(words) :]
