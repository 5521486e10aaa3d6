"""What the figures mean: which rung to stop at and why, in sentences. Computes nothing but the choice."""

from collections.abc import Mapping, Sequence

from assistant.evaluation import figures
from assistant.evaluation.meanings import rung_title
from assistant.evaluation.results import Difference, Rung

DECIDING = ("facts", "format", "refusal")
"""Scores that decide where to stop; the others are shown."""
HARMFUL = ("supported",)
TRAINED = {"lora", "rag+lora"}
LARGEST_WITHOUT_GPU = 1_000_000_000  # parameters that a processor trains in hours rather than days


def stop_at(rungs: Sequence[Rung], differences: Sequence[Difference]) -> str:
    """The lowest rung that no rung above it beats: better on a deciding score and worse on none. The best measured by facts where the ladder has one."""
    return _climbed(rungs, differences)[-1]


def _climbed(rungs: Sequence[Rung], differences: Sequence[Difference]) -> list[str]:
    """The rungs that were worth a step, the lowest first; the last is the stop."""
    found = [rungs[0].name]
    for rung in rungs[1:]:
        steps = [one for one in differences if one.under == found[-1] and one.over == rung.name and one.score in DECIDING + HARMFUL]
        if any(one.better for one in steps) and not any(one.worse for one in steps):
            found.append(rung.name)
    return found


def verdict(rungs: Sequence[Rung], differences: Sequence[Difference], stop: str) -> list[str]:
    """Sentences for people: the advice, then at most one for each deciding score, on the step that led to the stop and the one that it leaves out."""
    by = {(one.under, one.over, one.score): one for one in differences}
    below, above = next((name for name in reversed(_climbed(rungs, differences)) if name != stop), stop), rungs[-1].name
    lines = (_line(by.get((below, stop, score)), by.get((stop, above, score))) for score in DECIDING)
    return [_advice(rungs, by, stop), *(line for line in lines if line)]


def _line(reached: Difference | None, left_out: Difference | None) -> str:
    """What shows of both steps, and how many questions more would show the second; empty when nothing does."""
    said = [_step(one) for one in (reached, left_out) if one and (one.better or one.worse)]
    if left_out and left_out.more:
        about = "" if said else f"{left_out.score}: "
        said.append(f"{about}about {left_out.more:,} questions more would show {figures.points(left_out)} points of {rung_title(left_out.over)}")
    return "; ".join(said)


def _advice(rungs: Sequence[Rung], by: Mapping[tuple[str, str, str], Difference], stop: str) -> str:
    names = [rung.name for rung in rungs]
    if stop == names[-1] and len(names) > 1:
        return f"Go all the way to {rung_title(stop)}: each part earns its place."
    lora = [by[stop, "rag+lora", score] for score in DECIDING if (stop, "rag+lora", score) in by]
    if stop == "rag" and lora:
        added = " and ".join(f"{_signed(one)} points on {one.score}" for one in lora)
        return f"RAG is enough: LoRA on top adds {added}. Train when form matters more than these figures say, or after adding examples."
    return f"Stop at {rung_title(stop)}: no higher rung is better on {', '.join(DECIDING)} without being worse on another."


def _step(one: Difference) -> str:
    word = "better" if one.better else "worse"
    return f"{rung_title(one.under)} → {rung_title(one.over)}, {one.score}: {_signed(one)} points, {word} (n = {one.n})"


def _signed(one: Difference) -> str:
    return f"{figures.points(one)} {figures.points_interval(one)}"


def cheapest(rungs: Sequence[Rung], target: float, gpu: str, parameters: int) -> str:
    """S0a's trade: the cheapest rung whose facts reach the target, and what stands against the others."""
    rungs = [rung for rung in rungs if "facts" in rung.means]
    possible = [rung for rung in rungs if gpu != "none" or rung.name not in TRAINED or parameters <= LARGEST_WITHOUT_GPU]
    reached = [rung for rung in possible if rung.means["facts"].mean >= target]
    shown = figures.percent(target, 0)
    if reached:
        mean = reached[0].means["facts"]
        sure = "its interval lies above the target" if mean.low >= target else f"its interval begins at {figures.percent(mean.low, 0)}, so more questions would make it sure"
        return f"Target {shown} on facts: {rung_title(reached[0].name)} is the cheapest rung that reaches it ({figures.percent(mean.mean)}, n = {mean.n}); {sure}."
    best = max(possible, key=lambda rung: rung.means["facts"].mean, default=None)
    if best is None:
        return f"Target {shown} on facts: no measured rung states facts."
    left = ", ".join(rung_title(rung.name) for rung in rungs if rung not in possible)
    without = f" Without a GPU left out: {left}." if left else ""
    return f"Target {shown} on facts: none reaches it; the best is {rung_title(best.name)} with {figures.percent(best.means['facts'].mean)}.{without} A larger base or better documents come before training."
