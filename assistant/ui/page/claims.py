"""Whose an open page, an event or an uploaded file is. Kept in memory: after a restart pages begin anew and files are uploaded again."""

import os
import shutil
import uuid
from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Literal

from assistant.access import User
from assistant.errors import AccessError

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
        with self._lock:
            return user.name in self._files.get(os.path.realpath(path), ())

    def own(self, user: User, path: str | Path) -> Path:
        """The path of a file of the user's; AccessError for any other path, whether there is a file or not."""
        resolved = Path(os.path.realpath(path)) if "\0" not in str(path) else None
        if resolved is None or not self.has(user, resolved) or not resolved.is_file():
            raise AccessError("that file was not uploaded by you, or is no longer there; upload it again")
        return resolved

    def lend(self, user: User, path: Path, folder: Path) -> Path:
        """A copy in the folder from which the page fetches files, for this user alone."""
        target = folder / uuid.uuid4().hex / path.name
        target.parent.mkdir(parents=True)
        shutil.copyfile(path, target)
        self.give(user, target)
        return target
