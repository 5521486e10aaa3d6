"""The files of conversations, each conversation's a domain of its own: taken in, read in the background, searched, forgotten. Knows no users."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.domain import Domain
from assistant.domain_files import OF_A_CONVERSATION, Term
from assistant.errors import AssistantError
from assistant.records import Told, message
from assistant.retrieval.flow import Knowledge
from assistant.retrieval.load import document_files
from assistant.retrieval.uploaded import (
    Stage,
    Upload,
    UploadDomain,
    conversation_folder,
    domain_name,
    remove_folder,
    uploads_folder,
)
from assistant.settings import Workspace

LOOK = 0.3  # seconds between two looks at what is being read
TURN = 3.0  # seconds of writing after which others get theirs
BETWEEN = 1.5  # seconds between two turns; whoever waits asks 20 times a second, the watch looks once
LAST = 5.0  # seconds that closing waits for what is being read or forgotten
SWEEP = 600.0  # seconds between two looks for what conversations that were deleted left behind
logger = logging.getLogger(__name__)


@dataclass
class _Reading:
    """A conversation's files on their way into the index; ``again`` when more came meanwhile."""

    current: str = ""
    stages: dict[str, tuple[Stage, float]] = field(default_factory=dict)
    again: bool = False


class Uploads:
    """The files of all conversations of a workspace; ``glossary`` gives the terms that widen a search."""

    def __init__(self, workspace: Workspace, knowledge: Knowledge, glossary: Callable[[], list[Term]] = list) -> None:
        self._root = uploads_folder(workspace)
        self._knowledge = knowledge
        self._glossary = glossary
        self._lock = threading.RLock()
        self._readings: dict[str, _Reading] = {}
        self._refused: dict[str, list[Upload]] = {}
        self._problems: dict[str, str] = {}
        self._threads: list[threading.Thread] = []
        self._conversations: Callable[[], Collection[str]] | None = None
        self._swept = 0.0
        self._closed = threading.Event()

    def widen_by(self, glossary: Callable[[], list[Term]]) -> None:
        """Terms of other domains from now on."""
        self._glossary = glossary

    def begin(self, conversation: str, names: Sequence[str], refused: Sequence[Upload] = ()) -> None:
        """Read files that lie in the conversation's folder; ``refused`` are told beside them."""
        with self._lock:
            self._refused[conversation] = list(refused)
        if names:
            self._start(conversation, names)

    def resume(self, conversation: str) -> bool:
        """Whether files are being read; what a stopped program left unread is begun."""
        if not self.busy(conversation) and any(upload.stage == "waiting" for upload in self.listed(conversation)):
            self._start(conversation)
        return self.busy(conversation)

    def watch(self, conversation: str) -> Iterator[list[Upload]]:
        """The files whenever something has changed, until all are read; what a stopped program left unread is read now.

        The reading goes on when the iterator is left."""
        self.resume(conversation)
        pause, shown = threading.Event(), None
        while True:
            under_way = self.busy(conversation)
            found = self.listed(conversation)
            if found != shown:
                yield (shown := found)
            if not under_way:
                return
            pause.wait(LOOK)

    def busy(self, conversation: str) -> bool:
        with self._lock:
            return conversation in self._readings

    def listed(self, conversation: str) -> list[Upload]:
        """The conversation's files by name, then what was refused last."""
        domain = self._domain(conversation)
        sizes, faults = self._knowledge.ledger.sizes(domain.name), self._knowledge.ledger.faults(domain.name)
        with self._lock:
            reading = self._readings.get(conversation)
            stages = dict(reading.stages) if reading else {}
            refused = list(self._refused.get(conversation, []))
            problem = self._problems.get(conversation, "")
        found = []
        for name in document_files(domain, self._root):
            if name in stages:
                stage, share = stages[name]
                found.append(Upload(name, stage, share))
            elif name in faults:
                found.append(Upload(name, "fault", fault=faults[name][1]))
            elif name in sizes:
                found.append(Upload(name, "ready", 1.0, *sizes[name]))
            else:
                found.append(Upload(name, "fault", fault=problem) if problem else Upload(name, "waiting"))
        return found + refused

    def domain(self, conversation: str | None) -> Domain | None:
        """What the conversation's files make; None when none could be read."""
        if not conversation or not self._folder(conversation).is_dir():
            return None
        domain = self._domain(conversation)
        return domain if self._knowledge.ledger.sizes(domain.name) else None

    def detach(self, conversation: str, name: str) -> None:
        """Take one file out, or first what was refused under its name; nothing when there is none."""
        with self._lock:
            refused = self._refused.get(conversation, [])
            self._refused[conversation] = [upload for upload in refused if upload.name != name]
            if len(self._refused[conversation]) < len(refused):
                return
        path = document_files(self._domain(conversation), self._root).get(name)
        if path is not None:
            path.unlink(missing_ok=True)
            self._start(conversation)

    def forget(self, conversation: str) -> None:
        """Take away everything of the conversation, its files at once, what is indexed as soon as nobody else writes."""
        remove_folder(self._folder(conversation))
        with self._lock:
            for kept in (self._refused, self._problems):
                kept.pop(conversation, None)
        name = domain_name(conversation)
        if self.busy(conversation) or name in self._knowledge.ledger.domains():
            self._begin_thread(self._drop, name)

    def sweep(self, conversations: Callable[[], Collection[str]]) -> None:
        """Forget the files of conversations that exist no longer, now and whenever ``sweep_again`` finds it time; ``conversations`` is asked after
        the folders were listed, these after the index, so that nothing new is taken for a leftover."""
        self._conversations, self._swept = conversations, time.monotonic()
        indexed = {name.removeprefix(OF_A_CONVERSATION) for name in self._knowledge.ledger.domains() if name.startswith(OF_A_CONVERSATION)}
        there = {path.name for path in self._root.iterdir() if path.is_dir()} if self._root.is_dir() else set()
        exist = conversations()
        for gone in there - set(exist):
            remove_folder(self._root / gone)
        for gone in indexed - (there & set(exist)):
            self._drop(domain_name(gone))

    def sweep_again(self, every: float = SWEEP) -> None:
        """Sweep in the background, if that long ago: other programs (``assistant users remove``) delete conversations too."""
        if self._conversations and time.monotonic() - self._swept >= every:
            self._swept = time.monotonic()
            self._begin_thread(self.sweep, self._conversations)

    def finish(self, seconds: float | None = None) -> None:
        """Wait until nothing is being read or forgotten, or so long."""
        last = None if seconds is None else time.monotonic() + seconds
        for thread in list(self._threads):
            thread.join(None if last is None else max(0.0, last - time.monotonic()))

    def close(self) -> None:
        """What is under way may end; what takes longer is left, and the next opening goes on with it."""
        self._closed.set()
        self.finish(LAST)

    def _drop(self, name: str) -> None:
        try:
            self._knowledge.forget(name, lambda: None)
        except AssistantError as error:  # the next opening sweeps
            logger.warning("%s could not be forgotten yet: %s", name, error)
        except Exception:
            if not self._closed.is_set():
                logger.exception("%s could not be forgotten yet", name)

    def _start(self, conversation: str, names: Sequence[str] = ()) -> None:
        """Read what is new; a reading under way looks again at its end."""
        with self._lock:
            self._problems.pop(conversation, None)
            under_way = conversation in self._readings
            reading = self._readings.setdefault(conversation, _Reading())
            reading.stages |= dict.fromkeys(names, ("waiting", 0.0))
            reading.again = True
        if not under_way:
            self._begin_thread(self._read, conversation, reading)

    def _begin_thread(self, work: Callable[..., None], *values: object) -> None:
        thread = threading.Thread(target=work, args=values, daemon=True)
        with self._lock:
            self._threads = [other for other in self._threads if other.is_alive()] + [thread]
        thread.start()

    def _read(self, conversation: str, reading: _Reading) -> None:
        """One pass over the files after the other until nothing new has come."""
        domain, told = self._domain(conversation), _Told(reading, self._lock)
        while True:
            with self._lock:
                if not reading.again or self._closed.is_set() or not self._folder(conversation).is_dir():
                    del self._readings[conversation]
                    return
                reading.again = False
            problem = ""
            try:
                report = self._knowledge.index(domain, told.file, passages=told.passages, waiting=lambda: None, seconds=TURN)
                if report.left:
                    reading.again = True
                    self._closed.wait(BETWEEN)
                    continue
                self._knowledge.view(domain.name)  # opened now, not at the first question
                problem = Told("; ".join(report.faults), "each", faults=report.faults)  # told of files of which the ledger knows nothing
            except AssistantError as error:
                problem = message(error)
            except Exception as error:  # a fault of a library must not leave the page waiting for ever
                if self._closed.is_set():
                    return
                logger.exception("files of a conversation could not be indexed")
                problem = Told(f"{type(error).__name__}: {error}; the window of the server shows the details", "unforeseen", error=type(error).__name__)
            if problem:
                with self._lock:
                    self._problems[conversation] = problem
                    reading.stages.clear()

    def _folder(self, conversation: str) -> Path:
        return conversation_folder(self._root, conversation)

    def _domain(self, conversation: str) -> UploadDomain:
        return UploadDomain(self._folder(conversation), self._glossary)


class _Told:
    """Keeps a reading's stages as the index reports."""

    def __init__(self, reading: _Reading, lock: threading.RLock) -> None:
        self._reading = reading
        self._lock = lock

    def file(self, name: str, _done: int, _total: int) -> None:
        with self._lock:
            self._reading.stages.pop(self._reading.current, None)
            self._reading.current = name
            if name in self._reading.stages:
                self._reading.stages[name] = ("reading", 0.0)

    def passages(self, name: str, done: int, total: int) -> None:
        with self._lock:
            self._reading.stages[name] = ("indexing", done / total)
