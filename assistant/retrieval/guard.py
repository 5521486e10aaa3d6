"""Runs our readers in a child process with a limit on time and memory: real files hang, explode and raise anything.

The child is a fresh interpreter (``python -m assistant.retrieval.guard FD``), because forking a process that runs a model may deadlock.
A plugin's readers run here: its code cannot be handed over.
"""

import logging
import os
import resource
import socket
import subprocess
import sys
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from assistant.errors import DocumentError
from assistant.records import Told
from assistant.retrieval.formats import EMPTY, READERS

MEMORY = 4 * 2**30
LIGHT = {".md", ".mdx", ".markdown", ".txt", ".csv", ".tsv"}


def no_reader(suffix: str, readable: Sequence[str]) -> Told:
    known = ", ".join(readable)
    return Told(f"no reader for {suffix or 'files without a suffix'}; readable: {known}", "no-reader", suffix=suffix or "—", readable=known)


def at_file(name: str, fault: str) -> str:
    return Told(f"{name}: {fault}", "at", place=name, reasons=fault) if isinstance(fault, Told) else f"{name}: {fault}"


def no_file(error: OSError) -> Told:
    return Told(f"{error.strerror}", "no-file", reason=error.strerror)


def size_fault(size: int, most_mb: int) -> Told | None:
    """What is wrong with a file of so many bytes."""
    if size == 0:
        return EMPTY
    if size > most_mb * 2**20:
        text = f"the file has {size / 2**20:.0f} MB, the limit is {most_mb} (setting max_file_mb)"
        return Told(text, "large-file", size=f"{size / 2**20:.0f}", most=most_mb)
    return None


class GuardedReader:
    """One child that reads files; it is replaced when a file kills it or takes too long."""

    def __init__(self, readers: dict[str, Callable[[Path], str]], seconds: int, max_mb: int) -> None:
        self._readers = readers
        self._seconds = seconds
        self._max_mb = max_mb
        self._child: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None

    @property
    def suffixes(self) -> list[str]:
        return sorted(self._readers)

    def read(self, path: Path) -> str:
        """The file as Markdown; DocumentError in words whatever happens."""
        suffix = path.suffix.lower()
        if suffix not in self._readers:
            raise DocumentError(no_reader(suffix, self.suffixes))
        try:
            size = path.stat().st_size
        except OSError as error:
            raise DocumentError(no_file(error)) from None
        if fault := size_fault(size, self._max_mb):
            raise DocumentError(fault)
        here = suffix in LIGHT or self._readers[suffix] is not READERS.get(suffix)
        text = _attempt(self._readers[suffix], path) if here else self._in_child(suffix, path)
        if isinstance(text, DocumentError):
            raise text
        if not text.strip():
            raise DocumentError(Told("the file holds no text", "textless"))
        return text

    def close(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None

    def _in_child(self, suffix: str, path: Path) -> str | DocumentError:
        if self._child is None or self._child.poll() is not None:
            self._start()
        assert self._pipe
        try:
            self._pipe.send((suffix, path))
            if self._pipe.poll(self._seconds):
                answer: str | DocumentError = self._pipe.recv()
                return answer
        except (EOFError, OSError):
            self.close()
            return DocumentError(Told("reading it ended the reader (out of memory?); open it and save it again, or split it", "reader-ended"))
        self.close()
        text = f"reading it took more than {self._seconds} s (setting read_seconds); split it or save it in another format"
        return DocumentError(Told(text, "reader-slow", seconds=self._seconds))

    def _start(self) -> None:
        self.close()
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-P", "-m", "assistant.retrieval.guard", str(theirs.fileno())]
            home = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])}
            self._child = subprocess.Popen(command, env=home, pass_fds=[theirs.fileno()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        self._pipe = Connection(os.dup(ours.fileno()))
        ours.close()


def serve(pipe: Connection) -> None:
    """Read files as they are asked for until the parent goes away."""
    with suppress(ValueError, OSError):  # not every system has this limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    while True:
        try:
            suffix, path = pipe.recv()
        except EOFError:
            return
        pipe.send(_attempt(READERS[suffix], path))


def _attempt(reader: Callable[[Path], str], path: Path) -> str | DocumentError:
    try:
        return reader(path)
    except DocumentError as error:
        return error
    except MemoryError:
        return DocumentError(Told("reading it needs too much memory; split it", "reader-memory"))
    except RecursionError:
        return DocumentError(Told("its content is nested too deeply; save it again in another format", "deep-content"))
    except Exception as error:  # libraries raise over eleven kinds for damaged files
        said = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        return DocumentError(Told(f"damaged or not what its suffix says ({said}); open it and save it again", "damaged-file", error=said))


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
