"""Pictures of PDF pages with a passage marked: each drawn once, by a child process (``draw.py``) that may crash or hang without harm."""

import json
import os
import subprocess
import sys
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import AssistantError, DocumentError
from assistant.records import Told

AT_ONCE = threading.BoundedSemaphore(2)
PLACES = threading.BoundedSemaphore(10)  # drawn or waiting, each in a thread of the server
SECONDS = 20
KEPT = 32
LONGEST_MARK, LONGEST_BEFORE = 1200, 120  # characters
FAULTS = {
    "password": Told("it is protected by a password", "picture-password"),
    "damaged": Told("the PDF is damaged", "picture-damaged"),
    "slow": Told(f"drawing it took more than {SECONDS} s", "picture-slow", seconds=SECONDS),
}


class TooMany(AssistantError):
    """As many pictures as may wait are waiting."""


@dataclass(frozen=True)
class Picture:
    """``page`` is the one drawn: where a passage goes over to the next, that one. ``found`` says whether it is marked, ``at`` how far down (0 to 1)."""

    png: bytes
    page: int
    pages: int
    found: bool
    at: float
    width: int
    height: int


class Pictures:
    """The pictures drawn last are kept; a changed file is drawn anew."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], Picture] = OrderedDict()
        self._lock = threading.Lock()

    def draw(self, path: Path, page: int, mark: str = "", before: str = "") -> Picture:
        """The page with the passage marked; DocumentError in words when the file has no such page or cannot be drawn, TooMany at once."""
        mark, before = mark[:LONGEST_MARK], before[-LONGEST_BEFORE:]
        state = path.stat()
        key = (path, state.st_mtime_ns, state.st_size, page, mark, before)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        if not PLACES.acquire(blocking=False):
            raise TooMany("many pages are being drawn just now; try again in a few seconds")
        try:
            with AT_ONCE:
                picture = _drawn({"path": str(path), "page": page, "mark": mark, "before": before})
        finally:
            PLACES.release()
        with self._lock:
            self._kept[key] = picture
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return picture


def _drawn(request: dict[str, object]) -> Picture:
    command = [sys.executable, "-P", "-m", "assistant.ui.page.draw"]
    home = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH", "")])}
    try:
        done = subprocess.run(command, input=json.dumps(request).encode(), capture_output=True, timeout=SECONDS, env=home)
    except subprocess.TimeoutExpired:
        raise DocumentError(FAULTS["slow"]) from None
    line, _, png = done.stdout.partition(b"\n")
    said = json.loads(line) if done.returncode == 0 and line else {"fault": "damaged"}
    if said.get("fault") == "page":
        text = f"there is no page {request['page']}; pages: 1 to {said['pages']}"
        raise DocumentError(Told(text, "no-page", page=request["page"], pages=said["pages"]))
    if "fault" in said:
        raise DocumentError(FAULTS[said["fault"]])
    return Picture(png, **said)
