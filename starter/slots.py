"""Fills the slots of a frame with words and invented values. Knows the slots' letters, not the frames."""

import random
import re
import string
from typing import Any

from starter import words_en, words_zh
from starter.split import is_held_out, part

SLOT = re.compile(r"\{(\w+)(~?)\}")


class Values:
    """Draws words and values of one language, either all for training or all held out."""

    def __init__(self, language: str, rng: random.Random, held_out: bool):
        self.zh, self.rng, self.held_out = language == "zh", rng, held_out
        self.words = words_zh if self.zh else words_en

    def pick(self, name: str) -> Any:
        return self.rng.choice(part(getattr(self.words, name), self.held_out))

    def number(self, top: int | None = None) -> int:
        """A number; the last digits decide whether it belongs to the held-out ones."""
        top = top or self.rng.choice((12, 30, 99, 99, 500, 2000, 9999))
        for _ in range(50):
            number = self.rng.randint(1, top)
            if is_held_out(number) == self.held_out:
                break
        return number

    def thing(self) -> str:
        """An adjective and a noun, now and then two nouns."""
        first = self.pick("ADJECTIVES") if self.rng.random() < 0.75 else self.pick("NOUNS")
        return f"{first}{'' if self.zh else ' '}{self.pick('NOUNS')}"

    def money(self) -> str:
        number = self.number()
        if self.zh:
            cents = self.rng.choice(("", "", "", ".50", ".90"))
            return self.rng.choice(
                (f"{number}{cents}元", f"{number} 元", f"人民币{number}元", f"¥{number}", f"{number}万元")
            )
        text = f"{number:,}{self.rng.choice(('', '', '.00', '.50', '.99'))}"
        unit = self.rng.choice(words_en.CURRENCIES)
        return self.rng.choice((f"{text} {unit}", f"${text}", f"€{text}", f"EUR {text}", f"{text} {unit}"))

    def percent(self) -> str:
        fraction = self.rng.choice(("", "", "", ".5", ".05"))
        sign = self.rng.choice(("%", "%", " %", " percent")) if not self.zh else "%"
        return f"{self.number(99)}{fraction}{sign}"

    def date(self) -> str:
        month, day, year = self.rng.randint(1, 12), self.rng.randint(1, 28), self.rng.randint(2019, 2031)
        if self.zh:
            return self.rng.choice((f"{year}年{month}月{day}日", f"{month}月{day}日", f"{year}-{month:02}-{day:02}"))
        name = words_en.MONTHS[month - 1]
        return self.rng.choice(
            (f"{day} {name} {year}", f"{name} {day}, {year}", f"{day} {name}", f"{year}-{month:02}-{day:02}")
        )

    def clock(self) -> str:
        hour, minute = self.rng.randint(1, 12), self.rng.choice((0, 0, 15, 30, 45))
        if self.zh:
            part_of_day = self.rng.choice(("上午", "下午", "", ""))
            return f"{part_of_day}{hour}:{minute:02}" if minute else f"{part_of_day}{hour}点"
        return self.rng.choice(
            (f"{hour}:{minute:02} {self.rng.choice(('a.m.', 'p.m.'))}", f"{hour + 8:02}:{minute:02}")
        )

    def person(self) -> str:
        if self.zh:
            name = self.rng.choice(part(words_zh.SURNAMES, self.held_out)) + self.pick("GIVEN")
            return name + self.rng.choice(("", "", "经理", "老师", "女士"))
        return self.rng.choice(("", "", "Ms ", "Mr ", "Dr ")) + f"{self.pick('GIVEN')} {self.pick('FAMILY')}"

    def email(self) -> str:
        box = self.rng.choice((words_en.NOUNS, words_en.GIVEN, words_en.OBJECTS))
        brand = self.rng.choice(part(words_en.BRANDS, self.held_out)).lower()
        ending = self.rng.choice(("com", "cn", "org", "example"))
        return f"{self.rng.choice(part(box, self.held_out)).lower()}@{brand}.{ending}"

    def command(self) -> str:
        tool = self.rng.choice(part(words_en.BRANDS, self.held_out)).lower()
        parts = [tool, self.rng.choice(words_en.OBJECTS), self.rng.choice(words_en.COMMANDS)]
        if self.rng.random() < 0.5:
            value = self.rng.choice((str(self.number()), f"my-{self.rng.choice(words_en.OBJECTS)}"))
            parts.append(f"--{self.rng.choice(words_en.OBJECTS)} {value}")
        return " ".join(parts)

    def clause(self) -> str:
        number = self.rng.randint(1, 29)
        if not self.zh:
            return self.rng.choice(
                (f"{number}.{self.rng.randint(1, 9)}", f"§ {number}", f"Article {number}.", f"({number})")
            )
        ones, tens = "零一二三四五六七八九"[number % 10], ("", "十", "二十")[number // 10]
        numeral = tens + (ones if number % 10 else "")
        return self.rng.choice(
            (f"第{numeral}条", f"{number}.{self.rng.randint(1, 9)}", f"（{numeral}）", f"第{numeral}款")
        )

    def version(self) -> str:
        return f"{self.rng.randint(1, 9)}.{self.rng.randint(0, 20)}"

    def phone(self) -> str:
        return self.rng.choice(
            (f"0{self.rng.randint(100, 999)}-{self.rng.randint(10**6, 10**7)}", f"{self.rng.randint(1000, 9999)}")
        )


DRAW = {
    "t": lambda v: v.rng.choice(v.pick("TOPICS")),
    "c": Values.money,
    "pct": Values.percent,
    "d": Values.date,
    "h": Values.clock,
    "n": lambda v: str(v.number()),
    "n1": lambda v: str(v.rng.randint(1, 28)),
    "p": lambda v: v.pick("PERIODS"),
    "u": lambda v: v.pick("UNITS"),
    "x": lambda v: v.pick("PLANS"),
    "y": lambda v: v.pick("CITIES"),
    "g": Values.person,
    "b": lambda v: v.pick("BRANDS") + ("" if v.zh else " ") + v.pick("PRODUCTS"),
    "e": Values.email,
    "m": Values.command,
    "r": lambda v: v.pick("ROLES"),
    "l": lambda v: v.pick("PLACES"),
    "k": lambda v: v.pick("CONDITIONS"),
    "j": Values.thing,
    "J": lambda v: v.thing().title(),
    "cl": Values.clause,
    "ver": Values.version,
    "tel": Values.phone,
    "ABC": lambda v: "".join(v.rng.choices(string.ascii_uppercase, k=3)),
    "nth": lambda v: v.rng.choice(("1st", "2nd", "3rd", "5th", "15th", "25th", "last")),
    "per": lambda v: v.rng.choice(
        ("月", "年", "天", "次", "人") if v.zh else ("month", "year", "day", "person", "week", "trip", "hour")
    ),
    "w": lambda v: v.rng.choice([f"周{d}" for d in "一二三四五六日"] if v.zh else words_en.WEEKDAYS),
}


def fill(frame: str, values: Values, known: dict[str, Any]) -> str:
    """The frame with its slots filled; what is drawn is added to `known`, what is known is kept."""
    for name, _ in SLOT.findall(frame):
        if name in known:
            continue
        if name in ("v", "vd"):
            verb = values.pick("VERBS")
            known["v"], known["vd"] = (verb, verb) if values.zh else (verb[0], verb[1])
        elif name == "v2":
            verb = values.pick("VERBS")
            known["v2"] = verb if values.zh else verb[0]
        elif name == "t":
            names = values.pick("TOPICS")
            known["t"], known["synonyms"] = names[0] if values.rng.random() < 0.8 else values.rng.choice(names), names
        else:
            known[name] = _drawn(name, values, known)
    text = SLOT.sub(lambda slot: _written(slot, values, known), frame)
    return text if values.zh else text[:1].upper() + text[1:]


def _drawn(name: str, values: Values, known: dict[str, Any]) -> str:
    """A value of the slot's kind, as a rule another one than that of {x} for {x2}."""
    kind = name.rstrip("234")
    draws = (DRAW[name if name in DRAW else kind](values) for _ in range(5))
    others = {text for slot, text in known.items() if slot.rstrip("234") == kind}
    return next((text for text in draws if text not in others), DRAW[kind if kind in DRAW else name](values))


def _written(slot: re.Match[str], values: Values, known: dict[str, Any]) -> str:
    """A slot marked ~ may be put in other words."""
    if slot[2] and values.rng.random() < 0.5:
        return str(values.rng.choice(known["synonyms"]))
    return str(known[slot[1]])
