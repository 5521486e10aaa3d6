"""Whether a text belongs to any label at all: a logistic model over what a classifier's networks and the nearest rows say.

Texts with an embedding and without are weighed apart: what is near means something else for them.
"""

from dataclasses import dataclass
from typing import Any

NEAREST = 5
FEWEST = 20  # rows outside every label from which the weights are learned; with fewer every signal counts the same
FALSE_REFUSALS = 0.01  # share of held-out rows inside that the working point gives up
AT_ONCE = 1000


@dataclass(frozen=True)
class Scope:
    """Log-odds of belonging to no label: intercept + Σ weight × signal, row 0 for texts without an embedding, row 1 for the others.
    From 0 on (``outside`` 0.5) a text is outside."""

    weights: Any
    intercepts: Any

    def outside(self, signals: Any, embedded: Any) -> Any:
        from scipy.special import expit

        group = embedded.astype(int)
        return expit((signals * self.weights[group]).sum(1) + self.intercepts[group])


def signals(logits: Any, count: int, near: Any, near_vectors: Any) -> Any:
    """(n, 4): log-odds of the likeliest of the first ``count`` logits, the two likenesses to known rows, log-odds of the OOS logit (0 without one)."""
    import numpy as np
    from scipy.special import logsumexp

    inside = logits[:, :count]
    best = inside.max(1)
    without_best = np.where(np.arange(count) == inside.argmax(1)[:, None], -np.inf, inside)
    doubt = logsumexp(without_best, axis=1) if count > 1 else best
    outside = logits[:, count] - logsumexp(inside, axis=1) if logits.shape[1] > count else np.zeros(len(logits))
    return np.column_stack([best - doubt, near, near_vectors, outside])


def nearest(known: Any, rows: Any) -> Any:
    """Mean cosine of each row to the ``NEAREST`` of the known ones; all of unit length (a row of zeros gives 0, and so does knowing none)."""
    import numpy as np

    if not len(known):
        return np.zeros(len(rows), dtype=np.float32)
    count = min(NEAREST, len(known))
    found = [np.zeros(0, dtype=np.float32)]
    for start in range(0, len(rows), AT_ONCE):
        likeness = rows[start : start + AT_ONCE] @ known.T
        found.append(np.partition(likeness, len(known) - count, axis=1)[:, -count:].mean(1))
    return np.concatenate(found)


def fit_scope(found: Any, embedded: Any, outside: Any, counted: Any) -> Scope:
    """Weights from held-out signals; the working point gives up ``FALSE_REFUSALS`` of the ``counted`` rows that are inside."""
    import numpy as np

    weights, intercepts = np.zeros((2, found.shape[1])), np.zeros(2)
    for group in (False, True):
        here = embedded == group
        if not (here & ~outside).any():
            here = np.ones(len(here), dtype=bool)
        weights[int(group)] = _weights(found[here], outside[here])
        users = here & counted & ~outside
        odds = found[users if users.any() else here & ~outside] @ weights[int(group)]
        intercepts[int(group)] = -np.quantile(odds, 1 - FALSE_REFUSALS)
    return Scope(weights, intercepts)


def _weights(found: Any, outside: Any) -> Any:
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    spread = found.std(0)
    scale = np.where(spread > 1e-6, 1 / np.maximum(spread, 1e-6), 0)
    if outside.sum() < FEWEST:
        return scale * np.array([-1, -1, -1, 1])
    return LogisticRegression(class_weight="balanced").fit(found * scale, outside).coef_[0] * scale
