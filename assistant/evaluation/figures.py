"""Figures in words: percent with intervals, points of difference, p values, times and sizes. What is no finite number is a dash."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.evaluation.meanings import meaning_of
from assistant.evaluation.results import Difference, Mean

NONE = "–"
_BYTES = ("B", "KB", "MB", "GB", "TB")


def finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def percent(value: float | None, digits: int = 1) -> str:
    """A share in [0, 1] as ``82.1 %``."""
    return f"{100 * value:.{digits}f} %" if value is not None and finite(value) else NONE


def amount(value: float | None, score: str, digits: int = 1) -> str:
    """A score's value: a share in percent, a multiple as ``0.94 ×``."""
    if meaning_of(score).judges:
        return percent(value, digits)
    return f"{value:.2f} ×" if value is not None and finite(value) else NONE


def interval(mean: Mean, score: str) -> str:
    """``[74, 89]`` in percent, or ``[0.81, 1.07]`` of a multiple."""
    digits, scale = (0, 100) if meaning_of(score).judges else (2, 1)
    return f"[{', '.join(f'{scale * end:.{digits}f}' if finite(end) else NONE for end in (mean.low, mean.high))}]"


def points(difference: Difference) -> str:
    """A difference of shares as signed percentage points, ``+1.2``; of multiples as it is."""
    return _minus(_points(difference.points, difference.score, "+"))


def points_interval(difference: Difference) -> str:
    return _minus(f"[{', '.join(_points(end, difference.score) for end in (difference.low, difference.high))}]")


def _points(value: float, score: str, sign: str = "") -> str:
    digits, scale = (1, 100) if meaning_of(score).judges else (2, 1)
    return f"{scale * value:{sign}.{digits}f}" if finite(value) else NONE


def p_value(p: float) -> str:
    if not finite(p):
        return NONE
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def outcome(difference: Difference) -> str:
    """What a difference shows, or how many questions more would show it."""
    if difference.better or difference.worse:
        return tone(difference) or ("more" if difference.better else "less")
    if difference.more:
        return f"not shown; {difference.more:,} more question{'' if difference.more == 1 else 's'} would show it"
    return "no difference"


def tone(difference: Difference) -> str:
    """``better``, ``worse``, or nothing for what does not show or only describes."""
    if not meaning_of(difference.score).judges:
        return ""
    return "better" if difference.better else "worse" if difference.worse else ""


def seconds(value: float) -> str:
    """``0.42 s``, ``12 s``, ``3 min 20 s``, ``2 h 5 min``."""
    if not finite(value):
        return NONE
    if value < 10:
        return f"{value:.2g} s"
    whole = round(value)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def size(value: float) -> str:
    """Bytes in the unit that fits."""
    power = min(int(math.log(max(value, 1), 1000)), len(_BYTES) - 1)
    return f"{value / 1000**power:.3g} {_BYTES[power]}"


def figure(name: str, value: Any) -> str:
    """A value of a report whose unit its name tells: ``…seconds``, ``…bytes``; lists are joined."""
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return ", ".join(figure(name, one) for one in value) or NONE
    if value is None or value == "" or (isinstance(value, float) and not math.isfinite(value)):
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return str(value)
    if "second" in name or name == "first_token":
        return seconds(value)
    if "bytes" in name:
        return size(value)
    return f"{value:,}" if isinstance(value, int) else _minus(f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}")


def flat(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """(name, figure) of every value in nested mappings; names in words, joined by ``·``."""
    for key, value in values.items():
        name = f"{above} · {in_words(str(key))}" if above else in_words(str(key))
        if isinstance(value, Mapping):
            yield from flat(value, name)
        else:
            yield name, figure(str(key), value)


def in_words(name: str) -> str:
    return " ".join(name.replace("_", " ").split())


def _minus(text: str) -> str:
    return text.replace("-", "−")
