"""Whether a model reads its passages: a figure of the evidence is exchanged, and what it says then tells reading from memory."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.records import Told, Turn, content_id
from assistant.training.dataset import Dataset, Row
from assistant.training.diagnosis.asking import question_of
from assistant.training.diagnosis.fault import Fault
from assistant.training.diagnosis.remedies import for_ignoring, told
from assistant.training.recipe import Recipe

MOST = 8
LEAST = 2
MANY = 1 / 3
_MARK = re.compile(r"\[\d+\]")
_NUMBER = re.compile(r"(?<![A-Za-z\d.,:/\[-])\d+(?![\d:/\]-]|[.,]\d)")


@dataclass(frozen=True)
class Exchanged:
    """A row whose evidence says ``new`` where it said ``old``; ``old`` stands nowhere in its prompt any more."""

    row: Row
    prompt: tuple[Turn, ...]
    old: str
    new: str


def exchanges(dataset: Dataset) -> list[Exchanged]:
    """At most eight rows with evidence, held-out ones first, each with one figure of its answer exchanged in its passages."""
    found: dict[str, Exchanged] = {}
    for row in (*dataset.held_out, *dataset.train):
        if len(found) == MOST:
            break
        if row.form == "evidence" and row.kind == "answer" and row.example not in found and (made := exchanged(row)):
            found[row.example] = made
    return list(found.values())


def exchanged(row: Row) -> Exchanged | None:
    """The row with the first figure of its answer that its evidence holds, and its question does not, replaced; None where there is none."""
    text = row.prompt[-1].content
    here, asked = set(_NUMBER.findall(text)), set(re.findall(r"\d+", question_of(row)))
    old = next((number for number in _NUMBER.findall(_MARK.sub(" ", row.answer)) if number in here and number not in asked), "")
    if not old:
        return None
    new = _other(old, text)
    prompt = tuple(Turn(turn.role, re.sub(rf"(?<![\d\[]){old}(?![\d\]])", new, turn.content)) for turn in row.prompt)
    return Exchanged(row, prompt, old, new)


def ignoring(made: Sequence[Exchanged], answers: Sequence[str], recipe: Recipe) -> list[Fault]:
    """An answer with the new figure was read, one with the old alone came from memory; one with neither says nothing here."""
    said = [set(re.findall(r"\d+", _MARK.sub(" ", answer))) for answer in answers]
    read = sum(one.new in numbers for one, numbers in zip(made, said, strict=True))
    memory = [one for one, numbers in zip(made, said, strict=True) if one.old in numbers and one.new not in numbers]
    if len(memory) < LEAST or len(memory) <= MANY * (read + len(memory)):
        return []
    one = memory[0]
    text = (
        f"with a figure of the evidence exchanged, {len(memory)} of {read + len(memory)} answers still say the old one "
        f"({question_of(one.row):.60}: the evidence said {one.new}, the answer {one.old})"
    )
    counts = {"old": len(memory), "count": read + len(memory)}
    sign = Told(text, "from-memory", question=f"{question_of(one.row):.60}", given=one.new, said_figure=one.old, **counts)
    changes = for_ignoring(recipe)
    cure = Told(f"more rows with passages, refusals and other sentences beside the right one: {told(changes)}", "more-passages")
    return [Fault(name="ignoring", sign=sign, cure=cure, blocks=False, changes=changes, share=len(memory) / (read + len(memory)))]


def _other(number: str, text: str) -> str:
    """Another number of as many digits that stands nowhere in the text; the same one for the same text."""
    for draw in range(1000):
        digits = str(int(content_id(draw, number, text), 16))[-len(number) :]
        if digits != number and digits[0] != "0" and digits not in text:
            return digits
    return number + "7"
