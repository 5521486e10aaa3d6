"""A linear ranker over clues, fitted to training examples (``python -m benchmarks.ranker write``), for languages that the embedder does not serve.

The scores it gives are for order and distance only: the best is as high as coverage said, so that what refuses a question stays calibrated.
"""

import json
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files

from assistant.records import Passage
from assistant.retrieval.clues import NAMES, clues
from assistant.retrieval.evidence import Candidate, Need

FILE = "ranker.json"
SPREAD = 5.0  # as many sentences as before come within three quarters of the best (``answering/speak.NEAR_BEST``), over the training examples


@cache
def weights() -> dict[str, float]:
    """By clue, the packaged ones."""
    return {name: float(value) for name, value in json.loads(files("assistant.retrieval").joinpath(FILE).read_text("utf-8"))["weights"].items()}


def ranked(question: str, wanted: Sequence[Need], passages: Sequence[Passage], found: Sequence[Candidate], idf: Callable[[str], float]) -> list[Candidate]:
    """The candidates, best first, each scored as the best coverage times exp(-distance to the best / ``SPREAD``)."""
    import numpy as np

    if not found:
        return []
    own = weights()
    odds = clues(question, wanted, passages, found, idf) @ np.array([own.get(name, 0.0) for name in NAMES])
    top = max(candidate.score for candidate in found)
    scores = top * np.exp((odds - odds.max()) / SPREAD)
    order = np.argsort(-odds, kind="stable")
    return [Candidate(found[i].chunk, found[i].sentence, float(scores[i]), found[i].similarity) for i in order]
