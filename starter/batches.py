"""Endless training batches of a few fixed shapes. A pool of conversations is sorted by length and cut into batches."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starter.conversation import Conversation, Mix, make_conversation

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

SHAPES = ((128, 32), (208, 19), (304, 13), (432, 9), (640, 6))  # tokens in a row, rows: about 4,000 tokens each
POOL = 400
FIRST, HINT = 2.0, 1.5  # weights of an answer's first token and of a hint; other answer tokens weigh 1
HINTS = 2
Batch = tuple[list[list[int]], list[list[int]], list[list[float]]]  # token ids, what each is to predict, its weight


@dataclass
class Row:
    """Token ids; what each of them is to predict; how much that weighs (0: not at all)."""

    ids: list[int]
    wanted: list[int]
    weights: list[float]

    def add(self, ids: list[int]) -> None:
        """Tokens that are read only."""
        self.ids += ids
        self.wanted += [0] * len(ids)
        self.weights += [0.0] * len(ids)

    def add_answer(self, ids: list[int]) -> None:
        """Tokens each of which is predicted by the one before."""
        before = len(self.ids) - 1
        self.add(ids)
        self.wanted[before:-1] = ids
        self.weights[before:-1] = [FIRST] + [1.0] * (len(ids) - 1)

    def hint(self, start: int, digit: int) -> None:
        """Lets the tokens that open the assistant's turn predict which line will be quoted. Serving never looks at
        these predictions; they teach the choice of the line apart from the copying (figures in README.md)."""
        self.wanted[start : start + HINTS] = [digit] * HINTS
        self.weights[start : start + HINTS] = [HINT] * HINTS


class Encoder:
    """ChatML as the template writes it, one piece at a time, so that answers can be marked."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        self.tokenizer = tokenizer
        self.digits = [tokenizer.convert_tokens_to_ids(digit) for digit in "0123456789"]

    def rows(self, talks: list[Conversation]) -> list[Row]:
        pieces = [piece for talk in talks for piece in chat_pieces(talk)]
        encoded = iter(self.tokenizer(pieces)["input_ids"])
        return [self._row(talk, encoded) for talk in talks]

    def _row(self, talk: Conversation, encoded: Iterator[list[int]]) -> Row:
        row = Row([], [], [])
        row.add(next(encoded))
        for turn in talk.turns:
            row.add(next(encoded))
            opening = len(row.ids)
            row.add(next(encoded))
            row.add_answer(next(encoded))
            row.add(next(encoded))
            if turn.line is not None:
                row.hint(opening, self.digits[turn.line])
        return row


def chat_pieces(talk: Conversation) -> Iterator[str]:
    """The bytes of the chat template: the system text, then four pieces for each turn, the third being the answer."""
    yield f"<|im_start|>system\n{talk.system}<|im_end|>\n"
    for turn in talk.turns:
        yield f"<|im_start|>user\n{turn.user}<|im_end|>\n"
        yield "<|im_start|>assistant\n"
        yield f"{turn.answer}<|im_end|>"
        yield "\n"


def mix_at(progress: float, rng: random.Random) -> Mix:
    """Short and few at first, many short lines to learn choosing, then as long as in use."""
    if progress < 0.06:
        return Mix(lines=3, turns=3, scramble=0.6, words=rng.choice((4, 6)), single=0.2, refuse=0.05)
    if progress < 0.5:
        return Mix(
            lines=rng.choice((3, 5, 8)), turns=8, scramble=0.4, words=rng.choice((3, 5, 8)), single=0.1, refuse=0.05
        )
    if progress < 0.7:
        return Mix(lines=8, turns=6, scramble=rng.choice((0.3, 0.5)), words=rng.choice((8, 14)), single=0.25)
    return Mix(lines=8, turns=6, scramble=0.35, words=14, single=0.4)


def endless_batches(tokenizer: PreTrainedTokenizerFast, seed: int, progress: Callable[[], float]) -> Iterator[Batch]:
    """Batches padded to one of SHAPES; `progress()` says how far the training is (0 to 1)."""
    rng, encoder = random.Random(seed), Encoder(tokenizer)
    waiting: dict[int, list[Row]] = {length: [] for length, _ in SHAPES}
    while True:
        mix = mix_at(progress(), rng)
        ready = []
        for row in encoder.rows([make_conversation(rng, mix) for _ in range(POOL)]):
            shape = next(((length, count) for length, count in SHAPES if len(row.ids) <= length + 1), None)
            if shape is None:
                continue
            waiting[shape[0]].append(row)
            if len(waiting[shape[0]]) == shape[1]:
                ready.append(pad(waiting[shape[0]], shape[0]))
                waiting[shape[0]] = []
        rng.shuffle(ready)
        yield from ready


def pad(rows: list[Row], length: int) -> Batch:
    """All but the last token of each row, which has nothing to predict, filled up to `length`."""
    return (
        [row.ids[:-1] + [0] * (length + 1 - len(row.ids)) for row in rows],
        [row.wanted[:-1] + [0] * (length + 1 - len(row.ids)) for row in rows],
        [row.weights[:-1] + [0.0] * (length + 1 - len(row.ids)) for row in rows],
    )
