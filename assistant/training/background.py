"""Trainings in processes of their own: begun beside the app, found again after a restart, stopped. Knows processes and files, not rows.

``.assistant/runs/<domain>/sittings/<id>.json`` says who began which process and how; ``<id>.log`` is what it says, ``<id>.out`` its outcome.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import assistant
from assistant.access import User, may
from assistant.domain import Domain
from assistant.errors import TrainingError
from assistant.plugin_code import only_this_code
from assistant.plugins import Plugins
from assistant.records import Told
from assistant.settings import Settings, Workspace
from assistant.training.runs import SITTING, Run

Kind = Literal["plan", "train", "resume"]
COMMANDS: Mapping[Kind, tuple[str, ...]] = {"plan": ("--dry-run", "--json"), "train": ("--candidate", "--json"), "resume": ("--resume", "--candidate", "--json")}
NICE = 10
LAST_LINES = 12
PATIENCE = 10  # seconds that one start waits for another
_HOLDER = re.compile(r"process (\d+) since (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC")


@dataclass(frozen=True)
class Sitting:
    """One process that trains or plans, or did. ``by`` is the user who began it, "" for the command line; ``born`` the process's own time."""

    domain: str
    by: str
    kind: Kind
    words: tuple[str, ...]
    pid: int
    born: float
    begun: str
    file: Path = field(compare=False)

    @property
    def id(self) -> str:
        return self.file.stem

    @property
    def running(self) -> bool:
        return _alive(self.pid, self.born)

    @property
    def stopping(self) -> bool:
        return self.file.with_suffix(".stop").exists() and self.running

    @property
    def said(self) -> list[str]:
        """The last lines that the process wrote for people."""
        try:
            text = self.file.with_suffix(".log").read_text("utf-8", errors="replace")
        except OSError:
            return []
        return [line for line in text.splitlines() if line.strip()][-LAST_LINES:]

    @property
    def outcome(self) -> dict[str, Any] | None:
        """What the process printed for programs once it was done; None before, or when it failed."""
        try:
            found = json.loads(self.file.with_suffix(".out").read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    @property
    def run(self) -> Run | None:
        """The newest run that this process began or went on with; None while it still prepares."""
        for run in runs_of(self.file.parents[1] if self.by else self.file.parent):
            record = run.record
            if record.get("sitting") == self.id if self.by else record.get("process") == self.pid:
                return run
        return None


def begin(workspace: Workspace, plugins: Plugins, domain: Domain, user: User, kind: Kind, changes: Sequence[str] = (), cures: int = 0) -> Sitting:
    """Start a process that plans, trains, or goes on with a training of the domain; what it trains stays a candidate. It runs the code that
    ``plugins`` ran, and no other.

    TrainingError while another one runs in this workspace: two would take each other's time."""
    with _one_start(workspace, domain) as folder:
        other = busy(workspace)
        if other and other.kind == "plan" and other.by == user.name:
            stop(other)
        elif other:
            raise TrainingError(_told_of(other, plugins, user))
        words = (domain.name, *COMMANDS[kind], *(["--auto-cure", str(cures)] if cures and kind == "train" else []))
        words += tuple(word for change in changes for word in ("--set", change))
        file = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.json"
        process = _started(workspace, words, file, only_this_code(plugins.code))
        sitting = Sitting(domain.name, user.name, kind, words, process.pid, _born(process.pid), _now(), file)
        temporary = file.with_suffix(".tmp")
        temporary.write_text(json.dumps({key: value for key, value in asdict(sitting).items() if key != "file"}, ensure_ascii=False), "utf-8")
        os.replace(temporary, file)
    return sitting


@contextmanager
def _one_start(workspace: Workspace, domain: Domain) -> Iterator[Path]:
    """The folder of the domain's sittings, while nobody else starts anything in this workspace."""
    from filelock import FileLock, Timeout

    runs = workspace.state / "runs"
    folder = runs / domain.name / "sittings"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(runs / "starting.lock", timeout=PATIENCE):
            yield folder
    except Timeout:
        raise TrainingError(Told("another start is under way in this workspace; try again in a moment", "another-start")) from None
    except OSError as error:
        raise TrainingError(f"cannot write to {folder}: {error.strerror}; give this user the right to write there") from None


def _told_of(other: Sitting, plugins: Plugins, user: User) -> str:
    """What is going on; a domain is named to those who may ask in it."""
    domain = plugins.domains.get(other.domain)
    doing = "measured for a training" if other.kind == "plan" else "trained"
    known = domain is not None and may(user, domain, "ask")
    if not known:
        return Told(f"something else is being {doing} in this workspace; start again when it has ended", "another-trained")
    by = other.by or Told("the command line", "the command line")
    text = f"{other.domain!r} is being {doing} already (by {by}); wait until it ends, or stop it, then start again"
    if other.kind == "plan":
        return Told(text, "measured-already", domain=other.domain, by=by)
    return Told(text, "trained-already", domain=other.domain, by=by)


def stop(sitting: Sitting) -> None:
    """End it as one Ctrl-C does: the step is finished and a checkpoint saved; nothing happens to one that has ended."""
    import psutil

    with suppress(psutil.Error):
        process = psutil.Process(sitting.pid)
        if sitting.running:
            if sitting.by:
                sitting.file.with_suffix(".stop").touch()
            process.send_signal(signal.SIGTERM)  # heard also by a process begun where SIGINT is ignored, as after `nohup … &`


def latest(workspace: Workspace, domain: str, *kinds: Kind) -> Sitting | None:
    """The domain's newest process of these kinds, running or not; a training from the command line while it runs."""
    folder = workspace.state / "runs" / domain
    found = (one for path in sorted(folder.glob("sittings/*.json"), reverse=True) if (one := _read(path)) and one.kind in kinds)
    newest = next(found, None)
    outside = _outside(folder) if "train" in kinds else None
    return outside if outside and not (newest and newest.pid == outside.pid) else newest


def busy(workspace: Workspace) -> Sitting | None:
    """A process that trains or plans in this workspace now."""
    for folder in sorted(path for path in (workspace.state / "runs").glob("*") if path.is_dir()):
        for found in (latest(workspace, folder.name, "train", "resume"), latest(workspace, folder.name, "plan")):
            if found and found.running:
                return found
    return None


def runs_of(folder: Path) -> Iterator[Run]:
    """The runs below a domain's folder, newest first; those whose record cannot be read are passed over."""
    for path in sorted(folder.glob("*/run.json"), reverse=True):
        with suppress(OSError, ValueError):
            run = Run(path.parent)
            run.record  # noqa: B018  it is read to see whether it can be
            yield run


def _started(workspace: Workspace, words: Sequence[str], file: Path, code: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    places = [str(Path(assistant.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    threads = str(threads_beside(workspace.settings))
    variables = {"ASSISTANT_WORKSPACE": str(workspace.root), "ASSISTANT_THREADS": threads, "OMP_NUM_THREADS": threads, SITTING: file.stem, **code}
    environment = {**os.environ, **variables, "PYTHONPATH": os.pathsep.join(filter(None, places)), "PYTHONUTF8": "1", "COLUMNS": "200"}
    command = [sys.executable, "-P", "-m", "assistant", "train", *words]
    quiet: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        quiet = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS}
    try:
        with file.with_suffix(".out").open("wb") as out, file.with_suffix(".log").open("wb") as log:
            process = subprocess.Popen(command, cwd=workspace.root, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=log, **quiet)
    except OSError as error:
        raise TrainingError(f"the training cannot be started: {error.strerror}; see whether this user may write to {file.parent}") from None
    threading.Thread(target=process.wait, name="training", daemon=True).start()  # takes note of its end, or it would stay a zombie
    if os.name == "posix":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, NICE)
    return process


def threads_beside(settings: Settings) -> int:
    """Threads of a training beside the app: half of what this process may use, so that answers keep theirs."""
    import psutil

    mine = len(psutil.Process().cpu_affinity()) if hasattr(psutil.Process, "cpu_affinity") else psutil.cpu_count() or 1
    return max(1, min(settings.threads or mine, mine) // 2)


def _alive(pid: int, born: float) -> bool:
    """Whether that very process runs; a number that was given to another one is not it."""
    import psutil

    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - born) < 2 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _born(pid: int) -> float:
    import psutil

    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return 0.0


def _outside(folder: Path) -> Sitting | None:
    """The training that holds the domain's lock, wherever it was begun; None when its process has ended."""
    try:
        match = _HOLDER.match((folder / "holder").read_text("utf-8"))
    except OSError:
        return None
    if not match:
        return None
    pid, since = int(match[1]), datetime.strptime(match[2], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    born = _born(pid)
    if not 0 < born <= since.timestamp() + 1 or not _alive(pid, born):
        return None
    return Sitting(folder.name, "", "train", (), pid, born, since.isoformat(), folder / "holder")


def _read(path: Path) -> Sitting | None:
    try:
        values = json.loads(path.read_text("utf-8"))
        return Sitting(**{**values, "words": tuple(values["words"])}, file=path)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
