"""Whether answers speak the language of their questions."""

from collections.abc import Sequence

from assistant.language import detect
from assistant.records import Told
from assistant.training.dataset import Row
from assistant.training.diagnosis.asking import question_of
from assistant.training.diagnosis.fault import Fault
from assistant.training.diagnosis.remedies import for_language, told
from assistant.training.recipe import Recipe

MANY = 1 / 3
LEAST = 2
LEAST_LETTERS = 6


def wrong_language(rows: Sequence[Row], answers: Sequence[str], before: Sequence[str], recipe: Recipe) -> list[Fault]:
    """Among the questions of one language, more than a third are answered in the other; blocks when that is more than the bare base (``before``) does.
    Rows that are meant to be answered in the other language are passed over."""
    found = []
    for language, name in (("en", "English"), ("zh", "Chinese")):
        places = [i for i, row in enumerate(rows) if detect(question_of(row)) == detect(row.answer) == language]
        wrong = [i for i in places if _speaks(answers[i]) not in (language, "")]
        base = sum(_speaks(before[i]) not in (language, "") for i in places) if before else 0
        if len(wrong) >= LEAST and len(wrong) > MANY * len(places):
            text = f"{len(wrong)} of {len(places)} {name} questions are not answered in {name} ({answers[wrong[0]][:40]!r}), {base} without the adapter"
            sign = Told(text, "wrong-language", wrong=len(wrong), count=len(places), language=Told(name, name), answer=answers[wrong[0]][:40], base=base)
            changes = for_language(recipe)
            cure = Told(f"add rows in {name}, or learn less of the other: {told(changes)}", "add-language", language=Told(name, name))
            found.append(Fault(name="language", sign=sign, cure=cure, blocks=len(wrong) > base, changes=changes, share=len(wrong) / len(places)))
    return found


def _speaks(text: str) -> str:
    """The language of an answer; empty where it has too few letters to tell."""
    letters = sum(3 if char > "\u2e7f" else 1 for char in text if char.isalpha())
    return detect(text) if letters >= LEAST_LETTERS else ""
