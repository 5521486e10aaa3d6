"""Endless training batches of a few fixed shapes. A pool of conversations is sorted by length and cut into batches."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starter.conversation import Mix, make_conversation

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

SHAPES = ((128, 32), (208, 19), (304, 13), (432, 9), (640, 6))  # tokens in a row, rows: about 4,000 tokens each
POOL = 400
Batch = tuple[list[list[int]], list[list[bool]]]  # token ids and answer marks, row by row


@dataclass
class Row:
    """Token ids, and which of them are answers."""

    ids: list[int]
    answer: list[bool]


class Encoder:
    """ChatML as the template writes it, one piece at a time, so that answers can be marked."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        self.tokenizer, self.end = tokenizer, tokenizer.eos_token_id

    def rows(self, talks: list[list[dict[str, str]]]) -> list[Row]:
        pieces, owners = [], []
        for owner, talk in enumerate(talks):
            for text, marked in split_chat(talk):
                pieces.append(text)
                owners.append((owner, marked))
        rows = [Row([], []) for _ in talks]
        for ids, (owner, marked) in zip(self.tokenizer(pieces)["input_ids"], owners, strict=True):
            rows[owner].ids += ids
            rows[owner].answer += [marked] * len(ids)
        return rows


def split_chat(talk: list[dict[str, str]]) -> Iterator[tuple[str, bool]]:
    """The bytes of the chat template, cut where answers begin and end."""
    for message in talk:
        answer = message["role"] == "assistant"
        yield f"<|im_start|>{message['role']}\n", False
        yield f"{message['content']}<|im_end|>", answer
        yield "\n", False


def mix_at(progress: float, rng: random.Random) -> Mix:
    """Short and few at first, then as long as in use; from a third on, everything."""
    if progress < 0.06:
        return Mix(lines=3, turns=3, scramble=0.6, words=rng.choice((4, 6)), single=0.2, refuse=0.05)
    if progress < 0.15:
        return Mix(lines=5, turns=4, scramble=0.5, words=8, single=0.2, refuse=0.1)
    if progress < 0.7:
        return Mix(lines=8, turns=6, scramble=rng.choice((0.3, 0.5)), words=rng.choice((8, 14)), single=0.25)
    return Mix(lines=8, turns=6, scramble=0.35, words=14, single=0.4)


def endless_batches(tokenizer: PreTrainedTokenizerFast, seed: int, progress: Callable[[], float]) -> Iterator[Batch]:
    """Pairs of ids and answer marks, padded to one of SHAPES; `progress()` says how far the training is (0 to 1)."""
    rng, encoder = random.Random(seed), Encoder(tokenizer)
    waiting: dict[int, list[Row]] = {length: [] for length, _ in SHAPES}
    while True:
        mix = mix_at(progress(), rng)
        ready = []
        for row in encoder.rows([make_conversation(rng, mix).messages() for _ in range(POOL)]):
            shape = next(((length, count) for length, count in SHAPES if len(row.ids) <= length + 1), None)
            if shape is None:
                continue
            waiting[shape[0]].append(row)
            if len(waiting[shape[0]]) == shape[1]:
                ready.append(pad(waiting[shape[0]], shape[0] + 1))
                waiting[shape[0]] = []
        rng.shuffle(ready)
        yield from ready


def pad(rows: list[Row], length: int) -> Batch:
    return (
        [row.ids + [0] * (length - len(row.ids)) for row in rows],
        [row.answer + [False] * (length - len(row.ids)) for row in rows],
    )
