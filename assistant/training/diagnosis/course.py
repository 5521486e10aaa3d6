"""Reads the losses of a training: divergence, overfitting, and a loss that hardly fell. Needs no model."""

import math
from collections.abc import Mapping, Sequence
from itertools import takewhile

from assistant.records import Told
from assistant.training.diagnosis.fault import Fault
from assistant.training.diagnosis.remedies import for_divergence, for_overfit, for_unlearned, told
from assistant.training.recipe import Recipe

Losses = Sequence[Mapping[str, float]]

RISE = 1.1
SLIGHT = 0.05
HARDLY = 0.9
AGAIN = 1.15
LEAST_LOSSES = 6
LEAST_STRETCHES = 12
LOST = 1.5
LATEST = 5
LEAP = 1.05
STILL = 0.97
STILL_HIGH = 0.7
"""Nats per answer token: the right token has a probability of one half."""


def course(losses: Losses, recipe: Recipe) -> list[Fault]:
    """Every fault that the losses alone show; also after a training that broke off."""
    return [*_diverged(losses, recipe), *_overfit(losses, recipe), *_flat(losses, recipe)]


def diverging(losses: Losses) -> bool:
    """Whether a running training is lost: a loss that is no number, or the latest ones half again as high as where it began."""
    curve = _curve(losses)
    if not all(math.isfinite(value) for value in curve) or _lost(losses):
        return True
    if len(curve) < 2 * LATEST:
        return False
    began = max(curve[:LATEST])
    return min(curve[-LATEST:]) > LOST * began


def half_learned(losses: Losses) -> float | None:
    """The last loss of a training that came down all the way, was still coming down, and ended while its tokens were hardly expected.

    None otherwise: a rate that is too high makes the loss leap above its beginning, or leaves it lying still."""
    curve, third = _curve(losses), len(_curve(losses)) // 3
    thirds = _thirds(losses)
    if not thirds or _leapt(curve):
        return None
    middle = sum(curve[third:-third]) / len(curve[third:-third])
    return thirds[1] if STILL_HIGH < thirds[1] < min(thirds[0] * HARDLY, middle * STILL) else None


def _diverged(losses: Losses, recipe: Recipe) -> list[Fault]:
    if broken := _lost(losses):
        sign = Told(f"loss or gradient were no numbers any more at step {broken:.0f}", "no-numbers", step=f"{broken:.0f}")
    else:
        thirds = _thirds(losses)
        curve = _curve(losses)
        leapt = thirds and thirds[1] > curve[0] * HARDLY and _leapt(curve)
        if not (diverging(losses) or leapt or (thirds and thirds[1] > thirds[0] * RISE) or _rose_again(curve)):
            return []
        first, least, most, last = (f"{loss:.3f}" for loss in (curve[0], min(curve), max(curve), curve[-1]))
        sign = Told(f"the loss began at {first}, was between {least} and {most}, and ended at {last}", "went-astray", first=first, least=least, most=most, last=last)
    changes = for_divergence(recipe)
    return [Fault(name="divergence", sign=sign, cure=Told(f"lower the rate: {told(changes)}", "lower-rate"), blocks=True, changes=changes)]


def _overfit(losses: Losses, recipe: Recipe) -> list[Fault]:
    held = [(line["epoch"], line["eval_loss"]) for line in losses if "eval_loss" in line and math.isfinite(line["eval_loss"])]
    thirds = _thirds(losses)
    if len(held) < 2 or (thirds and thirds[1] > thirds[0]):
        return []
    epoch, best = min(held, key=lambda pair: pair[1])
    if held[-1][1] <= max(best * RISE, best + SLIGHT):
        return []
    falling = f" while the training loss fell from {thirds[0]:.3f} to {thirds[1]:.3f}" if thirds else ""
    text = f"the held-out loss rose from {best:.3f} (epoch {epoch:g}) to {held[-1][1]:.3f}{falling}"
    sign = Told(text, "held-out-rose", best=f"{best:.3f}", epoch=f"{epoch:g}", last=f"{held[-1][1]:.3f}")
    changes = for_overfit(recipe, epoch)
    cure = Told(f"train less, leave more out, or add examples: {told(changes)}", "train-less")
    return [Fault(name="overfit", sign=sign, cure=cure, blocks=False, changes=changes, share=min(1.0, held[-1][1] / best - 1))]


def _flat(losses: Losses, recipe: Recipe) -> list[Fault]:
    thirds = _thirds(losses)
    if not thirds or not thirds[0] * HARDLY < thirds[1] <= thirds[0] * RISE or _diverged(losses, recipe):
        return []
    changes = for_unlearned(recipe)
    sign = Told(f"the loss hardly fell, from {thirds[0]:.3f} to {thirds[1]:.3f}", "hardly-fell", first=f"{thirds[0]:.3f}", last=f"{thirds[1]:.3f}")
    cure = Told(f"train longer at a higher rate: {told(changes)}", "train-longer")
    return [Fault(name="underfit", sign=sign, cure=cure, blocks=False, changes=changes)]


def _leapt(curve: Sequence[float]) -> bool:
    """Whether the loss was ever clearly above where it began."""
    return max(curve) > curve[0] * LEAP


def _rose_again(curve: Sequence[float]) -> bool:
    """Whether the loss of the last third is clearly above its lowest stretch of that length."""
    if len(curve) < LEAST_STRETCHES:
        return False
    third = len(curve) // 3
    stretches = [sum(curve[place : place + third]) / third for place in range(len(curve) - third + 1)]
    return stretches[-1] > max(min(stretches) * AGAIN, min(stretches) + 2 * SLIGHT)


def _lost(losses: Losses) -> float:
    """The first step with a loss that is no number, or with a gradient that was none from there to the end; 0 when there is none.

    transformers logs a loss of 0 once it is no number, so losses alone do not tell; and float16 skips a step with such a gradient now and then."""
    for line in losses:
        if any(not math.isfinite(value) for key, value in line.items() if key.endswith("loss")):
            return line["step"]
    trailing = list(takewhile(lambda line: not math.isfinite(line["grad_norm"]), reversed([line for line in losses if "grad_norm" in line])))
    return trailing[-1]["step"] if len(trailing) >= LATEST else 0.0


def _curve(losses: Losses) -> list[float]:
    return [line["loss"] for line in losses if "loss" in line]


def _thirds(losses: Losses) -> tuple[float, float] | None:
    """Mean training loss of the first and of the last third; None where too few were logged or one is no number."""
    curve = _curve(losses)
    third = len(curve) // 3
    if len(curve) < LEAST_LOSSES or not all(math.isfinite(value) for value in curve):
        return None
    return sum(curve[:third]) / third, sum(curve[-third:]) / third
