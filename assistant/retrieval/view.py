"""A domain as it is searched now. Knows no files and no ledger."""

from dataclasses import dataclass
from functools import cached_property

from assistant.records import Chunk
from assistant.retrieval.lexical import LexicalIndex
from assistant.retrieval.sentences import sentences

MOST_TOPICS = 1000
TOPIC = 200


@dataclass(frozen=True)
class View:
    """``collection`` names its vectors; ``dense`` tells whether there are any."""

    chunks: dict[str, Chunk]
    lexical: LexicalIndex
    collection: str
    dense: bool

    @cached_property
    def topics(self) -> list[str]:
        """What the documents say: titles, headings and sentences, evenly thinned to about ``MOST_TOPICS``; found once per view."""
        chunks = self.chunks.values()
        said = (text[:TOPIC] for chunk in chunks for text in (chunk.title, chunk.heading, *(s.text for s in sentences(chunk.text))) if text)
        found = list(dict.fromkeys(said))
        return found[:: len(found) // MOST_TOPICS + 1]
