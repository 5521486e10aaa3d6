"""Conversations: questions, kept before they are answered, and their answers with receipts; every row is read only for its user."""

import json
import uuid
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from typing import Any

from assistant.errors import AccessError
from assistant.history.database import Database, now
from assistant.records import Answer, Citation, Route, Told, Turn

TITLE = 80
AROUND = 40  # characters shown on either side of what a search found
MOST_FOUND = 50


@dataclass(frozen=True)
class Conversation:
    id: str
    title: str
    created: str
    changed: str = ""


@dataclass(frozen=True)
class Found:
    """A conversation that a search found; ``place`` is the text around what was found in a message, empty where the title holds it."""

    conversation: Conversation
    place: str = ""


@dataclass(frozen=True)
class Judged:
    """What the owner said of an answer."""

    good: bool
    correction: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Kept:
    """One answer as it was shown: ``asked`` names the adapter state, ``stage`` how it ended; ``answer`` is None where none was finished."""

    asked: str = "current"
    stage: str = "answered"
    text: str = ""
    answer: Answer | None = None
    seconds: float = 0.0
    message: int | None = None
    judged: Judged | None = None


@dataclass(frozen=True)
class Asked:
    """A question, its message id and its answers; none, while it waits or when the program ended before it was answered."""

    message: int
    question: str
    created: str
    answers: tuple[Kept, ...] = ()


class Conversations(Database):
    """What a user asked and was answered."""

    def start(self, user: str, title: str) -> str:
        """A new conversation; returns its id."""
        key = uuid.uuid4().hex
        self._write("INSERT INTO conversations(id, user, title, created, changed) VALUES (?,?,?,?,?)", key, user, _title(title), now(), now())
        return key

    def conversations(self, user: str) -> list[Conversation]:
        rows = self._read("SELECT id, title, created, changed FROM conversations WHERE user=? ORDER BY changed DESC, rowid DESC", user)
        return [Conversation(*row) for row in rows]

    def conversation(self, user: str, conversation: str) -> Conversation:
        """AccessError for another's."""
        self._own(user, conversation)
        return Conversation(*self._read("SELECT id, title, created, changed FROM conversations WHERE id=?", conversation)[0])

    def ids(self) -> set[str]:
        """Every conversation there is, whoever's."""
        return {key for (key,) in self._read("SELECT id FROM conversations")}

    def search(self, user: str, words: str) -> list[Found]:
        """The conversations whose title or text holds the words, the latest first; every one for no words."""
        like = f"%{_literal(words.strip())}%"
        rows = self._read(
            "SELECT c.id, c.title, c.created, c.changed, c.title LIKE ? ESCAPE '\\', (SELECT m.content FROM messages m WHERE m.conversation=c.id "
            "AND NOT m.replaced AND m.content LIKE ? ESCAPE '\\' ORDER BY m.id DESC LIMIT 1) AS place FROM conversations c "
            "WHERE c.user=? AND (c.title LIKE ? ESCAPE '\\' OR place IS NOT NULL) ORDER BY c.changed DESC, c.rowid DESC LIMIT ?",
            like, like, user, like, MOST_FOUND,
        )  # fmt: skip
        return [Found(Conversation(*row[:4]), "" if row[4] else _around(row[5], words.strip())) for row in rows]

    def rename(self, user: str, conversation: str, title: str) -> None:
        self._own(user, conversation)
        if title.strip():
            self._write("UPDATE conversations SET title=? WHERE id=?", _title(title), conversation)

    def delete(self, user: str, conversation: str) -> None:
        self._own(user, conversation)
        self._write("DELETE FROM conversations WHERE id=?", conversation)

    def delete_all(self, user: str) -> list[str]:
        """Delete every conversation of the user; returns their ids."""
        with self._usable(), self._db, closing(self._db.execute("DELETE FROM conversations WHERE user=? RETURNING id", (user,))) as deleted:
            return [key for (key,) in deleted.fetchall()]

    def ask(self, user: str, conversation: str, question: str) -> int:
        """Keep a question before it is answered; returns its message id."""
        self._own(user, conversation)
        key = self._write("INSERT INTO messages(conversation, role, content, created) VALUES (?,'user',?,?)", conversation, question, now())
        self._write("UPDATE conversations SET changed=? WHERE id=?", now(), conversation)
        return key

    def answered(self, user: str, question: int, answers: Sequence[Kept]) -> list[int]:
        """Keep a question's answers in place of earlier ones, all or none; returns their message ids."""
        conversation = self._conversation_of(user, question)
        kept = []
        with self._usable(), self._db:
            self._db.execute("UPDATE messages SET replaced=1 WHERE question=?", (question,))
            for one in answers:
                receipt = json.dumps(asdict(one.answer), ensure_ascii=False, default=str) if one.answer else None
                row = (conversation, one.text, receipt, now(), question, one.asked, one.stage, one.seconds)
                kept.append(self._db.execute(
                    "INSERT INTO messages(conversation, role, content, receipt, created, question, asked, stage, seconds) VALUES (?,'assistant',?,?,?,?,?,?,?)", row
                ).lastrowid or 0)  # fmt: skip
            self._db.execute("UPDATE conversations SET changed=? WHERE id=?", (now(), conversation))
        return kept

    def add(self, user: str, conversation: str, question: str, answer: Answer) -> int:
        """Keep a question with its finished answer; returns the answer's message id."""
        return self.answered(user, self.ask(user, conversation, question), [Kept(text=answer.text, answer=answer)])[0]

    def cut(self, user: str, question: int) -> str:
        """Leave out this question and all that follows it; returns the id of its conversation."""
        conversation = self._conversation_of(user, question)
        self._write("UPDATE messages SET replaced=1 WHERE conversation=? AND id>=?", conversation, question)
        return conversation

    def exchanges(self, user: str, conversation: str) -> list[Asked]:
        """Everything needed to show the conversation again."""
        self._own(user, conversation)
        rows = self._read(
            "SELECT m.id, m.question, m.role, m.content, m.created, m.receipt, m.asked, m.stage, m.seconds, f.good, f.correction, f.reason FROM messages m "
            "LEFT JOIN feedback f ON f.message=m.id AND f.user=? WHERE m.conversation=? AND NOT m.replaced ORDER BY m.id",
            user, conversation,
        )  # fmt: skip
        answers: dict[int, list[Kept]] = {}
        for message, question, role, text, _, receipt, asked, stage, seconds, good, correction, reason in rows:
            if role == "assistant" and question is not None:
                judged = None if good is None else Judged(bool(good), correction or "", reason or "")
                answers.setdefault(question, []).append(Kept(asked, stage, text, _answer(receipt), seconds, message, judged))
        return [Asked(row[0], row[3], row[4], tuple(answers.get(row[0], ()))) for row in rows if row[2] == "user"]

    def turns(self, user: str, conversation: str) -> list[Turn]:
        """What later questions refer to: each answered question with the first of its answers."""
        answered = [(one.question, one.answers[0].text) for one in self.exchanges(user, conversation) if one.answers and one.answers[0].text]
        return [turn for question, text in answered for turn in (Turn("user", question), Turn("assistant", text))]

    def receipt(self, user: str, message: int) -> dict[str, Any]:
        rows = self._read(
            "SELECT m.receipt FROM messages m JOIN conversations c ON c.id=m.conversation WHERE m.id=? AND m.role='assistant' AND c.user=?", message, user
        )
        if not rows:
            raise AccessError(Told("there is no such answer in your conversations", "no-such-answer"))
        return dict(json.loads(rows[0][0] or "{}"))

    def _own(self, user: str, conversation: str) -> None:
        if not self._read("SELECT 1 FROM conversations WHERE id=? AND user=?", conversation, user):
            raise AccessError(Told("there is no such conversation of yours", "no-such-conversation"))

    def _conversation_of(self, user: str, question: int) -> str:
        rows = self._read(
            "SELECT c.id FROM messages m JOIN conversations c ON c.id=m.conversation WHERE m.id=? AND m.role='user' AND NOT m.replaced AND c.user=?", question, user
        )
        if not rows:
            raise AccessError(Told("there is no such question in your conversations", "no-such-question"))
        return str(rows[0][0])


