"""Puts [n] marks into an example's answer where answering would print them, and finds figures that nothing supports."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.check import Grounds, unknown_facts
from assistant.answering.cite import MARK, mark
from assistant.answering.facts import facts, supported
from assistant.answering.quote import spaced
from assistant.answering.speak import split_ready
from assistant.records import Evidence
from assistant.retrieval.words import tokens

FIGURES = {"number", "date", "code"}
LEAST_SAID = 5
SAID_SHARE = 0.03
WORDS = 0.6  # of a sentence's words stand in the evidence it is taken from; adapters were measured on rows made at this share
_LABEL = re.compile(r"[^\W\d_][^:：.,;!?。，；！？\n]{0,23}[:：](?!\S*//)")


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


def quoted_answer(answer: str, evidence: Sequence[Evidence], phrases: Sequence[str]) -> Marked:
    """The answer as a model that can only quote would give it: each sentence replaced by the evidence it rests on, the house's phrases
    kept, everything else left out."""
    parts: list[str] = []
    used: list[int] = []
    ready, rest = split_ready(answer)
    for sentence in (one.strip() for one in [*ready, rest]):
        phrase = next((phrase for phrase in phrases if sentence.startswith(phrase)), "")
        said = sentence[len(phrase) :].strip()
        best = _bearing(said, evidence)
        if phrase and not said:
            parts.append(phrase)
        elif best and best.n not in used:
            used.append(best.n)
            parts.append(f"{spaced(phrase)}{best.text} [{best.n}]")
    return Marked("\n".join(parts), frozenset(used), ())


def _bearing(sentence: str, evidence: Sequence[Evidence]) -> Evidence | None:
    """The evidence a sentence rests on first, if it holds one of the sentence's facts or, of a sentence without any, most words."""
    best = next((item for n in mark(sentence, evidence)[:1] for item in evidence if item.n == n), None)
    if best is None:
        return None
    wanted, words = facts(sentence), set(tokens(sentence))
    holds = any(supported(fact, facts(best.text), best.text) for fact in wanted) if wanted else len(words & set(tokens(best.text))) >= WORDS * len(words)
    return best if holds else None


def house_phrases(answers: Sequence[str]) -> list[str]:
    """What the answers of a house often begin or end with, the longest first: sentences without a figure, and labels such as ``Next step:``."""
    said: Counter[str] = Counter()
    for answer in answers:
        ready, rest = split_ready(answer)
        sentences = [one.strip() for one in [*ready, rest] if one.strip()]
        labels = [match.group() for sentence in sentences if (match := _LABEL.match(sentence))]
        said.update({*(sentence for sentence in sentences if not facts(sentence) and not MARK.search(sentence)), *labels})
    least = max(LEAST_SAID, SAID_SHARE * len(answers))
    return sorted((phrase for phrase, count in said.items() if count >= least), key=lambda phrase: (-len(phrase), phrase))


def _with_marks(sentence: str, numbers: Sequence[int]) -> str:
    if not numbers:
        return sentence
    words = sentence.rstrip()
    return words + "".join(f" [{number}]" for number in numbers) + sentence[len(words) :]
