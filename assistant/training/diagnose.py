"""Reads a training's losses and a few of its answers, and names what went wrong with the cure in words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.models.engine import Engine, Sampling
from assistant.records import AdapterVersion, Prompt
from assistant.training.dataset import Row
from assistant.training.recipe import Recipe

SAMPLES = 6
MANY = 1 / 3
RISE = 1.1
HARDLY = 0.9
LONG_LOOP = 18
_LOOP = re.compile(r"(.{1,30}?)\1{3,}")


@dataclass(frozen=True)
class Fault:
    """``sign`` is what was seen, ``cure`` what to do; one that ``blocks`` keeps the version from going live."""

    name: str
    sign: str
    cure: str
    blocks: bool

    def __str__(self) -> str:
        return f"{self.name}: {self.sign}; {self.cure}"


def sample_answers(engine: Engine, adapter: Path | None, domain: str, rows: Sequence[Row]) -> list[str]:
    """What the adapter answers to a few rows, served as it will be; None asks the bare base."""
    from threading import Event

    name = engine.serve(AdapterVersion(engine.info.key, domain, 0, adapter, {})) if adapter else None
    found = []
    for row in rows[:SAMPLES]:
        prompt = Prompt(row.prompt, (), row.kind, "en")
        found.append("".join(engine.stream(prompt, name, Sampling(max_new_tokens=160), Event())))
    return found


def diagnose(losses: Sequence[dict[str, float]], answers: Sequence[str], before: Sequence[str], recipe: Recipe) -> list[Fault]:
    """Every fault found; none means that the training looks sound. ``before`` are the bare base's answers to the same rows."""
    return [*_collapsed(answers, before, recipe), *_rising(losses, recipe), *_flat(losses, recipe)]


def repeats(text: str) -> bool:
    """Whether a text is, in good part, one sign or one phrase over and over, such as "!!!!"; blanks and rules of a form are not."""
    letters = re.sub(r"\d", "0", re.sub(r"[\s_.…·=*-]", "", text))
    return any(len(loop.group()) >= LONG_LOOP for loop in _LOOP.finditer(letters))


def _broken(answers: Sequence[str]) -> list[str]:
    return [text for text in answers if repeats(text) or not text.strip()]


def _collapsed(answers: Sequence[str], before: Sequence[str], recipe: Recipe) -> list[Fault]:
    """Blocks when many answers are broken and more than the bare base breaks by itself: a small base does loop at times."""
    bad, base = _broken(answers), len(_broken(before))
    if not bad:
        return []
    sign = f"{len(bad)} of {len(answers)} answers are empty or repeat themselves ({bad[0][:30]!r}), {base} without the adapter"
    rate, rank = recipe.training.learning_rate, recipe.lora.rank
    cure = f"lower the rate (--set training.learning_rate={rate / 3:g}), the rank (--set lora.rank={max(1, rank // 2)}) or the epochs"
    return [Fault("collapse", sign, cure, blocks=len(bad) > max(base, MANY * len(answers)))]


def _rising(losses: Sequence[dict[str, float]], recipe: Recipe) -> list[Fault]:
    held = [(line["epoch"], line["eval_loss"]) for line in losses if "eval_loss" in line]
    if len(held) < 2:
        return []
    epoch, best = min(held, key=lambda pair: pair[1])
    if held[-1][1] <= best * RISE:
        return []
    sign = f"the held-out loss rose from {best:.3f} (epoch {epoch:g}) to {held[-1][1]:.3f}"
    cure = f"train {max(1, round(epoch))} epochs (--set training.epochs={max(1, round(epoch))}), raise lora.dropout, or add examples"
    return [Fault("overfitting", sign, cure, blocks=False)]


def _flat(losses: Sequence[dict[str, float]], recipe: Recipe) -> list[Fault]:
    curve = [line["loss"] for line in losses if "loss" in line]
    if len(curve) < 6:
        return []
    third = len(curve) // 3
    first, last = sum(curve[:third]) / third, sum(curve[-third:]) / third
    if last <= first * HARDLY:
        return []
    rate = recipe.training.learning_rate
    if last > first * RISE:
        cure = f"lower the rate: --set training.learning_rate={rate / 5:g}"
        return [Fault("divergence", f"the loss rose from {first:.3f} to {last:.3f}", cure, blocks=True)]
    cure = f"raise the rate (--set training.learning_rate={rate * 3:g}) or the epochs, or repeat the rows (--set data.repeats=2)"
    return [Fault("underfitting", f"the loss hardly fell, from {first:.3f} to {last:.3f}", cure, blocks=False)]
