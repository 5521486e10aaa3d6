"""Decides whether a candidate goes live, from held-out losses on the same rows and the diagnosis. Changes nothing itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.training.diagnose import Fault
from assistant.training.held_out import BARE

CANDIDATE = "candidate"
LIVE = "live"


@dataclass(frozen=True)
class Verdict:
    """Whether the candidate goes live, and why or why not, one reason each."""

    live: bool
    reasons: tuple[str, ...]


def decide(losses: Mapping[str, float], faults: Sequence[Fault], tolerance: float) -> Verdict:
    """``losses`` has ``candidate``, ``base`` and, where there is one that fits this base model, ``live``."""
    blocking = tuple(str(fault) for fault in faults if fault.blocks)
    if CANDIDATE not in losses:
        reason = "no rows are held out to compare on, and the diagnosis is clean"
        return Verdict(False, blocking) if blocking else Verdict(True, (reason,))
    against, name = (losses[LIVE], "the live version's") if LIVE in losses else (losses[BARE], "the bare base's")
    figure = f"held-out loss {losses[CANDIDATE]:.3f} against {name} {against:.3f}"
    worse = losses[CANDIDATE] > against * (1 + tolerance)
    reasons = (*blocking, *([f"{figure}: worse by more than {tolerance:.0%}"] if worse else []))
    return Verdict(False, reasons) if reasons else Verdict(True, (figure,))
