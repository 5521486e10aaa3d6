"""Whether a text states a wording, however numbers, amounts and dates are written: 叁仟元, 3,000 yuan, ¥3000. Knows no questions.

Both are cut into pieces – words, Han characters, signs, values – and the wording's pieces must stand in a row in the text's. So "15 days" is
stated by 十五天 and by "fifteen days", but not by "115 days" nor "15 working days", and "3%" not by "0.3%".
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from assistant.answering.facts import WRITTEN, Fact, facts
from assistant.dates import written_dates
from assistant.numerals import HAN_NUMERAL, number_of

Piece = str | Fact
_LEFT_OUT = re.compile(r"\[\d{1,2}\]|['‘’\"“”「」『』`*,]+")
_SEPARATOR = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_OF_A_HUNDRED = re.compile(rf"百分之({HAN_NUMERAL}|\d+(?:\.\d+)?)")
_DOTTED = re.compile(r"(?<![\w.])\d+(?:\.\d+){2,}")
_COLON = re.compile(r"(?<!\d):(?=\d)")
_PLAIN = re.compile(r"[a-z]+|\d+|\S")
_CURRENCY = re.compile(r"(?:[¥$]|\brmb|\bcny|人民币)\s*$", re.I)
_UNIT_LEAD = re.compile(r"[^\S\n]*-?[^\S\n]*\)?[^\S\n]*(?:\([^)\n]*\)[^\S\n]*)?")
_UNIT = re.compile(r"%|[a-z]+(?:[\s-][a-z]+)?|[^\W\da-z_]{1,5}", re.I)
_WORKING = re.compile(r"working|business|工作", re.I)
_CALENDAR = re.compile("个?自然日")
_SCALE = re.compile(r"\s*(?:[万亿]|thousand\b|million\b)", re.I)
_WHOLE = re.compile(r"\s*[整正]")
_END = frozenset(".。;；:!?！？")
SHORT = 3  # letters: a shorter word may have a plural s and no other ending ("ER" is not in "erase")


def stated(text: str, wording: str) -> bool:
    """Whether the wording stands in the text. Its last Latin word may go on ("share link" in "share links"), a number without a unit
    may have any, a date without a year any year. An empty wording is stated by nothing."""
    wanted = list(pieces(wording))
    while wanted and wanted[-1] in _END:
        wanted.pop()
    there = pieces(text)
    if not wanted:
        return False
    *first, last = wanted
    ends = range(len(first), len(there))
    return any(_ends(last, there[end]) and all(map(_same, first, there[end - len(first) : end])) for end in ends)


def _same(wanted: Piece, there: Piece) -> bool:
    if isinstance(wanted, str) or isinstance(there, str):
        return wanted == there
    if wanted.kind == "date":
        return there.kind == "date" and there.value[-len(wanted.value) :] == wanted.value
    return (wanted.kind, wanted.value) == (there.kind, there.value) and wanted.unit in ("", there.unit)


def _ends(wanted: Piece, there: Piece) -> bool:
    if _same(wanted, there):
        return True
    if not isinstance(wanted, str) or not isinstance(there, str) or not wanted.isascii() or not wanted.isalpha():
        return False
    return there == f"{wanted}s" if len(wanted) <= SHORT else there.startswith(wanted)


@lru_cache(maxsize=16_384)
def pieces(text: str) -> tuple[Piece, ...]:
    """Words, Han characters, signs and values in order, without quotation marks, commas, [n] marks and white space."""
    text = _SEPARATOR.sub("", unicodedata.normalize("NFKC", text))
    text = _COLON.sub(": ", text)  # else a time of day behind a colon is none
    text = _OF_A_HUNDRED.sub(lambda match: f"{_number(match[1])}%", _LEFT_OUT.sub("", text))
    found: list[Piece] = []
    done = 0
    for start, end, values in _values(text):
        found += _PLAIN.findall(text[done:start].lower())
        found += values
        done = end
    return (*found, *_PLAIN.findall(text[done:].lower()))


def _values(text: str) -> Iterator[tuple[int, int, list[Fact]]]:
    """(start, end, values) of dates, times of day, dotted codes and numbers with their units, in order and without overlap."""
    spans = [(start, end, [Fact("date", day) for day in days]) for start, end, days in written_dates(text)]
    spans += [(*match.span(), [Fact("code", match[0])]) for match in _DOTTED.finditer(text)]
    taken = {place for start, end, _ in spans for place in range(start, end)}
    for kind in ("time", "number"):
        for match in (match for pattern in WRITTEN[kind] for match in pattern.finditer(text)):
            if taken.isdisjoint(range(*match.span())):
                start, end, value = _measured(text, match) if kind == "number" else _timed(match)
                taken.update(range(start, end))
                spans.append((start, end, [value]))
    return iter(sorted(spans, key=lambda span: span[0]))


def _measured(text: str, match: re.Match[str]) -> tuple[int, int, Fact]:
    """A number with the scale, unit and currency sign that belong to it."""
    start, end = match.span()
    if scale := _SCALE.match(text, end):
        end = scale.end()
    value = _number(text[start:end])
    unit, end = _unit(text, end)
    if sign := _CURRENCY.search(text, max(0, start - 8), start):
        unit, start = ("dollar" if "$" in sign[0] else "yuan"), sign.start()
    if unit == "yuan" and (whole := _WHOLE.match(text, end)):
        end = whole.end()
    return start, end, Fact("number", value, unit)


def _timed(match: re.Match[str]) -> tuple[int, int, Fact]:
    times = [fact for fact in facts(match[0]) if fact.kind == "time"]
    return (*match.span(), times[0] if times else Fact("time", match[0].lower()))


@lru_cache(maxsize=4096)
def _number(written: str) -> str:
    """A number as ``facts`` writes it; a unit is lent to it, since a lone 三 is none without."""
    lent = f"{written} yuan" if written.isascii() else f"{written}元"
    found = [fact.value for fact in facts(lent) if fact.kind == "number"]
    return found[0] if len(found) == 1 else str(number_of(written) or written.lower())


def _unit(text: str, start: int) -> tuple[str, int]:
    """The unit that follows a number, and where it ends; ("", ``start``) without one. Working days are a unit of their own."""
    lead = _UNIT_LEAD.match(text, start)
    begin = lead.end() if lead else start
    if match := _UNIT.match(text, begin):
        words = match[0]
        for length in _lengths(words):
            if unit := _unit_named(words[:length].lower()):
                return unit, begin + length
    return "", start


def _lengths(words: str) -> list[int]:
    """Where a unit may end: after the first word or the second, after any Han character."""
    if words[0].isascii():
        return [match.end() for match in re.finditer(r"%|[a-z]+", words, re.I)]
    return list(range(1, len(words) + 1))


@lru_cache(maxsize=4096)
def _unit_named(words: str) -> str:
    plain = _CALENDAR.sub("日", words)
    units = [fact.unit for fact in facts(f"7 {plain}") if fact.kind == "number" and fact.value == "7"]
    unit = units[0] if units else ""
    return "working day" if unit == "day" and _WORKING.search(words) else unit
