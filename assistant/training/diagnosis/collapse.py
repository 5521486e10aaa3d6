"""Answers that are no answers any more: signs or phrases over and over, hardly any information, nothing at all; weights that are no numbers."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from assistant.records import Told
from assistant.registry import WEIGHTS
from assistant.training.diagnosis.course import Losses, half_learned
from assistant.training.diagnosis.fault import Fault
from assistant.training.diagnosis.remedies import for_collapse, for_unlearned, told
from assistant.training.recipe import Recipe

MANY = 1 / 3
LONG_LOOP = 18
LEAST_LETTERS = 24
LOW_ENTROPY = 2.0
_LOOP = re.compile(r"(.{1,30}?)\1{3,}")
_FORM = re.compile(r"[\s_.…·=*-]")


def collapse(answers: Sequence[str], before: Sequence[str], losses: Losses, recipe: Recipe) -> list[Fault]:
    """Blocks when many answers are broken and more than the bare base (``before``) breaks by itself: a small base does loop at times.

    A model that is half way to its answers babbles too, but its loss is still high and never turned: that is named underfit and cured the other way."""
    bad, base = [text for text in answers if broken(text)], sum(map(broken, before))
    if not bad:
        return []
    text = f"{len(bad)} of {len(answers)} answers are empty or repeat themselves ({bad[0][:30]!r}, {entropy(bad[0]):.1f} bits a character), {base} without the adapter"
    seen = Told(text, "broken-answers", bad=len(bad), count=len(answers), answer=bad[0][:30], base=base)
    blocks, share = len(bad) > max(base, MANY * len(answers)), len(bad) / len(answers)
    if loss := half_learned(losses):
        changes = for_unlearned(recipe)
        sign = Told(f"{seen}, and the loss only came down to {loss:.2f}", "half-learned", seen=seen, loss=f"{loss:.2f}")
        return [Fault(name="underfit", sign=sign, cure=Told(f"train further: {told(changes)}", "train-further"), blocks=blocks, changes=changes, share=share)]
    changes = for_collapse(recipe)
    cure = Told(f"lower the rate and the rank, or the epochs: {told(changes)}", "lower-rate-rank-epochs")
    return [Fault(name="collapse", sign=seen, cure=cure, blocks=blocks, changes=changes, share=share)]


def lost_weights(adapter: Path, recipe: Recipe) -> list[Fault]:
    """An adapter with weights that are no finite numbers; a base then answers "!!!!" or nothing."""
    from safetensors import safe_open

    lost, names = 0, 0
    with safe_open(adapter / WEIGHTS, framework="pt") as file:
        for name in file.keys():  # noqa: SIM118 (no mapping)
            names += 1
            lost += not bool(file.get_tensor(name).isfinite().all())
    if not lost:
        return []
    changes = for_collapse(recipe)
    sign = Told(f"{lost} of {names} weight matrices of the adapter hold NaN or infinity", "lost-weights", lost=lost, count=names)
    return [Fault(name="collapse", sign=sign, cure=Told(f"lower the rate and the rank: {told(changes)}", "lower-rate-rank"), blocks=True, changes=changes)]


def broken(text: str) -> bool:
    """Whether it is empty, nothing but rules and dots, repeats itself, or has hardly any information."""
    return not _letters(text) or repeats(text) or (len(_letters(text)) >= LEAST_LETTERS and entropy(text) < LOW_ENTROPY)


def repeats(text: str) -> bool:
    """Whether a text is, in good part, one sign or one phrase over and over, such as "!!!!"; blanks and rules of a form are not."""
    letters = re.sub(r"\d", "0", _letters(text))
    return any(len(loop.group()) >= LONG_LOOP for loop in _LOOP.finditer(letters))


def entropy(text: str) -> float:
    """Shannon entropy of the characters in bits, without blanks and rules of a form; English prose has about 4, Chinese more."""
    letters = _letters(text)
    counts = Counter(letters)
    return -sum(count / len(letters) * math.log2(count / len(letters)) for count in counts.values())


def _letters(text: str) -> str:
    return _FORM.sub("", text)
