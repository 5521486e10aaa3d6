"""BM25 over one domain's chunks: derived from the ledger, rebuilt whole, swapped by a rename. Knows no vectors."""

import json
import os
import shutil
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.errors import StoreError
from assistant.records import Chunk, content_id
from assistant.retrieval.words import tokens

IN_USE_SECONDS = 600


class LexicalIndex:
    """A loaded index. ``ids`` are the chunks' ids in index order."""

    def __init__(self, ids: list[str], model: Any) -> None:
        import numpy as np

        self.ids = ids
        self._model = model
        self._vocabulary: dict[str, int] = model.vocab_dict if model else {}
        self._frequencies = np.diff(model.scores["indptr"]) if model else np.zeros(0)

    def search(self, query: Sequence[str], limit: int) -> list[tuple[str, float]]:
        """(chunk id, BM25 score) of the best chunks that share a token with the query, best first."""
        known = [token for token in query if token in self._vocabulary]
        if not known or not self.ids:
            return []
        found, scores = self._model.retrieve([known], k=min(limit, len(self.ids)), show_progress=False)
        return [(self.ids[int(i)], float(score)) for i, score in zip(found[0], scores[0], strict=True) if score > 0]

    def knows(self, token: str) -> bool:
        return token in self._vocabulary

    def idf(self, token: str) -> float:
        """Inverse document frequency as in BM25 (Robertson 2009), highest for tokens that never occur."""
        import math

        number = self._vocabulary.get(token)
        frequency = float(self._frequencies[number]) if number is not None and number < len(self._frequencies) else 0.0
        return math.log(1 + (len(self.ids) - frequency + 0.5) / (frequency + 0.5))


def index_name(chunks: Sequence[Chunk]) -> str:
    """Folder name of the index of exactly these chunks."""
    return content_id("lexical-2", [chunk.id for chunk in chunks])


def build_index(chunks: Sequence[Chunk], folder: Path) -> None:
    """Write the index of the chunks to ``folder``, complete or not at all."""
    import bm25s

    partial = folder.with_name(f"{folder.name}.{uuid.uuid4().hex}.partial")
    partial.mkdir(parents=True)
    corpus = [tokens(f"{chunk.title} {chunk.heading} {chunk.text}") or ["\0"] for chunk in chunks]
    if corpus:
        model = bm25s.BM25(method="lucene")
        model.index(corpus, show_progress=False)
        model.save(str(partial), show_progress=False)
    (partial / "ids.json").write_text(json.dumps([chunk.id for chunk in chunks]), "utf-8")
    try:
        os.replace(partial, folder)
    except OSError:  # another process was first with the same chunks
        shutil.rmtree(partial, ignore_errors=True)


def forget_others(live: Path) -> None:
    """Delete the domain's other indexes, but none that another process may be opening right now."""
    for other in live.parent.iterdir():
        if other != live and time.time() - other.stat().st_mtime > IN_USE_SECONDS:
            shutil.rmtree(other, ignore_errors=True)


def open_index(folder: Path) -> LexicalIndex:
    import bm25s

    try:
        ids = json.loads((folder / "ids.json").read_text("utf-8"))
        model = bm25s.BM25.load(str(folder), load_corpus=False, mmap=False) if ids else None
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise StoreError(f"the lexical index {folder} is damaged ({error}); rebuild it with: assistant index --rebuild") from error
    return LexicalIndex(ids, model)
