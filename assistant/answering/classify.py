"""Texts to probabilities of labels and of no label at all: networks fitted across folds, calibrated on the rows each did not see.

Serves the router's domains and any rows of text and label. Knows nothing of domains or files.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answering.features import Embed, Encoded, Features, fit_features
from assistant.answering.linear import Linear, train_linear
from assistant.answering.network import Network, train
from assistant.answering.scope import Scope, fit_scope, nearest, signals

OUTSIDE = 0.5  # the working point: from here on a text belongs to no label
FOLDS, FOLDS_OF_MANY, MANY = 5, 3, 8000  # many rows: networks see enough of them with fewer folds

WEIGHT_LOGS = (-4.0, 3.0)  # an expert's weight stays between e^-4 and e^3
KNOWN = 4000  # rows a network compares new ones with


@dataclass(frozen=True)
class Scores:
    """``probabilities`` (n, labels) sum to 1 and take for granted that the text belongs to one; ``outside`` (n,) says from 0 to 1 whether it
    belongs to none, with ``OUTSIDE`` as the working point."""

    probabilities: Any
    outside: Any


@dataclass(frozen=True)
class Member:
    """What was fitted on all folds but one: a network, what its hidden layer made of those rows, and a linear model of their terms."""

    network: Network
    known: Any
    linear: Linear

    def says(self, rows: Any, terms: Any) -> tuple[Any, Any, Any]:
        """(the network's logits, likeness to the known rows, the linear model's logits)."""
        hidden = self.network.hidden(rows)
        return self.network.logits(hidden), nearest(self.known, _unit(hidden)), self.linear.logits(terms)


@dataclass(frozen=True)
class Classifier:
    """``labels`` in the order of the columns; ``weights`` of the networks' and the linear models' logits; ``vectors`` are the embeddings of the rows with a label; ``held_out`` are the scores of the fitted
    rows in their order, each from the network that did not see it."""

    labels: tuple[str, ...]
    features: Features
    members: tuple[Member, ...]
    vectors: Any
    weights: tuple[float, float]
    scope: Scope
    held_out: Scores

    def scores(self, texts: Sequence[str]) -> Scores:
        import numpy as np

        encoded = self.features.encoded(texts)
        said = [member.says(encoded.rows, encoded.terms) for member in self.members]
        logits, near, linear = (np.mean([one[part] for one in said], axis=0) for part in range(3))
        found = signals(logits, len(self.labels), near, nearest(self.vectors, encoded.vectors))
        return _Said(logits, linear, found, encoded.vectors.any(axis=1)).scores(self.weights, self.scope)


@dataclass(frozen=True)
class _Said:
    """What the networks and linear models say of rows: ``signals`` as in scope.py, ``embedded`` whether each has an embedding."""

    logits: Any
    linear: Any
    signals: Any
    embedded: Any

    def scores(self, weights: tuple[float, float], scope: Scope) -> Scores:
        from scipy.special import softmax

        inside = self.logits[:, : self.linear.shape[1]]
        return Scores(softmax(inside * weights[0] + self.linear * weights[1], axis=1), scope.outside(self.signals, self.embedded))


def fit(texts: Sequence[str], labels: Sequence[str | None], embed: Embed, counted: Sequence[bool] | None = None) -> Classifier:
    """A classifier of rows; those labelled None are examples of what is outside (there may be none).

    ``counted`` marks the rows that sound like users: probabilities and working point are set on those (default: on all).
    ValueError when no row has a label.
    """
    import numpy as np

    names = tuple(sorted({label for label in labels if label is not None}))
    if not names:
        raise ValueError("no row has a label")
    columns = {name: at for at, name in enumerate(names)}
    wanted = np.array([len(names) if label is None else columns[label] for label in labels])
    features, encoded = fit_features(texts, embed)
    inside = wanted < len(names)
    members, said = _across_folds(encoded, wanted, len(names))
    users = inside & (np.ones(len(inside), dtype=bool) if counted is None else np.array(counted))
    users = users if users.any() else inside
    weights = _weights(said.logits[users][:, : len(names)], said.linear[users], wanted[users])
    scope = fit_scope(said.signals, said.embedded, ~inside, users)
    return Classifier(names, features, members, encoded.vectors[inside], weights, scope, said.scores(weights, scope))


def _across_folds(encoded: Encoded, wanted: Any, count: int) -> tuple[tuple[Member, ...], _Said]:
    """A member per fold, fitted on the other folds, and what each says of its own."""
    import numpy as np

    folds = folds_of(wanted)
    inside, width, size = wanted < count, int(wanted.max()) + 1, len(wanted)
    logits, linear, near = (np.zeros(shape, dtype=np.float32) for shape in ((size, width), (size, count), (2, size)))
    members = []
    for fold in range(int(folds.max()) + 1):
        mine = folds == fold
        others = ~mine if folds.any() else mine
        taught = others & inside
        network = train(encoded.rows[others], wanted[others], width, fold)
        known = _unit(network.hidden(encoded.rows[_some(taught)]))
        member = Member(network, known, train_linear(encoded.terms[np.flatnonzero(taught)], wanted[taught], count))
        logits[mine], near[0, mine], linear[mine] = member.says(encoded.rows[mine], encoded.terms[np.flatnonzero(mine)])
        near[1, mine] = nearest(encoded.vectors[taught], encoded.vectors[mine])
        members.append(member)
    return tuple(members), _Said(logits, linear, signals(logits, count, *near), encoded.vectors.any(axis=1))


def _some(chosen: Any) -> Any:
    """Positions of the chosen rows, evenly thinned to about ``KNOWN``."""
    import numpy as np

    found = np.flatnonzero(chosen)
    return found[:: len(found) // KNOWN + 1]


def folds_of(wanted: Any) -> Any:
    """Fold of each row: every label is dealt out evenly, in an order that stays the same."""
    import numpy as np

    chance = np.random.default_rng(0)
    count = min(FOLDS_OF_MANY if len(wanted) > MANY else FOLDS, len(wanted))
    folds = np.zeros(len(wanted), dtype=int)
    for label in np.unique(wanted):
        mine = np.flatnonzero(wanted == label)
        folds[chance.permutation(mine)] = (np.arange(len(mine)) + chance.integers(count)) % count
    return np.unique(folds, return_inverse=True)[1]


def _weights(logits: Any, linear: Any, wanted: Any) -> tuple[float, float]:
    """What both kinds of logits weigh in a sum for the least log-loss (temperature scaling of Guo et al. 2017, for two experts)."""
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import log_softmax

    def loss(logs: Any) -> float:
        first, second = np.exp(logs)
        return -float(log_softmax(logits * first + linear * second, axis=1)[np.arange(len(wanted)), wanted].mean())

    first, second = np.exp(minimize(loss, np.zeros(2), method="L-BFGS-B", bounds=[WEIGHT_LOGS] * 2).x)
    return float(first), float(second)


def _unit(rows: Any) -> Any:
    import numpy as np

    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
