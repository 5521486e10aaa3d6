"""What of a question its documents hold, so that nobody is asked to find or cite what stands nowhere. Knows no retriever and no answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Protocol

from assistant.domain_files import Question
from assistant.evaluation.expected import Entry, entry_stated
from assistant.records import Chunk
from assistant.retrieval.sentences import sentences

Held = frozenset[int]


class Place(Protocol):
    """A passage that was found or cited: ``results.Shown``, ``records.Citation``. ``text`` is its sentence, ``passage`` what stands around it."""

    @property
    def document(self) -> str: ...
    @property
    def heading(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def passage(self) -> str: ...


@dataclass(frozen=True)
class Findable:
    """The expected facts that stand in the question's sources. A question without any has one thing to find: a source itself.

    A fact that stands in two sources is one fact: either will do, and nobody must find both. Where a question names sources, only these
    count: of the shipped domains' passages among the first five that hold an expected fact, a quarter hold it by chance ("30 days")."""

    facts: tuple[Entry, ...]
    sources: frozenset[str]

    @property
    def count(self) -> int:
        return len(self.facts) or 1

    def held(self, place: Place | Chunk) -> Held:
        """Numbers of the things to find that a passage holds."""
        if self.sources and not from_sources(place.document, self.sources):
            return frozenset()
        if not self.facts:
            return frozenset({0})
        texts = texts_of(place) if isinstance(place, Chunk) else (place.heading, place.text, place.passage)
        return frozenset(n for n, fact in enumerate(self.facts) if any(entry_stated(text, fact) for text in texts))


def findable(question: Question, chunks: Sequence[Chunk]) -> Findable | None:
    """What the domain's ``chunks`` hold of an answer; None for drafts, questions to refuse and those with neither facts nor sources."""
    if question.refuse or question.kind == "draft" or not (question.facts or question.sources):
        return None
    sources = frozenset(question.sources)
    read = [chunk for chunk in chunks if not sources or from_sources(chunk.document, sources)]
    facts = [fact for fact in question.facts if any(entry_stated(text, fact) for chunk in read for text in texts_of(chunk))]
    return Findable(tuple(facts), sources) if facts or sources else None


def from_sources(document: str, sources: frozenset[str]) -> bool:
    return document in sources or PurePosixPath(document).name in sources


@lru_cache(maxsize=8192)
def texts_of(chunk: Chunk) -> tuple[str, ...]:
    """A chunk as it stands, and its sentences as they are shown (table rows with the names of their columns)."""
    return (f"{chunk.title} › {chunk.heading}", chunk.text, *(sentence.text for sentence in sentences(chunk.text)))
