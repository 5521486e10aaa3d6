"""Keeps ledger, vectors and lexical index in step with the files. One writer at a time, by file lock.

Order of writing: vectors, then the ledger's commit, then the lexical index; what a crash leaves half-done is mended on the next run.
"""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from assistant import __version__
from assistant.access import User, require
from assistant.domain import Domain
from assistant.errors import AccessError, DocumentError, StoreError
from assistant.plugins import Plugins
from assistant.records import Chunk, Document, Told, content_id, message
from assistant.retrieval.chunk import split
from assistant.retrieval.embed import Embedder
from assistant.retrieval.formats import READERS
from assistant.retrieval.guard import GuardedReader, at_file, no_file
from assistant.retrieval.ledger import Entry, Ledger
from assistant.retrieval.lexical import build_index, forget_others, index_name, open_index
from assistant.retrieval.load import document_files, file_hash, load_document
from assistant.retrieval.store import VectorStore
from assistant.retrieval.view import View
from assistant.retrieval.writer import only_writer
from assistant.settings import Workspace

TRIED = 3  # counts up when files that could not be read may now be, or are told otherwise
Report = Callable[[str, int, int], None]
Before = tuple[str, Entry | None, tuple[str, str] | None]


def silent(_name: str, _done: int, _total: int) -> None:
    pass


