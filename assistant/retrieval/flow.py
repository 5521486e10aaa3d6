"""documents → chunk → embed → store; question → passages → evidence. Opened once and shared by all threads."""

from collections.abc import Sequence
from datetime import date

from assistant.access import LOCAL, User
from assistant.domain import Domain
from assistant.language import detect
from assistant.plugins import Plugins
from assistant.records import Chunk, Evidence, Passage
from assistant.retrieval.evidence import Fit, candidates, needs, numbered, signals, with_meaning
from assistant.retrieval.indexing import Indexer
from assistant.retrieval.rank import ranked
from assistant.retrieval.retrieve import DEPTH, Legs, fuse, in_force, widened
from assistant.settings import Workspace

__all__ = ["Fit", "Knowledge", "open_knowledge"]


class Knowledge(Indexer):
    """What the domains' documents say."""

    def search(self, domain: Domain, question: str, limit: int | None = None, user: User = LOCAL) -> list[Passage]:
        """The best passages among the documents that are for this user."""
        return self.legs(domain, question, user).found[: limit or domain.spec.retrieval.passages]

    def legs(self, domain: Domain, question: str, user: User = LOCAL) -> Legs:
        """The same search leg by leg; a passage carries its rank and score in each."""
        view, words = self.view(domain.name), widened(question, domain)
        chunks, served = view.readable(user), detect(question) in self.embedder.languages
        dense = self.store.search(view.collection, question, DEPTH, view.hidden(user)) if view.dense and served else []
        fused = fuse(view.search(words, DEPTH, chunks), dense, chunks, question)
        return Legs(tuple(words), fused, in_force(fused, question, date.today()), served)

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
        return list(self.view(domain.name).readable(user).values())

    def topics(self, domain: str) -> list[str]:
        return self.view(domain).topics

    def signals(self, domain: Domain, question: str, passages: Sequence[Passage], evidence: Sequence[Evidence]) -> dict[str, float]:
        """What tells whether the documents answer a question; ``answering/support.py`` weighs it."""
        lexical = self.view(domain.name).lexical
        return signals(needs(question, domain, lexical.idf), passages, evidence, lexical.knows)


def open_knowledge(workspace: Workspace, plugins: Plugins) -> Knowledge:
    return Knowledge(workspace, plugins)
