"""The course of a training as lines of ``events.jsonl`` in its run's folder, so that an app can follow it from outside.

One JSON object a line with ``time`` (UTC), ``kind`` and the fields of that kind; a figure that is not there or not finite is null.
A resumed training goes on in the same file: after its ``begin`` the steps start again from the last whole checkpoint.
"""

import json
import math
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FILE = "events.jsonl"
KINDS = {
    "begin": "run, domain, base, resumed, steps, and what is expected: seconds, memory_gb",
    "stage": "stage: the word of the arrow line that begins",
    "progress": "stage, step, steps, seconds_left: how far a stage without training steps is, such as the gate's questions",
    "step": "step, steps, epoch, loss, rate, grad_norm, tokens_per_second, memory_gb, seconds_left",
    "held_out": "step, epoch, loss on the held-out rows",
    "message": "text for people",
    "fault": "name, sign, cure, blocks",
    "attempt": "number, run, changes (recipe places and values), words: again with the cures of what was found",
    "gate": "live, reasons",
    "end": "state: published, passed over, failed or stopped; version, live, seconds, text",
}


@dataclass(frozen=True)
class Event:
    """``number`` counts the lines of the file from 1; ask ``follow`` for those after it."""

    number: int
    time: str
    kind: str
    values: dict[str, Any]


def note(folder: Path, kind: str, **values: Any) -> None:
    """Append one event; a line that a crash cut off is closed first."""
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of event; there are: {', '.join(KINDS)}")
    line = json.dumps({"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "kind": kind, **_finite(values)}, ensure_ascii=False)
    with (folder / FILE).open("ab+") as file:
        end = file.seek(0, os.SEEK_END)
        if end:
            file.seek(end - 1)
        broken = end and file.read(1) != b"\n"
        file.write((b"\n" if broken else b"") + line.encode("utf-8", "replace") + b"\n")


def follow(folder: Path, after: int = 0) -> list[Event]:
    """The events of a run's folder after that number, oldest first; only whole lines, and none where nothing was written yet."""
    try:
        text = (folder / FILE).read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return []
    whole = text[: text.rfind("\n") + 1].split("\n")[:-1]
    found = (_event(number, line) for number, line in enumerate(whole[after:], after + 1))
    return [event for event in found if event]


def _event(number: int, line: str) -> Event | None:
    try:
        values = json.loads(line)
        return Event(number, values.pop("time"), values.pop("kind"), values)
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return None  # cut off by a crash


def _finite(value: Any) -> Any:
    """The same without NaN and infinity, which JSON does not have."""
    if isinstance(value, dict):
        return {str(key): _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
