"""Texts to dense rows for a classifier: embeddings beside a truncated SVD of TF-IDF over character n-grams and words.

Serves both languages: where the embedder does not serve a text's language its half of the row is zero. Knows nothing of labels.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from assistant.retrieval.words import tokens

Embed = Callable[[Sequence[str]], Any]  # texts → array (n, width); a row of zeros where the language is not served

DIMENSIONS = 700
FEWEST_DIMENSIONS = 2
MOST_TERMS = 10_000  # of each kind
_WORD = re.compile(r"[a-z0-9']+")


def pieces(text: str) -> list[str]:
    """Search tokens of both languages, and English words and their pairs as they stand (function words tell intents apart)."""
    words = _WORD.findall(text.lower())
    return [*tokens(text), *(f"={word}" for word in words), *(f"{a} {b}" for a, b in pairwise(words))]


@dataclass(frozen=True)
class Encoded:
    """Of n texts: ``vectors`` unit embeddings, ``terms`` sparse TF-IDF, ``rows`` float32 (n, embedding width + dimensions) of both, centred and
    of unit variance over all that was fitted."""

    vectors: Any
    terms: Any
    rows: Any


@dataclass(frozen=True)
class Features:
    """Fitted on a set of texts; turns any texts into rows. ``components`` is (terms, dimensions)."""

    vectorizers: tuple[Any, Any]
    components: Any
    centre: Any
    scale: float
    embed: Embed

    def encoded(self, texts: Sequence[str]) -> Encoded:
        from scipy.sparse import hstack

        vectors, terms = self.embed(texts), hstack([vectorizer.transform(texts) for vectorizer in self.vectorizers]).tocsr()
        return Encoded(vectors, terms, (_beside(vectors, terms, self.components) - self.centre) * self.scale)

    def arrays(self) -> dict[str, Any]:
        """All that was fitted, as arrays without objects, for ``restored``."""
        import numpy as np

        found = {"components": self.components.astype(np.float16), "centre": self.centre, "scale": np.float64(self.scale)}
        for name, vectorizer in zip(("grams", "words"), self.vectorizers, strict=True):
            found[f"{name}_terms"] = np.array([*vectorizer.get_feature_names_out()], dtype=np.str_)
            found[f"{name}_idf"] = vectorizer.idf_
        return found


def fit_features(texts: Sequence[str], embed: Embed) -> tuple[Features, Encoded]:
    """The Features, and what their ``encoded`` gives for the same texts."""
    import numpy as np
    from scipy.sparse import hstack
    from sklearn.decomposition import TruncatedSVD

    vectorizers = _vectorizers()
    terms = hstack([vectorizer.fit_transform(texts) for vectorizer in vectorizers]).tocsr()
    size = max(FEWEST_DIMENSIONS, min(DIMENSIONS, len(texts) // 2, terms.shape[1] - 1))
    found = TruncatedSVD(size, n_iter=2, random_state=0).fit(terms).components_.T
    components = np.ascontiguousarray(found.astype(np.float16), dtype=np.float32)  # as it is kept on disk
    vectors = embed(texts)
    rows = _beside(vectors, terms, components)
    centre, scale = rows.mean(0), float(1 / max(rows.std(), 1e-6))
    return Features(vectorizers, components, centre, scale, embed), Encoded(vectors, terms, (rows - centre) * scale)


def restored(arrays: Mapping[str, Any], embed: Embed) -> Features:
    """The Features that ``arrays`` came from; KeyError or ValueError when they are not whole."""
    import numpy as np

    vectorizers = _vectorizers()
    for name, vectorizer in zip(("grams", "words"), vectorizers, strict=True):
        vectorizer.set_params(vocabulary={term: at for at, term in enumerate(arrays[f"{name}_terms"].tolist())})
        vectorizer.idf_ = arrays[f"{name}_idf"]
    return Features(vectorizers, arrays["components"].astype(np.float32), arrays["centre"], float(arrays["scale"]), embed)


def _vectorizers() -> tuple[Any, Any]:
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True, max_features=MOST_TERMS, dtype=np.float32)
    return grams, TfidfVectorizer(analyzer=pieces, sublinear_tf=True, max_features=MOST_TERMS, dtype=np.float32)


def _beside(vectors: Any, terms: Any, components: Any) -> Any:
    import numpy as np

    return np.hstack([vectors, terms @ components]).astype(np.float32)
