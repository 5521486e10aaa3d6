"""The truth about what is indexed, in SQLite: documents, chunks, which collection and lexical index are live, which files failed."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.errors import StoreError, WorkspaceError
from assistant.records import Chunk, Document, Language, Told, case_of, content_id

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    domain TEXT, name TEXT, file_hash TEXT NOT NULL, record TEXT NOT NULL, indexed TEXT NOT NULL, PRIMARY KEY (domain, name));
CREATE TABLE IF NOT EXISTS chunks (
    id TEXT, domain TEXT NOT NULL, document TEXT NOT NULL, position INTEGER NOT NULL, record TEXT NOT NULL, PRIMARY KEY (domain, id));
CREATE TABLE IF NOT EXISTS faults (
    domain TEXT, name TEXT, file_hash TEXT NOT NULL, message TEXT NOT NULL, PRIMARY KEY (domain, name));
CREATE TABLE IF NOT EXISTS fault_cases (
    domain TEXT, name TEXT, file_hash TEXT NOT NULL, told TEXT NOT NULL, PRIMARY KEY (domain, name));
CREATE TABLE IF NOT EXISTS live (
    domain TEXT PRIMARY KEY, collection TEXT NOT NULL, embedder TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS chunks_of ON chunks(domain, document, position);
"""


LEDGER = "ledger.sqlite"


@dataclass(frozen=True)
class Entry:
    """A document as indexed: the hash of its file and the record without its text when listed."""

    name: str
    file_hash: str
    document: Document
    indexed: str


@dataclass(frozen=True)
class Row:
    """A document as a list names it; ``pages`` is 0 where its format has none."""

    name: str
    indexed: str
    title: str
    language: Language
    valid_from: str | None
    valid_until: str | None
    pages: int
    chunks: int


