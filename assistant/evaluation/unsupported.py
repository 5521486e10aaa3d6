"""What an answer says that stands neither in its passages, nor in the question and its history, nor follows by the domain's formulas.

On top of ``answering/check.py``, the same comparison that answers pass before they are shown; its measured error rates stand in the grounding report.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answering.check import Grounds, unknown_facts, unsupported
from assistant.answering.cite import without_marks
from assistant.answering.facts import facts
from assistant.answering.speak import is_refusal, split_ready
from assistant.domain_files import Question
from assistant.evaluation.findable import Place
from assistant.evaluation.results import Mean
from assistant.evaluation.statistics import wilson
from assistant.language import detect
from assistant.records import Chunk, Evidence
from assistant.retrieval.sentences import sentences
from assistant.retrieval.words import tokens

_COURTESY = re.compile(
    r"(?:(?:hello|hi|dear \w+)\b[,!. ]*)?(?:(?:many )?thank(?:s| you)|(?:we are |i am )?(?:very )?sorry)?(?: (?:for|about|to hear)\b[^.,;:]{0,40})?[.!]?|(?:您好|你好)?[，。！]?(?:(?:非常|很)?(?:抱歉|感谢|谢谢)[^，。；：]{0,12})?[。！]?", re.I
)
GIVEN = {"number", "date", "time", "name"}  # of a draft only these are held against it


@dataclass(frozen=True)
class House:
    """What a domain's own voice may say without evidence: ``words``, and fixed ``phrases`` such as "Next step:" and "This is no legal advice."."""

    words: frozenset[str] = frozenset()
    phrases: frozenset[str] = frozenset()

    @classmethod
    def of(cls, card: Mapping[str, Any]) -> "House":
        """From an adapter's card, where training noted both."""
        return cls(frozenset(card.get("voice", ())), frozenset(card.get("phrases", ())))


PLAIN = House()


def evidence_of(places: Sequence[Place]) -> list[Evidence]:
    """The sentences of passages, each as one item."""
    found: list[Evidence] = []
    for place in places:
        whole = place.passage or place.text
        chunk = Chunk("", place.document, place.heading, "", whole, 0, len(whole), detect(whole))
        texts = [place.text, *(sentence.text for sentence in sentences(place.passage))]
        found += [Evidence(len(found) + n, chunk, text, 0, len(text), 0.0) for n, text in enumerate(dict.fromkeys(filter(None, texts)), 1)]
    return found


def grounds_of(places: Sequence[Place], question: Question, computed: Sequence[str] = (), house: House = PLAIN) -> Grounds:
    """All that an answer to the question may rest on: passages, question, history, values the domain computes, and the house's voice."""
    asked = "\n".join([question.question, *(turn.content for turn in question.history)])
    return Grounds(evidence_of(places), asked, tuple(computed), house.words, house.phrases)


def statements(text: str, phrases: Collection[str] = ()) -> list[str]:
    """The sentences of an answer that claim anything, without marks and the house's phrases: no signs alone, no refusal, no bare greeting,
    thanks or regret ("Hello, sorry about the broken upload.")."""
    ready, rest = split_ready(text)
    said = [_without_phrase(without_marks(one).strip(), phrases) for one in (*ready, rest)]
    return [one for one in said if facts(one) or (tokens(one) and not is_refusal(one) and not _COURTESY.fullmatch(one))]


def _without_phrase(sentence: str, phrases: Collection[str]) -> str:
    phrase = max((phrase for phrase in phrases if sentence.startswith(phrase)), key=len, default="")
    return sentence[len(phrase) :].strip()


def failing(text: str, grounds: Grounds, draft: bool = False) -> list[bool]:
    """Of each statement of an answer whether its grounds do not bear it out.

    A statement fails when ``answering.check.unsupported`` finds anything (a fact or a name that is not there, words that are mostly nowhere,
    a yes where the passage says no); a draft's only by numbers, dates and names that nobody gave. A question counts as a statement when it has words of its own."""
    return [_fails(one, grounds, draft) for one in statements(text, grounds.phrases)]


def unsupported_share(text: str, grounds: Grounds, draft: bool = False) -> float | None:
    """Share of an answer's statements that fail; None for a text that states nothing."""
    found = failing(text, grounds, draft)
    return sum(found) / len(found) if found else None


def pooled(supported: Mapping[str, float], texts: Mapping[str, str], house: House = PLAIN) -> Mean | None:
    """Share of the statements of all answers together that fail, with Wilson's interval, from each answer's score ``supported``; None without any."""
    counts = {key: len(statements(texts[key], house.phrases)) for key in supported}
    n = sum(counts.values())
    hits = sum(round((1 - share) * counts[key]) for key, share in supported.items())
    return Mean(hits / n, *wilson(hits, n), n) if n else None


def _fails(said: str, grounds: Grounds, draft: bool) -> bool:
    if draft:
        return any(fact.kind in GIVEN for fact in unknown_facts(said, grounds))
    return bool(unsupported(said, grounds))
