"""Conversations and their answers' receipts; every row belongs to a user and is read only for that user."""

import json
import uuid
from dataclasses import asdict, dataclass
from typing import Any

from assistant.errors import AccessError
from assistant.history.database import Database, now
from assistant.records import Answer, Turn


@dataclass(frozen=True)
class Conversation:
    id: str
    title: str
    created: str


class Conversations(Database):
    """What a user asked and was answered."""

    def start(self, user: str, title: str) -> str:
        """A new conversation; returns its id."""
        key = uuid.uuid4().hex
        self._write("INSERT INTO conversations(id, user, title, created, changed) VALUES (?,?,?,?,?)", key, user, title[:80], now(), now())
        return key

    def conversations(self, user: str) -> list[Conversation]:
        rows = self._read("SELECT id, title, created FROM conversations WHERE user=? ORDER BY changed DESC, rowid DESC", user)
        return [Conversation(*row) for row in rows]

    def turns(self, user: str, conversation: str) -> list[Turn]:
        self._own(user, conversation)
        rows = self._read("SELECT role, content FROM messages WHERE conversation=? ORDER BY id", conversation)
        return [Turn(role, content) for role, content in rows]

    def add(self, user: str, conversation: str, question: str, answer: Answer) -> int:
        """Keep a question and its answer; returns the answer's message id."""
        self._own(user, conversation)
        receipt = json.dumps(asdict(answer), ensure_ascii=False, default=str)
        rows = [(conversation, "user", question, None, now()), (conversation, "assistant", answer.text, receipt, now())]
        with self._usable(), self._db:
            for row in rows:
                key = self._db.execute("INSERT INTO messages(conversation, role, content, receipt, created) VALUES (?,?,?,?,?)", row).lastrowid
            self._db.execute("UPDATE conversations SET changed=? WHERE id=?", (now(), conversation))
        return key or 0

    def receipt(self, user: str, message: int) -> dict[str, Any]:
        rows = self._read(
            "SELECT m.receipt FROM messages m JOIN conversations c ON c.id=m.conversation WHERE m.id=? AND c.user=?", message, user
        )
        if not rows:
            raise AccessError("there is no such answer in your conversations")
        return dict(json.loads(rows[0][0] or "{}"))

    def delete(self, user: str, conversation: str) -> None:
        self._own(user, conversation)
        self._write("DELETE FROM conversations WHERE id=?", conversation)

    def _own(self, user: str, conversation: str) -> None:
        if not self._read("SELECT 1 FROM conversations WHERE id=? AND user=?", conversation, user):
            raise AccessError("there is no such conversation of yours")
