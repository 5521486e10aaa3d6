"""What people think of answers: a thumb, a corrected answer, a reason; and what the team made of it.

A reviewer reads what was judged in one domain, whoever asked; what the same person asked elsewhere is left out. Who may review is not decided here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.errors import AccessError
from assistant.history.conversations import Conversations
from assistant.history.database import now
from assistant.records import Told, Turn

State = Literal["open", "accepted", "rejected"]
STATES: tuple[State, ...] = ("open", "accepted", "rejected")
Cited = tuple[tuple[str, str], ...]  # domain and document of each citation


@dataclass(frozen=True)
class Listed:
    """A judgement as a queue names it. ``also``: further domains that the judged answer draws on."""

    id: int
    state: State
    good: bool
    created: str
    question: str
    also: tuple[str, ...] = ()
    cited: Cited = ()


@dataclass(frozen=True)
class Earlier:
    """A question before the judged one, and its answer."""

    turns: tuple[Turn, Turn]
    cited: Cited = ()


@dataclass(frozen=True)
class Judgement:
    """One person's opinion of one answer. ``answer`` is its receipt; ``earlier`` is what was asked before it in the same domain;
    ``lesson`` is the example it was accepted as, "" for none."""

    id: int
    domain: str
    message: int
    user: str
    good: bool
    correction: str
    reason: str
    created: str
    state: State
    reviewer: str
    reviewed: str
    note: str
    lesson: str
    question: str
    answer: dict[str, Any]
    earlier: tuple[Earlier, ...] = ()


class Feedback(Conversations):
    """One row per answer and user; the latest stands."""

    def rate(self, user: str, message: int, good: bool, correction: str = "", reason: str = "") -> None:
        """Keep a user's judgement of an answer of their own conversations; AccessError for another's. What a reviewer decided stands until
        the thumb or the correction is another one."""
        domain = self.receipt(user, message).get("domain") or ""
        self._write(
            "INSERT INTO feedback(message, user, good, correction, reason, domain, created) VALUES (?,?,?,?,?,?,?) "
            "ON CONFLICT(message, user) DO UPDATE SET good=excluded.good, correction=excluded.correction, reason=excluded.reason, "
            "created=excluded.created, "
            "state=CASE WHEN good=excluded.good AND coalesce(correction, '')=excluded.correction THEN state ELSE 'open' END",
            message, user, int(good), correction, reason, domain, now(),
        )  # fmt: skip

    def queue(self, domain: str, state: State | None = None) -> list[Listed]:
        """What was judged in a domain, oldest first."""
        rows = self._read(
            "SELECT f.id, f.state, f.good, f.created, json_extract(m.receipt, '$.question'), json_extract(m.receipt, '$.also'), "
            "json_extract(m.receipt, '$.citations') FROM feedback f JOIN messages m ON m.id=f.message "
            "WHERE f.domain=? AND f.state IN (?,?,?) ORDER BY f.created, f.id",
            domain, *([state] * 3 if state else STATES),
        )  # fmt: skip
        return [
            Listed(key, is_in, bool(good), created, asked or "", tuple(json.loads(also or "[]")), _cited(domain, json.loads(citations or "[]")))
            for key, is_in, good, created, asked, also, citations in rows
        ]

    def judgement(self, domain: str, key: int) -> Judgement:
        """One of a domain's; AccessError for any other."""
        names = "id, domain, message, user, good, correction, reason, created, state, reviewer, reviewed, note, lesson"
        rows = self._read(f"SELECT {names} FROM feedback WHERE id=? AND domain=?", key, domain)
        if not rows:
            raise AccessError(Told(f"there is no such feedback in {domain}; it may have been withdrawn meanwhile", "feedback-gone", domain=domain))
        values = dict(zip(names.split(", "), rows[0], strict=True))
        ((conversation, receipt),) = self._read("SELECT conversation, receipt FROM messages WHERE id=?", values["message"])
        answer = dict(json.loads(receipt or "{}"))
        values |= {"good": bool(values["good"]), "correction": values["correction"] or "", "question": answer.get("question", "")}
        return Judgement(**values, answer=answer, earlier=self._earlier(conversation, values["message"], domain))

    def decide(self, domain: str, key: int, state: State, reviewer: str, note: str = "", lesson: str = "") -> None:
        """Keep what a reviewer made of a judgement; AccessError for one of another domain."""
        self.judgement(domain, key)
        self._write(
            "UPDATE feedback SET state=?, reviewer=?, reviewed=?, note=?, lesson=? WHERE id=? AND domain=?",
            state, reviewer, now(), note, lesson, key, domain,
        )  # fmt: skip

    def _earlier(self, conversation: str, message: int, domain: str) -> tuple[Earlier, ...]:
        """What was asked before an answer and its question that were answered from this domain alone; of several answers the first."""
        rows = self._read(
            "SELECT q.id, a.content, a.receipt FROM messages a JOIN messages q ON q.id=a.question "
            "WHERE a.conversation=? AND NOT a.replaced AND q.id<(SELECT question FROM messages WHERE id=?) ORDER BY a.id", conversation, message,
        )  # fmt: skip
        found: dict[int, Earlier] = {}
        for question, content, receipt in rows:
            answer = json.loads(receipt or "{}")
            if answer.get("domain") == domain and not answer.get("also"):
                turns = (Turn("user", answer.get("question", "")), Turn("assistant", content))
                found.setdefault(question, Earlier(turns, _cited(domain, answer.get("citations"))))
        return tuple(found.values())


def _cited(domain: str, citations: Sequence[dict[str, Any]] | None) -> Cited:
    """Those of older answers name no domain and are the answer's own."""
    return tuple((one.get("domain") or domain, one.get("document", "")) for one in citations or ())
