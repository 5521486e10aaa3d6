"""The folder of one training under .assistant/runs/<domain>/: what was asked, its rows, losses and checkpoints. One at a time.

A checkpoint counts only once its mark is written, so that a killed training resumes from a whole one.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.errors import TrainingError
from assistant.records import Turn
from assistant.settings import Workspace
from assistant.training.dataset import Dataset, Row

WHOLE = "whole"
SITTING = "ASSISTANT_SITTING"  # names the process to whoever began it, in the run's record


@dataclass(frozen=True)
class Run:
    """One training on disk. ``state`` goes training → trained → published or passed over, or failed."""

    folder: Path

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def record(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "run.json").read_text("utf-8")))

    @property
    def adapter(self) -> Path:
        return self.folder / "adapter"

    @property
    def unfinished(self) -> bool:
        """Whether there is something to go on with: steps, the gate, or a cure of what was lost."""
        record = self.record
        curable = record["state"] == "failed" and record.get("cures", 0) > len(record.get("earlier", ()))
        return curable or record["state"] in ("training", "trained")

    def note(self, **values: Any) -> None:
        """Change the record, in one step."""
        record = {**(self.record if (self.folder / "run.json").exists() else {}), **values}
        temporary = self.folder / "run.json.tmp"
        temporary.write_text(json.dumps(record, ensure_ascii=False, indent=2), "utf-8")
        os.replace(temporary, self.folder / "run.json")

    def dataset(self) -> Dataset:
        """The rows as they were built when the run began."""
        sides = [[_row(line) for line in _lines(self.folder / f"{name}.jsonl")] for name in ("train", "held_out", "general")]
        return Dataset(tuple(sides[0]), tuple(sides[1]), general=tuple(sides[2]))

    def losses(self) -> list[dict[str, float]]:
        return [json.loads(line) for line in _lines(self.folder / "loss.jsonl")]

    def add_loss(self, values: dict[str, float]) -> None:
        with (self.folder / "loss.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(values) + "\n")

    def mark_whole(self, step: int) -> None:
        """Say that a checkpoint is written; its mark holds each file's hash."""
        checkpoint = self.folder / f"checkpoint-{step}"
        hashes = {path.relative_to(checkpoint).as_posix(): _hash(path) for path in sorted(checkpoint.rglob("*")) if path.is_file() and path.name != WHOLE}
        temporary = checkpoint / (WHOLE + ".tmp")
        temporary.write_text(json.dumps(hashes, indent=2), "utf-8")
        os.replace(temporary, checkpoint / WHOLE)

    def prepare_resume(self, say: Callable[[str], None] = lambda text: None) -> Path | None:
        """The newest whole checkpoint; half-written and damaged ones and losses after it are removed. None: start from the first step.

        ``say`` hears of a damaged one."""
        newest: Path | None = None
        damaged = []
        for path in sorted(self.folder.glob("checkpoint-*"), key=_step, reverse=True):
            if not (path / WHOLE).exists():
                shutil.rmtree(path)
            elif newest is None and (fault := _damage(path)):
                shutil.rmtree(path)
                damaged.append(f"{path.name} is damaged ({fault})")
            else:
                newest = newest or path
        if damaged:
            say(f"{'; '.join(damaged)}; going on from {newest.name if newest else 'the start'}")
        kept = [line for line in self.losses() if newest and line["step"] <= _step(newest)]
        (self.folder / "loss.jsonl").write_text("".join(json.dumps(line) + "\n" for line in kept), "utf-8")
        return newest


def _damage(checkpoint: Path) -> str:
    """The first file that is not what it was when the checkpoint was marked; "" when all are."""
    try:
        hashes = json.loads((checkpoint / WHOLE).read_text("utf-8") or "{}")
    except ValueError:
        return f"{WHOLE} cannot be read"
    for name, digest in hashes.items():
        path = checkpoint / name
        if not path.is_file():
            return f"{name} is missing"
        if _hash(path) != digest:
            return f"{name} has changed"
    return ""


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()[:32]


def _step(checkpoint: Path) -> int:
    return int(checkpoint.name.rpartition("-")[2])


def _lines(path: Path) -> list[str]:
    """Whole lines of a JSONL file; a last line cut off by a crash is passed over."""
    if not path.exists():
        return []
    text = path.read_text("utf-8")
    return [line for line in text[: text.rfind("\n") + 1].split("\n") if line]


def _row(line: str) -> Row:
    value = json.loads(line)
    return Row(**{**value, "prompt": tuple(Turn(**turn) for turn in value["prompt"])})


@dataclass(frozen=True)
class Runs:
    """Every training of one domain, oldest first."""

    folder: Path
    domain: str
    begun: list[Run] = field(default_factory=list, compare=False)
    """Those that this process began or went on with."""

    def start(self, dataset: Dataset, record: dict[str, Any]) -> Run:
        """A new run with its rows; run.json is written last, so that a half-made run is never resumed."""
        now = datetime.now(UTC)
        folder = self.folder / now.strftime("%Y%m%d-%H%M%S-%f")[:-3]
        folder.mkdir(parents=True)
        for name, rows in (("train", dataset.train), ("held_out", dataset.held_out), ("general", dataset.general)):
            lines = (json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)
            (folder / f"{name}.jsonl").write_text("".join(lines), "utf-8")
        run = Run(folder)
        run.note(**record, domain=self.domain, state="training", created=now.isoformat(timespec="seconds"), **_process())
        self.begun.append(run)
        return run

    def newest_unfinished(self) -> Run:
        """The newest run that has something left to do, and began after the last one that was published; TrainingError without one."""
        found = [Run(path.parent) for path in sorted(self.folder.glob("*/run.json"))]
        for run in reversed(found):
            if run.unfinished:
                run.note(**_process())
                self.begun.append(run)
                return run
            if run.record["state"] == "published":
                break
        raise TrainingError(f"no unfinished training of {self.domain!r}; start one with: assistant train {self.domain}")


def _process() -> dict[str, Any]:
    """Which process trains a run now."""
    return {"process": os.getpid(), "sitting": os.environ.get(SITTING, "")}


@contextmanager
def one_training(workspace: Workspace, domain: str, wait: bool = False) -> Iterator[Runs]:
    """The domain's runs, held for this process alone; while another training of the domain is going on, TrainingError, or with ``wait`` patience."""
    from filelock import FileLock, Timeout

    runs = Runs(workspace.state / "runs" / domain, domain)
    try:
        runs.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(runs.folder / "lock"), timeout=-1 if wait else 0)
        lock.acquire()
    except Timeout:
        holder = ""
        with suppress(OSError):
            holder = (runs.folder / "holder").read_text("utf-8").strip()
        raise TrainingError(f"{domain!r} is being trained already ({holder or 'by another process'}); wait for it with --wait, or stop it, then try again") from None
    except OSError as error:
        raise TrainingError(f"cannot write to {runs.folder}: {error.strerror}; give this user the right to write there") from None
    try:
        (runs.folder / "holder").write_text(f"process {os.getpid()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n", "utf-8")
        yield runs
    finally:
        lock.release()
