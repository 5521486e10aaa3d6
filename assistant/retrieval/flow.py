"""documents → chunk → embed → store; question → passages → evidence. Opened once and shared by all threads."""

from collections.abc import Sequence
from datetime import date

from assistant.access import LOCAL, User, require
from assistant.domain import Domain
from assistant.errors import AccessError
from assistant.language import detect
from assistant.plugins import Plugins
from assistant.records import Chunk, Evidence, Passage
from assistant.retrieval.evidence import Fit, candidates, needs, numbered, signals, with_meaning
from assistant.retrieval.indexing import Indexer
from assistant.retrieval.rank import ranked
from assistant.retrieval.retrieve import DEPTH, fuse, in_force, widened
from assistant.settings import Workspace

__all__ = ["Fit", "Knowledge", "open_knowledge"]


class Knowledge(Indexer):
    """What the domains' documents say."""

    def search(self, domain: Domain, question: str, limit: int | None = None, user: User = LOCAL) -> list[Passage]:
        """The best passages among the documents that are for this user."""
        view = self.view(domain.name)
        hidden = view.hidden(user)
        chunks = {key: chunk for key, chunk in view.chunks.items() if chunk.document not in hidden} if hidden else view.chunks
        lexical = view.lexical.search(widened(question, domain), DEPTH + len(view.chunks) - len(chunks))
        lexical = [found for found in lexical if found[0] in chunks][:DEPTH]
        served = view.dense and detect(question) in self.embedder.languages
        dense = self.store.search(view.collection, question, DEPTH, hidden) if served else []
        found = in_force(fuse(lexical, dense, chunks, question), question, date.today())
        return found[: limit or domain.spec.retrieval.passages]

    def evidence(self, domain: Domain, question: str, passages: Sequence[Passage], fit: Fit) -> list[Evidence]:
        """Sentences that bear on the question, best first; ``score`` says how much of the question they cover."""
        idf = self.view(domain.name).lexical.idf
        wanted = needs(question, domain, idf)
        found = candidates(question, passages, wanted)
        if found and detect(question) in self.embedder.languages:
            found = with_meaning(question, found, self.embedder)
        else:
            found = ranked(question, wanted, passages, found, idf)
        return numbered(found, fit)

    def chunks(self, domain: Domain, user: User = LOCAL) -> list[Chunk]:
        """Every part of the domain's documents that are for this user, those no longer in force among them."""
        view = self.view(domain.name)
        hidden = view.hidden(user)
        return [chunk for chunk in view.chunks.values() if chunk.document not in hidden]

    def require_document(self, user: User, domain: Domain, name: str) -> None:
        """AccessError unless the domain has a document of that name that is for this user; the words are the same for both."""
        require(user, domain, "ask")
        if name not in self.ledger.entries(domain.name) or name in self.view(domain.name).hidden(user):
            raise AccessError(f"{domain.name} has no document {name!r} that you may read")

    def topics(self, domain: str) -> list[str]:
        return self.view(domain).topics

    def signals(self, domain: Domain, question: str, passages: Sequence[Passage], evidence: Sequence[Evidence]) -> dict[str, float]:
        """What tells whether the documents answer a question; ``answering/support.py`` weighs it."""
        lexical = self.view(domain.name).lexical
        return signals(needs(question, domain, lexical.idf), passages, evidence, lexical.knows)


def open_knowledge(workspace: Workspace, plugins: Plugins) -> Knowledge:
    return Knowledge(workspace, plugins)
