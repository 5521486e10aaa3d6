"""Dates, terms and deadlines in a text, in English and Chinese, and the day on which they fall.

A working day is Monday to Friday less the days off, plus the working weekends, of a calendar that somebody gives. Never asks what today is.
"""

import re
from calendar import month_name, monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from assistant.numerals import NUMERAL, number_of

Unit = Literal["day", "working day", "week", "month", "year"]
Way = Literal["before", "after", "lasting"]
LONGEST = 1200  # months, days or weeks: a century of months
LEAP_YEAR = 2000  # stands in where a text names no year, so that 29 February is a day

_MONTHS = {name[:3].lower(): n for n, name in enumerate(month_name) if n}
_OTHERS = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in month_name if name not in ("", "May"))
_MONTH = rf"(?P<name>May|(?i:{_OTHERS}))\b\.?"  # "3 may" is no date
_DATES = (
    re.compile(r"(?<!\d)(?P<y>\d{4})\s*[-/.]\s*(?P<m>\d{1,2})\s*[-/.]\s*(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?:(?<!\d)(?P<y>\d{4})\s*年\s*)?(?<!\d)(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]"),
    re.compile(
        r"(?<!\d)(?:(?P<first>\d{1,2})\s*(?:to|until|and|[-–])\s*)?"
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+(?P<y>\d{{4}}))?"
    ),
    re.compile(rf"\b{_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s+(?P<y>\d{{4}}))?"),
)
_HALF = ("半", "half a")
_TERM = re.compile(rf"(?P<n>{NUMERAL}|半|half a)[\s-]*(?P<unit>years?\b|months?\b|年(?P<half>半)?|个月)", re.I)
_HAN_LENGTH = rf"(?<!月)(?P<n>{NUMERAL})\s*(?:个(?=[工自月星]))?(?P<unit>工作日|自然日|天|日|周|星期|(?<=个)月|年)"
_LENGTHS = (
    re.compile(
        r"(?:\b(?P<lead>within|in|after|for|lasts?|is)\s+(?:(?:the\s+)?(?:first|next)\s+|at (?:most|least)\s+|up to\s+)?)?"
        rf"(?P<n>{NUMERAL}|\ban?)[\s-]+"
        r"(?P<unit>(?:working|business)[\s-]days?|(?:calendar[\s-])?days?|weeks?|months?|years?)\b(?P<notice>['’]*\s+(?:written\s+)?notice)?"
        r"(?:[a-z ]{0,12}?\s(?P<tail>before|ahead|prior|in advance|earlier|after|later|from|following|of)\b)?",
        re.I,
    ),
    re.compile(
        rf"(?P<lead>提前|前|早于|起|后|为期?|共|持续)(?:至少|不少于|最多)?\s*{_HAN_LENGTH}"
        r"(?P<tail>内|以内|之内|后|之后|以后)?(?P<notice>.{0,4}通知)?"
    ),
    re.compile(rf"{_HAN_LENGTH}(?:的时间)?(?P<tail>之前|以前|前|内|以内|之内|后|之后|以后)"),
)
_BEFORE = {"before", "ahead", "prior", "in advance", "earlier", "提前", "前", "早于", "之前", "以前"}
_LASTING = {"for", "last", "lasts", "is", "为", "为期", "共", "持续"}


@dataclass(frozen=True)
class Length:
    """A length of time and which way it is counted from a day: 3 working days before, 30 days after, lasting 6 months."""

    count: int
    unit: Unit
    way: Way


@dataclass(frozen=True)
class WorkingDays:
    """``years`` are those the calendar covers; a count that leaves them has no answer. Empty: any year, Mondays to Fridays."""

    days_off: frozenset[date] = frozenset()
    working_weekends: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def __contains__(self, day: date) -> bool:
        return day in self.working_weekends or (day.weekday() < 5 and day not in self.days_off)

    def counted(self, day: date, count: int) -> date | None:
        """The day that many working days later, or earlier when negative."""
        step = timedelta(1 if count > 0 else -1)
        while count:
            day += step
            if self.years and day.year not in self.years:
                return None
            if day in self:
                count -= step.days
        return day


