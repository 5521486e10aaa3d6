"""What a hub has to offer: the files a model consists of, and fetching them. The hubs themselves are in hugging_face.py and modelscope.py."""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Protocol

from assistant.models.source import UNWANTED, WANTED

Report = Callable[[int], None]


@dataclass(frozen=True)
class File:
    name: str
    size: int
    sha256: str = ""


@dataclass(frozen=True)
class Listing:
    """A model as its hub lists it; ``files`` are all, ``wanted`` those that are fetched. ``parameters`` is 0 where the hub does not say."""

    name: str
    address: str
    revision: str
    files: tuple[File, ...]
    licence: str = ""
    parameters: int = 0

    @property
    def wanted(self) -> tuple[File, ...]:
        return tuple(file for file in self.files if wanted(file.name))

    @property
    def bytes(self) -> int:
        return sum(file.size for file in self.wanted)


class Hub(Protocol):
    """Where models come from; every failure is a ModelError in one line."""

    @property
    def cache(self) -> Path: ...

    def listing(self, name: str) -> Listing: ...

    def read_small(self, listing: Listing, folder: Path) -> None:
        """Put the small files that decide about a model into a folder of the caller's; the cache stays as it is."""
        ...

    def missing(self, listing: Listing) -> int:
        """Bytes still to fetch."""
        ...

    def fetch(self, listing: Listing, report: Report) -> Path:
        """The model's folder, complete; ``report`` is told of every bunch of bytes that came."""
        ...


def wanted(name: str) -> bool:
    return any(fnmatch(name, one) for one in WANTED) and not any(fnmatch(name, one) for one in UNWANTED)


def open_hub(name: str) -> Hub:
    """The hub that a name belongs to."""
    if name.startswith("modelscope:"):
        from assistant.models.modelscope import ModelScope

        return ModelScope()
    from assistant.models.hugging_face import HuggingFace

    return HuggingFace()
