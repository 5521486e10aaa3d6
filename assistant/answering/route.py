"""Which domain a question belongs to: a linear classifier fitted in seconds from what the installed domains say of themselves.

Classes are the domains and ``OTHER`` (shipped out-of-domain questions). A domain is also known by what its documents say.
"""

import json
import uuid
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any

from assistant.domain import Domain
from assistant.errors import DomainError
from assistant.language import detect
from assistant.records import Route, content_id
from assistant.retrieval.embed import Embedder
from assistant.retrieval.words import tokens

OTHER = ""  # no folder can have this name
OUTSIDE = 0.6  # from this probability on a question belongs to no domain; below, the documents decide
EMBEDDING_WEIGHT = 4.0
STRENGTH = 3.0


def utterances(domain: Domain) -> list[str]:
    """What a domain's team wrote that sounds like its users: routing examples, dev questions, glossary names, its own description."""
    asked = [q.question for q in _sound(domain, "questions") if q.split == "dev" and not q.refuse and not q.history]
    names = [name for term in _sound(domain, "glossary") for name in [term.term, *term.aliases]]
    return [*domain.spec.routing.examples, *asked, *names, *domain.spec.title.values(), *domain.spec.description.values()]


def _sound(domain: Domain, part: str) -> list[Any]:
    """The part, or nothing when its file has faults: one team's slip must not stop the others' questions."""
    try:
        return list(getattr(domain, part))
    except DomainError:
        return []


@lru_cache(maxsize=1)
def out_of_domain() -> tuple[str, ...]:
    lines = files("assistant.answering").joinpath("other.jsonl").read_text("utf-8").splitlines()
    return tuple(json.loads(line)["text"] for line in lines if line.strip())


class Router:
    """Refitted whenever the domains' utterances change; embeddings of known utterances are kept in ``cache``."""

    def __init__(self, domains: Mapping[str, Domain], embedder: Embedder, cache: Path, topics: Callable[[str], list[str]]) -> None:
        self._domains = domains
        self._topics = topics
        self._embedder = embedder
        self._cache = cache
        self._lock = Lock()
        self._width = 384
        self._fitted: tuple[str, Any, Any] | None = None

    def route(self, question: str) -> Route:
        """The likeliest domain, or None when it surely belongs to none or nothing reaches the domain's threshold."""
        if not self._domains:
            return Route(None, (), "no domain is installed")
        scores = self.scores(question)
        ranked = tuple(sorted(((name, p) for name, p in scores.items() if name != OTHER), key=lambda pair: -pair[1]))
        best, probability = ranked[0]
        own = self._domains[best].spec.refusal.route
        if scores[OTHER] >= OUTSIDE or (own is not None and probability < own):
            return Route(None, ranked, f"outside every domain (nearest {best}, {probability:.2f})", scores[OTHER])
        return Route(best, ranked, f"{best} {probability:.2f}", scores[OTHER])

    def scores(self, question: str) -> dict[str, float]:
        """Probability of each domain and of ``OTHER``."""
        features, model = self._model()
        row = features([question])
        return {str(name): float(p) for name, p in zip(model.classes_, model.predict_proba(row)[0], strict=True)}

    def _model(self) -> tuple[Any, Any]:
        texts, labels = self._rows()
        stamp = content_id(texts, labels, self._embedder.fingerprint)
        with self._lock:
            if self._fitted is None or self._fitted[0] != stamp:
                self._fitted = (stamp, *fit(texts, labels, self._vectors))
            return self._fitted[1], self._fitted[2]

    def _rows(self) -> tuple[list[str], list[str]]:
        rows = [(text, domain.name) for domain in self._domains.values() for text in self._said(domain)]
        rows += [(text, OTHER) for text in out_of_domain()]
        return [text for text, _ in rows], [label for _, label in rows]

    def _said(self, domain: Domain) -> list[str]:
        said = [*utterances(domain), domain.name.replace("_", " "), *self._topics(domain.name)]
        return list(dict.fromkeys(said))

    def _vectors(self, texts: Sequence[str]) -> Any:
        """Embeddings, zeros for languages the embedder does not serve; those of the training rows come from disk."""
        import numpy as np

        served = [text for text in texts if detect(text) in self._embedder.languages]
        known = self._cached(served) if len(served) > 1 else dict(zip(served, self._embedder.embed_documents(served), strict=True))
        self._width = len(next(iter(known.values()))) if known else self._width
        return np.array([known.get(text, [0.0] * self._width) for text in texts], dtype=np.float32)

    def _cached(self, texts: list[str]) -> dict[str, Any]:
        import numpy as np

        path = self._cache / f"router-{content_id(self._embedder.fingerprint)[:8]}.npz"
        keys = [content_id(text) for text in texts]
        try:
            with np.load(path, allow_pickle=False) as saved:
                known = dict(zip(saved["keys"].tolist(), saved["vectors"], strict=True))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            known = {}
        missing = [text for text, key in zip(texts, keys, strict=True) if key not in known]
        if missing:
            known |= {content_id(text): vector for text, vector in zip(missing, self._embedder.embed_documents(missing), strict=True)}
            kept = {key: known[key] for key in dict.fromkeys(keys)}
            with suppress(OSError):  # only a cache: without it the next start is slower
                self._cache.mkdir(parents=True, exist_ok=True)
                temporary = path.with_suffix(f".{uuid.uuid4().hex}.npz")
                np.savez(temporary, keys=np.array(list(kept)), vectors=np.array(list(kept.values()), dtype=np.float32))
                temporary.replace(path)
        return dict(zip(texts, (known[key] for key in keys), strict=True))


def fit(texts: list[str], labels: list[str], vectors: Any) -> tuple[Any, Any]:
    """(features, model): character n-grams, search words and embeddings under multinomial logistic regression."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True, lowercase=True).fit(texts)
    words = TfidfVectorizer(analyzer=tokens, sublinear_tf=True).fit(texts)

    def features(rows: Sequence[str]) -> Any:
        return hstack([grams.transform(rows), words.transform(rows), csr_matrix(vectors(rows) * EMBEDDING_WEIGHT)]).tocsr()

    model = LogisticRegression(C=STRENGTH, max_iter=500, class_weight="balanced")
    model.fit(features(texts), labels)
    return features, model
