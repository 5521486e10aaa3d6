"""One row becomes token ids and labels: only the last answer and the token that ends it carry loss.

Works with any chat template: the answer is what the template adds after the generation prompt.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from assistant.models.local import SILENT, plain
from assistant.training.dataset import Row

IGNORED = -100


@dataclass(frozen=True)
class Encoded:
    """``labels`` equals ``input_ids`` on the tokens to learn and is -100 elsewhere."""

    input_ids: list[int]
    labels: list[int]


def encode(row: Row, tokenizer: Any) -> Encoded:
    """The row as the base model reads it."""
    prompt = [{"role": turn.role, "content": plain(turn.content, tokenizer)} for turn in row.prompt]
    ids = _ids(tokenizer, [*prompt, {"role": "assistant", "content": plain(row.answer, tokenizer)}], generation=False)
    start = _shared(ids, _ids(tokenizer, prompt, generation=True))
    end = _end(ids, start, set(tokenizer.all_special_ids))
    return Encoded(ids, [token if start <= place < end else IGNORED for place, token in enumerate(ids)])


def encode_all(rows: Iterable[Row], tokenizer: Any) -> list[dict[str, list[int]]]:
    found = [encode(row, tokenizer) for row in rows]
    return [{"input_ids": row.input_ids, "labels": row.labels} for row in found]


def _ids(tokenizer: Any, messages: list[dict[str, str]], generation: bool) -> list[int]:
    encoded = tokenizer.apply_chat_template(messages, add_generation_prompt=generation, tokenize=True, return_dict=True, **SILENT)
    return list(encoded["input_ids"])


def _shared(left: list[int], right: list[int]) -> int:
    """Length of the common beginning."""
    same = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        same += 1
    return same


def _end(ids: list[int], start: int, special: set[int]) -> int:
    """One past the last special token of the answer: the newline after it is the template's, not the model's."""
    ends = [place for place in range(start, len(ids)) if ids[place] in special]
    return ends[-1] + 1 if ends else len(ids)
