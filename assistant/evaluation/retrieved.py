"""How well passages were found, best first: each by what it ``held`` of the ``count`` things to find (``findable``).

``hit``, ``recall``, MRR: Manning, Raghavan and Schütze 2008, ch. 8, counted over facts: of two files that hold the same fact one is enough.
"""

from collections.abc import Sequence

from assistant.evaluation.findable import Held


def hit_at(held: Sequence[Held], count: int, k: int) -> bool:
    """Whether the first k passages together hold all that is to be found."""
    return recall_at(held, count, k) == 1.0


def recall_at(held: Sequence[Held], count: int, k: int) -> float:
    """Share of the things to find that the first k passages hold together."""
    return len(frozenset().union(*held[:k])) / count


def reciprocal_rank(held: Sequence[Held]) -> float:
    """1 / rank of the first passage that holds anything, 0 when none does; its mean over questions is the MRR (Voorhees 1999)."""
    return next((1 / rank for rank, things in enumerate(held, 1) if things), 0.0)


def ndcg_at(held: Sequence[Held], count: int, k: int, left: Sequence[Held] = ()) -> float:
    """nDCG@k (Järvelin and Kekäläinen 2002) with linear gains: a passage's gain is its share of the things to find.

    ``left`` are relevant passages that were not found; the ideal order is made of both."""
    from sklearn.metrics import ndcg_score

    blanks = [frozenset[int]()] * k  # what was not found has no rank within the first k
    gains = [len(things) / count for things in (*held, *blanks, *left)]
    return float(ndcg_score([gains], [range(len(gains), 0, -1)], k=k)) if any(gains) else 0.0


def context_precision(held: Sequence[Held]) -> float:
    """Mean of precision@k over the ranks k whose passage holds anything (Ragas' context precision, an average precision); 0 without any."""
    relevant = [bool(things) for things in held]
    precisions = [sum(relevant[:rank]) / rank for rank, good in enumerate(relevant, 1) if good]
    return sum(precisions) / len(precisions) if precisions else 0.0
