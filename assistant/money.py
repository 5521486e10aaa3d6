"""Sums of money in a text, in yuan: in figures, in English words, in Chinese financial numerals (叁仟元整), and whether these agree."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from assistant.numerals import ENGLISH, HAN_DIGITS, HAN_NUMERAL, number_of

Amount = int | Decimal
LIMIT = 10**12

_FIGURE = r"(?<![\d.,])(?P<figure>(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,2})?)(?![.,]?\d)"
_SCALES = {"万": 10_000, "亿": 100_000_000, "million": 1_000_000}
_MONEY = rf"(?:(?P<before>\b(?:RMB|CNY)|[¥￥]|人民币)\s*)?{_FIGURE}\s*(?P<scale>[万亿]|million\b)?\s*(?P<after>(?:yuan|RMB|CNY)\b|元)?"
_IN_FIGURES = re.compile(_MONEY, re.I)
_WORDS = rf"(?P<words>{HAN_NUMERAL}[元圆][{HAN_DIGITS}角分整正]*|{ENGLISH}\s+yuan(?:\s+(?:and\s+)?{ENGLISH}\s+fen)?)"
_LEAD = r"(?:\s|\bin words\b|\bin figures\b|大写|小写|人民币|[:：])*"
_PAIRS = (
    re.compile(rf"{_MONEY}[^\S\n]*(?:[（(]|写作){_LEAD}{_WORDS}", re.I),
    re.compile(rf"{_WORDS}\s*[（(]{_LEAD}{_MONEY}", re.I),
)
_PER_MONTH = re.compile(rf"{_FIGURE}\s+(?:a|per|each) month\b", re.I)
_WITHOUT_UNIT = re.compile(  # "rent 1,500", "每月2800", but neither "rent for 12 months" nor "每月5日前"
    r"(?:\b(?:rent|monthly|deposit|price|fee)|租金?|每月|押金|总价|月[薪费])(?:[ ](?:of|is|now|at)|税前|税后)*[ :：为是]*"
    rf"{_FIGURE}(?P<scale>万)?"
    r"(?![\s-]*(?:[%‰日号天个月年]|(?:day|week|month|year|hour)s?\b|(?:st|nd|rd|th)\b))",
    re.I,
)
_SPOKEN = re.compile(rf"{HAN_NUMERAL}(?=元|块)|(?<!第)[{HAN_DIGITS}]*[百千万亿][{HAN_DIGITS}]*(?=[的，。；、\s]|$)")


@lru_cache(maxsize=1024)
def in_words(amount: Amount) -> tuple[str, str]:
    """English words and Chinese financial numerals of a sum below ``LIMIT``: three thousand and fifty yuan, 叁仟零伍拾元整."""
    import cn2an
    from num2words import num2words

    yuan, fen = divmod(int(amount * 100), 100)
    english = f"{num2words(yuan)} yuan" + (f" and {num2words(fen)} fen" if fen else "")
    return english.replace(",", ""), cn2an.an2cn(f"{amount:.2f}", "rmb")


def amounts(text: str) -> list[Amount]:
    """Every sum of money above zero, each once: 3,000 yuan, RMB 3,000, 1.2万元, 三千元, 月租一万二, rent 1,500."""
    found = [_value(match) for pattern in (_IN_FIGURES, _PER_MONTH, _WITHOUT_UNIT) for match in pattern.finditer(text)]
    found += [number_of(match[0]) for match in _SPOKEN.finditer(text)]
    return list(dict.fromkeys(amount for amount in found if amount))


def in_both(text: str) -> list[Amount]:
    """The sums that stand in figures and right beside them in words, whether the two agree or not."""
    return [amount for amount, _ in _pairs(text)]


def wrong_words(text: str) -> list[str]:
    """Where words say another sum than the figures beside them, or say it in everyday numerals (三千元整); a line for each."""
    faults = []
    for amount, words in _pairs(text):
        if all(_plain(words) != _plain(right) for right in in_words(amount)):
            faults.append(f"{amount:,} yuan in words is {in_words(amount)['元' in words or '圆' in words]}, not {words}")
    return faults


def _pairs(text: str) -> Iterator[tuple[Amount, str]]:
    for pattern in _PAIRS:
        for match in pattern.finditer(text):
            if amount := _value(match):
                yield amount, match["words"].strip()


def _value(match: re.Match[str]) -> Amount | None:
    """Yuan of a match; None where neither sign, unit nor scale says that a figure is money."""
    found = match.groupdict()
    if "before" in found and not (found["before"] or found["scale"] or found["after"]):
        return None
    amount = Decimal(found["figure"].replace(",", "")) * _SCALES.get((found.get("scale") or "").lower(), 1)
    if amount >= LIMIT:
        return None
    return int(amount) if amount == int(amount) else amount.quantize(Decimal("0.01"))


def _plain(words: str) -> str:
    """Without what may stand or be left out: and, commas, hyphens; 零 after 元 and 万, 整 after 角 (People's Bank rules for bills)."""
    words = " ".join(re.sub(r"\band\b|[,-]", " ", words.lower()).split()).replace("圆", "元").replace("正", "整")
    return re.sub(r"(?<=元)零(?=.角)|(?<=万)零(?=.仟)|(?<=角)整$", "", words)
