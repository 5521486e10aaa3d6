"""Which domain a question belongs to: a classifier fitted from what the installed domains say of themselves, and kept until that changes.

Labels are the domains; shipped out-of-domain questions show what belongs to none. A domain is also known by what its documents say.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any

from assistant.answering.classify import OUTSIDE, Classifier, fit
from assistant.answering.kept import keep, kept
from assistant.answering.parts import divided, stretches
from assistant.domain import Domain
from assistant.errors import DomainError
from assistant.language import detect
from assistant.records import Route, content_id
from assistant.retrieval.embed import Embedder
from assistant.retrieval.words import tokens

OTHER = ""  # no folder can have this name
METHOD = 1  # goes up when the same rows are fitted otherwise, so that no older classifier is read back
KEPT = "router.npz"
HEARD = 10  # with fewer questions of its users a domain is known by its documents alone, which sound otherwise
SURE = 0.9  # a part of a question that surely belongs to another domain brings that domain in
LEAVES = 0.8  # from this probability on a follow-up belongs to another domain than the question before it
SURE_OF_WORDS = 0.6  # the same where every part is a single word ("my lease and my leave"), of which nothing can be as sure


def utterances(domain: Domain) -> list[str]:
    """What a domain's team wrote that sounds like its users: routing examples, dev questions, glossary names, its own description."""
    names = [name for term in sound(domain, "glossary") for name in [term.term, *term.aliases]]
    return [*asked(domain), *names, *domain.spec.title.values(), *domain.spec.description.values()]


def asked(domain: Domain) -> list[str]:
    """Questions as users put them: routing examples and answerable dev questions that stand alone."""
    questions = [q.question for q in sound(domain, "questions") if q.split == "dev" and not q.refuse and not q.history]
    return [*domain.spec.routing.examples, *questions]


def heard(domain: Domain) -> bool:
    """Whether enough is known of how its users ask to tell a question for it from one for nobody. Of a domain that is a folder of documents
    alone only they can tell: whatever sounds most like it is looked up in them, and refused when they do not say."""
    return len(asked(domain)) >= HEARD


def sound(domain: Domain, part: str) -> list[Any]:
    """The part, or nothing when its file has faults: one team's slip must not stop the others' questions."""
    try:
        return list(getattr(domain, part))
    except DomainError:
        return []


@lru_cache(maxsize=1)
def out_of_domain() -> tuple[str, ...]:
    lines = files("assistant.answering").joinpath("other.jsonl").read_text("utf-8").splitlines()
    return tuple(json.loads(line)["text"] for line in lines if line.strip())


def known_rows(domains: Mapping[str, Domain], topics: Callable[[str], list[str]]) -> Iterator[tuple[str, str | None, bool]]:
    """(text, domain or None for outside, whether a user would put it so) of all a router learns from; ``topics`` are a domain's documents' sentences."""
    for domain in domains.values():
        users = set(asked(domain))
        said = [*utterances(domain), domain.name.replace("_", " "), *topics(domain.name)]
        yield from ((text, domain.name, text in users) for text in dict.fromkeys(said))
    yield from ((text, None, False) for text in out_of_domain())


@dataclass(frozen=True)
class _Fitted:
    """A classifier, the stamp of its rows, and the objects they came from: while those are the same, the rows need no look."""

    sources: list[object]
    stamp: str
    model: Classifier

    def came_from(self, sources: list[object]) -> bool:
        return len(sources) == len(self.sources) and all(a is b for a, b in zip(sources, self.sources, strict=True))


