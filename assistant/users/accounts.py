"""Accounts: names, groups, password hashes. Knows nothing of logins."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from assistant.access import ADMINISTRATORS, ANYONE, EVERYONE, LOCAL, User
from assistant.errors import AccessError
from assistant.history.database import Database, now
from assistant.users.passwords import checked_password, hashed

SCHEMA = (
    "CREATE TABLE users (name TEXT PRIMARY KEY, password TEXT NOT NULL, created TEXT NOT NULL)",
    """CREATE TABLE members (
        name TEXT NOT NULL REFERENCES users(name) ON DELETE CASCADE, member_of TEXT NOT NULL, PRIMARY KEY (name, member_of))""",
    """CREATE TABLE logins (
        digest TEXT PRIMARY KEY, name TEXT NOT NULL REFERENCES users(name) ON DELETE CASCADE, begun REAL NOT NULL, seen REAL NOT NULL)""",
)
LONGEST_NAME = 64
RESERVED = {LOCAL.name, ANYONE.name, EVERYONE}
MAKE_ONE = f"assistant users add NAME --group {ADMINISTRATORS}"


@dataclass(frozen=True)
class Account:
    name: str
    groups: tuple[str, ...]
    created: str

    @property
    def user(self) -> User:
        return User(self.name, frozenset(self.groups))


class Accounts(Database):
    """Who there is. Names are compared without regard to case; the last administrator cannot go."""

    versions = (SCHEMA,)

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        with self._usable():
            path.chmod(0o600)

    def accounts(self) -> list[Account]:
        groups: dict[str, list[str]] = {}
        for name, group in self._read("SELECT name, member_of FROM members ORDER BY member_of"):
            groups.setdefault(name, []).append(group)
        return [Account(name, tuple(groups.get(name, ())), created) for name, created in self._read("SELECT name, created FROM users ORDER BY name")]

    def account(self, name: str) -> Account:
        """AccessError that names who there is."""
        name = folded_name(name)
        accounts = {account.name: account for account in self.accounts()}
        if name not in accounts:
            raise AccessError(f"no user named {name!r}; there are: {', '.join(accounts) or f'none yet (make one with: {MAKE_ONE})'}")
        return accounts[name]

    def administrators(self) -> list[str]:
        return [name for (name,) in self._read("SELECT name FROM members WHERE member_of=? ORDER BY name", ADMINISTRATORS)]

    def add(self, name: str, password: str, groups: Iterable[str] = ()) -> Account:
        """The first account must be an administrator's."""
        name, wanted = checked_name(name), sorted({_checked_group(group) for group in groups})
        if not self.administrators() and ADMINISTRATORS not in wanted:
            raise AccessError(f"the first account must be an administrator's: {MAKE_ONE.replace('NAME', name)}")
        if self._read("SELECT 1 FROM users WHERE name=?", name):
            raise AccessError(f"there is a user named {name!r} already; change the password with: assistant users passwd {name}")
        digest = hashed(checked_password(password, name))
        with self._usable(), self._db:
            self._db.execute("INSERT INTO users VALUES (?,?,?)", (name, digest, now()))
            self._db.executemany("INSERT INTO members VALUES (?,?)", [(name, group) for group in wanted])
        return self.account(name)

    def set_password(self, name: str, password: str) -> None:
        """Ends the user's logins."""
        account = self.account(name)
        digest = hashed(checked_password(password, account.name))
        with self._usable(), self._db:
            self._db.execute("UPDATE users SET password=? WHERE name=?", (digest, account.name))
            self._db.execute("DELETE FROM logins WHERE name=?", (account.name,))

    def removable(self, name: str) -> Account:
        """The account; AccessError for that of the last administrator."""
        account = self.account(name)
        self._keep_an_administrator(account, set())
        return account

    def remove(self, name: str) -> None:
        """Ends the user's logins too."""
        self._write("DELETE FROM users WHERE name=?", self.removable(name).name)

    def regroup(self, name: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Account:
        """Takes effect at the user's next request."""
        account = self.account(name)
        gone = {folded_name(group) for group in remove}
        if strange := gone - set(account.groups):
            raise AccessError(f"{account.name} is not in {', '.join(sorted(strange))}; in: {', '.join(account.groups) or 'no group'}")
        wanted = set(account.groups) - gone | {_checked_group(group) for group in add}
        self._keep_an_administrator(account, wanted)
        with self._usable(), self._db:
            self._db.execute("DELETE FROM members WHERE name=?", (account.name,))
            self._db.executemany("INSERT INTO members VALUES (?,?)", [(account.name, group) for group in sorted(wanted)])
        return self.account(name)

    def _keep_an_administrator(self, account: Account, groups: set[str]) -> None:
        if ADMINISTRATORS not in groups and self.administrators() == [account.name]:
            raise AccessError(f"{account.name} is the last administrator; make another first: {MAKE_ONE}")


def checked_name(name: str) -> str:
    """A name as it is kept: letters and digits of any script, and . _ - @ between them."""
    folded = folded_name(name)
    if not _plain(folded, "._-@") or len(folded) > LONGEST_NAME:
        raise AccessError(f"{name[:80]!r} is no name for a user; up to {LONGEST_NAME} letters, digits and . _ - @, beginning with a letter or digit")
    if folded in RESERVED:
        raise AccessError(f"the name {folded!r} has a meaning of its own here; take another")
    return folded


def _checked_group(group: str) -> str:
    folded = folded_name(group)
    if not _plain(folded, "_-") or len(folded) > LONGEST_NAME:
        raise AccessError(f"{group[:80]!r} is no name for a group; letters, digits, _ and -, as in a domain's [access]")
    if folded == EVERYONE:
        raise AccessError(f"everybody is in {EVERYONE!r} already; name another group, as in a domain's [access]")
    return folded


def folded_name(name: str) -> str:
    """The form in which names are compared: ``Ann`` and ``ann`` are one."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def _plain(text: str, signs: str) -> bool:
    return bool(text) and text[0].isalnum() and all(letter.isalnum() or letter in signs for letter in text)
