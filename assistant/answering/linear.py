"""Logistic regression on a text's terms alone: sure of rare words, which a network on condensed rows overlooks."""

from dataclasses import dataclass
from typing import Any

STRENGTH = 10.0
ITERATIONS = 100


@dataclass(frozen=True)
class Linear:
    """``weights`` (terms, labels) and ``bias`` (labels,), float32."""

    weights: Any
    bias: Any

    def logits(self, terms: Any) -> Any:
        return terms @ self.weights + self.bias


def train_linear(terms: Any, labels: Any, count: int) -> Linear:
    """For labels 0 … count-1; one without a row here is as unlikely as the unlikeliest that has some."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    there = np.unique(labels)
    if len(there) < 2:
        return Linear(np.zeros((terms.shape[1], count), dtype=np.float32), np.zeros(count, dtype=np.float32))
    model = LogisticRegression(C=STRENGTH, max_iter=ITERATIONS, tol=1e-3, class_weight="balanced").fit(terms, labels)
    coefficients, intercepts = model.coef_, model.intercept_
    if len(there) == 2:  # one row of coefficients, for the second label against the first
        coefficients, intercepts = np.vstack([-coefficients, coefficients]) / 2, np.concatenate([-intercepts, intercepts]) / 2
    weights, bias = np.zeros((terms.shape[1], count), dtype=np.float32), np.full(count, intercepts.min(), dtype=np.float32)
    weights[:, there], bias[there] = coefficients.T, intercepts
    return Linear(weights, bias)