class Router:
    """Refitted whenever what it learns from changes; the fitted classifier is kept in the folder ``cache``."""

    def __init__(self, domains: Mapping[str, Domain], embedder: Embedder, cache: Path, topics: Callable[[str], list[str]]) -> None:
        self._domains = domains
        self._topics = topics
        self._embedder = embedder
        self._embed = embedding(embedder)
        self._fingerprint = embedder.fingerprint
        self._cache = cache
        self._lock = Lock()
        self._fitted: _Fitted | None = None

    def following(self, domains: Mapping[str, Domain], topics: Callable[[str], list[str]]) -> "Router":
        """A router of its own for other domains or topics, which fits nothing anew where it learns from the same rows."""
        fresh = Router(domains, self._embedder, self._cache, topics)
        fresh._fitted = self._fitted
        return fresh

    def route(self, question: str, before: str = "") -> Route:
        """The likeliest domain, or None when the question surely belongs to none. ``before`` is the question that it may go on from:
        its domain stays unless the new question clearly leaves it."""
        if not self._domains:
            return Route(None, (), "no domain is installed")
        scores = self.scores(question)
        ranked = tuple(sorted(((name, p) for name, p in scores.items() if name != OTHER), key=lambda pair: -pair[1]))
        best, probability = ranked[0]
        outside = scores[OTHER] >= OUTSIDE and heard(self._domains[best])
        if outside or probability < (self._domains[best].spec.refusal.route or 0):
            return Route(None, ranked, f"outside every domain (nearest {best}, {probability:.2f})", scores[OTHER])
        stays = self._stays(ranked, before)
        if stays:
            return Route(stays, ranked, f"goes on in {stays} (alone {best} {probability:.2f})", scores[OTHER])
        return Route(best, ranked, f"{best} {probability:.2f}", scores[OTHER], self._also(question, best))

    def divide(self, question: str, domains: Sequence[str]) -> dict[str, str] | None:
        """Each domain's part of a question, in the question's order; None where one of them has no part of its own."""
        return divided(question, domains, self._all)

    def scores(self, question: str) -> dict[str, float]:
        """Probability of each domain and of ``OTHER``; they sum to 1."""
        return self._all([question])[0]

    def refit(self) -> Classifier:
        """Fits anew and keeps what was fitted, whatever was kept; for measuring."""
        sources, rows = self._sources(), list(known_rows(self._domains, self._topics))
        stamp = content_id(METHOD, rows, self._fingerprint)
        with self._lock:
            self._fitted = _Fitted(sources, stamp, self._fit(rows, stamp))
            return self._fitted.model

    def _stays(self, ranked: Sequence[tuple[str, float]], before: str) -> str | None:
        """The domain of the question before, unless the new one is there already or clearly elsewhere."""
        best, probability = ranked[0]
        if not before or probability / sum(p for _, p in ranked) >= LEAVES:
            return None
        scores = self.scores(before)
        name = max(scores, key=lambda name: scores[name])
        return name if name not in (OTHER, best) else None

    def _also(self, question: str, best: str) -> tuple[str, ...]:
        """Other domains that a part of the question surely belongs to."""
        parts = [part for part in stretches(question) if tokens(part)]
        if len(parts) < 2:
            return ()
        least = SURE if any(len(tokens(part)) > 1 for part in parts) else SURE_OF_WORDS
        found = (max(scores.items(), key=lambda pair: pair[1]) for scores in self._all(parts))
        return tuple(dict.fromkeys(name for name, probability in found if name not in (OTHER, best) and probability >= least))

    def _all(self, texts: Sequence[str]) -> list[dict[str, float]]:
        model = self._model()
        found = model.scores(texts)
        inside = found.probabilities * (1 - found.outside)[:, None]
        return [
            {OTHER: float(outside), **dict(zip(model.labels, map(float, row), strict=True))} for row, outside in zip(inside, found.outside, strict=True)
        ]

    def _model(self) -> Classifier:
        sources = self._sources()
        with self._lock:
            if self._fitted is None or not self._fitted.came_from(sources):
                rows = list(known_rows(self._domains, self._topics))
                stamp = content_id(METHOD, rows, self._fingerprint)
                same = self._fitted.model if self._fitted and self._fitted.stamp == stamp else kept(self._cache / KEPT, stamp, self._embed)
                self._fitted = _Fitted(sources, stamp, same or self._fit(rows, stamp))
            return self._fitted.model

    def _sources(self) -> list[object]:
        return [source for domain in self._domains.values() for source in (domain, self._topics(domain.name))]

    def _fit(self, rows: Sequence[tuple[str, str | None, bool]], stamp: str) -> Classifier:
        texts, labels, users = zip(*rows, strict=True)
        fitted = fit(texts, labels, self._embed, users)
        keep(fitted, self._cache / KEPT, stamp)
        return fitted


def embedding(embedder: Embedder) -> Callable[[Sequence[str]], Any]:
    """Texts to embeddings, zeros for languages that the embedder does not serve."""

    def embed(texts: Sequence[str]) -> Any:
        import numpy as np

        served = [text for text in dict.fromkeys(texts) if detect(text) in embedder.languages]
        known = dict(zip(served, embedder.embed_documents(served), strict=True)) if served else {}
        width = embedder.width
        return np.array([known.get(text) or [0.0] * width for text in texts], dtype=np.float32).reshape(len(texts), width)

    return embed
