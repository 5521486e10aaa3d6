"""Chooses the settings a recipe leaves open, from the rows, the base and the machine, each with its reason in plain words.

What the figures rest on stands at each rule: SOURCES S0c, S1a, S4a, S4b (the articles), papers, and for the embedded base our own measurements.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.models.engine import ModelInfo
from assistant.records import Told, case_of
from assistant.training.dataset import Row, row_tokens
from assistant.training.memory import CONTEXT, GB, SPARE, activations, fixed, shape_for
from assistant.training.recipe import AUTO, Recipe

SMALL = 50_000_000
LARGE = 9_000_000_000  # what is called 7B has up to 8.03 billion
TOGETHER = 8
FEW = 100
REFUSALS = 10
SHORT, LONG, ROOMY_GB = 1024, 2048, 40
USED = 0.8  # of the free memory may be planned for

EMBEDDED: dict[str, tuple[Any, str]] = {
    "lora.rank": (8, Told("a small adapter is enough to choose passages and repeat them", "embedded-rank")),
    "lora.alpha": (16, Told("twice the rank, as is usual", "twice-rank")),
    "lora.dropout": (0.0, Told("so small a base trains a fifth faster without", "embedded-dropout")),
    "training.epochs": (3, Told("three passes take it some two minutes on two processor cores", "embedded-epochs")),
    "training.learning_rate": (6e-4, Told("so small a base learns in big steps; at less than half of it the answers stayed far behind", "embedded-rate")),
    "training.batch_size": (8, Told("eight examples at once fit easily", "embedded-batch")),
    "training.accumulation": (1, Told("eight examples at once are enough for a steady step", "embedded-step")),
    "training.max_length": (1024, Told("it reads at most some eight sentences beside a question", "embedded-length")),
    "training.gradient_checkpointing": (False, Told("there is memory enough, and it is faster so", "embedded-memory")),
    "data.passages_share": (1.0, Told("it only ever answers from passages", "embedded-passages")),
    "data.refusal_share": (0.05, Told("it refuses readily by itself", "embedded-refusals")),
}
"""The figures the three domains that come with the program are trained with. Measured among them (their recipe.toml): the rate, since at 2.5e-4 the held-out loss
stayed 18 to 51 % higher, and the speed without dropout; the others were set with them, not compared one by one."""


@dataclass(frozen=True)
class Choice:
    """A setting that was left open, as ``table.key``, what was taken, and why; ``told`` is what the reason carries."""

    place: str
    value: Any
    reason: str
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """The rows to train on, the tokens of the longest, and the device's free memory in GB (0: unknown)."""

    rows: int
    longest: int
    free_gb: float


Chosen = tuple[Recipe, tuple[Choice, ...]]


def facts_of(rows: Sequence[Row], base: ModelInfo, count: Callable[[str], int]) -> Facts:
    """What is known once the rows are built; ``count`` gives a text's tokens."""
    return Facts(len(rows), max((row_tokens(row.prompt, row.answer, count) for row in rows), default=0), free_gb(base.device))


def free_gb(device: str) -> float:
    """Memory of the device, or of the machine, that nobody uses."""
    import psutil

    if device.startswith("cuda"):
        import torch

        return float(torch.cuda.mem_get_info(device)[0]) / GB
    return float(psutil.virtual_memory().available) / GB


def choose_data(recipe: Recipe, base: ModelInfo, examples: int) -> Chosen:
    """What decides how rows are built: their length, and the shares with passages and with refusals.

    Length: 2,048 as in S0c where a GPU has to carry it, and half on a processor, where each token costs (S3b: 512). Four rows in five carry passages, and some 15 %
    refuse, the rest form alone (the idea of RAFT, Zhang et al. 2024, arXiv 2403.10131; both shares are our own and not compared); of few examples more, so that ten are seen."""
    if _embedded(base):
        return _with(recipe, {place: EMBEDDED[place] for place in EMBEDDED if place == "training.max_length" or place.startswith("data.")}, base)
    refusals = round(min(0.3, max(0.15, REFUSALS / max(examples, 1))), 2)
    length = min(SHORT if base.device == "cpu" else LONG, base.context_tokens)
    slow = Told("this processor computes every token slowly, so rows are kept short", "short-rows")
    room = Told("room for a question, its passages and a long answer", "room")
    some = Told("some questions must be refused", "some-refusals")
    ten = Told(f"of {examples} examples enough that about ten teach refusing", "ten-refusals", count=examples)
    return _with(recipe, {
        "training.max_length": (length, (slow if base.device == "cpu" else room) if length < base.context_tokens else Told("as much as the base model reads", "whole-context")),
        "data.passages_share": (0.8, Told("most questions come with passages to answer from; the rest teach your form alone", "most-passages")),
        "data.refusal_share": (refusals, some if refusals == 0.15 else ten),
    }, base)  # fmt: skip


