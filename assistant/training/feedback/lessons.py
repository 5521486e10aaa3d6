"""The file of accepted rows, examples/feedback.jsonl: each change is written whole beside it and renamed; one writer at a time.

Lines that people wrote there themselves are kept as they are.
"""

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.domain import Domain
from assistant.errors import ExampleError
from assistant.records import Told
from assistant.registry import Registry
from assistant.rows.examples import CLEANED
from assistant.settings import Workspace
from assistant.training.feedback.proposal import FILE

PATIENCE = 10


def lessons_path(workspace: Workspace, domain: Domain) -> Path:
    """ExampleError where the domain's folder is not written to, or something else is read in the file's place."""
    path = domain.examples / FILE
    if not path.resolve().is_relative_to(workspace.root.resolve()):
        text = f"the folder of {domain.name!r} ({domain.folder}) lies outside the workspace, where nothing is written; copy it to plugins/ to teach it"
        raise ExampleError(Told(text, "folder-outside", domain=domain.name, folder=str(domain.folder)))
    if path.with_name(FILE + CLEANED).exists():
        text = f"{FILE}{CLEANED} stands beside {FILE} and is read in its place; bring its rows there and delete it, then accept again"
        raise ExampleError(Told(text, "cleaned-beside", cleaned=f"{FILE}{CLEANED}", file=FILE))
    return path


@contextmanager
def reviewing(workspace: Workspace, domain: Domain) -> Iterator[None]:
    """Held while one judgement is decided, so that two reviewers do not decide the same one and neither loses a row."""
    lock = FileLock(workspace.state / f"feedback-{domain.name}.lock")
    try:
        workspace.state.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=PATIENCE)
    except Timeout:
        raise ExampleError(Told(f"somebody else is accepting a row of {domain.name} just now; try again", "reviewed-now", domain=domain.name)) from None
    try:
        yield
    finally:
        lock.release()


def put(path: Path, lesson: str, line: str = "") -> bool:
    """Write the file with this line in place of the lesson's earlier one, or without any; whether anything changed."""
    before = _lines(path)
    kept = [one for one in before if _lesson_of(one) != lesson]
    if not line and len(kept) == len(before):
        return False
    if kept and not kept[-1].endswith(b"\n"):
        kept[-1] += b"\n"
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(b"".join([*kept, line.encode()]))
            file.flush()
            os.fsync(file.fileno())
        if kept or line:
            os.replace(partial, path)
        else:
            partial.unlink()
            path.unlink()  # an empty file of examples would be a fault
    except OSError as error:
        partial.unlink(missing_ok=True)
        text = f"{path} cannot be written: {error.strerror}; nothing was changed"
        raise ExampleError(Told(text, "rows-not-written", path=str(path), reason=error.strerror)) from None
    return True


def place_of(path: Path, lesson: str) -> int | None:
    """The line of a lesson, counted from 1."""
    return next((number for number, line in enumerate(_lines(path), 1) if _lesson_of(line) == lesson), None)


@dataclass(frozen=True)
class Since:
    """How many rows were accepted since the newest version was trained; ``version`` is empty where none was."""

    rows: int
    version: str = ""


def since_training(domain: Domain, registry: Registry) -> Since:
    """Rows of feedback that came after the newest version of this base read its examples."""
    newest = max(registry.versions(domain.name), key=lambda version: version.number, default=None)
    learned = str(newest.card.get("read") or newest.card.get("created") or "") if newest else ""
    accepted = [_provenance(line).get("accepted") or "" for line in _lines(domain.examples / FILE)]
    return Since(sum(when >= learned for when in accepted if when), newest.served_name if newest else "")


def _lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().splitlines(keepends=True)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ExampleError(Told(f"{path} cannot be read: {error.strerror}", "rows-not-read", path=str(path), reason=error.strerror)) from None


def _lesson_of(line: bytes) -> str:
    return str(_provenance(line).get("lesson") or "")


def _provenance(line: bytes) -> dict[str, str]:
    try:
        found = json.loads(line)["provenance"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
