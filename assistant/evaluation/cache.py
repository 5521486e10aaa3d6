"""Answers and judgements kept by the hash of all they depend on, in one SQLite file: a second run is instant, a broken one goes on."""

import json
import sqlite3
import threading
from collections.abc import Iterator, MutableMapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from assistant.errors import EvaluationError
from assistant.settings import Workspace

CODE = ("answering", "retrieval", "models", "prompt.py", "default.jinja")


class Cache(MutableMapping[str, Any]):
    """JSON values by key; usable from several threads, each value on disk as soon as it is set."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, check_same_thread=False, timeout=10)
            self._db.execute("CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
        except (OSError, sqlite3.Error) as error:
            raise EvaluationError(f"{path} cannot be used ({error}); delete it, its answers are made again") from None

    def __getitem__(self, key: str) -> Any:
        rows = self._run("SELECT value FROM kept WHERE key=?", key)
        if not rows:
            raise KeyError(key)
        return json.loads(rows[0][0])

    def __setitem__(self, key: str, value: Any) -> None:
        self._run("INSERT OR REPLACE INTO kept VALUES (?,?)", key, json.dumps(value, ensure_ascii=False))

    def __delitem__(self, key: str) -> None:
        self._run("DELETE FROM kept WHERE key=?", key)

    def __iter__(self) -> Iterator[str]:
        return iter([row[0] for row in self._run("SELECT key FROM kept")])

    def __len__(self) -> int:
        return int(self._run("SELECT count(*) FROM kept")[0][0])

    def _run(self, statement: str, *values: str) -> list[tuple[Any, ...]]:
        try:
            with self._lock, self._db:
                return self._db.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise EvaluationError(f"{self._path} cannot be used ({error}); delete it, its answers are made again") from None

    def close(self) -> None:
        self._db.close()


def open_cache(workspace: Workspace) -> Cache:
    """The workspace's own; what one evaluation or training asked, no other asks again."""
    return Cache(workspace.state / "evaluation" / "kept.sqlite")


@cache
def code_fingerprint() -> str:
    """Changes with any file of the program that an answer depends on."""
    digest = sha256()
    for name in CODE:
        for file in _files(files("assistant").joinpath(name)):
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _files(place: Traversable) -> Iterator[Traversable]:
    if place.is_file():
        if place.name.endswith((".py", ".json", ".jinja", ".jsonl")):
            yield place
        return
    for child in sorted(place.iterdir(), key=lambda one: one.name):
        if child.name not in {"__pycache__", "starter"}:
            yield from _files(child)
