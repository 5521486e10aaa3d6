"""Every training setting: the schema of recipe.toml, its faults with their lines, and the recipe in force for one base model.

Knows nothing of models or data; what a setting does stands in its description, and ``--help`` and the docs read the same words.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import TrainingError
from assistant.settings import explain


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Lora(_Table):
    rank: int = Field(8, ge=1, le=512, description="Size of the adapter; more learns more and overfits sooner.")
    alpha: int = Field(16, ge=1, le=4096, description="Strength of the adapter; alpha / rank scales its effect.")
    dropout: float = Field(0.1, ge=0, lt=1, description="Share of adapter inputs left out at random; more resists overfitting.")
    target_modules: Literal["all-linear"] | list[str] = Field("all-linear", description="'all-linear', or names of layers (q_proj, v_proj …).")
    bias: Literal["none", "all", "lora_only"] = Field("none", description="Which biases are trained too.")


class Training(_Table):
    epochs: float = Field(3, gt=0, le=1000, description="Passes over the rows; more fits closer and overfits sooner.")
    learning_rate: float = Field(2e-4, gt=0, le=1, description="Step size; too high collapses the model, too low teaches nothing.")
    schedule: Literal["cosine", "linear", "constant"] = Field("cosine", description="How the learning rate falls after the warm-up.")
    warmup: float = Field(0.03, ge=0, lt=1, description="Share of the steps in which the learning rate rises from 0.")
    batch_size: int = Field(2, ge=1, le=1024, description="Rows computed together; more needs more memory.")
    accumulation: int = Field(4, ge=1, le=1024, description="Batches added up before a step; a larger batch in the same memory.")
    max_length: int = Field(2048, ge=32, le=131072, description="Tokens of a row; evidence is left out to fit, longer rows are left out.")
    validation_share: float = Field(0.1, ge=0, le=0.5, description="Share of the examples held out to see whether it learns or memorises.")
    keep_checkpoints: int = Field(3, ge=1, le=100, description="How many checkpoints stay on disk.")
    checkpoint: Literal["epoch"] | Annotated[int, Field(ge=1)] = Field("epoch", description="'epoch', or save after so many steps; what an interruption can lose.")
    gradient_checkpointing: bool = Field(True, description="Computes activations twice to save memory; off is faster for small models.")
    precision: Literal["auto", "float32", "bfloat16", "float16"] = Field("auto", description="Number format; auto takes the device's best.")
    seed: int = Field(7, ge=0, description="The same seed and data give the same adapter.")


class Data(_Table):
    min_answer_characters: int = Field(1, ge=1, description="Examples with a shorter answer are left out.")
    passages_share: float = Field(0.8, ge=0, le=1, description="Share of rows that carry evidence as in answering; the rest teach form only.")
    distractors: int = Field(8, ge=0, le=100, description="Most sentences of evidence that do not bear on the answer beside those that do.")
    refusal_share: float = Field(0.15, ge=0, le=1, description="Extra rows, as a share, whose evidence lacks the answer: they teach refusing.")
    repeats: int = Field(1, ge=1, le=100, description="Rows made of each example, each with its own draw of evidence.")


class Gate(_Table):
    tolerance: float = Field(0.02, ge=0, le=1, description="How much worse than the live version the held-out loss may be, as a share.")


class Recipe(_Table):
    """The settings of one training. ``[base.KEY.TABLE]`` in the file overrides a table for one base model."""

    lora: Lora = Field(default_factory=Lora)
    training: Training = Field(default_factory=Training)
    data: Data = Field(default_factory=Data)
    gate: Gate = Field(default_factory=Gate)


Values = dict[str, Any]
BUILT_IN: dict[str, Values] = {
    "starter": {
        "lora": {"dropout": 0.0},
        "training": {
            "epochs": 3, "learning_rate": 6e-4, "batch_size": 8, "accumulation": 1, "max_length": 1024, "gradient_checkpointing": False,
        },
        "data": {"passages_share": 1.0, "refusal_share": 0.05},
    },
}  # fmt: skip
"""What the embedded model needs where a recipe says nothing: the figures above are right for billions of parameters, not for millions."""


def read_recipe(path: Path, base: str, changes: tuple[str, ...] = ()) -> Recipe:
    """The recipe in force for a base: defaults, built-in and own figures for it, and ``table.key=value`` changes on top.

    TrainingError with every fault and its line; a missing file means the defaults.
    """
    values, lines = _load(path)
    overrides = values.pop("base", {})
    faults = _faults(values, "")
    if not isinstance(overrides, dict):
        faults, overrides = [*faults, "base: give tables, such as [base.starter.training]"], {}
    for key, tables in overrides.items():
        known = {fault for fault in faults if not fault.startswith("base.")}
        found = _faults(_merged(values, tables) if isinstance(tables, dict) else {key: tables}, "")
        faults += [f"base.{key}.{fault}" for fault in found if fault not in known]
    if faults:
        raise TrainingError("\n  ".join([f"{path} has faults:", *(f"{path.name}:{_line(lines, fault)}: {fault}" for fault in faults)]))
    merged = _merged(_merged(BUILT_IN.get(base, {}), values), overrides.get(base, {}))
    return _changed(merged, changes)


def _load(path: Path) -> tuple[Values, dict[str, int]]:
    if not path.exists():
        return {}, {}
    try:
        text = path.read_text("utf-8-sig")
        return tomllib.loads(text), _lines(text)
    except UnicodeDecodeError:
        raise TrainingError(f"{path}: not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise TrainingError(f"{path}: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise TrainingError(f"{path} is not valid TOML: {error}") from None


def _faults(values: Values, prefix: str) -> list[str]:
    try:
        Recipe(**values)
    except ValidationError as error:
        return [prefix + line for line in explain(error)]
    except TypeError:
        return [f"{prefix}tables are: lora, training, data, gate, base"]
    return []


def _merged(under: Values, over: Values) -> Values:
    """``over`` laid on ``under``, table by table; what is not a table is kept for the schema to refuse."""
    result = dict(under)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = {**result[key], **value} if both else value
    return result


def _changed(values: Values, changes: tuple[str, ...]) -> Recipe:
    faults = []
    for change in changes:
        place, sign, text = change.partition("=")
        table, dot, key = place.strip().partition(".")
        fields = Recipe.model_fields[table].annotation.model_fields if table in Recipe.model_fields else {}  # type: ignore[union-attr]
        if not sign or not dot or key not in fields:
            faults.append(f"{change}: write table.key=value, such as lora.rank=32; {_possible(table, list(fields))}")
            continue
        values = _merged(values, {table: {key: _value(text.strip())}})
    faults += _faults(values, "")
    if faults:
        raise TrainingError("\n  ".join(["--set has faults:", *faults]))
    return Recipe(**values)


def _possible(table: str, keys: list[str]) -> str:
    return f"keys of {table}: {', '.join(keys)}" if keys else f"tables: {', '.join(Recipe.model_fields)}"


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _lines(text: str) -> dict[str, int]:
    """Line number of every table and key, by dotted place."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        head = stripped.startswith("[") and "=" not in stripped.split("]")[0]
        try:
            place = ".".join(_path(tomllib.loads(stripped if head else stripped.split("=")[0] + "= 0")))
        except tomllib.TOMLDecodeError:
            continue
        if head:
            table = place
        found.setdefault(place if head or not table else f"{table}.{place}", number)
    return found


def _path(value: Any) -> list[str]:
    if not isinstance(value, dict) or not value:
        return []
    key = next(iter(value))
    return [key, *_path(value[key])]


def _line(lines: dict[str, int], fault: str) -> int:
    """The line of the longest place that begins the fault's place; 1 where there is none."""
    place = fault.split(": ")[0]
    while place:
        if place in lines:
            return lines[place]
        place = place.rpartition(".")[0]
    return 1
