"""The right to write in a workspace's store, one at a time among threads and processes. Knows nothing of what is written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import StoreError, WorkspaceError
from assistant.records import Told

PATIENCE = 5.0
ASKED_AGAIN = 1.0


@contextmanager
def only_writer(store: Path, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Held by one at a time. ``waiting`` is called about every second until it is free; without it StoreError comes after ``PATIENCE`` seconds."""
    lock = FileLock(store / "writer.lock")
    try:
        while not lock.is_locked:
            try:
                lock.acquire(timeout=ASKED_AGAIN if waiting else PATIENCE)
            except Timeout:
                if waiting is None:
                    raise StoreError(Told("another process or window is indexing this workspace; try again when it has finished", "writer-busy")) from None
                waiting()
        yield
    except OSError as error:
        text = f"{error.filename}: {error.strerror}; the folder {store} must be writable"
        raise WorkspaceError(Told(text, "store-not-written", file=str(error.filename), reason=error.strerror, folder=str(store))) from None
    finally:
        lock.release()


def being_written(store: Path) -> bool:
    """Whether somebody holds that right now."""
    lock = FileLock(store / "writer.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False
