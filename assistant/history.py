"""Conversations, their answers' receipts, feedback and blind preferences in SQLite; every row belongs to a user and is read only for that user."""

import json
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from assistant.errors import AccessError, WorkspaceError
from assistant.records import Answer, Turn

SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, user TEXT NOT NULL, title TEXT NOT NULL, created TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY, conversation TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    role TEXT NOT NULL, content TEXT NOT NULL, receipt TEXT, created TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY, message INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
    user TEXT NOT NULL, good INTEGER NOT NULL, correction TEXT, created TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS preferences (
    id INTEGER PRIMARY KEY, user TEXT NOT NULL, domain TEXT NOT NULL, question TEXT NOT NULL, base TEXT NOT NULL, adapter TEXT NOT NULL,
    left_is TEXT NOT NULL, left_text TEXT NOT NULL, right_is TEXT NOT NULL, right_text TEXT NOT NULL, choice TEXT NOT NULL, created TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS preferences_of ON preferences(domain, user);
CREATE INDEX IF NOT EXISTS messages_of ON messages(conversation, id);
"""
LOCAL_USER = "local"


@dataclass(frozen=True)
class Conversation:
    id: str
    title: str
    created: str


@dataclass(frozen=True)
class Preference:
    """Which of two answers to a question a person found better, without knowing what wrote them (``left_is``, ``right_is``: names of rungs)."""

    domain: str
    question: str
    base: str
    adapter: str
    left_is: str
    left_text: str
    right_is: str
    right_text: str
    choice: Literal["left", "right", "tie"]
    created: str = ""

    @property
    def pair(self) -> tuple[str, ...]:
        """The same for the same two answers, whichever stood on the left."""
        return (self.question, self.base, self.adapter, *sorted((self.left_is, self.right_is)))


@dataclass(frozen=True)
class Vote:
    """A preference without its owner and without texts, to be counted; ``rater`` numbers the people of this count."""

    rater: int
    question: str
    base: str
    adapter: str
    left_is: str
    right_is: str
    choice: Literal["left", "right", "tie"]


class History:
    """One SQLite file; usable from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        with self._usable():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, check_same_thread=False, timeout=10)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA foreign_keys=ON")
            self._db.executescript(SCHEMA)

    def start(self, user: str, title: str) -> str:
        """A new conversation; returns its id."""
        key = uuid.uuid4().hex
        self._write("INSERT INTO conversations VALUES (?,?,?,?)", key, user, title[:80], _now())
        return key

    def conversations(self, user: str) -> list[Conversation]:
        rows = self._read("SELECT id, title, created FROM conversations WHERE user=? ORDER BY created DESC, rowid DESC", user)
        return [Conversation(*row) for row in rows]

    def turns(self, user: str, conversation: str) -> list[Turn]:
        self._own(user, conversation)
        rows = self._read("SELECT role, content FROM messages WHERE conversation=? ORDER BY id", conversation)
        return [Turn(role, content) for role, content in rows]

    def add(self, user: str, conversation: str, question: str, answer: Answer) -> int:
        """Keep a question and its answer; returns the answer's message id."""
        self._own(user, conversation)
        receipt = json.dumps(asdict(answer), ensure_ascii=False, default=str)
        rows = [(conversation, "user", question, None, _now()), (conversation, "assistant", answer.text, receipt, _now())]
        with self._usable(), self._db:
            for row in rows:
                key = self._db.execute("INSERT INTO messages(conversation, role, content, receipt, created) VALUES (?,?,?,?,?)", row).lastrowid
        return key or 0

    def receipt(self, user: str, message: int) -> dict[str, Any]:
        rows = self._read(
            "SELECT m.receipt FROM messages m JOIN conversations c ON c.id=m.conversation WHERE m.id=? AND c.user=?", message, user
        )
        if not rows:
            raise AccessError("there is no such answer in your conversations")
        return dict(json.loads(rows[0][0] or "{}"))

    def rate(self, user: str, message: int, good: bool, correction: str = "") -> None:
        self.receipt(user, message)
        self._write(
            "INSERT INTO feedback(message, user, good, correction, created) VALUES (?,?,?,?,?)", message, user, int(good), correction, _now()
        )

    def prefer(self, user: str, new: Preference) -> None:
        """Keep a preference; it takes the place of this user's earlier one between the same rungs of the same base and adapter."""
        sides = sorted((new.left_is, new.right_is))
        with self._usable(), self._db:
            self._db.execute(
                "DELETE FROM preferences WHERE user=? AND domain=? AND question=? AND base=? AND adapter=? AND min(left_is, right_is)=? AND max(left_is, right_is)=?",
                (user, new.domain, new.question, new.base, new.adapter, *sides),
            )
            row = asdict(replace(new, created=new.created or _now()))
            names = ", ".join(row)
            self._db.execute(f"INSERT INTO preferences(user, {names}) VALUES (?{',?' * len(row)})", (user, *row.values()))

    def preferences(self, user: str, domain: str) -> list[Preference]:
        names = ", ".join(field.name for field in fields(Preference))
        return [Preference(*row) for row in self._read(f"SELECT {names} FROM preferences WHERE user=? AND domain=? ORDER BY id", user, domain)]

    def votes(self, domain: str) -> list[Vote]:
        """Everybody's preferences in a domain, told apart by number only."""
        rows = self._read(
            "SELECT DENSE_RANK() OVER (ORDER BY user), question, base, adapter, left_is, right_is, choice FROM preferences WHERE domain=? ORDER BY id", domain
        )
        return [Vote(*row) for row in rows]

    def delete(self, user: str, conversation: str) -> None:
        self._own(user, conversation)
        self._write("DELETE FROM conversations WHERE id=?", conversation)

    def close(self) -> None:
        self._db.close()

    def _own(self, user: str, conversation: str) -> None:
        if not self._read("SELECT 1 FROM conversations WHERE id=? AND user=?", conversation, user):
            raise AccessError("there is no such conversation of yours")

    @contextmanager
    def _usable(self) -> Iterator[None]:
        """The file for one thread; WorkspaceError when it cannot be used."""
        path = self._path
        try:
            with self._lock:
                yield
        except (OSError, sqlite3.Error) as error:
            for blocked, in_the_way, needed in ((path.parent, path.parent.is_file(), "folder"), (path, path.is_dir(), "file")):
                if in_the_way:
                    raise WorkspaceError(f"{blocked} is in the way, a {needed} of that name is needed; move it away") from None
            if _damaged(error):
                raise WorkspaceError(f"{path} is damaged ({error}); move it away, a new one is made") from None
            raise WorkspaceError(f"cannot write {path}: {error}; give this user the right to write there") from None

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


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
