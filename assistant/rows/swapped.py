"""Finds rows of a table whose question and answer stand in each other's column, as a careless paste leaves them: a block, rarely one row."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from assistant.records import Example, Turn
from assistant.rows.examples import Read

LONGER = 1.2
MUCH_LONGER = 2.5
_STOPS = ".。！!"
_ASKS = re.compile(
    r"[?？][\s\"”」）)]*$|[吗呢么][。！\s]*$|(?:怎么|如何|多少|几[天个年月次点]|多[长久大高远]|哪[里个些]|什么(?:时候)?|能不能|可不可以|是否|谁)[^。！.!]{0,12}$"
    r"|^(?:how|what|when|where|who|why|which|can|could|may|do|does|did|is|are|should|will|would|have|has)\b[^.!]*$", re.I)  # fmt: skip


def with_swaps(rows: Iterable[Read]) -> Iterator[tuple[Read, bool]]:
    """Each row, and whether its columns are swapped. A row alone must look it plainly; one beside another need not."""
    before = False
    held: tuple[Read, bool] | None = None
    for row in rows:
        looks = _looks_swapped(row, LONGER)
        if held is not None:
            before = _swapped(*held, beside=before or looks, below=before)
            yield held[0], before
        held = (row, looks)
    if held is not None:
        yield held[0], _swapped(*held, beside=before, below=before)


def _swapped(row: Read, looks: bool, beside: bool, below: bool) -> bool:
    return (looks and (beside or _looks_swapped(row, MUCH_LONGER))) or (below and _looks_swapped(row, MUCH_LONGER, asks=False))


def exchanged(example: Example) -> Example:
    """The example with its question and answer in their right places."""
    *earlier, first, second = example.turns
    return replace(example, turns=(*earlier, Turn("user", second.content), Turn("assistant", first.content)))


def _looks_swapped(row: Read, longer: float, asks: bool = True) -> bool:
    """Whether, in one pair of cells, the "answer" asks and the "question" tells at greater length; below a swapped row it need not ask in so many words."""
    if row.example is None or ", " not in row.shape:
        return False
    turns = [turn for turn in row.example.turns if turn.role != "system"]
    if len(turns) != 2:
        return False
    question, answer = (turn.content.strip() for turn in turns)
    if len(question) <= longer * len(answer) or _ASKS.search(question):
        return False
    return bool(_ASKS.search(answer)) if asks else question[-1] in _STOPS and answer[-1] not in _STOPS
