"""Domains' examples as they are shown where no adapter can speak: read and embedded when first asked for, and again once their files have changed.

Only what somebody wrote or looked through is shown: no exports (examples/raw/), no row with personal data, none that asks a measured question.
"""

import logging
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.access import User
from assistant.answering.look import mark_of
from assistant.answering.shots import KEPT, Shots, shot_of, shots_of
from assistant.domain import Domain
from assistant.models.engine import ModelInfo
from assistant.records import Example, content_id
from assistant.retrieval.embed import Embedder
from assistant.retrieval.flow import Knowledge
from assistant.rows.clean import Cleaner
from assistant.rows.examples import ExampleFile, example_files, read_rows
from assistant.rows.swapped import with_swaps

SHORTEST = 1
logger = logging.getLogger(__name__)


def speaks_by_examples(info: ModelInfo) -> bool:
    """Whether a base gets a domain's voice by examples: one that can take no adapter and can write."""
    return not info.takes_adapters and not info.quotes_only


def examples_shown(receipt: Mapping[str, Any]) -> int:
    """How many examples an answer's prompt showed, of all its parts together."""
    return sum(len(part.get("examples") or ()) for part in receipt.get("parts") or [receipt])


def has_examples(domain: Domain) -> bool:
    """Whether there is any file of examples that may be shown."""
    return bool(_files(domain))


@dataclass(frozen=True)
class Held:
    domain: Domain
    mark: str
    shots: Shots


class Examples:
    """The shots of every domain, shared by all threads; one that is being read keeps only its own domain's questions waiting."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._held: dict[str, Held] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._own = threading.Lock()

    def of(self, domain: Domain) -> Shots:
        """Its shots as the files are now; none, and a line in the log, where they cannot be read."""
        with self._own:
            lock = self._locks.setdefault(domain.name, threading.Lock())
        with lock:
            mark, held = _mark(domain), self._held.get(domain.name)
            if held and held.domain is domain and held.mark == mark:
                return held.shots
            shots = self._read(domain, held.shots if held else None)
            self._held[domain.name] = Held(domain, mark, shots)
            return shots

    def _read(self, domain: Domain, before: Shots | None) -> Shots:
        try:
            return shots_of(_fit_to_show(domain), self._embedder, before)
        except Exception as error:  # a damaged file makes libraries raise anything; an answer can do without examples
            said = f"{type(error).__name__}: {error}"
            logger.warning("no examples of %s are shown: %s (see: assistant check %s)", domain.name, said, domain.name)
            return Shots()


def may_see(user: User, domain: Domain, knowledge: Knowledge) -> bool:
    """Whether a domain's examples may be shown to a user: an example has no rights of its own and may repeat any document, so only
    to those for whom no document of the domain is hidden."""
    return not knowledge.view(domain.name).hidden(user)


def _files(domain: Domain) -> list[ExampleFile]:
    return [file for file in example_files(domain.examples) if not file.export]


def _fit_to_show(domain: Domain) -> Iterator[Example]:
    """What may be shown. Judging takes most of the time: rows of a language and kind of which there are enough are passed over."""
    cleaner, found = Cleaner(domain, SHORTEST), Counter[object]()
    for file in _files(domain):
        for read, swapped in with_swaps(read_rows(file)):
            if read.example and found[_group(read.example)] >= KEPT:
                continue
            row = cleaner.judge(read, file, swapped)
            if row.example and not row.asks and not any(fault.kind == "personal-data" for fault in row.faults):
                found[_group(row.example)] += 1
                yield row.example


def _group(example: Example) -> object:
    shot = shot_of(example)
    return (shot.language, shot.kind) if shot else None


def _mark(domain: Domain) -> str:
    """Changes when a file of examples or the measured questions do."""
    return content_id([list(mark_of(path)) for path in (*(file.path for file in _files(domain)), domain.folder / "questions.jsonl")])
