"""Rows of tables as retrieval gives them: one line a row, a column or a cell, all alike but for their values. To copy such a
line to its end, a model has to keep to it where many others go on with the same words."""

import random
import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from starter.facts import Fact
from starter.paths import HERE
from starter.slots import Values, fill

CHOICE = re.compile(r"<([^<>]*)>")
KEY = "{k}"
LINES = ("row", "column", "cell")  # what the frames of these facts are called


@dataclass(frozen=True)
class Column:
    name: str
    value: str  # with slots and <choices>
    questions: tuple[str, ...]  # with {k} for the row's key; none for the key itself


@cache
def tables(language: str) -> tuple[tuple[str, tuple[Column, ...]], ...]:
    """Name and columns of each table, the key first."""
    text = (HERE / "texts" / language / "tables.txt").read_text(encoding="utf-8")
    found = []
    for block in re.split(r"^# ", text, flags=re.M)[1:]:
        name, *lines = block.strip().splitlines()
        found.append((name, tuple(column_of(line) for line in lines)))
    return tuple(found)


def column_of(line: str) -> Column:
    name, _, rest = line.partition(" = ")
    value, *questions = (part.strip() for part in rest.split("|"))
    return Column(name, value, tuple(question.replace("{x}", KEY) for question in questions if question))


def make_table(language: str, rng: random.Random, count: int) -> list[Fact]:
    """Up to `count` lines of one table: its rows, its columns (each over all keys) or its cells (one key's under one heading)."""
    values = Values(language, rng, False)
    name, (key, *columns) = rng.choice(tables(language))
    columns = rng.sample(columns, rng.randint(min(2, len(columns)), len(columns)))
    keys = list(dict.fromkeys(drawn(key.value, values) for _ in range(count)))
    cells = {one: {column.name: drawn(column.value, values) for column in columns} for one in keys}
    for one, other in pairwise(keys):  # neighbours have values in common, as in use
        cells[other] |= {name: text for name, text in cells[one].items() if rng.random() < 0.2}
    form = rng.random()
    if form < 0.35:
        named = rng.random() < 0.5
        every = [_by_cell(name, one, column, cells[one][column.name], values, named) for one in keys[: count // 3 + 1] for column in columns]
        return rng.sample(every, min(count, len(every)))
    if form < 0.55:
        keys = keys[:5]
        return [_by_column(name, column, keys, cells, values) for column in columns[:count]]
    return [_by_row(name, key, one, columns, cells[one], values) for one in keys]


def drawn(pattern: str, values: Values) -> str:
    """A value: choices made, then slots filled."""
    while found := CHOICE.search(pattern):
        pattern = pattern[: found.start()] + values.rng.choice(found[1].split("/")) + pattern[found.end() :]
    text = fill("-" + pattern, values, {})[1:]  # the dash keeps the first letter as it is
    return text.strip()


def _by_row(name: str, key: Column, one: str, columns: list[Column], cells: dict[str, str], values: Values) -> Fact:
    sentence = "; ".join([f"{key.name}: {one}", *(f"{column.name}: {cells[column.name]}" for column in columns)])
    asked = [question.replace(KEY, one) for column in columns for question in column.questions]
    return Fact(sentence, values.rng.sample(asked, min(4, len(asked))), name, "zh" if values.zh else "en", frame="row")


def _by_cell(name: str, key: str, column: Column, value: str, values: Values, named: bool) -> Fact:
    """`Price per hour: 0.09 yuan` under the key, or `Small: price per hour 0.09 yuan.`"""
    asked = [question.replace(KEY, key) for question in column.questions]
    language, subject = "zh" if values.zh else "en", column.name[:1].lower() + column.name[1:]
    if not named:
        return Fact(f"{column.name}{'：' if values.zh else ': '}{value}", asked, f"{name} › {key}", language, frame="cell")
    forms = ("{k}的{c}：{v}。", "{k}，{c}为{v}。") if values.zh else ("{k}: {c} {v}.", "{k}, {c}: {v}.", "For {k}: {c} {v}.")
    sentence = values.rng.choice(forms).format(k=key, c=column.name if values.zh else subject, v=value)
    return Fact(sentence[:1].upper() + sentence[1:], asked, name, language, frame="cell")


def _by_column(name: str, column: Column, keys: list[str], cells: dict[str, dict[str, str]], values: Values) -> Fact:
    """`Price per hour: small 0.09 yuan, medium 0.18 yuan.`"""
    colon, comma, end = ("：", "，", "。") if values.zh else (": ", ", ", ".")
    sentence = column.name + colon + comma.join(f"{one} {cells[one][column.name]}" for one in keys) + end
    asked = [question.replace(KEY, one) for one in keys for question in column.questions]
    return Fact(sentence, values.rng.sample(asked, min(4, len(asked))), name, "zh" if values.zh else "en", frame="column")
