"""Endless training batches of a few fixed shapes. A conversation becomes one row: the evidence once, then each question
with its answer as a branch that sees the evidence and itself only. A pool is sorted by length and cut into batches."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from starter.conversation import Conversation, Mix, Turn, make_conversation

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

SHAPES = ((160, 40), (256, 24), (352, 16), (480, 11), (640, 8), (1024, 4))  # tokens in a row, rows: about 6,000 tokens each
POOL = 400
FIRST, HINT = 2.0, 1.5  # weights of an answer's first token and of a hint; other answer tokens weigh 1
HINTS = 2
ENOUGH = 640  # tokens in a row after which no further branch is added
PADDING = -1
Batch = tuple[list[list[float]], ...]  # token ids, positions, branches, what each is to predict, its weight


@dataclass
class Row:
    """Token ids; their positions; branches (0: the evidence); what each is to predict; how much that weighs."""

    ids: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    branches: list[int] = field(default_factory=list)
    wanted: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def add(self, ids: list[int], branch: int) -> None:
        """Tokens that are read only; a new branch goes on where the evidence ended."""
        same = bool(self.branches) and self.branches[-1] == branch
        start = (self.positions[-1] + 1 if same else self.branches.count(0)) if self.ids else 0
        self.ids += ids
        self.positions += range(start, start + len(ids))
        self.branches += [branch] * len(ids)
        self.wanted += [0] * len(ids)
        self.weights += [0.0] * len(ids)

    def add_answer(self, ids: list[int], branch: int) -> None:
        """Tokens each of which is predicted by the one before."""
        before = len(self.ids) - 1
        self.add(ids, branch)
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
        row = Row()
        row.add(next(encoded), 0)
        for branch, turn in enumerate(talk.turns, 1):
            pieces = [next(encoded) for _ in turn_pieces(turn)]
            if branch == 1 or len(row.ids) + sum(map(len, pieces)) <= ENOUGH:
                self._add_turn(row, turn, pieces, branch)
        return row

    def _add_turn(self, row: Row, turn: Turn, pieces: list[list[int]], branch: int) -> None:
        *earlier, question, opening, answer = pieces
        if earlier:
            row.add(earlier[0], branch)
            row.add_answer(earlier[1], branch)
        row.add(question, branch)
        start = len(row.ids)
        row.add(opening, branch)
        row.add_answer(answer, branch)
        if turn.line is not None:
            row.hint(start, self.digits[turn.line])


OPENING = "<|im_start|>assistant\n"


def chat_pieces(talk: Conversation) -> Iterator[str]:
    """The bytes of the chat template: what all turns share, then for each of them the question, opening and answer."""
    yield f"<|im_start|>system\n{talk.system}<|im_end|>\n<|im_start|>user\n{talk.evidence}"
    for turn in talk.turns:
        yield from turn_pieces(turn)


def turn_pieces(turn: Turn) -> Iterator[str]:
    if turn.earlier:
        yield f"{turn.earlier[0]}<|im_end|>\n{OPENING}"
        yield f"{turn.earlier[1]}<|im_end|>"
    yield f"\n<|im_start|>user\n{turn.user}<|im_end|>\n" if turn.earlier else f"{turn.user}<|im_end|>\n"
    yield OPENING
    yield f"{turn.answer}<|im_end|>"


def mix_at(progress: float, rng: random.Random) -> Mix:
    """Short and few at first, many short lines to learn choosing, then as long as in use."""
    if progress < 0.05:
        return Mix(lines=3, turns=6, scramble=0.7, words=rng.choice((3, 4, 6)), single=0.1, refuse=0.05)
    if progress < 0.4:
        lines = rng.choice((3, 5, 8))
        return Mix(lines=lines, retrieved=0.2, turns=8, scramble=0.4, words=rng.choice((3, 5, 8)), single=0.1, refuse=0.08)
    shares = Mix(least=5, retrieved=0.4, turns=8, scramble=0.3, single=0.1, refuse=0.13, drafts=0.03, tables=0.17, repeats=0.1, manners=0.35)
    return replace(shares, words=rng.choice((5, 8, 14)))


def endless_batches(tokenizer: PreTrainedTokenizerFast, seed: int, progress: Callable[[], float]) -> Iterator[Batch]:
    """Batches padded to one of SHAPES; `progress()` says how far the training is (0 to 1)."""
    rng, encoder = random.Random(seed), Encoder(tokenizer)
    waiting: dict[int, list[Row]] = {length: [] for length, _ in SHAPES}
    while True:
        mix = mix_at(progress(), rng)
        ready = []
        for row in encoder.rows([make_conversation(rng, mix) for _ in range(POOL)]):
            shape = next(((length, count) for length, count in SHAPES if len(row.ids) <= length), None)
            if shape is None:
                continue
            waiting[shape[0]].append(row)
            if len(waiting[shape[0]]) == shape[1]:
                ready.append(pad(waiting[shape[0]], shape[0]))
                waiting[shape[0]] = []
        yield from spread(ready)


def spread(batches: list[Batch]) -> list[Batch]:
    """Each length evenly over the whole, so that processes which wait for one another meet the same one."""
    places: dict[int, int] = {}
    keys = []
    counts = Counter(len(batch[0][0]) for batch in batches)
    for batch in batches:
        length = len(batch[0][0])
        places[length] = places.get(length, 0) + 1
        keys.append((places[length] - 0.5) / counts[length])
    return [batches[number] for number in sorted(range(len(batches)), key=keys.__getitem__)]


def pad(rows: list[Row], length: int) -> Batch:
    """Each row filled up to `length`."""

    def filled(part: Sequence[float], filler: float) -> list[float]:
        return [*part, *[filler] * (length - len(part))]

    return (
        [filled(row.ids, 0) for row in rows],
        [filled(row.positions, 0) for row in rows],
        [filled(row.branches, PADDING) for row in rows],
        [filled(row.wanted, 0) for row in rows],
        [filled(row.weights, 0.0) for row in rows],
    )
