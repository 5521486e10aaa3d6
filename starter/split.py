"""Deals words, numbers and frames into a training and a held-out part, the same way on every machine."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from zlib import crc32

HELD_OUT_OF = 10  # one in ten words, frames and numbers is kept for the evaluation


def is_held_out(item: object) -> bool:
    return crc32(repr(item).encode()) % HELD_OUT_OF == 3


@cache
def _dealt(items: tuple[Any, ...], held_out: bool) -> tuple[Any, ...]:
    kept = tuple(item for item in items if is_held_out(item) == held_out)
    return kept or items


def part(items: Sequence[Any], held_out: bool) -> tuple[Any, ...]:
    """The training part of a list, or its held-out part; the whole list where one part would be empty."""
    return _dealt(items if isinstance(items, tuple) else tuple(items), held_out)