def choose(recipe: Recipe, base: ModelInfo, facts: Facts) -> Chosen:
    """What decides how the rows are learned; ``facts`` are of the rows as built.

    Rank 8, 16 or 32 and 2 to 5 passes by the number of rows (S4a, with S4b's sizes), alpha twice the rank (S0c), dropout 0.1, and 0.05 for many rows or 30 billion
    parameters and more (QLoRA, arXiv 2305.14314, appendix B.2), rate 2e-4, above 7 billion 1e-4 (S4a; QLoRA, table 9), a tenth when every weight is
    trained (Schulman et al. 2025, "LoRA Without Regret"), eight rows a step (S0c: 2 × 4), of which as many at once as fit (memory.py). Where one figure gives
way to the next (1,000 and 5,000 rows, 200, 500) is our own judgement between the bounds of the articles."""
    if _embedded(base):
        embedded = {place: value for place, value in EMBEDDED.items() if not place.startswith("data.") and place != "training.max_length"}
        if recipe.training.method == "full":
            embedded["training.learning_rate"] = (6e-5, Told("when every weight is trained, a tenth of the adapter's step is enough", "full-rate"))
        return _with(recipe, {**embedded, **_kept_together(recipe)}, base)
    recipe, choices = _with(recipe, {"lora.rank": _rank(facts.rows)}, base)
    rank = recipe.lora.rank
    values = {
        "lora.alpha": (2 * rank, Told(f"twice the rank of {rank}, as is usual", "twice-rank")),
        "lora.dropout": _dropout(facts.rows, base.parameters),
        "training.epochs": _epochs(facts.rows),
        "training.learning_rate": _rate(recipe, base.parameters),
        **_batch(recipe, base, facts),
    }
    recipe, more = _with(recipe, values, base)
    return recipe, (*choices, *more)


def _embedded(base: ModelInfo) -> bool:
    return base.quotes_only or base.parameters < SMALL


def _with(recipe: Recipe, values: dict[str, tuple[Any, str]], base: ModelInfo) -> Chosen:
    """The recipe with those of the values that it leaves open, in the order of its settings."""
    chosen = tuple(Choice(place, *values[place], case_of(values[place][1])) for place in AUTO if place in values and place in recipe.auto)
    chosen = tuple(replace(one, value=min(one.value, base.context_tokens)) if one.place == "training.max_length" else one for one in chosen)
    return recipe.with_values({one.place: one.value for one in chosen}), chosen


def _kept_together(recipe: Recipe) -> dict[str, tuple[Any, str]]:
    """For the embedded base: batch or accumulation beside the other one as given, so that a step still takes about eight rows."""
    open_places = {place for place in ("training.batch_size", "training.accumulation") if place in recipe.auto}
    if open_places == {"training.accumulation"}:
        count = max(1, round(TOGETHER / recipe.training.batch_size))
        return {"training.accumulation": (count, Told(f"{count} × {recipe.training.batch_size} rows make a step of about eight", "step-of-eight", count=count, size=recipe.training.batch_size))}
    if open_places == {"training.batch_size"}:
        count = max(1, round(TOGETHER / recipe.training.accumulation))
        return {"training.batch_size": (count, Told(f"{recipe.training.accumulation} × {count} rows make a step of about eight", "step-of-eight", count=recipe.training.accumulation, size=count))}
    return {}


def _rank(rows: int) -> tuple[int, str]:
    if rows < 1000:
        return 8, Told(f"{rows} rows: a small adapter learns the form and cannot learn the rows by heart", "rank-small", rows=rows)
    if rows < 5000:
        return 16, Told(f"{rows} rows hold more than the smallest adapter can take in", "rank-middle", rows=rows)
    return 32, Told(f"{rows} rows are enough to fill a large adapter", "rank-large", rows=rows)


