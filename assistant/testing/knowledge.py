"""Documents in memory that are searched by shared words: what retrieval is to training and answering, without files or vectors."""

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.access import LOCAL, User
from assistant.domain import Domain
from assistant.language import detect
from assistant.records import Chunk, Evidence, Passage
from assistant.retrieval.evidence import Fit
from assistant.retrieval.sentences import sentences
from assistant.retrieval.words import tokens


class WordKnowledge:
    """Each document (name → text) is one chunk; a sentence's score is the share of the question's words in it."""

    def __init__(self, documents: Mapping[str, str]) -> None:
        self.documents = dict(documents)

    def index(self, domain: Domain) -> Any:
        return None

    def chunks(self, domain: Domain) -> list[Chunk]:
        return [Chunk(domain.name, name, name, "", text, 0, len(text), detect(text)) for name, text in self.documents.items()]

    def search(self, domain: Domain, question: str, limit: int | None = None, user: User = LOCAL) -> list[Passage]:
        asked = set(tokens(question))
        found = [Passage(chunk, len(asked & set(tokens(chunk.text))) / max(len(asked), 1)) for chunk in self.chunks(domain)]
        return sorted((p for p in found if p.score), key=lambda p: (-p.score, p.chunk.document))[: limit or domain.spec.retrieval.passages]

    def evidence(self, domain: Domain, question: str, passages: Sequence[Passage], fit: Fit) -> list[Evidence]:
        asked = set(tokens(question))
        scored = [
            (len(asked & set(tokens(sentence.text))) / max(len(asked), 1), passage.chunk, sentence)
            for passage in passages
            for sentence in sentences(passage.chunk.text)
        ]
        chosen: list[Evidence] = []
        for score, chunk, sentence in sorted(scored, key=lambda entry: -entry[0]):
            used = sum(fit.count(item.text) for item in chosen)
            if len(chosen) < fit.items and used + fit.count(sentence.text) <= fit.tokens:
                chosen.append(Evidence(len(chosen) + 1, chunk, sentence.text, sentence.start, sentence.end, score))
        return chosen
