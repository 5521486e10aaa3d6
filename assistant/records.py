"""What the stages hand to each other: frozen records whose ids are hashes of their content.

Knows nothing of files, models or stores.
"""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Language = Literal["en", "zh"]
Kind = Literal["answer", "draft"]


class Told(str):
    """A sentence in English that carries what it says, so that a page can word it in another language: ``case`` names the sentence, ``values``
    stand in it. Cut, joined or written as JSON it is a plain text again."""

    case: str
    values: dict[str, Any]

    def __new__(cls, text: str, case: str = "", **values: Any) -> "Told":
        told = super().__new__(cls, text)
        told.case, told.values = case, values
        return told


def case_of(text: object) -> dict[str, Any]:
    """What a sentence carries, as JSON keeps it; {} where it carries nothing."""
    return {"case": text.case, **{name: _carried(value) for name, value in text.values.items()}} if isinstance(text, Told) else {}


def _carried(value: Any) -> Any:
    """A sentence within a sentence keeps its English too, for a page that has no words for it."""
    if isinstance(value, list | tuple):
        return [_carried(one) for one in value]
    return {**case_of(value), "said": str(value)} if isinstance(value, Told) else value


def message(error: Exception) -> str:
    """The text of an error, with what it carries."""
    return error.args[0] if error.args and isinstance(error.args[0], Told) else str(error)


def content_id(*parts: Any) -> str:
    """First 16 hex digits of the SHA-256 of the parts as JSON."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Turn:
    role: Literal["system", "user", "assistant"]
    content: str

    def message(self) -> dict[str, str]:
        return {"role": self.role, "content": self.content}


@dataclass(frozen=True)
class Example:
    """One training row: turns that end with the assistant's; ``origin`` is file and row, for messages to people. ``key``: what must not
    be learned wrong."""

    turns: tuple[Turn, ...]
    kind: Kind = "answer"
    origin: str = ""
    key: bool = False

    @property
    def id(self) -> str:
        return content_id([t.message() for t in self.turns], self.kind)


@dataclass(frozen=True)
class Document:
    """A file turned into Markdown. ``pages`` holds the character offset at which each page starts (empty: no pages)."""

    domain: str
    name: str
    text: str
    title: str
    language: Language
    valid_from: str | None = None
    valid_until: str | None = None
    pages: tuple[int, ...] = ()
    access: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return content_id(self.domain, self.name, self.text, self.title, self.valid_from, self.valid_until)

    def page_at(self, offset: int) -> int | None:
        """1-based page of a character offset, or None where the format has no pages."""
        return sum(start <= offset for start in self.pages) or None


@dataclass(frozen=True)
class Chunk:
    """A stretch of one document under one heading; ``start`` and ``end`` are character offsets in the document. It begins on ``page``;
    ``breaks`` are the offsets in its text at which further pages begin."""

    domain: str
    document: str
    title: str
    heading: str
    text: str
    start: int
    end: int
    language: Language
    page: int | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    breaks: tuple[int, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """1-based page of an offset in the text, or None where the format has no pages."""
        return self.page + sum(start <= offset for start in self.breaks) if self.page else None

    @property
    def id(self) -> str:
        return content_id(self.domain, self.document, self.heading, self.text, self.start, self.valid_from, self.valid_until)


@dataclass(frozen=True)
class Passage:
    """A retrieved chunk. Ranks are 1-based per leg, None where the leg did not find it; ``score`` is the fused RRF score."""

    chunk: Chunk
    score: float
    lexical_rank: int | None = None
    dense_rank: int | None = None
    lexical_score: float = 0.0
    dense_score: float = 0.0


@dataclass(frozen=True)
class Evidence:
    """A numbered sentence shown to the model. ``start``/``end`` are offsets in the chunk's text; ``score`` and the cosine
    ``similarity`` to the question are in [0, 1] (0 where the embedder does not serve the language)."""

    n: int
    chunk: Chunk
    text: str
    start: int
    end: int
    score: float
    similarity: float = 0.0

    @property
    def heading(self) -> str:
        """Title and nearest heading, since a section's heading alone rarely names its subject."""
        last = self.chunk.heading.rsplit(" › ", 1)[-1]
        return f"{self.chunk.title} › {last}" if last and last != self.chunk.title else self.chunk.title


@dataclass(frozen=True)
class Route:
    """Where a question belongs: ``domain`` is None when it is outside every domain. ``scores`` are sorted, best first;
    ``outside`` is the probability of no domain at all; ``also`` are further domains that a part of the question surely belongs to."""

    domain: str | None
    scores: tuple[tuple[str, float], ...]
    reason: str = ""
    outside: float = 0.0
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prompt:
    """What a model reads, and the numbered evidence that its ``[n]`` marks point to."""

    messages: tuple[Turn, ...]
    evidence: tuple[Evidence, ...]
    kind: Kind
    language: Language

    def as_messages(self) -> list[dict[str, str]]:
        return [turn.message() for turn in self.messages]


@dataclass(frozen=True)
class Citation:
    """``n`` as printed in the answer, and the place in the domain's documents that supports it. ``text`` is the evidence as the model read it,
    ``start`` and ``end`` where it stands in ``passage`` (both 0: not known)."""

    n: int
    document: str
    heading: str
    page: int | None
    text: str
    passage: str = ""
    domain: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Answer:
    """A finished answer with its receipt. ``source`` is ``model`` when at least one sentence of the model stands. ``also`` are further domains
    that answered a part of the question; ``adapter`` then names each one's, with `` + `` between."""

    question: str
    text: str
    language: Language
    domain: str | None = None
    also: tuple[str, ...] = ()
    refused: bool = False
    reason: str = ""
    source: Literal["model", "quoted"] = "model"
    kind: Kind = "answer"
    adapter: str | None = None
    citations: tuple[Citation, ...] = ()
    route: Route = field(default_factory=lambda: Route(None, ()))
    timings: dict[str, float] = field(default_factory=dict)
    receipt: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class AdapterVersion:
    """One trained version on disk; ``served_name`` (``legal@3``) is the only name a cache may know it by."""

    base: str
    domain: str
    number: int
    folder: Path
    card: dict[str, Any]

    @property
    def served_name(self) -> str:
        return f"{self.domain}@{self.number}"
