"""A fault of a training: its name, what was seen, and the cure in words and as settings that a program can apply."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from assistant.records import case_of

GRAVITY = ("mismatch", "divergence", "collapse", "language", "underfit", "ignoring", "forgetting", "overfit")
"""Every name a fault may have, the gravest first: the cure of one that stands earlier wins."""


@dataclass(frozen=True)
class Fault:
    """``sign`` is what was seen, ``cure`` what to do; one that ``blocks`` keeps the version from going live.

    ``changes`` are recipe places with their new values, such as ``{"lora.rank": 4}``; empty where only people can cure. ``share`` (0 to 1)
    says of how much of what was looked at it is true: it tells a better attempt from a worse one. ``told`` is what sign and cure carry.
    """

    name: str
    sign: str
    cure: str
    blocks: bool
    changes: Mapping[str, Any] = field(default_factory=dict)
    share: float = 1.0
    told: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.told:  # as made; from a record it is there
            object.__setattr__(self, "told", {"sign": case_of(self.sign), "cure": case_of(self.cure)})

    def __str__(self) -> str:
        return f"{self.name}: {self.sign}; {self.cure}"

    def record(self) -> dict[str, Any]:
        """As it is kept in a card."""
        return asdict(self)


def gravest_first(faults: Iterable[Fault]) -> list[Fault]:
    """By gravity; those that block before others of the same name."""
    return sorted(faults, key=lambda fault: (GRAVITY.index(fault.name), not fault.blocks))