class Ledger:
    """One SQLite file, usable from several threads; a domain's documents and chunks change in one transaction."""

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, check_same_thread=False, timeout=30)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.executescript(SCHEMA)
        except (OSError, sqlite3.OperationalError) as error:
            raise WorkspaceError(f"cannot write {path}: {error}; give this user the right to write there, or make room on the disk") from None
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{path} is damaged ({error}); delete {path.parent} and run: assistant index") from None
        self._path = path
        self._lock = threading.RLock()

    def entries(self, domain: str) -> dict[str, Entry]:
        rows = self._read("SELECT name, file_hash, record, indexed FROM documents WHERE domain=? ORDER BY name", domain)
        return {name: Entry(name, digest, _document(record), indexed) for name, digest, record, indexed in rows}

    def access(self, domain: str) -> dict[str, tuple[str, ...]]:
        """Groups of those documents that are kept for some."""
        kept = "json_array_length(record, '$.access') > 0"
        rows = self._read(f"SELECT name, json_extract(record, '$.access') FROM documents WHERE domain=? AND {kept} ORDER BY name", domain)
        return {name: tuple(json.loads(groups)) for name, groups in rows}

    def listed(self, domain: str) -> list[Row]:
        """A domain's documents by name, without their texts."""
        parts = ", ".join(f"json_extract(d.record, '$.{part}')" for part in ("title", "language", "valid_from", "valid_until"))
        rows = self._read(
            f"SELECT d.name, d.indexed, {parts}, json_array_length(d.record, '$.pages'), count(c.id) FROM documents d "
            "LEFT JOIN chunks c ON c.domain=d.domain AND c.document=d.name WHERE d.domain=? GROUP BY d.name ORDER BY d.name", domain,
        )  # fmt: skip
        return [Row(*row) for row in rows]

    def faults(self, domain: str) -> dict[str, tuple[str, str]]:
        """name → (file hash, message) of files that could not be read; the message carries what it says where that is known."""
        cases = "fault_cases USING (domain, name, file_hash)"  # another release may have tried the file since
        rows = self._read(f"SELECT name, file_hash, message, told FROM faults LEFT JOIN {cases} WHERE domain=? ORDER BY name", domain)
        return {name: (digest, Told(message, **json.loads(told)) if told else message) for name, digest, message, told in rows}

    def chunks(self, domain: str) -> list[Chunk]:
        rows = self._read("SELECT record FROM chunks WHERE domain=? ORDER BY document, position", domain)
        return [_chunk(record) for (record,) in rows]

    def sizes(self, domain: str) -> dict[str, tuple[int, int]]:
        """name → (pages, chunks) of each document."""
        count = "SELECT count(*) FROM chunks WHERE chunks.domain=documents.domain AND chunks.document=documents.name"
        rows = self._read(f"SELECT name, json_array_length(record, '$.pages'), ({count}) FROM documents WHERE domain=? ORDER BY name", domain)
        return {name: (pages or 0, chunks) for name, pages, chunks in rows}

    def domains(self) -> set[str]:
        """Every name that anything is kept under."""
        return {name for (name,) in self._read("SELECT domain FROM live UNION SELECT domain FROM documents UNION SELECT domain FROM faults")}

    def chunks_of(self, domain: str, document: str) -> list[Chunk]:
        """One document's, in reading order."""
        rows = self._read("SELECT record FROM chunks WHERE domain=? AND document=? ORDER BY position", domain, document)
        return [_chunk(record) for (record,) in rows]

    def chunk_ids(self, domain: str, document: str) -> list[str]:
        return [key for (key,) in self._read("SELECT id FROM chunks WHERE domain=? AND document=?", domain, document)]

    def live(self, domain: str) -> tuple[str, str] | None:
        """(collection, embedder fingerprint) that answers for a domain."""
        rows = self._read("SELECT collection, embedder FROM live WHERE domain=?", domain)
        return (rows[0][0], rows[0][1]) if rows else None

    def stamp(self, domain: str) -> str:
        """Changes whenever the domain's documents change, in this process or another."""
        rows = self._read("SELECT count(*), max(indexed), group_concat(file_hash, '') FROM documents WHERE domain=?", domain)
        return content_id(rows, self.live(domain))

    def put(self, document: Document, file_hash: str, chunks: Sequence[Chunk]) -> None:
        """Replace a document and its chunks."""
        record = json.dumps(asdict(document), ensure_ascii=False)
        with self._lock, self._db:
            self._forget(document.domain, document.name)
            self._db.execute("INSERT INTO documents VALUES (?,?,?,?,?)", (document.domain, document.name, file_hash, record, _now()))
            self._db.executemany("INSERT OR REPLACE INTO chunks VALUES (?,?,?,?,?)", _rows(chunks))

    def put_fault(self, domain: str, name: str, file_hash: str, message: str) -> None:
        with self._lock, self._db:
            self._forget(domain, name)
            self._db.execute("INSERT INTO faults VALUES (?,?,?,?)", (domain, name, file_hash, message))
            if told := case_of(message):
                self._db.execute("INSERT INTO fault_cases VALUES (?,?,?,?)", (domain, name, file_hash, json.dumps(told, ensure_ascii=False, default=str)))

    def remove(self, domain: str, name: str) -> None:
        with self._lock, self._db:
            self._forget(domain, name)

    def set_live(self, domain: str, collection: str, embedder: str) -> None:
        with self._lock, self._db:
            self._db.execute("INSERT OR REPLACE INTO live VALUES (?,?,?)", (domain, collection, embedder))

    def clear(self, domain: str) -> None:
        with self._lock, self._db:
            for table in ("documents", "chunks", "faults", "fault_cases", "live"):
                self._db.execute(f"DELETE FROM {table} WHERE domain=?", (domain,))

    def close(self) -> None:
        self._db.close()

    def _forget(self, domain: str, name: str) -> None:
        self._db.execute("DELETE FROM documents WHERE domain=? AND name=?", (domain, name))
        self._db.execute("DELETE FROM chunks WHERE domain=? AND document=?", (domain, name))
        self._db.execute("DELETE FROM faults WHERE domain=? AND name=?", (domain, name))
        self._db.execute("DELETE FROM fault_cases WHERE domain=? AND name=?", (domain, name))

    def _read(self, sql: str, *values: Any) -> list[Any]:
        try:
            with self._lock, closing(self._db.execute(sql, values)) as cursor:
                return cursor.fetchall()
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{self._path} cannot be read ({error}); delete {self._path.parent} and run: assistant index") from None


def indexed_for(store: Path, domain: str, name: str) -> tuple[str, ...]:
    """Groups that a document was indexed for; none: everyone who may ask, or not indexed yet."""
    return kept_for_some(store, domain).get(name, ())


def kept_for_some(store: Path, domain: str) -> dict[str, tuple[str, ...]]:
    """``Ledger.access`` without opening more than the ledger; nothing where nothing is indexed yet."""
    if not (store / LEDGER).is_file():
        return {}
    ledger = Ledger(store / LEDGER)
    try:
        return ledger.access(domain)
    finally:
        ledger.close()


def _rows(chunks: Sequence[Chunk]) -> Iterable[tuple[str, str, str, int, str]]:
    for position, chunk in enumerate(chunks):
        yield chunk.id, chunk.domain, chunk.document, position, json.dumps(asdict(chunk), ensure_ascii=False)


def _chunk(record: str) -> Chunk:
    values = json.loads(record)
    return Chunk(**{**values, "breaks": tuple(values.get("breaks", ()))})


def _document(record: str) -> Document:
    values = json.loads(record)
    return Document(**{**values, "pages": tuple(values["pages"]), "access": tuple(values["access"])})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
