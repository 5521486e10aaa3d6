"""The hard facts in a text – numbers with units, dates, codes, addresses, names – in one form for both languages.

Pure functions; a fact compares equal however it is written (叁仟元, 3,000 yuan, ¥3000).
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_DIGITS = dict(zip("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖两", [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2], strict=True))
_SCALES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10_000, "亿": 100_000_000}
_ENGLISH = dict(
    zip(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "million"],
        [*range(21), 30, 40, 50, 60, 70, 80, 90, 100, 1000, 1_000_000],
        strict=True,
    )
)
_MONTHS = {name: i for i, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)}
_UNITS = {
    "day": r"working days?|business days?|calendar days?|days?|个?工作日|天|日",
    "hour": r"hours?|hrs?|个?小时|h\b",
    "minute": r"minutes?|mins?|分钟",
    "second": r"seconds?|秒",
    "week": r"weeks?|周|个?星期",
    "month": r"months?|个月",
    "year": r"years?|周年|年",
    "yuan": r"yuan|rmb|cny|元|块",
    "percent": r"%|percent|per cent",
    "GB": r"gb|gib",
    "TB": r"tb|tib",
    "MB": r"mb|mib",
    "time": r"times|次",
}
_HAN_NUMBER = re.compile(r"[〇零一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟两]+")
_LONE_HAN = re.compile(r"(?:天|日|个|次|年|月|周|小时|分钟|秒|元|倍|人|份|条|名|级|%|块|岁|号|分之)")
_NUMBER = re.compile(r"(?<![A-Za-z\d.])\d+(?:,\d{3})*(?:\.\d+)?")
_ENGLISH_NUMBER = re.compile(rf"\b(?:{'|'.join(_ENGLISH)})(?:[\s-](?:and\s)?(?:{'|'.join(_ENGLISH)}))*\b", re.I)
_DATES = [
    re.compile(r"(?P<y>\d{4})\s*[-/年.]\s*(?P<m>\d{1,2})\s*[-/月.]\s*(?P<d>\d{1,2})\s*日?"),
    re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th)?\s+(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+(?P<y>\d{4})", re.I),
    re.compile(r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})", re.I),
    re.compile(r"(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]"),
    re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<name>jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b", re.I),
]
_QUOTED_CODE = re.compile(r"`+([^`]+)`+")
_CODE = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b|https?://\S+|\b[A-Z]{1,6}-?\d{2,}[\w-]*\b|\b\w+(?:[_/]\w+)+\b|(?<!\w)--?[a-z][\w-]+")
_NAME = re.compile(r"(?<![.!?\n:：] )(?<!^)\b[A-Z][a-z]+(?:\s+[A-Z][a-z]+)+\b")
WRITTEN = {"date": _DATES, "number": [_NUMBER, _HAN_NUMBER, _ENGLISH_NUMBER]}


@dataclass(frozen=True)
class Fact:
    """``kind`` is number, date, code or name; ``unit`` is a key of the unit table or empty."""

    kind: str
    value: str
    unit: str = ""


@lru_cache(maxsize=4096)
def facts(text: str) -> frozenset[Fact]:
    """Every hard fact in the text; list numbers and [n] marks are not facts."""
    text = unicodedata.normalize("NFKC", re.sub(r"\[\d+\]", " ", text))
    text = re.sub(r"(?m)^\s*\d{1,2}[.)、]\s", " ", text)
    found = {Fact("code", _spaced(match.group(1))) for match in _QUOTED_CODE.finditer(text)}
    text = _QUOTED_CODE.sub(" ", text)
    for pattern in _DATES:
        found |= {Fact("date", _date(match.groupdict())) for match in pattern.finditer(text)}
        text = pattern.sub(" ", text)
    found |= {Fact("code", _spaced(match.group(0)).rstrip(".,;")) for match in _CODE.finditer(text)}
    text = _CODE.sub(" ", text)
    for value, unit in _numbers(text):
        found.add(Fact("number", value, unit))
    for match in _NAME.finditer(text):
        found.add(Fact("name", match.group(0).lower()))
    return frozenset(found)


def supported(fact: Fact, known: frozenset[Fact], text: str) -> bool:
    """Whether the known facts, or the plain text for names and codes, hold a fact."""
    if fact in known:
        return True
    if fact.kind == "number":
        return any(k.kind == "number" and k.value == fact.value and (not k.unit or not fact.unit) for k in known)
    if fact.kind == "date":
        return any(k.kind == "date" and (k.value.endswith(fact.value) or fact.value.endswith(k.value)) for k in known)
    return fact.value in re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).lower())


def _spaced(code: str) -> str:
    return re.sub(r"\s+", " ", code.strip().lower())


def _numbers(text: str) -> list[tuple[str, str]]:
    found = []
    for match in _NUMBER.finditer(text):
        found.append((_plain(float(match.group(0).replace(",", "")) * _scale(text[match.end() :])), _unit(text[match.end() :], text[: match.start()])))
    for match in _HAN_NUMBER.finditer(text):
        word, rest = match.group(0), text[match.end() :]
        if (len(word) > 1 and any(char in _SCALES for char in word)) or _LONE_HAN.match(rest):
            found.append((_plain(_han(word)), _unit(rest, text[: match.start()])))
    for match in _ENGLISH_NUMBER.finditer(text.lower()):
        if match.group(0) != "one":
            found.append((_plain(_english(match.group(0))), _unit(text[match.end() :], "")))
    return found


def _scale(rest: str) -> int:
    return {"万": 10_000, "亿": 100_000_000}.get(rest.lstrip()[:1], 1)


def _han(word: str) -> float:
    """Value of a Chinese numeral in everyday or banker's characters; digits without scales are read in a row."""
    if not any(char in _SCALES for char in word):
        return float("".join(str(_DIGITS[char]) for char in word))
    total = section = digit = 0
    for char in word:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif _SCALES[char] >= 10_000:
            total = (total + section + digit or 1) * _SCALES[char]
            section = digit = 0
        else:
            section += (digit or 1) * _SCALES[char]
            digit = 0
    return float(total + section + digit) if total < 10**300 else float("inf")


def _english(words: str) -> float:
    total = part = 0
    for word in re.split(r"[\s-]+", words):
        value = _ENGLISH.get(word, 0)
        if value >= 1000:
            total += (part or 1) * value
            part = 0
        elif value == 100:
            part = (part or 1) * 100
        else:
            part += value
    return float(total + part)


def _unit(after: str, before: str) -> str:
    if before.rstrip().endswith(("¥", "￥")) or re.search(r"(?:rmb|cny)\s*$", before, re.I):
        return "yuan"
    rest = re.sub(r"^[\s\-)）]*(?:万|亿)?(?:\([^)]*\)\s*)?", "", after.lower())
    return next((name for name, pattern in _UNITS.items() if re.match(pattern, rest)), "")


def _date(parts: dict[str, str | None]) -> str:
    month = _MONTHS[str(parts["name"])[:3].lower()] if parts.get("name") else int(parts["m"] or 0)
    day = f"{month:02d}-{int(parts['d'] or 0):02d}"
    return f"{parts['y']}-{day}" if parts.get("y") else day


def _plain(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")
