"""Two finished answers to choose between, and the choice as a preference in the history. Knows no components."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from assistant.answering.weights import NO_WEIGHTS
from assistant.evaluation.ratings import NO_ADAPTER, summary
from assistant.history import History, Preference
from assistant.history.preferences import Choice
from assistant.records import Answer
from assistant.registry import Registry
from assistant.ui.chat.running import Window
from assistant.ui.compare.streams import Pane
from assistant.ui.compare.ways import Way

EXAMPLES_RUNG = {False: "few-shot", True: "rag+few-shot"}
MOST = 500  # pairs that wait for a choice, of all sessions together


@dataclass(frozen=True)
class Side:
    """A finished answer, the way it was asked for, and the weights that did answer (answering/weights.py)."""

    way: Way
    pane: Pane
    weights: Mapping[str, Any]

    @property
    def answer(self) -> Answer:
        assert self.pane.answer
        return self.pane.answer


@dataclass(frozen=True)
class Pair:
    """What stands left and right, for a choice that shows no names."""

    domain: str
    question: str
    base: str
    left: Side
    right: Side

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.left, self.right

    def preference(self, choice: Choice, registry: Registry) -> Preference:
        """As ``assistant evaluate --rate`` keeps it: rungs and the adapter; two versions of one rung carry their names."""
        adapters = [adapter_of(side, self.domain, registry) for side in self.sides]
        rungs = [rung_of(side, adapter) for side, adapter in zip(self.sides, adapters, strict=True)]
        several = len({adapter for adapter in adapters if adapter}) > 1
        names = [f"{rung} {adapter}" if several and adapter else rung for rung, adapter in zip(rungs, adapters, strict=True)]
        used = " + ".join(sorted({adapter for adapter in adapters if adapter})) or NO_ADAPTER
        left, right = (side.answer.text for side in self.sides)
        return Preference(self.domain, self.question, self.base, used, names[0], left, names[1], right, choice)


def adapter_of(side: Side, domain: str, registry: Registry) -> str | None:
    """The version that spoke; where a refusal came before any weights, the one that would have."""
    if side.weights != NO_WEIGHTS:
        return None if side.weights["name"] == "base" else str(side.weights["name"])
    if side.way.adapter == "off":
        return None
    version = registry.current(domain) if side.way.adapter == "current" else registry.version(domain, side.way.adapter)
    return version.served_name if version else None


def rung_of(side: Side, adapter: str | None) -> str:
    """The rung that was reached: without an adapter it is the base's, whatever was asked for, or that of its examples."""
    if shown_to(side):
        return EXAMPLES_RUNG[side.way.documents]
    return side.way.rung if adapter else Way("off", side.way.documents).rung


def shown_to(side: Side) -> bool:
    """Whether the domain's examples were shown."""
    return bool(side.weights.get("examples"))


def same(pair: Pair, registry: Registry) -> bool:
    """Whether both sides turned out to be the same weights answering in the same way."""
    left, right = (adapter_of(side, pair.domain, registry) for side in pair.sides)
    alike = shown_to(pair.left) == shown_to(pair.right)
    return left == right and alike and pair.left.way.documents == pair.right.way.documents


def counted(history: History, kept: Preference) -> dict[str, Any]:
    """Everybody's votes between the same two (evaluation/ratings.py), the higher rung as the tuned one."""
    base, tuned = sorted((kept.left_is, kept.right_is), key=lambda name: ("lora" in name or "few-shot" in name, name))
    return summary(history.votes(kept.domain), base, tuned, kept.base, None if kept.adapter == NO_ADAPTER else kept.adapter)


class Waiting:
    """The pairs that wait for a choice: one a session, the oldest forgotten when there are too many."""

    def __init__(self) -> None:
        self._pairs: OrderedDict[Window, Pair] = OrderedDict()
        self._lock = Lock()

    def put(self, key: Window, pair: Pair) -> None:
        with self._lock:
            self._pairs.pop(key, None)
            self._pairs[key] = pair
            while len(self._pairs) > MOST:
                self._pairs.popitem(last=False)

    def take(self, key: Window) -> Pair | None:
        with self._lock:
            return self._pairs.pop(key, None)

    def forget(self, session: str) -> None:
        with self._lock:
            for key in [key for key in self._pairs if key[1] == session]:
                del self._pairs[key]
