"""Remembers the examples that were taken and says which later one repeats an earlier: word for word, or nearly so.

Candidates come from datasketch's MinHash in bands (LSH), the verdict from the real Jaccard index of the character trigrams. Two rows with
other figures are never near-duplicates: 29 yuan and 39 yuan are two facts.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from assistant.records import Example
from assistant.rows.similar import figures, jaccard, trigrams

if TYPE_CHECKING:
    from assistant.rows.similar import Trigrams

NEAR = 0.8
BANDS, ROWS = 10, 6  # 95 % of the pairs at 0.8 and 99 % of those at 0.85 meet in a bucket
FULL = 48  # so that 200,000 rows of one template are not compared pair by pair
VERIFIED = 4
FIRST_SIZE = 1024


@dataclass(frozen=True, slots=True)
class Taken:
    """An example as it is compared: where it stands, its trigrams and its figures."""

    origin: str
    trigrams: "Trigrams"
    figures: tuple[str, ...]


class Repeats:
    """Call ``exact`` and ``near`` for a new example, then ``take`` it if it is to be compared with later ones."""

    def __init__(self) -> None:
        self._origins: dict[bytes, str] = {}
        self._taken: list[Taken] = []
        self._buckets: dict[int, int | list[int]] = {}
        self._signatures: Any = None
        self._looked: tuple[Example, Taken, Any, list[int]] | None = None

    def exact(self, example: Example) -> str | None:
        """Where the same example stands already."""
        return self._origins.get(_key(example))

    def near(self, example: Example) -> tuple[str, float] | None:
        """Where the likest earlier example stands, and their Jaccard index, when that is 0.8 or more."""
        taken, signature, keys = self._look(example)
        candidates: set[int] = set()
        for key in keys:
            found = self._buckets.get(key, ())
            candidates.update((found,) if isinstance(found, int) else found)
        likest = [(self._likeness(taken, self._taken[place]), self._taken[place].origin) for place in self._likest(signature, sorted(candidates))]
        index, origin = max(likest, key=lambda pair: pair[0], default=(0.0, ""))
        return (origin, index) if index >= NEAR else None

    def take(self, example: Example, compare: bool = True) -> None:
        """Remember an example; ``compare`` is False where no later one is looked at with ``near``."""
        self._origins.setdefault(_key(example), example.origin)
        if compare:
            taken, signature, keys = self._look(example)
            self._keep(taken, signature, keys)
            self._looked = None

    def _keep(self, taken: Taken, signature: Any, keys: list[int]) -> None:
        import numpy as np

        place = len(self._taken)
        if place == len(self._signatures):
            self._signatures = np.concatenate([self._signatures, np.empty_like(self._signatures)])
        self._signatures[place] = signature
        self._taken.append(taken)
        for key in keys:
            there = self._buckets.setdefault(key, place)
            if isinstance(there, list):
                if len(there) < FULL:
                    there.append(place)
            elif there != place:
                self._buckets[key] = [there, place]

    def _look(self, example: Example) -> tuple[Taken, Any, list[int]]:
        """What an example is compared by: its trigrams and figures, its MinHash, and a key for each band of it."""
        if self._looked is None or self._looked[0] is not example:
            text = "\n".join(turn.content for turn in example.turns if turn.role != "system")
            taken = Taken(example.origin, trigrams(text), figures(text))
            minhash = self._blank.copy()
            minhash.update_batch(taken.trigrams)
            values = minhash.hashvalues
            keys = [hash((band, values[band * ROWS : (band + 1) * ROWS].tobytes())) for band in range(BANDS)]
            self._looked = (example, taken, values, keys)
        return self._looked[1:]

    def _likest(self, signature: Any, candidates: list[int]) -> list[int]:
        """The few candidates whose MinHashes agree most."""
        import numpy as np

        if len(candidates) <= VERIFIED:
            return candidates
        agreeing = (self._signatures[candidates] == signature).sum(axis=1)
        return [candidates[place] for place in np.argsort(-agreeing, kind="stable")[:VERIFIED]]

    @staticmethod
    def _likeness(one: Taken, other: Taken) -> float:
        return jaccard(one.trigrams, other.trigrams) if one.figures == other.figures else 0.0

    @cached_property
    def _blank(self) -> Any:
        import numpy as np
        from datasketch import MinHash

        blank = MinHash(num_perm=BANDS * ROWS, hashfunc=int)
        self._signatures = np.empty((FIRST_SIZE, BANDS * ROWS), dtype=blank.hashvalues.dtype)
        return blank


def _key(example: Example) -> bytes:
    return bytes.fromhex(example.id)
