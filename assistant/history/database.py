"""The SQLite file of what people did, and its schema. Knows tables, not their meaning."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.errors import AccessError, WorkspaceError
from assistant.records import Told

FIRST = (
    """CREATE TABLE IF NOT EXISTS conversations (
        id TEXT PRIMARY KEY, user TEXT NOT NULL, title TEXT NOT NULL, created TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS messages (
        id INTEGER PRIMARY KEY, conversation TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
        role TEXT NOT NULL, content TEXT NOT NULL, receipt TEXT, created TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS feedback (
        id INTEGER PRIMARY KEY, message INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
        user TEXT NOT NULL, good INTEGER NOT NULL, correction TEXT, created TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS preferences (
        id INTEGER PRIMARY KEY, user TEXT NOT NULL, domain TEXT NOT NULL, question TEXT NOT NULL, base TEXT NOT NULL, adapter TEXT NOT NULL,
        left_is TEXT NOT NULL, left_text TEXT NOT NULL, right_is TEXT NOT NULL, right_text TEXT NOT NULL, choice TEXT NOT NULL, created TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS preferences_of ON preferences(domain, user)",
    "CREATE INDEX IF NOT EXISTS messages_of ON messages(conversation, id)",
)
REVIEWED = (
    "ALTER TABLE conversations ADD COLUMN changed TEXT NOT NULL DEFAULT ''",
    "UPDATE conversations SET changed=created",
    "DELETE FROM feedback WHERE id NOT IN (SELECT max(id) FROM feedback GROUP BY message, user)",
    "ALTER TABLE feedback ADD COLUMN domain TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE feedback ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE feedback ADD COLUMN state TEXT NOT NULL DEFAULT 'open'",
    "ALTER TABLE feedback ADD COLUMN reviewer TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE feedback ADD COLUMN reviewed TEXT NOT NULL DEFAULT ''",
    "CREATE UNIQUE INDEX feedback_of ON feedback(message, user)",
    "CREATE INDEX feedback_in ON feedback(domain, state)",
)
TAUGHT = (
    "ALTER TABLE feedback ADD COLUMN note TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE feedback ADD COLUMN lesson TEXT NOT NULL DEFAULT ''",
)
EXCHANGES = (
    "ALTER TABLE messages ADD COLUMN question INTEGER REFERENCES messages(id) ON DELETE CASCADE",  # of an answer: what it answers
    "ALTER TABLE messages ADD COLUMN asked TEXT NOT NULL DEFAULT 'current'",  # of an answer: the adapter state that was asked for
    "ALTER TABLE messages ADD COLUMN stage TEXT NOT NULL DEFAULT 'answered'",
    "ALTER TABLE messages ADD COLUMN seconds REAL NOT NULL DEFAULT 0",
    "ALTER TABLE messages ADD COLUMN replaced INTEGER NOT NULL DEFAULT 0",  # edited away or asked again: kept for whoever reviews its feedback
    """UPDATE messages SET question=(SELECT max(q.id) FROM messages q
        WHERE q.conversation=messages.conversation AND q.role='user' AND q.id<messages.id) WHERE role='assistant'""",
    "CREATE INDEX answers_of ON messages(question)",
    "CREATE INDEX conversations_of ON conversations(user, changed)",
)
VERSIONS = (FIRST, REVIEWED, TAUGHT, EXCHANGES)


class Database:
    """One SQLite file; usable from several threads and processes."""

    versions: tuple[tuple[str, ...], ...] = VERSIONS

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        with self._usable():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, check_same_thread=False, timeout=10)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA foreign_keys=ON")
            self._upgrade()

    def close(self) -> None:
        self._db.close()

    def _upgrade(self) -> None:
        """Bring an older file to the newest schema, in one transaction."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            (there,) = self._db.execute("PRAGMA user_version").fetchone()
            if there > len(self.versions):
                raise WorkspaceError(f"{self._path} was written by a newer version of this program; update it, or move the file away")
            for statement in (line for version in self.versions[there:] for line in version):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version={len(self.versions)}")

    @contextmanager
    def _usable(self) -> Iterator[None]:
        """The file for one thread; WorkspaceError when it cannot be used, AccessError when a row goes to what is there no longer."""
        path = self._path
        try:
            with self._lock:
                yield
        except (OSError, sqlite3.Error) as error:
            for blocked, in_the_way, needed in ((path.parent, path.parent.is_file(), "folder"), (path, path.is_dir(), "file")):
                if in_the_way:
                    raise WorkspaceError(f"{blocked} is in the way, a {needed} of that name is needed; move it away") from None
            if isinstance(error, sqlite3.IntegrityError):
                raise AccessError(Told("what this belongs to has been changed or deleted meanwhile; load the page again", "changed-meanwhile")) from None
            if isinstance(error, sqlite3.ProgrammingError):
                raise WorkspaceError(f"{path} is closed, the program is ending; start it again") from None
            if _damaged(error):
                raise WorkspaceError(f"{path} is damaged ({error}); move it away, a new one is made") from None
            text = f"cannot write {path}: {error}; give this user the right to write there"
            raise WorkspaceError(Told(text, "place-not-written", place=str(path), reason=str(error))) from None

    def _read(self, sql: str, *values: Any) -> list[Any]:
        with self._usable(), closing(self._db.execute(sql, values)) as cursor:
            return cursor.fetchall()

    def _write(self, sql: str, *values: Any) -> int:
        with self._usable(), self._db, closing(self._db.execute(sql, values)) as cursor:
            return cursor.lastrowid or 0


def _damaged(error: Exception) -> bool:
    """Whether the file itself is at fault (no database, a table missing, bytes that are no text), not the right to use it."""
    if isinstance(error, sqlite3.OperationalError):
        return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) == sqlite3.SQLITE_ERROR
    return isinstance(error, sqlite3.Error)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
