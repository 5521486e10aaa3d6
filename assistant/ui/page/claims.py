"""Whose an open page, an event or an uploaded file is. Kept in memory: after a restart pages begin anew and files are uploaded again."""

import os
from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Literal

from assistant.access import User
from assistant.errors import AccessError
from assistant.records import Told

MOST = 50_000  # of each kind; the oldest are forgotten
Kind = Literal["page", "event", "upload"]


class Claims:
    """What Gradio makes for one user is refused to all others."""

    def __init__(self) -> None:
        self._owners: dict[Kind, OrderedDict[str, str]] = {"page": OrderedDict(), "event": OrderedDict(), "upload": OrderedDict()}
        self._files: OrderedDict[str, set[str]] = OrderedDict()
        self._lock = Lock()

    def claim(self, kind: Kind, key: str, user: User) -> bool:
        """Whether it is the user's; what nobody has claimed is from now on."""
        with self._lock:
            owners = self._owners[kind]
            owner = owners.setdefault(key, user.name)
            owners.move_to_end(key)
            if len(owners) > MOST:
                owners.popitem(last=False)
            return owner == user.name

    def owns(self, kind: Kind, key: str, user: User) -> bool:
        with self._lock:
            return self._owners[kind].get(key) == user.name

    def give(self, user: User, path: str | Path) -> None:
        """A file that the user uploaded or that was made for the user. The same content uploaded by two is both's."""
        with self._lock:
            self._files.setdefault(os.path.realpath(path), set()).add(user.name)
            if len(self._files) > MOST:
                self._files.popitem(last=False)

    def has(self, user: User, path: str | Path) -> bool:
        try:
            resolved = os.path.realpath(path)
        except ValueError:  # no name that a file can have, such as one with a NUL
            return False
        with self._lock:
            return user.name in self._files.get(resolved, ())

    def own(self, user: User, path: str | Path) -> Path:
        """The path of a file of the user's; AccessError for any other path, whether there is a file or not."""
        if not self.has(user, path) or not os.path.isfile(os.path.realpath(path)):
            raise AccessError(Told("that file was not uploaded by you, or is no longer there; upload it again", "not-uploaded"))
        return Path(os.path.realpath(path))
