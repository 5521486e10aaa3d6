"""Logins: a random token each, of which only the hash is kept, and when it ends."""

import hashlib
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from assistant.access import User
from assistant.users.accounts import Accounts, folded_name
from assistant.users.passwords import hashed, outdated, verified

LONGEST = 7  # times the hours without a request: then a login ends in any case
NOTED = 60  # seconds between two notes of when a login was last used


class Users(Accounts):
    """Accounts and their logins. A login ends ``hours`` after its last use, and after seven times as long in any case."""

    def __init__(self, path: Path, hours: float = 12, clock: Callable[[], float] = time.time) -> None:
        super().__init__(path)
        self._idle = hours * 3600
        self._clock = clock

    def log_in(self, name: str, password: str) -> str | None:
        """A new login's token; None for a wrong name or password, after the same work."""
        name = folded_name(name)
        rows = self._read("SELECT password FROM users WHERE name=?", name)
        digest = rows[0][0] if rows else None
        if not verified(digest, password) or digest is None:
            return None
        if outdated(digest):
            self._write("UPDATE users SET password=? WHERE name=? AND password=?", hashed(password), name, digest)
        self._forget_ended()
        token, now = secrets.token_urlsafe(32), self._clock()
        self._write("INSERT INTO logins VALUES (?,?,?,?)", digest_of(token), name, now, now)
        return token

    def logged_in(self, digest: str) -> User | None:
        """Who that login belongs to, with the groups of this moment; None when it has ended or the user is gone."""
        rows = self._read(
            "SELECT l.name, l.begun, l.seen, group_concat(m.member_of, ',') FROM logins l LEFT JOIN members m ON m.name=l.name "
            "WHERE l.digest=? GROUP BY l.digest",
            digest,
        )
        if not rows:
            return None
        name, begun, seen, groups = rows[0]
        now = self._clock()
        if now - seen > self._idle or now - begun > LONGEST * self._idle:
            self.log_out(digest)
            return None
        if now - seen > min(NOTED, self._idle / 2):
            self._write("UPDATE logins SET seen=? WHERE digest=?", now, digest)
        return User(name, frozenset(groups.split(",") if groups else ()))

    def log_out(self, digest: str) -> None:
        self._write("DELETE FROM logins WHERE digest=?", digest)

    def _forget_ended(self) -> None:
        now = self._clock()
        self._write("DELETE FROM logins WHERE seen<? OR begun<?", now - self._idle, now - LONGEST * self._idle)


def digest_of(token: str) -> str:
    """What is kept of a token: who reads the file cannot log in with it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