def _dropout(rows: int, parameters: int) -> tuple[float, str]:
    if rows >= 5000 or parameters >= 30e9:
        what = "so many rows" if rows >= 5000 else "so large a base"
        return 0.05, Told(f"{what} need little protection from learning by heart", "dropout-little", what=Told(what, what))
    return 0.1, Told("few rows are easily learned by heart; leaving a tenth out at random works against it", "dropout-few")


def _epochs(rows: int) -> tuple[int, str]:
    for least, epochs in ((5000, 2), (500, 3), (200, 4)):
        if rows >= least:
            return epochs, Told(f"{rows} rows are seen often enough in {epochs} passes", "epochs", rows=rows, epochs=epochs)
    return 5, Told(f"only {rows} rows: each has to be seen several times", "epochs-few", rows=rows)


def _rate(recipe: Recipe, parameters: int) -> tuple[float, str]:
    rate = 1e-4 if parameters > LARGE else 2e-4
    large, usual = Told("large models want small steps", "rate-large"), Told("the usual step for a model of this size", "rate-usual")
    why = large if parameters > LARGE else usual
    return (rate / 10, Told(f"{why}, and a tenth of it when every weight is trained", "rate-full", why=why)) if recipe.training.method == "full" else (rate, why)


def _batch(recipe: Recipe, base: ModelInfo, facts: Facts) -> dict[str, tuple[Any, str]]:
    """Rows at once, batches to a step, and whether to compute activations twice: the fastest of what fits."""
    training = recipe.training
    wanted = TOGETHER if facts.rows >= FEW else TOGETHER // 2
    given = {place: getattr(training, place.partition(".")[2]) for place in ("training.batch_size", "training.accumulation") if place not in recipe.auto}
    most = given.get("training.batch_size") or max(1, wanted // given.get("training.accumulation", 1))
    twice = (False, True) if "training.gradient_checkpointing" in recipe.auto else (training.gradient_checkpointing,)
    size, again = _fitting(recipe, base, facts, most, twice, fixed_size="training.batch_size" in given)
    count = max(1, round(wanted / size))
    known = Told(f"{facts.free_gb:.0f} GB of free memory", "free-memory", gb=f"{facts.free_gb:.0f}")
    free = known if facts.free_gb else Told("memory that is not known", "unknown-memory")
    few = Told(f"{count} × {size} rows make a step; with few rows small steps, so that there are enough of them", "step-few", count=count, size=size)
    steps = Told(f"{count} × {size} rows make a step", "step", count=count, size=size) if wanted == TOGETHER else few
    little = Told("there is too little memory to keep everything, so some is computed twice", "memory-little")
    why = little if again else Told("memory is enough, and it is a third faster so", "memory-enough")
    part, whole = Told(f"as many rows at once as fit into {free}", "batch-part", free=free), Told(f"a whole step at once fits into {free}", "batch-whole", free=free)
    return {
        "training.batch_size": (size, part if size < wanted else whole),
        "training.accumulation": (count, steps),
        "training.gradient_checkpointing": (again, why),
    }


def _fitting(recipe: Recipe, base: ModelInfo, facts: Facts, most: int, twice: Sequence[bool], fixed_size: bool) -> tuple[int, bool]:
    if not facts.free_gb:
        return (most if fixed_size else min(most, 2)), twice[-1]
    shape, number = shape_for(base.parameters), 4 if base.precision == "float32" else 2
    weights = fixed(shape, "4bit" if recipe.training.quantization == "4bit" else "lora", recipe.lora.rank, number) * base.parameters / shape.parameters
    if recipe.training.method == "full":
        weights += 16 * base.parameters
    room = (USED * facts.free_gb * GB - CONTEXT) / SPARE - weights
    tokens = max(facts.longest, 1)
    sizes = (most,) if fixed_size else tuple(size for size in (8, 4, 2, 1) if size <= most)
    for again in twice:
        for size in sizes:
            if size * activations(shape, tokens, again, number) <= room and (again or size > 1 or most == 1 or again is twice[-1]):
                return size, again
    return sizes[-1], twice[-1]
