"""How often the gate's rule blocks a candidate by chance, and how often it sees a real loss, against the other reading of the rule.

    python -m benchmarks.gate

Questions are drawn at random: a share ``turns`` of them turns either way between the live version and the candidate, so that the true
difference is ``true``. ``shown``: the gate (interval wholly below 0, difference beyond the tolerance). ``whole``: the interval wholly below
-tolerance. ``excluded``: the interval must stay above -tolerance (non-inferiority).
"""

from functools import cache

from assistant.evaluation.results import Difference
from assistant.evaluation.runs import Change
from assistant.evaluation.statistics import Interval, paired_difference
from assistant.training.gate import finding
from assistant.training.recipe import Gate

DRAWS, SEED = 600, 3
TOLERANCE = Gate().tolerance
CASES = dict.fromkeys((n, true, max(turns, -true)) for n in (14, 60, 75) for true in (0.0, -0.05, -0.10, -0.20) for turns in (0.06, 0.15))


@cache
def interval(n: int, lost: int, gained: int) -> Interval:
    before = [1.0] * lost + [0.0] * (n - lost)
    after = [0.0] * lost + [1.0] * gained + [0.0] * (n - lost - gained)
    found = paired_difference(before, after)
    assert found
    return found


def blocked(found: Interval) -> tuple[bool, bool, bool]:
    change = Change("candidate", 0.0, 0.0, Difference("facts", "live", "candidate", found.estimate, found.low, found.high, 1.0, found.n))
    return finding(change, TOLERANCE) == "worse", found.high < -TOLERANCE, found.low < -TOLERANCE


def main() -> None:
    import numpy as np

    random = np.random.default_rng(SEED)
    print(f"share of candidates blocked, tolerance {100 * TOLERANCE:g} points, {DRAWS} draws")
    print("questions   true  turns  shown  whole  excluded")
    for n, true, share in CASES:
        chances = [(share - true) / 2, (share + true) / 2, 1 - share]
        found = [blocked(interval(n, int(lost), int(gained))) for lost, gained, _ in random.multinomial(n, chances, DRAWS)]
        print(f"{n:9} {100 * true:6.0f} {share:6.0%}", *(f"{value:6.0%}" for value in np.mean(found, axis=0)))


if __name__ == "__main__":
    main()