def dates_in(text: str, year: int | None = None) -> list[date]:
    """Every date that exists, each once; one without a year falls into ``year``, or is left out when that is None."""
    found = [day for pattern in _DATES for match in pattern.finditer(text) for day in _days(match, year)]
    return list(dict.fromkeys(found))


def written_dates(text: str) -> list[tuple[int, int, tuple[str, ...]]]:
    """(start, end, days) of every date that exists, in order: ``2026-03-01``, or ``03-01`` where no year is named; "3 to 5 March" has two days."""
    found: list[tuple[int, int, tuple[str, ...]]] = []
    for match in sorted((match for pattern in _DATES for match in pattern.finditer(text)), key=lambda match: (match.start(), -match.end())):
        days = tuple(day.isoformat()[0 if match["y"] else 5 :] for day in _days(match, LEAP_YEAR))
        if days and (not found or match.start() >= found[-1][1]):
            found.append((*match.span(), days))
    return found


def _days(match: re.Match[str], year: int | None) -> Iterator[date]:
    parts = match.groupdict()
    month = _MONTHS[parts["name"][:3].lower()] if parts.get("name") else int(parts["m"])
    own = int(parts["y"]) if parts["y"] else year
    for day in (parts.get("first"), parts["d"]):
        if own and 1900 <= own <= 2200 and day and 1 <= month <= 12 and 1 <= int(day) <= monthrange(own, month)[1]:
            yield date(own, month, int(day))


def terms_in(text: str) -> list[int]:
    """Months of every term, each once: two years, 18 months, 一年半, 半年."""
    found = []
    for match in _TERM.finditer(text):
        months = 12 if match["unit"][0] in "yY年" else 1
        whole = 0 if match["n"].lower() in _HALF else number_of(match["n"]) or 0
        found.append(whole * months + (months // 2 if match["half"] or match["n"].lower() in _HALF else 0))
    return list(dict.fromkeys(length for length in found if 0 < length <= LONGEST))


def lengths_in(text: str) -> list[Length]:
    """Every length of time that says which way it counts; notice counts both ways (from the letter, and back from the last day)."""
    found: list[Length] = []
    for match in (match for pattern in _LENGTHS for match in pattern.finditer(text)):
        count = 1 if match["n"].lower() in ("a", "an") else number_of(match["n"])
        if count and count <= LONGEST:
            found += [Length(count, _unit(match["unit"].lower()), way) for way in _ways(match.groupdict())]
    return list(dict.fromkeys(found))


def _ways(parts: dict[str, str | None]) -> tuple[Way, ...]:
    lead, tail = (parts.get("lead") or "").lower(), (parts.get("tail") or "").lower()
    if parts.get("notice"):
        return "before", "after"
    if {lead, tail} & _BEFORE:
        return ("before",)
    if lead in _LASTING and not tail:
        return ("lasting",)
    return ("after",) if lead or tail else ()


def _unit(word: str) -> Unit:
    if word.startswith(("working", "business", "工作")):
        return "working day"
    return "week" if word[0] in "w周星" else "month" if word[0] in "m月" else "year" if word[0] in "y年" else "day"


def moved(day: date, length: Length, working: WorkingDays | None = None) -> date | None:
    """The day a length leads to; None for working days without a calendar, and beyond the calendar's years."""
    count = -length.count if length.way == "before" else length.count
    if length.unit == "working day":
        return working.counted(day, count - (length.way == "lasting")) if working else None
    if length.unit in ("month", "year"):
        months = count * (12 if length.unit == "year" else 1)
        return last_day(day, months) if length.way == "lasting" else _months_later(day, months)
    return day + timedelta(count * (7 if length.unit == "week" else 1) - (length.way == "lasting"))


def last_day(start: date, months: int) -> date:
    """Last day of a term that counts its first one: a year from 1 March 2027 ends on 29 February 2028."""
    end = _months_later(start, months)
    return end - timedelta(1) if end.day == start.day else end


def _months_later(day: date, months: int) -> date:
    """The same day of another month, or the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def said(day: date) -> tuple[str, str]:
    """A date as English and Chinese drafts write it: 1 May 2026, 2026年5月1日."""
    return f"{day.day} {month_name[day.month]} {day.year}", f"{day.year}年{day.month}月{day.day}日"
