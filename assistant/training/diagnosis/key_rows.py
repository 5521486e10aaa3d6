"""Whether the facts of the key rows were learned: the row says 15 GB, the answer must not say 10 GB."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.facts import Fact, facts, supported
from assistant.records import Told
from assistant.training.dataset import Dataset, Row
from assistant.training.diagnosis.asking import question_of, some
from assistant.training.diagnosis.fault import Fault
from assistant.training.diagnosis.remedies import for_wrong_figures, told
from assistant.training.recipe import Recipe

FIGURES = {"number", "date", "time"}
MOST_MARKED = 12
MOST = 8
WRONG = 1 / 2
CHANCE = 1
SHOWN = 3


@dataclass(frozen=True)
class Wrong:
    """``wanted`` and ``said`` are figures as people write them; ``said`` is "no figure" where none was said."""

    question: str
    wanted: str
    said: str

    def __str__(self) -> str:
        return f"{self.question:.60}: {self.wanted} wanted, {self.said} said"


def key_rows(dataset: Dataset) -> tuple[list[Row], bool]:
    """The trained rows whose facts must be right, and whether a person marked them; without marks a few rows whose answers hold figures,
    those with evidence where there are any, since facts are read there."""
    telling = [row for row in dataset.train if row.kind == "answer" and row.form in ("evidence", "plain") and figures_of(row)]
    marked = [row for row in telling if row.key]
    if marked:
        return some(marked, MOST_MARKED), True
    return some([row for row in telling if row.form == "evidence"] or telling, MOST), False


def figures_of(row: Row) -> frozenset[Fact]:
    """The figures that the row's answer gives, other than those of its question."""
    return frozenset(fact for fact in facts(row.answer) - facts(question_of(row)) if fact.kind in FIGURES)


def wrong_figures(rows: Sequence[Row], answers: Sequence[str]) -> list[Wrong]:
    """One entry per answer that lacks a figure of its row."""
    found = []
    for row, answer in zip(rows, answers, strict=True):
        said = frozenset(fact for fact in facts(answer) if fact.kind in FIGURES)
        missing = sorted((fact for fact in figures_of(row) if not supported(fact, said, "")), key=lambda fact: (fact.kind, fact.value))
        if missing:
            found.append(Wrong(question_of(row), _written(missing[0]), _said_instead(missing[0], said - figures_of(row))))
    return found


def mostly_wrong(rows: Sequence[Row], answers: Sequence[str]) -> bool:
    return len(wrong_figures(rows, answers)) > WRONG * len(rows)


def underfit(rows: Sequence[Row], answers: Sequence[str], marked: bool, before: Sequence[str], recipe: Recipe) -> list[Fault]:
    """Blocks when marked rows are wrong. Of unmarked ones more than half must be, and, where the bare base could read them (``before`` has
    its answers), more than it reads badly: a small base does whatever it learned."""
    wrong = wrong_figures(rows, answers)
    excused = len(wrong_figures(rows, before)) + CHANCE if before else 0
    if not wrong or not (marked or (mostly_wrong(rows, answers) and len(wrong) > excused)):
        return []
    what = "key rows" if marked else "rows looked at"
    shown = [Told(str(one), "wrong-figure", question=f"{one.question:.60}", wanted=one.wanted, found=one.said) for one in wrong[:SHOWN]]
    sign = Told(f"the figures of {len(wrong)} of {len(rows)} {what} are wrong ({'; '.join(shown)})", "wrong-figures", wrong=len(wrong), count=len(rows), shown=shown)
    changes = for_wrong_figures(recipe, marked)
    cure = Told(f"repeat {'the key' if marked else 'the'} rows and train further: {told(changes)}", "repeat-key-rows" if marked else "repeat-rows")
    return [Fault(name="underfit", sign=sign, cure=cure, blocks=marked, changes=changes, share=len(wrong) / len(rows))]


def _said_instead(wanted: Fact, others: frozenset[Fact]) -> str:
    """The figure that stands in the wanted one's place: of the same unit, else of the same kind."""
    alike = [fact for fact in others if fact.kind == wanted.kind]
    same = [fact for fact in alike if fact.unit == wanted.unit]
    chosen = min(same or alike, key=lambda fact: (len(fact.value), fact.value), default=None)
    return _written(chosen) if chosen else "no figure"


def _written(fact: Fact) -> str:
    return f"{fact.value} {fact.unit}".strip()
