"""Says it in words when the disk takes no more, whichever library was writing."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import TrainingError

FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
_SAYS = ("no space left", "file too large", "disk is full", "database or disk is full", "disk quota", "failed writing file", "unexpected pos")


@contextmanager
def said_when_full(folder: Path, domain: str) -> Iterator[None]:
    """TrainingError for a full disk below ``folder``; every other error passes."""
    try:
        yield
    except TrainingError:
        raise
    except Exception as error:  # OSError, SafetensorError, sqlite's and torch's own: only the words tell them apart
        if not _full(error):
            raise
        raise TrainingError(
            f"the disk took no more while writing below {folder} ({str(error).splitlines()[0]:.120}); nothing that was live has changed. "
            f"Free some space, then: assistant train {domain} --resume (or start afresh without it)"
        ) from error


def _full(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        if any(words in str(error).lower() for words in _SAYS):
            return True
        error = error.__cause__ or error.__context__
    return False
