"""What a password has to be, and its hash: Argon2id with the parameters that argon2-cffi recommends. Knows no users."""

import unicodedata
from functools import lru_cache
from threading import Semaphore
from typing import TYPE_CHECKING

from assistant.errors import AccessError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 10
LONGEST = 256
AT_ONCE = Semaphore(2)  # each takes 64 MiB and every core for a moment


def checked_password(password: str, name: str) -> str:
    """The password as it is hashed; AccessError that says what is missing."""
    password = unicodedata.normalize("NFKC", password)
    if len(password) < SHORTEST:
        raise AccessError(f"the password has {len(password)} characters, at least {SHORTEST} are needed; several words in a row are easy to remember")
    if len(password) > LONGEST:
        raise AccessError(f"the password has {len(password)} characters, at most {LONGEST} are possible")
    if len(set(password)) < 4:
        raise AccessError("the password repeats fewer than four different characters; take several words in a row")
    rest = password.casefold().replace(name.casefold(), "")
    if len(rest) < 4:
        raise AccessError("the password is hardly more than the name; take several words in a row")
    return password


def hashed(password: str) -> str:
    with AT_ONCE:
        return _hasher().hash(password)


def verified(digest: str | None, password: str) -> bool:
    """Whether that is the password. Without a digest (nobody has that name) the work is done all the same, so that the time tells nothing."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        with AT_ONCE:
            return _hasher().verify(digest or _nobodys(), unicodedata.normalize("NFKC", password)[: LONGEST + 1]) and digest is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(digest: str) -> bool:
    """Whether it was made with other parameters than are used now."""
    return _hasher().check_needs_rehash(digest)


@lru_cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher()


@lru_cache
def _nobodys() -> str:
    return _hasher().hash("nobody has this password")