@dataclass
class IndexReport:
    """Counts of documents, and each file that could not be read with the reason; ``left`` were not looked at."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    chunks: int = 0
    left: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Job:
    """One run over a domain's files; ``passages`` is told how many of a file's are embedded."""

    domain: Domain
    collection: str
    result: IndexReport
    passages: Report


class Indexer:
    """Writes and opens what is searched."""

    def __init__(self, workspace: Workspace, plugins: Plugins) -> None:
        self.workspace = workspace
        self.embedder = Embedder(workspace.settings)
        self.ledger = Ledger(workspace.store / "ledger.sqlite")
        self.store = VectorStore(workspace, self.embedder)
        self.read_with(plugins.loaders)
        self._views: dict[str, tuple[str, View]] = {}
        self._own_stamps: dict[str, str] = {}
        self._writing: set[str] = set()
        self._lock = Lock()

    def index(
        self, domain: Domain, report: Report = silent, rebuild: bool = False, passages: Report = silent,
        waiting: Callable[[], None] | None = None, seconds: float = float("inf"),
    ) -> IndexReport:  # fmt: skip
        """Bring a domain's index in step with its files; unreadable files are reported and left out.

        ``report`` hears of each file, ``passages`` of those embedded of it, ``waiting`` about every second that somebody else writes; without
        it StoreError is raised after a few seconds. After ``seconds`` what is not yet read is left to another call.
        """
        with only_writer(self.workspace.store, waiting):
            with self._lock:
                self._own_stamps[domain.name] = self._look(domain.name)
            if not rebuild:
                self._writing.add(domain.name)
            try:
                return self._index(domain, report, rebuild, passages, time.monotonic() + seconds)
            finally:
                self._writing.discard(domain.name)

    def forget(self, domain: str, waiting: Callable[[], None] | None = None) -> None:
        """Take away all that is indexed under a name; its files are left alone."""
        with only_writer(self.workspace.store, waiting):
            self._drop(domain)
        with self._lock:
            self._views.pop(domain, None)

    @property
    def suffixes(self) -> list[str]:
        """Of the files that can be read."""
        return self._reader.suffixes

    def read_with(self, loaders: Mapping[str, Callable[[Path], str]]) -> None:
        """Read documents with the plugins' loaders beside our own from now on."""
        settings = self.workspace.settings
        self._reader = GuardedReader({**READERS, **loaders}, settings.read_seconds, settings.max_file_mb)

    def view(self, domain: str) -> View:
        """What is searched for a domain; rebuilt when the ledger has changed since, but not before all of the change is there."""
        with self._lock:
            if domain in self._writing and domain in self._views:
                return self._views[domain][1]
            stamp = self._look(domain)
            if domain not in self._views or self._views[domain][0] != stamp:
                self._views[domain] = (stamp, self._open(domain))
            return self._views[domain][1]

    def _look(self, domain: str) -> str:
        """The domain's stamp; the vectors are opened anew where somebody else has written since they were looked at."""
        stamp = self.ledger.stamp(domain)
        known = {self._views[domain][0]} if domain in self._views else set()
        known |= {self._own_stamps[domain]} if domain in self._own_stamps else set()
        if known and stamp not in known:
            self.store.reopen()
        return stamp

    def require_document(self, user: User, domain: Domain, name: str) -> None:
        """AccessError unless the domain has a document of that name that is for this user; the words are the same for both."""
        require(user, domain, "ask")
        if name not in self.ledger.entries(domain.name) or name in self.view(domain.name).hidden(user):
            raise AccessError(f"{domain.name} has no document {name!r} that you may read")

    def close(self) -> None:
        self._reader.close()
        self.ledger.close()

    def _index(self, domain: Domain, report: Report, rebuild: bool, passages: Report, until: float) -> IndexReport:
        if rebuild:
            self._drop(domain.name)
        collection = self._claim(domain.name)
        self._mend(domain.name, collection)
        files = document_files(domain, self.workspace.knowledge)
        job = _Job(domain, collection, IndexReport(), passages)
        for name in set(self.ledger.entries(domain.name)) | set(self.ledger.faults(domain.name)):
            if name not in files:
                self._remove(domain.name, collection, name)
                job.result.removed += 1
        entries, failed = self.ledger.entries(domain.name), self.ledger.faults(domain.name)
        for done, (name, path) in enumerate(files.items()):
            report(name, done, len(files))
            if self._take(job, path, (name, entries.get(name), failed.get(name))) and time.monotonic() >= until:
                job.result.left = len(files) - done - 1
                break
        chunks = self.ledger.chunks(domain.name)
        live = self._lexical(domain.name, chunks)
        forget_others(live)
        self._reader.close()
        job.result.chunks = len(chunks)
        report("", len(files), len(files))
        return job.result

    def _take(self, job: _Job, path: Path, before: Before) -> bool:
        """Read one file unless it is as before, and say whether it was read; ``before`` is its name, its entry and its fault in the ledger."""
        name, known, failed = before
        domain, result = job.domain, job.result
        try:
            digest = file_hash(path)
        except OSError as error:
            result.faults.append(at_file(name, no_file(error)))
            return False
        if known and known.file_hash == digest:
            result.unchanged += 1
            return False
        settings = self.workspace.settings
        attempt = content_id(digest, __version__, self._reader.suffixes, settings.max_file_mb, settings.read_seconds, TRIED)
        if failed and failed[0] == attempt:
            result.faults.append(at_file(name, failed[1]))
            return False
        try:
            document = load_document(domain, name, path, self._reader)
            chunks = split(domain, document)
        except Exception as raised:  # front matter and a plugin's code raise anything
            fault = message(raised) if isinstance(raised, DocumentError) else _unforeseen(raised)
            self._remove(domain.name, job.collection, name)
            self.ledger.put_fault(domain.name, name, attempt, fault)
            result.faults.append(at_file(name, fault))
            return True
        self._put(job, document, chunks, digest)
        result.changed += bool(known)
        result.added += not known
        return True

    def _put(self, job: _Job, document: Document, chunks: Sequence[Chunk], digest: str) -> None:
        old = set(self.ledger.chunk_ids(document.domain, document.name))
        new = [chunk for chunk in chunks if chunk.language in self.embedder.languages and chunk.id not in old]
        self.store.add(job.collection, new, lambda done: job.passages(document.name, done, len(new)))
        self.ledger.put(document, digest, chunks)
        self.store.remove(job.collection, sorted(old - {chunk.id for chunk in chunks}))
        self._own_stamps[document.domain] = self.ledger.stamp(document.domain)

    def _remove(self, domain: str, collection: str, name: str) -> None:
        gone = self.ledger.chunk_ids(domain, name)
        self.ledger.remove(domain, name)
        self.store.remove(collection, gone)
        self._own_stamps[domain] = self.ledger.stamp(domain)

    def _claim(self, domain: str) -> str:
        """The domain's collection; StoreError when its vectors are another embedder's."""
        live = self.ledger.live(domain)
        if live and live[1] != self.embedder.fingerprint:
            raise StoreError(f"{domain} was indexed by {live[1]}, the embedder is {self.embedder.fingerprint}; run: assistant index {domain} --rebuild")
        collection = self.store.collection_name(domain)
        if not live:
            self.ledger.set_live(domain, collection, self.embedder.fingerprint)
        return collection

    def _mend(self, domain: str, collection: str) -> None:
        """Vectors without a chunk go, chunks without a vector get one."""
        chunks = {chunk.id: chunk for chunk in self.ledger.chunks(domain) if chunk.language in self.embedder.languages}
        there = self.store.ids(collection)
        self.store.remove(collection, sorted(there - set(chunks)))
        self.store.add(collection, [chunks[key] for key in chunks if key not in there])

    def _drop(self, domain: str) -> None:
        """The ledger last: what a crash leaves can still be found by it."""
        live = self.ledger.live(domain)
        if live:
            self.store.drop(live[0])
        shutil.rmtree(self.workspace.store / "lexical" / domain, ignore_errors=True)
        self.ledger.clear(domain)

    def _lexical(self, domain: str, chunks: list[Chunk]) -> Path:
        """The index of exactly these chunks, built if it is not there."""
        folder = self.workspace.store / "lexical" / domain / index_name(chunks)
        if not (folder / "ids.json").exists():
            build_index(chunks, folder)
        return folder

    def _open(self, domain: str) -> View:
        chunks = self.ledger.chunks(domain)
        try:
            lexical = open_index(self._lexical(domain, chunks))
        except StoreError:  # damaged: it is derived, so it is made anew
            shutil.rmtree(self._lexical(domain, chunks), ignore_errors=True)
            lexical = open_index(self._lexical(domain, chunks))
        live = self.ledger.live(domain)
        if live and live[1] != self.embedder.fingerprint:
            raise StoreError(f"{domain} was indexed by {live[1]}, the embedder is {self.embedder.fingerprint}; run: assistant index {domain} --rebuild")
        dense = bool(live) and any(chunk.language in self.embedder.languages for chunk in chunks)
        return View({chunk.id: chunk for chunk in chunks}, lexical, live[0] if live else "", dense, self.ledger.access(domain))


def _unforeseen(raised: Exception) -> str:
    said = f"{type(raised).__name__}: {' '.join(str(raised).split())[:200]}"
    return Told(f"cannot be taken in ({said}); mend its front matter or the domain's plugin.py", "not-taken-in", error=said)
