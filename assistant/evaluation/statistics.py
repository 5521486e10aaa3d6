"""How sure a figure is: intervals, paired tests, correction for many comparisons, questions still needed. Knows nothing of what is counted."""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from assistant.errors import EvaluationError

Key = TypeVar("Key", bound=Hashable)
RESAMPLES = 9_999
SEED = 7
LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """An estimate over ``n`` questions and its 95 % interval."""

    estimate: float
    low: float
    high: float
    n: int


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927); all of [0, 1] for n = 0."""
    from scipy.stats import binomtest

    found = binomtest(hits, n).proportion_ci(LEVEL, method="wilson") if n else None
    return (float(found.low), float(found.high)) if found else (0.0, 1.0)


def mean_interval(values: Sequence[float], span: tuple[float, float] = (0.0, 1.0)) -> Interval | None:
    """A score's mean: Wilson's interval where every value is 0 or 1, else the bootstrap's; None without values.

    ``span`` are the least and greatest value a score can have: all that one value by itself tells."""
    if not values:
        return None
    if all(value in (0, 1) for value in values):
        return Interval(sum(values) / len(values), *wilson(round(sum(values)), len(values)), len(values))
    return _bootstrapped([float(value) for value in values], span)


def paired_difference(under: Sequence[float], over: Sequence[float], largest: float = 1.0) -> Interval | None:
    """Mean of ``over`` minus ``under``, question by question, with its bootstrap interval (Efron and Tibshirani 1993: BCa; the percentile
    interval where BCa is not defined); None without questions.

    One question tells nothing: [-``largest``, ``largest``], the bounds of any difference. When all differ by the same amount the interval
    is that amount, which is what resampling gives; with few questions ``mcnemar`` and ``n`` say how little it means."""
    if len(under) != len(over):
        raise EvaluationError(f"a paired comparison needs the same questions on both sides; got {len(under)} and {len(over)} scores; leave out those scored once")
    differences = [float(after) - float(before) for before, after in zip(under, over, strict=True)]
    return _bootstrapped(differences, (-largest, largest)) if differences else None


def _bootstrapped(values: Sequence[float], span: tuple[float, float]) -> Interval:
    import numpy as np
    from scipy.stats import bootstrap

    mean = math.fsum(values) / len(values)
    if len(values) < 2:
        return Interval(mean, *span, len(values))
    if max(values) - min(values) < 1e-12:
        return Interval(mean, mean, mean, len(values))
    for method in ("BCa", "percentile"):
        found = bootstrap((np.asarray(values),), np.mean, confidence_level=LEVEL, n_resamples=RESAMPLES, method=method, batch=1000, rng=SEED)
        low, high = (float(bound) for bound in found.confidence_interval)
        if math.isfinite(low) and math.isfinite(high):
            break
    return Interval(mean, low, high, len(values))


def mcnemar(under: Sequence[bool], over: Sequence[bool]) -> float:
    """Two-sided p value that two paired shares are equal (McNemar 1947, exact: binomial over the pairs that differ); 1 when none differs."""
    from scipy.stats import binomtest

    gained = sum(bool(after) > bool(before) for before, after in zip(under, over, strict=True))
    lost = sum(bool(after) < bool(before) for before, after in zip(under, over, strict=True))
    return float(binomtest(gained, gained + lost, 0.5).pvalue) if gained + lost else 1.0


def paired_p(under: Sequence[float], over: Sequence[float]) -> float:
    """Two-sided p value that two paired scores have the same mean: McNemar's where every score is 0 or 1, else the permutation of signs
    (Fisher 1935, by scipy: all permutations of few questions, 9,999 of many); 1 when none differs."""
    if all(value in (0, 1) for value in (*under, *over)):
        return mcnemar([bool(value) for value in under], [bool(value) for value in over])
    import numpy as np
    from scipy.stats import permutation_test

    changed = np.asarray([float(after) - float(before) for before, after in zip(under, over, strict=True) if after != before])
    if len(changed) < 2:
        return 1.0
    found = permutation_test((changed, np.zeros_like(changed)), lambda a, b, axis: np.mean(a - b, axis=axis), permutation_type="samples",
                             vectorized=True, n_resamples=RESAMPLES, batch=1000, rng=SEED)  # fmt: skip
    return float(found.pvalue)


def holm(p_values: Mapping[Key, float]) -> dict[Key, float]:
    """P values corrected for being many (Holm 1979, step down), by the same keys: the smallest times n, the next times n - 1, never falling."""
    corrected: dict[Key, float] = {}
    least = 0.0
    for rank, key in enumerate(sorted(p_values, key=lambda key: p_values[key])):
        least = max(least, min(1.0, (len(p_values) - rank) * p_values[key]))
        corrected[key] = least
    return {key: corrected[key] for key in p_values}


def more_questions(under: Sequence[float], over: Sequence[float], power: float = 0.8, alpha: float = 0.05) -> int | None:
    """How many questions more would show the observed difference with this power, two-sided; 0 when there are enough, None without a difference.

    n = (z(1-α/2)·√ψ + z(power)·√(ψ - δ²))² / δ², δ the mean difference and ψ the share of pairs that differ (Connor 1987, Biometrics 43:207).
    For graded scores ψ is the mean squared difference, the same normal approximation. Uncorrected for many comparisons."""
    from scipy.stats import norm

    differences = [float(after) - float(before) for before, after in zip(under, over, strict=True)]
    delta = math.fsum(differences) / len(differences) if differences else 0.0
    if abs(delta) < 1e-12:
        return None
    psi = math.fsum(value * value for value in differences) / len(differences)
    root = norm.ppf(1 - alpha / 2) * math.sqrt(psi) + norm.ppf(power) * math.sqrt(max(0.0, psi - delta * delta))
    return max(0, math.ceil(root * root / (delta * delta) - 1e-9) - len(differences))
