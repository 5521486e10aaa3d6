"""Runs a reader in a child process with a limit on time and memory: real files hang, explode and raise anything."""

import multiprocessing
import resource
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from assistant.errors import DocumentError

MEMORY = 4 * 2**30
IN_PROCESS = {".md", ".txt", ".csv", ".tsv"}


class GuardedReader:
    """One child that reads files; it is replaced when a file kills it or takes too long."""

    def __init__(self, readers: dict[str, Callable[[Path], str]], seconds: int, max_mb: int) -> None:
        self._readers = readers
        self._seconds = seconds
        self._max_mb = max_mb
        self._child: Any = None
        self._pipe: Connection | None = None

    @property
    def suffixes(self) -> list[str]:
        return sorted(self._readers)

    def read(self, path: Path) -> str:
        """The file as Markdown; DocumentError in words whatever happens."""
        suffix = path.suffix.lower()
        if suffix not in self._readers:
            raise DocumentError(f"no reader for {suffix or 'files without a suffix'}; readable: {', '.join(self.suffixes)}")
        try:
            size = path.stat().st_size
        except OSError as error:
            raise DocumentError(f"{error.strerror}") from None
        if size == 0:
            raise DocumentError("the file is empty (0 bytes)")
        if size > self._max_mb * 2**20:
            raise DocumentError(f"the file has {size / 2**20:.0f} MB, the limit is {self._max_mb} (setting max_file_mb)")
        text = _attempt(self._readers[suffix], path) if suffix in IN_PROCESS else self._in_child(suffix, path)
        if isinstance(text, DocumentError):
            raise text
        if not text.strip():
            raise DocumentError("the file holds no text")
        return text

    def close(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.join()
            self._child = self._pipe = None

    def _in_child(self, suffix: str, path: Path) -> str | DocumentError:
        if self._child is None or not self._child.is_alive():
            self._start()
        assert self._pipe
        try:
            self._pipe.send((suffix, path))
            if self._pipe.poll(self._seconds):
                answer: str | DocumentError = self._pipe.recv()
                return answer
        except (EOFError, OSError):
            self.close()
            return DocumentError("reading it ended the reader (out of memory?); open it and save it again, or split it")
        self.close()
        return DocumentError(f"reading it took more than {self._seconds} s (setting read_seconds); split it or save it in another format")

    def _start(self) -> None:
        context = multiprocessing.get_context("fork")
        self._pipe, other = context.Pipe()
        self._child = context.Process(target=_serve, args=(other, self._readers), daemon=True)
        self._child.start()
        other.close()


def _serve(pipe: Connection, readers: dict[str, Callable[[Path], str]]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    while True:
        try:
            suffix, path = pipe.recv()
        except EOFError:
            return
        pipe.send(_attempt(readers[suffix], path))


def _attempt(reader: Callable[[Path], str], path: Path) -> str | DocumentError:
    try:
        return reader(path)
    except DocumentError as error:
        return error
    except MemoryError:
        return DocumentError("reading it needs too much memory; split it")
    except RecursionError:
        return DocumentError("its content is nested too deeply; save it again in another format")
    except Exception as error:  # libraries raise over eleven kinds for damaged files
        said = str(error).splitlines()
        return DocumentError(f"damaged or not what its suffix says ({type(error).__name__}: {said[0][:160] if said else ''}); open it and save it again")
