"""The hard facts in a text – numbers with units, dates, codes, addresses, names – in one form for both languages.

Pure functions; a fact compares equal however it is written (叁仟元, 3,000 yuan, ¥3000).
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from assistant.dates import written_dates

_DIGITS = dict(zip("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖两", [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2], strict=True))
_SCALES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10_000, "亿": 100_000_000}
_ENGLISH = dict(
    zip(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "million"],
        [*range(21), 30, 40, 50, 60, 70, 80, 90, 100, 1000, 1_000_000],
        strict=True,
    )
)
_UNITS = {
    "day": r"working days?|business days?|calendar days?|days?|个?工作日|天|日",
    "hour": r"hours?|hrs?|个?小时|h\b",
    "minute": r"minutes?|mins?|分钟",
    "second": r"seconds?|秒",
    "week": r"weeks?|周|个?星期",
    "month": r"months?|个月",
    "year": r"years?|周年|年",
    "dollar": r"(?:us )?dollars?|usd|美元",
    "euro": r"euros?\b|eur\b|欧元",
    "pound": r"pounds?\b|gbp|英镑",
    "yuan": r"yuan|rmb|cny|元|块",
    "percent": r"%|percent|per cent",
    "GB": r"gb|gib",
    "TB": r"tb|tib",
    "MB": r"mb|mib",
    "time": r"times|次",
}
_HAN_NUMBER = re.compile(r"(?<!\d)[〇零一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟两]+")
_LONE_HAN = re.compile(r"(?:天|日|个|次|年|月|周|小时|分钟|秒|元|倍|人|份|条|名|级|%|块|岁|号|分之)")
_NUMBER = re.compile(r"(?<![A-Za-z\d.])\d+(?:,\d{3})*(?:\.\d+)?")
_ENGLISH_NUMBER = re.compile(rf"\b(?:{'|'.join(_ENGLISH)})(?:[\s-](?:and\s)?(?:{'|'.join(_ENGLISH)}))*\b", re.I)
_CLOCK = re.compile(r"(?<![\d:])(?P<half>上午|早上|中午|下午|晚上)?\s?(?P<h>[01]?\d|2[0-3])(?:[:：](?P<m>[0-5]\d)(?![\d:])|点(?!击)|(?=\s?[ap]\.?m\b))(?:\s?(?P<ap>[ap])\.?m\b\.?)?", re.I)
_RANGE = re.compile(r"^\s*(?:to|(?:and )?up to|[-–—~]|至|到)\s*\d[\d,.]*(?=\s*\S)")  # "2 to 5 days" are days
_COLUMN = re.compile(r"[（(]([^()（）:：]{1,14})[)）][^;；:：|]{0,12}[:：]\s*$|(?:^|[;；])\s*(\w+)\s*[:：]\s*$")  # "Rent (yuan): 550", "Days: 15"
_QUOTED_CODE = re.compile(r"`+(?:[a-z]+\n)?([^`]+)`+")  # the language of a fence is no part of its commands
_CODE = re.compile(  # ASCII: Han characters may stand right beside a code
    r"(?a:\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b|https?://[^\s，。；、）】]+|\b[A-Z]{1,6}-?\d{2,}[\w-]*\b|\b\w+(?:[_/]\w+)+\b|(?<!\w)--?[a-z][\w-]+)"
)
_CITED_CLAUSE = re.compile(r"(?<=-\d\d), (\d{1,2}(?:\.\d{1,2})+)(?=[).;,\s])|第(\d{1,2}(?:\.\d{1,2})+)条")  # "(T-01, 5.3)", "T-01第5.3条"
_OWN_CLAUSE = re.compile(r"(?m)(?:^|(?<=› ))\s*(\d{1,2}(?:\.\d{1,2})+)\s")
_NAME = re.compile(r"(?<![.!?\n:：] )(?<!^)\b[A-Z][a-z]+(?:\s+[A-Z][a-z]+)+\b")
WRITTEN = {"time": [_CLOCK], "number": [_NUMBER, _HAN_NUMBER, _ENGLISH_NUMBER]}


@dataclass(frozen=True)
class Fact:
    """``kind`` is number, date, time (of day), code, clause (its number, as a clause bears it or a reference cites it) or name; ``unit`` is a
    key of the unit table or empty."""

    kind: str
    value: str
    unit: str = ""


@lru_cache(maxsize=4096)
def facts(text: str) -> frozenset[Fact]:
    """Every hard fact in the text; list numbers and [n] marks are not facts."""
    text = unicodedata.normalize("NFKC", re.sub(r"\[\d+\]", " ", text))
    text = re.sub(r"(?m)^\s*\d{1,2}[.)、]\s", " ", text)
    found = {Fact("code", _spaced(line)) for match in _QUOTED_CODE.finditer(text) for line in match.group(1).splitlines() if line.strip()}
    text = _QUOTED_CODE.sub(" ", text)
    found |= {Fact("clause", match.group(1) or match.group(2)) for match in _CITED_CLAUSE.finditer(text)}
    text = _CITED_CLAUSE.sub(" ", text)
    for start, end, days in reversed(written_dates(text)):
        found |= {Fact("date", day) for day in days}
        text = f"{text[:start]} {text[end:]}"
    found |= {Fact("time", _time(match)) for match in _CLOCK.finditer(text)}
    text = _CLOCK.sub(" ", text)
    found |= {Fact("code", _spaced(match.group(0)).rstrip(".,;")) for match in _CODE.finditer(text)}
    text = _CODE.sub(" ", text)
    for value, unit in _numbers(text):
        found.add(Fact("number", value, unit))
    for match in _NAME.finditer(text):
        found.add(Fact("name", match.group(0).lower()))
    return frozenset(found)


@lru_cache(maxsize=4096)
def borne(text: str) -> frozenset[Fact]:
    """What a piece of evidence bears out: its facts, and the number of its own clause ("5.3 The tenant may …"), which others cite."""
    return facts(text) | {Fact("clause", match.group(1)) for match in _OWN_CLAUSE.finditer(text)}


def supported(fact: Fact, known: frozenset[Fact], text: str) -> bool:
    """Whether the known facts, or the plain text for names and codes, hold a fact."""
    if fact in known:
        return True
    if fact.kind == "number":
        return any(k.kind == "number" and k.value == fact.value and (not k.unit or not fact.unit) for k in known)
    if fact.kind == "date":
        return any(k.kind == "date" and (k.value.endswith(fact.value) or fact.value.endswith(k.value)) for k in known)
    if fact.kind == "clause":
        return False
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
        if match.group(0) != "one" and not re.search(r"\d\s*$", text[: match.start()]):
            found.append((_plain(_english(match.group(0))), _unit(text[match.end() :], "")))
    return found


def _scale(rest: str) -> int:
    word = re.match(r"\s*(万|亿|million\b|thousand\b)", rest, re.I)
    return {"万": 10_000, "亿": 100_000_000, "thousand": 1000, "million": 1_000_000}[word[1].lower()] if word else 1


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
    after = _RANGE.sub("", after.lower())
    rest = re.sub(r"^[\s\-)）]*(?:万|亿|million|thousand)?\s*(?:\([^)]*\)\s*)?", "", after)
    own = _named_unit(rest)
    column = _COLUMN.search(before) if not own else None
    return _named_unit((column[1] or column[2]).lower()) if column else own


def _named_unit(text: str) -> str:
    return next((name for name, pattern in _UNITS.items() if re.match(pattern, text)), "")


def _time(match: re.Match[str]) -> str:
    """Hours and minutes of a day of 24 hours."""
    later = (match["ap"] or "").lower() == "p" or match["half"] in {"下午", "晚上"}
    hour = int(match["h"]) + (12 if later and int(match["h"]) < 12 else 0)
    return f"{hour:02d}:{match['m'] or '00'}"


def _plain(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")
