"""General rows among the domain's own, so that the base does not forget the rest of what it knows (SOURCES S4d).

They carry no evidence and not the domain's words; a few are never trained on and show what was forgotten. The same rows and seed choose the same.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from itertools import islice
from pathlib import Path

from assistant.domain import Domain
from assistant.errors import TrainingError
from assistant.records import Example, content_id
from assistant.rows.clean import Cleaner
from assistant.rows.examples import ExampleFile, Read, read_rows
from assistant.rows.sources import HUB, Source, find_source, is_dataset_id
from assistant.training.dataset import Dataset, Limits, Row, row_tokens
from assistant.training.recipe import Recipe

EXPORT = ExampleFile(Path(), "", export=True)
HELD_OUT = 24
HELD_SHARE = 0.2


def mix_in(dataset: Dataset, recipe: Recipe, domain: Domain, limits: Limits, download: bool = False) -> Dataset:
    """The dataset with general rows as a share of its own; TrainingError or ExampleError when the recipe names none that can be used.

    ``download``: whether a dataset of the hub may be fetched."""
    wanted = round(recipe.mix.share * len(dataset.train))
    if not recipe.mix.rows or not wanted:
        return dataset
    source = mix_source(domain.folder, recipe.mix.rows, download)
    own = {row.example for row in (*dataset.train, *dataset.held_out)}
    found = list({read.example.id: read for file in source.files for read in read_rows(file) if read.example}.values())
    usable = _Usable(domain, limits, own)
    held_most = min(HELD_OUT, max(1, round(HELD_SHARE * len(found)))) if len(found) > 1 else 0
    held = tuple(islice(usable.rows(_shuffled(found, recipe.training.seed, "held out")), held_most))
    train = tuple(islice(usable.rows(_shuffled(found, recipe.training.seed, "mix")), wanted))
    if not train:
        raise TrainingError(f"mix.rows = {recipe.mix.rows!r}: none of its {len(found)} rows can be used; give rows in a shape of docs/domain-files.md, or leave it empty")
    few = (f"mix.rows: {len(train)} general rows of the {wanted} wanted could be used; give more, or a smaller mix.share",) if len(train) < wanted else ()
    return replace(dataset, train=(*dataset.train, *train), general=held, left_out=(*dataset.left_out, *few))


def mix_source(folder: Path, rows: str, download: bool = False) -> Source:
    """The files behind ``mix.rows``: below the domain's folder, at a whole path, or a dataset's; TrainingError for a path that leads out."""
    place = Path(rows.rpartition("#")[0] or rows)
    if rows.startswith(HUB) or place.expanduser().is_absolute():
        return find_source(rows, download)
    if not (folder / place).resolve().is_relative_to(folder.resolve()):
        raise TrainingError(f"mix.rows = {rows!r} leads out of {folder}; copy the rows there, or give the whole path")
    if (folder / rows).exists() or (folder / place).exists():
        return find_source(str(folder / rows))
    if is_dataset_id(rows):
        return find_source(HUB + rows, download)
    raise TrainingError(f"mix.rows = {rows!r} is not in {folder} and no dataset id; write a file or folder there, a whole path, or hf:org/name")


class _Usable:
    """General rows that are clean, fit the base and are not the domain's own, each given once; of a large dataset few are ever looked at."""

    def __init__(self, domain: Domain, limits: Limits, own: Set[str]) -> None:
        self._cleaner = Cleaner(Domain(domain.folder, domain.spec), 1)  # a domain's own cleaning is for its own examples
        self._limits = limits
        self._given = set(own)

    def rows(self, found: Sequence[Read]) -> Iterator[Row]:
        for read in found:
            example = self._cleaner.judge(read, EXPORT).example
            if example and example.id not in self._given and self._fits(row := _row(example)):
                self._given.add(row.example)
                yield row

    def _fits(self, row: Row) -> bool:
        return row_tokens(row.prompt, row.answer, self._limits.count) <= self._limits.max_length


def _row(example: Example) -> Row:
    return Row(example.turns[:-1], example.turns[-1].content, example.id, "general", example.kind)


def _shuffled(found: Sequence[Read], seed: int, purpose: str) -> list[Read]:
    """In an order that seed and content alone decide."""
    return sorted(found, key=lambda read: content_id(seed, purpose, read.example.id if read.example else ""))