def answer_from(receipt: dict[str, Any]) -> Answer:
    """An Answer from its JSON; what this version does not know is left out, what is missing takes its default."""
    values = {field.name: receipt[field.name] for field in fields(Answer) if field.name in receipt}
    route = receipt.get("route") or {}
    values["also"] = tuple(receipt.get("also") or ())
    values["citations"] = tuple(_record(Citation, one) for one in receipt.get("citations") or ())
    scores = tuple((str(name), float(score)) for name, score in route.get("scores") or ())
    values["route"] = Route(route.get("domain"), scores, route.get("reason", ""), route.get("outside", 0.0), tuple(route.get("also") or ()))
    return Answer(**values)


def _record(kind: Any, values: dict[str, Any]) -> Any:
    return kind(**{field.name: values[field.name] for field in fields(kind) if field.name in values})


def _answer(receipt: str | None) -> Answer | None:
    values = json.loads(receipt) if receipt else {}
    return answer_from(values) if {"question", "text", "language"} <= values.keys() else None


def _title(text: str) -> str:
    return " ".join(text.split())[:TITLE]


def _literal(words: str) -> str:
    """The words for LIKE, none of them a wildcard."""
    for special in ("\\", "%", "_"):
        words = words.replace(special, f"\\{special}")
    return words


def _around(text: str, words: str) -> str:
    """One line of the text around the words."""
    found = max(text.lower().find(words.lower()), 0)
    start, end = max(found - AROUND, 0), found + len(words) + AROUND
    return f"{'…' if start else ''}{' '.join(text[start:end].split())}{'…' if end < len(text) else ''}"
