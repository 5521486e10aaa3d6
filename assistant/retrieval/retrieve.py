"""Question to passages: the lexical leg, the dense leg for languages the embedder serves, fused by reciprocal rank."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.domain import Domain
from assistant.domain_files import Term
from assistant.language import detect
from assistant.records import Chunk, Passage
from assistant.retrieval.words import tokens

RRF = 60
DEPTH = 30
OTHER_LANGUAGE = 0.35
_OLDER = re.compile(r"\b(?:previous|former|old|older|earlier|superseded|used to|last year|before the change)\b|旧版|以前|之前的|原来的|上一版|去年|作废", re.I)


_NAME = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z0-9-]*[A-Za-z])(?=[A-Za-z0-9-]*\d)[A-Za-z0-9][A-Za-z0-9-]+[A-Za-z0-9](?![A-Za-z0-9])")  # TB-1001, K3184


@dataclass(frozen=True)
class Legs:
    """How a question was searched: its ``words``, all that either leg found, fused, best first, and what of it is in force. ``dense`` is False where
    the embedder does not serve the question's language."""

    words: tuple[str, ...]
    fused: list[Passage]
    found: list[Passage]
    dense: bool


def surfaces(term: Term) -> list[str]:
    return [term.term, *term.aliases]


def mentioned(text: str, glossary: Iterable[Term]) -> list[Term]:
    """Glossary terms that a text names, by the term or an alias; Latin ones as whole words."""
    lowered = text.lower()
    return [term for term in glossary if any(_occurs(surface.lower(), lowered) for surface in surfaces(term))]


def _occurs(surface: str, text: str) -> bool:
    if not surface.isascii():
        return surface in text
    return re.search(rf"(?<![a-z0-9]){re.escape(surface)}(?![a-z0-9])", text) is not None


def widened(question: str, domain: Domain) -> list[str]:
    """Search tokens of a question and of the other names of the terms in it."""
    more = [token for term in mentioned(question, domain.glossary) for surface in surfaces(term) for token in tokens(surface)]
    return list(dict.fromkeys(tokens(question) + more))


def fuse(lexical: Sequence[tuple[str, float]], dense: Sequence[tuple[str, float]], chunks: dict[str, Chunk], question: str) -> list[Passage]:
    """Passages by reciprocal rank fusion (Cormack et al. 2009, k = 60); another language than the question's weighs less, and what holds every code or
    number with letters that the question names comes first: for the dense leg one is like the other."""
    language = detect(question)
    lexical_at = {key: (rank, score) for rank, (key, score) in enumerate(lexical, 1)}
    dense_at = {key: (rank, score) for rank, (key, score) in enumerate(dense, 1)}
    found = []
    for key in dict.fromkeys([*lexical_at, *dense_at]):
        if key not in chunks:
            continue
        lexical_rank, lexical_score = lexical_at.get(key, (None, 0.0))
        dense_rank, dense_score = dense_at.get(key, (None, 0.0))
        score = sum(1 / (RRF + rank) for rank in (lexical_rank, dense_rank) if rank)
        weight = 1.0 if chunks[key].language == language else OTHER_LANGUAGE
        found.append(Passage(chunks[key], score * weight, lexical_rank, dense_rank, lexical_score, dense_score))
    named = [name.lower() for name in _NAME.findall(question)]
    return sorted(found, key=lambda passage: (not (named and _holds(passage.chunk, named)), -passage.score))


def _holds(chunk: Chunk, names: Sequence[str]) -> bool:
    text = f"{chunk.heading}\n{chunk.text}".lower()
    return all(_occurs(name, text) for name in names)


def in_force(passages: Iterable[Passage], question: str, today: date) -> list[Passage]:
    """Without superseded and future editions, unless the question asks for them."""
    if _OLDER.search(question):
        return list(passages)
    day = today.isoformat()
    years = set(re.findall(r"20\d\d", question))
    return [p for p in passages if _valid(p.chunk, day) or years & {(p.chunk.valid_from or "")[:4], (p.chunk.valid_until or "")[:4]}]


def _valid(chunk: Chunk, day: str) -> bool:
    return (chunk.valid_from or "") <= day <= (chunk.valid_until or "9999")
