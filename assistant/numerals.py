"""Whole numbers as people write them: 18, 3,000, eighteen, two hundred and five, 十八, 一万二, 叁仟. Knows no units."""

import re

HAN_DIGITS = "〇零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟"
LONGEST = 24  # words or characters: no number below a million million has more, and a page of them is still searched at once
_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = {word: n for n, word in enumerate(_ONES)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_WORD = "|".join(sorted([*_VALUES, *_SCALES], key=len, reverse=True))
ENGLISH = rf"\b(?:{_WORD})\b(?:(?:[\s-]|,\s?|\sand\s)(?:{_WORD})\b){{0,{LONGEST}}}"
HAN_NUMERAL = rf"[{HAN_DIGITS}]{{1,{LONGEST}}}"
FIGURES = r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?![.,]?\d)"
NUMERAL = rf"(?:{FIGURES}|{ENGLISH}|{HAN_NUMERAL})"


def number_of(words: str) -> int | None:
    """Value of a match of ``NUMERAL`` below a million million; None for what is no number (万一)."""
    words = words.strip().lower()
    if re.fullmatch(r"[\d,]+", words):
        return int(words.replace(",", ""))
    return _han(words) if re.fullmatch(HAN_NUMERAL, words) else _english(words)


def _han(words: str) -> int | None:
    import cn2an  # takes a fifth of a second to load

    try:
        value = cn2an.cn2an(words, "normal")  # reads 一万二 as 12,000, which its strict mode does not
    except ValueError:
        return None
    return int(value) if value < 10**12 else None


def _english(words: str) -> int | None:
    total = part = 0
    for word in re.findall("[a-z]+", words):
        if word in _VALUES:
            part += _VALUES[word]
        elif word == "hundred":
            part = (part or 1) * 100
        elif word in _SCALES:
            total, part = total + (part or 1) * _SCALES[word], 0
        elif word != "and":
            return None
    return total + part if total + part < 10**12 else None
