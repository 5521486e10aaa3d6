"""Passages to numbered evidence: the sentences that bear on the question, fitted to the base model's budget."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.domain import Domain
from assistant.language import detect
from assistant.records import Chunk, Evidence, Passage
from assistant.retrieval.embed import Embedder
from assistant.retrieval.retrieve import mentioned, surfaces
from assistant.retrieval.sentences import Sentence, sentences
from assistant.retrieval.words import tokens

HEADING_SHARE = 0.85
PASSAGE_SHARE = 0.25
FIGURE_BONUS = 0.16
RANK_BONUS = 0.1
OTHER_LANGUAGE = 0.6
MEANING_SHARE = 0.7
DENSE_CANDIDATES = 24
HALF_MATCH = 10.0
_ASKS_FIGURE = re.compile(
    r"\b(?:how (?:many|much|long|often|far|late|early|soon|big|large|old)|when|what (?:time|date|price|rate|percentage)|deadline|cost|fee|limit)\b|多少|几[天个次年月日小周]|多[久长大]|何时|什么时候|期限|上限|费用|价格"
)
_FIGURE = re.compile(r"\d|[一二三四五六七八九十百千万两]+(?:天|日|个|次|年|月|周|小时|元|倍)")


@dataclass(frozen=True)
class Fit:
    """What a base model can take: numbered items, their tokens together, and how to count tokens."""

    items: int
    tokens: int
    count: Callable[[str], int]


@dataclass(frozen=True)
class Need:
    """A part of the question to be covered: its weight (idf) and the ways to say it, each a set of tokens."""

    weight: float
    ways: tuple[frozenset[str], ...]

    def met(self, words: frozenset[str]) -> float:
        """Share of the best way that the words contain."""
        return max(len(way & words) / len(way) for way in self.ways)


def needs(question: str, domain: Domain, idf: Callable[[str], float]) -> list[Need]:
    """The question's content words; a glossary term in it may be met by any of its names."""
    left = set(tokens(question))
    found = []
    for term in mentioned(question, domain.glossary):
        ways = tuple(way for way in (frozenset(tokens(surface)) for surface in surfaces(term)) if way)
        said = [way for way in ways if way <= left]
        if said:
            longest = max(said, key=len)
            found.append(Need(sum(idf(token) for token in longest), ways))
            left -= longest
    return found + [Need(idf(token), (frozenset([token]),)) for token in sorted(left)]


def coverage(wanted: Sequence[Need], text: str, around: str, passage: str = "") -> float:
    """Weighted share of the question that a sentence covers, in [0, 1]; words found only in its heading or its passage count less."""
    total = sum(need.weight for need in wanted)
    if not total:
        return 0.0
    inside = frozenset(tokens(text))
    outside = frozenset(tokens(around)) | inside
    whole = frozenset(tokens(passage)) | outside if passage else outside
    met = (max(need.met(inside), HEADING_SHARE * need.met(outside), PASSAGE_SHARE * need.met(whole)) * need.weight for need in wanted)
    return sum(met) / total


@dataclass(frozen=True)
class Candidate:
    chunk: Chunk
    sentence: Sentence
    score: float
    similarity: float = 0.0


def candidates(question: str, passages: Sequence[Passage], wanted: Sequence[Need]) -> list[Candidate]:
    """Every sentence of the passages with its score, best first."""
    language = detect(question)
    asks_figure = bool(_ASKS_FIGURE.search(question.lower()))
    found: dict[str, Candidate] = {}
    for rank, passage in enumerate(passages):
        around = f"{passage.chunk.title} {passage.chunk.heading}"
        for sentence in sentences(passage.chunk.text):
            if sentence.text.rstrip().endswith(("?", "？")):
                continue
            score = coverage(wanted, sentence.text, around, passage.chunk.text) + RANK_BONUS / (1 + rank)
            score += FIGURE_BONUS if asks_figure and _FIGURE.search(sentence.text) else 0.0
            score *= 1.0 if passage.chunk.language == language else OTHER_LANGUAGE
            if sentence.text not in found or found[sentence.text].score < score:
                found[sentence.text] = Candidate(passage.chunk, sentence, score)
    return sorted(found.values(), key=lambda candidate: -candidate.score)


def with_meaning(question: str, found: Sequence[Candidate], embedder: Embedder) -> list[Candidate]:
    """The best candidates rescored by their coverage and, weighing more, their cosine similarity to the question."""
    import numpy as np

    top = list(found[:DENSE_CANDIDATES])
    vectors = np.array(embedder.embed_documents([question] + [f"{c.chunk.heading or c.chunk.title}: {c.sentence.text}" for c in top]))
    similar = vectors[1:] @ vectors[0]
    near = [max(0.0, float(value)) for value in similar]
    rescored = [Candidate(c.chunk, c.sentence, (1 - MEANING_SHARE) * c.score + MEANING_SHARE * value, value) for c, value in zip(top, near, strict=True)]
    return sorted(rescored, key=lambda candidate: -candidate.score)


def numbered(found: Sequence[Candidate], fit: Fit) -> list[Evidence]:
    """The best candidates that fit, numbered from 1 in order of score."""
    chosen: list[Evidence] = []
    room = fit.tokens
    for candidate in found:
        if len(chosen) == fit.items:
            break
        sentence = candidate.sentence
        score = min(1.0, candidate.score)
        item = Evidence(len(chosen) + 1, candidate.chunk, sentence.text, sentence.start, sentence.end, score, candidate.similarity)
        cost = fit.count(f"[{item.n}] {item.heading} | {item.text}\n")
        if cost <= room:
            room -= cost
            chosen.append(item)
    return chosen


def signals(wanted: Sequence[Need], passages: Sequence[Passage], evidence: Sequence[Evidence], knows: Callable[[str], bool]) -> dict[str, float]:
    """Figures in [0, 1] that tell an answerable question: the share of its words that the domain's documents know at all, how well the best
    passage matches (BM25 score s as s / (s + 10)), the score of the best sentence and its cosine similarity; ``dense`` is 1 where there are
    similarities. Nothing that tells a long question from a short one by itself."""
    total = sum(need.weight for need in wanted)
    known = sum(need.weight for need in wanted if any(knows(token) for way in need.ways for token in way))
    match = max((p.lexical_score for p in passages), default=0.0)
    return {
        "known": known / total if total else 0.0,
        "match": match / (match + HALF_MATCH),
        "evidence": evidence[0].score if evidence else 0.0,
        "sentence_similarity": max((e.similarity for e in evidence), default=0.0),
        "dense": float(any(p.dense_score for p in passages)),
    }
