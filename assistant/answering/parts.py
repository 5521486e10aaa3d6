"""The parts of a question that is really several, and whose each is. Knows no classifier: the scores of a text come from outside."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby, pairwise

MORE_LIKELY = 0.5
_CUTS = re.compile(r",(?!\d{3})|[;?!，；？！。、]|\b(?:and|also|plus|or)\b|以及|还有|另外|并且|同时|[和与跟]", re.I)
_EDGES = " \t\r\n,;，；、。:："
_ENDS = ("?", "？")


def stretches(question: str) -> list[str]:
    """What stands between commas and conjunctions."""
    return [question[start:end] for start, end in _spans(question)]


def divided(question: str, names: Sequence[str], scores: Callable[[Sequence[str]], Sequence[Mapping[str, float]]]) -> dict[str, str] | None:
    """Each name's part of the question as it stands there, in the question's order; None where a name has none. A stretch that is probably of
    none of the names stays with the one before it, at the beginning with the one after."""
    spans = _spans(question)
    owners: list[str] = []
    for found in scores(stretches(question)):
        likeliest = max(names, key=lambda name: found[name])
        owners.append(likeliest if found[likeliest] >= MORE_LIKELY else owners[-1] if owners else "")
    first = next((owner for owner in owners if owner), "")
    parts: dict[str, list[str]] = {}
    for owner, group in groupby(zip(owners, spans, strict=True), key=lambda pair: pair[0] or first):
        together = [span for _, span in group]
        parts.setdefault(owner, []).append(_said(question, together[0][0], together[-1][1]))
    return {name: " ".join(said) for name, said in parts.items()} if set(parts) == set(names) else None


def _spans(question: str) -> list[tuple[int, int]]:
    cuts = [(0, 0), *(match.span() for match in _CUTS.finditer(question)), (len(question), len(question))]
    spans = [(before[1], after[0]) for before, after in pairwise(cuts)]
    return [(start, end) for start, end in spans if question[start:end].strip(_EDGES)]


def _said(question: str, start: int, end: int) -> str:
    """The stretch with the question mark behind it."""
    rest = question[end:].lstrip()
    return question[start:end].strip(_EDGES) + (rest[0] if rest.startswith(_ENDS) else "")
