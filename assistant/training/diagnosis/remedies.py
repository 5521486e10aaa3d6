"""What each fault changes in a recipe, within bounds. Knows nothing of how faults are found."""

from collections.abc import Mapping
from typing import Any

from assistant.training.recipe import Recipe

Changes = dict[str, Any]

BOUNDS: dict[str, tuple[float, float]] = {
    "lora.rank": (2, 64),
    "lora.alpha": (2, 256),
    "lora.dropout": (0, 0.3),
    "training.epochs": (1, 40),
    "training.steps": (10, 100_000),
    "training.learning_rate": (1e-6, 1e-2),
    "data.repeats": (1, 8),
    "data.key_repeats": (1, 32),
    "data.passages_share": (0, 1),
    "data.refusal_share": (0, 0.5),
    "data.distractors": (0, 12),
    "mix.share": (0, 1),
}
"""How far a cure may go; what a person sets may lie outside."""

KEY_REPEATS = 8


def bounded(recipe: Recipe, wanted: Mapping[str, Any]) -> Changes:
    """The wanted values within bounds, in the setting's own type, without those that change nothing or would turn the change round."""
    found: Changes = {}
    for place, value in wanted.items():
        now = value_of(recipe, place)
        if place in BOUNDS:
            least, most = BOUNDS[place]
            value = min(max(value, min(least, now)), max(most, now))
            value = round(value) if isinstance(now, int) else float(f"{value:.3g}")
        if value != now:
            found[place] = value
    return found


def value_of(recipe: Recipe, place: str) -> Any:
    table, _, key = place.partition(".")
    return getattr(getattr(recipe, table), key)


def told(changes: Mapping[str, Any]) -> str:
    """The changes as the command line takes them."""
    return " ".join(f"--set {place}={shown(value)}" for place, value in changes.items())


def shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def for_collapse(recipe: Recipe) -> Changes:
    """A third of the rate and half the rank; alpha goes with the rank, or the adapter would become stronger."""
    return bounded(recipe, {"training.learning_rate": recipe.training.learning_rate / 3, "lora.rank": recipe.lora.rank // 2, "lora.alpha": recipe.lora.alpha // 2})


def for_divergence(recipe: Recipe) -> Changes:
    return bounded(recipe, {"training.learning_rate": recipe.training.learning_rate / 5})


def for_unlearned(recipe: Recipe) -> Changes:
    """Where the answers are not learned at all: twice the passes at twice the rate."""
    return bounded(recipe, {**longer(recipe, 2), "training.learning_rate": recipe.training.learning_rate * 2})


def for_wrong_figures(recipe: Recipe, marked: bool) -> Changes:
    """Repeat the key rows where rows are marked, every row otherwise, and go a little further at each step."""
    data = recipe.data
    repeats = {"data.key_repeats": max(KEY_REPEATS, 2 * data.key_repeats)} if marked else {"data.repeats": data.repeats + 1}
    return bounded(recipe, {**repeats, **longer(recipe, 1.5), "training.learning_rate": recipe.training.learning_rate * 1.5})


def for_overfit(recipe: Recipe, best: float) -> Changes:
    """``best`` is the epoch of the lowest held-out loss: stop there, and leave more out; already at the first epoch, halve the rate too."""
    change = longer(recipe, max(best, 1) / recipe.training.epochs)
    if best <= 1:
        change["training.learning_rate"] = recipe.training.learning_rate / 2
    return bounded(recipe, {**change, "lora.dropout": recipe.lora.dropout + 0.1, "training.early_stopping": recipe.training.early_stopping or 2})


def for_forgetting(recipe: Recipe) -> Changes:
    """More general rows where there are any to mix in; otherwise half the rate, since what learns less forgets less."""
    if recipe.mix.rows:
        return bounded(recipe, {"mix.share": max(0.2, 2 * recipe.mix.share)})
    return bounded(recipe, {"training.learning_rate": recipe.training.learning_rate / 2})


def for_ignoring(recipe: Recipe) -> Changes:
    """Every row with passages, more refusals and more sentences beside the right one; where they are all there, each example with several draws."""
    data = recipe.data
    more = {"data.passages_share": 1.0, "data.refusal_share": max(0.3, 2 * data.refusal_share), "data.distractors": max(8, data.distractors)}
    return bounded(recipe, more) or bounded(recipe, {"data.repeats": data.repeats + 1, **longer(recipe, 0.5)})


def for_language(recipe: Recipe) -> Changes:
    """A gentler adapter: it pressed one language on questions in the other."""
    return bounded(recipe, {"training.learning_rate": recipe.training.learning_rate / 2, **longer(recipe, 2 / 3)})


def longer(recipe: Recipe, factor: float) -> Changes:
    """The length of the training times a factor, in the setting that decides it."""
    training = recipe.training
    if training.steps:
        return {"training.steps": round(training.steps * factor)}
    return {"training.epochs": max(1.0, round(training.epochs * factor, 1)) if training.epochs >= 1 else training.epochs * factor}
