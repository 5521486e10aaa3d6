"""Golden prompts: what the trained model said in memory, kept beside its weights so that every later form of it can be compared.

A tolerance is a share of the largest golden logit, because rounding grows with the numbers rounded.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.errors import TrainingError
from assistant.models.greedy import Continuation, continue_greedily
from assistant.models.local import prompt_ids
from assistant.records import Prompt, Turn
from assistant.training.dataset import Dataset, Row
from assistant.training.student import Student

FILE = "golden.json"
PROMPTS = 5
TOKENS = 16
TOP = 32

TOLERANCES = {  # measured with trained adapters of the starter, five prompts; docs/export.md has the table
    "float32": 1e-4,  # the same sums in another order (padding, a batch, merging): 1e-6 seen; deeper models more
    "float16": 1e-2,  # 11 bits of fraction: 3e-3 seen
    "bfloat16": 5e-2,  # 8 bits of fraction, rounded in every layer and once more in merging: 1.4e-2 seen
    "4bit": 2.5e-1,  # trained on weights of 16 levels, served on the whole ones: 1.7e-1 seen, the bare base 3e-1
}


@dataclass(frozen=True)
class GoldenRow:
    """One prompt. ``top`` holds the likeliest token ids after it with their logits, ``margins`` the lead of each token over the second best."""

    messages: tuple[dict[str, str], ...]
    ids: tuple[int, ...]
    tokens: tuple[int, ...]
    margins: tuple[float, ...]
    top: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Golden:
    """What was in memory: its words, and what they depend on. ``scaling`` has the distinct factors of the LoRA layers."""

    rows: tuple[GoldenRow, ...]
    base: str
    fingerprints: dict[str, str]
    precision: str
    quantization: str = "none"
    scaling: tuple[float, ...] = ()

    @property
    def largest(self) -> float:
        return max([1.0, *(abs(value) for row in self.rows for _, value in row.top)])


@dataclass(frozen=True)
class Difference:
    """``logits`` is the largest difference as a share of the largest golden logit; ``tokens`` says where a text went another way, or is empty."""

    logits: float
    tokens: str


def golden(model: Any, student: Student, rows: Sequence[Row]) -> Golden:
    """What ``model`` (trained, in memory) says to each row's prompt. Changes neither it nor the random state. TrainingError when no row leaves room."""
    prompts = [tuple(turn.message() for turn in row.prompt) for row in rows]
    room = student.info.context_tokens - TOKENS
    fitting = [(messages, ids) for messages in prompts if len(ids := prompt_ids(messages, student.tokenizer)) <= room]
    if not fitting:
        raise TrainingError("no row is short enough for a golden prompt; lower training.max_length")
    learning = model.training
    model.eval()
    try:
        said = [continue_greedily(model, student.tokenizer, [ids], TOKENS)[0] for _, ids in fitting]
    finally:
        model.train(learning)
    return Golden(
        tuple(_row(messages, ids, found) for (messages, ids), found in zip(fitting, said, strict=True)),
        student.info.name, student.fingerprints, precision_of(model), "4bit" if _quantized(model) else "none", _scaling(model),
    )  # fmt: skip


def golden_rows(data: Dataset) -> list[Row]:
    """Up to five rows to keep: held-out ones where there are any, of every form first."""
    rows = data.held_out or data.train
    seen: dict[str, int] = {}
    ranked = []
    for place, row in enumerate(rows):
        seen[row.form] = seen.get(row.form, 0) + 1
        ranked.append((seen[row.form], place))
    return [rows[place] for _, place in sorted(ranked)[:PROMPTS]]


def save_golden(found: Golden, path: Path) -> None:
    """Write it in one step."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(json.dumps(asdict(found), ensure_ascii=False), "utf-8")
    os.replace(temporary, path)


def read_golden(path: Path) -> Golden:
    """The golden prompts of a file; TrainingError when it is missing or damaged."""
    try:
        value = json.loads(path.read_text("utf-8"))
        rows = tuple(
            GoldenRow(tuple(row["messages"]), tuple(row["ids"]), tuple(row["tokens"]), tuple(row["margins"]), tuple((i, v) for i, v in row["top"]))
            for row in value.pop("rows")
        )
        return Golden(**{**value, "rows": rows, "scaling": tuple(value["scaling"])})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TrainingError(f"{path} holds no golden prompts ({type(error).__name__}: {error}); train again to make them") from None


def tolerance(one: Golden, precision: str) -> float:
    """By the coarser of the number formats that were used then and now."""
    formats = [one.precision, precision, *(["4bit"] if one.quantization == "4bit" else [])]
    return max(TOLERANCES[name] for name in formats)


def difference(one: Golden, found: Sequence[Continuation], allowed: float) -> Difference:
    """How far continuations of the same prompts are from the golden ones."""
    logits, places = 0.0, []
    for number, (row, now) in enumerate(zip(one.rows, found, strict=True), 1):
        logits = max([logits, *(abs(float(now.logits[token]) - value) for token, value in row.top)])
        count = sure_tokens(row, allowed * one.largest)
        if row.tokens[:count] != now.tokens[:count]:
            place = next(i for i in range(count) if row.tokens[i : i + 1] != now.tokens[i : i + 1])
            places.append(f"golden prompt {number} goes another way at token {place + 1}")
    return Difference(logits / one.largest, "; ".join(places))


def sure_tokens(row: GoldenRow, doubt: float) -> int:
    """How many of the row's tokens rounding cannot turn: those before the first that led by no more than ``doubt``."""
    return next((place for place, margin in enumerate(row.margins) if margin <= doubt), len(row.tokens))


def said_otherwise(row: GoldenRow, said: str, tokenizer: Any, doubt: float) -> str:
    """How a text differs from the golden one, as far as rounding cannot turn it, in words; empty when it does not."""
    count = sure_tokens(row, doubt)
    wanted = tokenizer.decode(row.tokens[:count], skip_special_tokens=True).rstrip("\ufffd").strip()
    ended = count == len(row.tokens) < TOKENS
    if said.strip() == wanted or (said.strip().startswith(wanted) and not ended):
        return ""
    return f"is answered {said.strip()[:40]!r} there, {wanted[:40]!r} in memory"


def prompt_of(row: GoldenRow) -> Prompt:
    turns = tuple(Turn(message["role"], message["content"]) for message in row.messages)  # type: ignore[arg-type]
    return Prompt(turns, (), "answer", "en")


def precision_of(model: Any) -> str:
    """Number format of the base's weights, as torch names it."""
    weights = [value.dtype for name, value in model.named_parameters() if "lora_" not in name and value.is_floating_point()]
    return str(weights[0] if weights else next(model.parameters()).dtype).removeprefix("torch.")


def _row(messages: tuple[dict[str, str], ...], ids: Sequence[int], found: Continuation) -> GoldenRow:
    values, places = found.logits.topk(min(TOP, len(found.logits)))
    return GoldenRow(messages, tuple(ids), found.tokens, found.margins, tuple(zip(places.tolist(), values.tolist(), strict=True)))


def _quantized(model: Any) -> bool:
    inner = model.get_base_model() if hasattr(model, "get_base_model") else model
    return bool(getattr(inner, "is_quantized", False) or getattr(inner, "is_loaded_in_4bit", False))


def _scaling(model: Any) -> tuple[float, ...]:
    from peft.tuners.lora import LoraLayer

    layers = [module for module in model.modules() if isinstance(module, LoraLayer)]
    return tuple(sorted({round(float(factor), 6) for layer in layers for factor in layer.scaling.values()}))
