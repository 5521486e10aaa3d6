"""Every training setting: the schema of recipe.toml. What a setting does stands in its description; ``--help`` and the docs read the same words."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Lora(_Table):
    variant: Literal["lora", "rslora", "pissa", "olora", "dora"] = Field(
        "lora", description="rslora for ranks above 32; pissa and olora start closer and are converted on saving; dora can be exported, not served."
    )
    rank: int = Field(8, ge=1, le=512, description="Size of the adapter; more learns more and overfits sooner.")
    alpha: int = Field(16, ge=1, le=4096, description="Strength of the adapter; alpha / rank scales its effect.")
    dropout: float = Field(0.1, ge=0, lt=1, description="Share of adapter inputs left out at random; more resists overfitting.")
    target_modules: Literal["all-linear"] | list[str] = Field("all-linear", description="'all-linear', or names of layers (q_proj, v_proj …).")
    bias: Literal["none", "all", "lora_only"] = Field("none", description="Which biases are trained too.")


class Training(_Table):
    method: Literal["lora", "full"] = Field("lora", description="full trains every weight of a small base, to compare; the result is a model, not an adapter.")
    quantization: Literal["none", "4bit"] = Field("none", description="4bit (QLoRA) fits a base into a quarter of the memory; needs CUDA.")
    epochs: float = Field(3, gt=0, le=1000, description="Passes over the rows; more fits closer and overfits sooner.")
    steps: int = Field(0, ge=0, description="Optimizer steps in all, whatever the epochs; 0 counts epochs.")
    learning_rate: float = Field(2e-4, gt=0, le=1, description="Step size; too high collapses the model, too low teaches nothing.")
    schedule: Literal["cosine", "linear", "constant"] = Field("cosine", description="How the learning rate falls after the warm-up.")
    warmup: float = Field(0.03, ge=0, lt=1, description="Share of the steps in which the learning rate rises from 0.")
    batch_size: int = Field(2, ge=1, le=1024, description="Rows computed together; more needs more memory.")
    accumulation: int = Field(4, ge=1, le=1024, description="Batches added up before a step; a larger batch in the same memory.")
    max_length: int = Field(2048, ge=32, le=131072, description="Tokens of a row; evidence is left out to fit, longer rows are left out.")
    packing: bool = Field(False, description="Lays short rows end to end, each alone; faster on a GPU, slower on a processor.")
    validation_share: float = Field(0.1, ge=0, le=0.5, description="Share of the examples held out to see whether it learns or memorises.")
    validation_file: str = Field("", description="A file below the domain's folder with the examples to hold out instead of a share.")
    early_stopping: int = Field(0, ge=0, le=100, description="Stop after so many looks at the held-out rows without a better one; 0 never.")
    keep_checkpoints: int = Field(3, ge=1, le=100, description="How many checkpoints stay on disk.")
    checkpoint: Literal["epoch"] | Annotated[int, Field(ge=1)] = Field("epoch", description="'epoch', or save after so many steps; what an interruption can lose.")
    gradient_checkpointing: bool = Field(True, description="Computes activations twice to save memory; off is faster for small models.")
    precision: Literal["auto", "float32", "bfloat16", "float16"] = Field("auto", description="Number format; auto takes the device's best.")
    seed: int = Field(7, ge=0, description="The same seed and data give the same adapter.")
    tracker: Literal["none", "tensorboard", "trackio"] = Field("none", description="Also writes the curves for TensorBoard or Trackio into the run's folder.")


class Data(_Table):
    min_answer_characters: int = Field(1, ge=1, description="Examples with a shorter answer are left out.")
    passages_share: float = Field(0.8, ge=0, le=1, description="Share of rows that carry evidence as in answering; the rest teach form only.")
    distractors: int = Field(8, ge=0, le=100, description="Most sentences of evidence that do not bear on the answer beside those that do.")
    refusal_share: float = Field(0.15, ge=0, le=1, description="Extra rows, as a share, whose evidence lacks the answer: they teach refusing.")
    repeats: int = Field(1, ge=1, le=100, description="Rows made of each example, each with its own draw of evidence.")
    key_repeats: int = Field(1, ge=1, le=100, description="Rows made of each key example (\"key\": true in its row): what must not be learned wrong.")


class Mix(_Table):
    rows: str = Field("", description="General rows against forgetting: a file or folder below the domain's folder, a folder, or a Hugging Face dataset id.")
    share: float = Field(0.1, ge=0, le=10, description="How many of them, as a share of the domain's own rows.")


class Gate(_Table):
    tolerance: float = Field(0.02, ge=0, le=1, description="How much worse, in points of 1, a score may be shown to be than the live version's or the bare base's; a larger loss that shows blocks.")
    questions: int = Field(0, ge=0, description="At most so many dev questions decide; 0 takes all.")


class Recipe(_Table):
    """The settings of one training. ``[base.KEY.TABLE]`` in the file overrides a table for one base model.

    ``auto`` has the settings left to the data and the machine, as ``table.key``: those of AUTO that were given no value."""

    lora: Lora = Field(default_factory=Lora)
    training: Training = Field(default_factory=Training)
    data: Data = Field(default_factory=Data)
    mix: Mix = Field(default_factory=Mix)
    gate: Gate = Field(default_factory=Gate)
    _auto: frozenset[str] = PrivateAttr(default=frozenset())

    @property
    def auto(self) -> frozenset[str]:
        return self._auto

    def leaving(self, places: frozenset[str]) -> "Recipe":
        """The same settings with these left to the data and the machine."""
        recipe = self.model_copy()
        recipe._auto = places
        return recipe

    def with_values(self, values: Mapping[str, Any]) -> "Recipe":
        """The recipe with some ``table.key`` set; what is set is no longer auto. ValidationError for a value that cannot be."""
        tables = self.model_dump()
        for place, value in values.items():
            table, _, key = place.partition(".")
            tables[table][key] = value
        return Recipe(**tables).leaving(self.auto - set(values))


AUTO = (
    "lora.rank", "lora.alpha", "lora.dropout", "training.epochs", "training.learning_rate", "training.batch_size", "training.accumulation",
    "training.max_length", "training.gradient_checkpointing", "data.passages_share", "data.refusal_share",
)  # fmt: skip
"""What may be "auto", and is where a recipe says nothing: auto.py chooses it from the rows, the base and the machine."""
