"""A domain as it is searched now. Knows no files and no ledger."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from assistant.access import User, may_read
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
    access: dict[str, tuple[str, ...]] = field(default_factory=dict)  # of documents that are kept for some groups

    def hidden(self, user: User) -> frozenset[str]:
        """Names of the documents that are not for this user."""
        return frozenset(name for name, groups in self.access.items() if not may_read(user, groups))

    def readable(self, user: User) -> dict[str, Chunk]:
        hidden = self.hidden(user)
        return {key: chunk for key, chunk in self.chunks.items() if chunk.document not in hidden} if hidden else self.chunks

    def search(self, query: Sequence[str], limit: int, among: Collection[str]) -> list[tuple[str, float]]:
        """(chunk id, BM25 score) of the best chunks among those, best first; the others crowd out none."""
        found = self.lexical.search(query, limit + len(self.chunks) - len(among))
        return [one for one in found if one[0] in among][:limit]

    @cached_property
    def topics(self) -> list[str]:
        """What the documents say: titles, headings and sentences, evenly thinned to about ``MOST_TOPICS``; found once per view."""
        chunks = self.chunks.values()
        said = (text[:TOPIC] for chunk in chunks for text in (chunk.title, chunk.heading, *(s.text for s in sentences(chunk.text))) if text)
        found = list(dict.fromkeys(said))
        return found[:: len(found) // MOST_TOPICS + 1]
