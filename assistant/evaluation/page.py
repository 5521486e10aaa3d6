"""What the pages of a report show, from an evaluation: rows of scores, differences, costs, and the questions that went worst. Draws nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from assistant.evaluation.figures import NONE, amount, figure, finite, flat, in_words, percent
from assistant.evaluation.meanings import MAIN, Meaning, in_order, meaning_of, rung_title
from assistant.evaluation.results import Answered, Difference, Evaluation, Mean, Rung, Shown

WORST = 12
LONGEST = 4000
"""Characters of an answer or passage on the page; evaluation.json has the whole."""
TELLING = (*MAIN, "no_wrong_fact")
"""The scores that say how bad an answer is."""
STATEMENTS = "Unsupported statements"


@dataclass(frozen=True)
class Cell:
    rung: str
    mean: Mean | None
    best: bool


@dataclass(frozen=True)
class ScoreRow:
    meaning: Meaning
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table of texts: ``rows`` are (name, one text per column)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Said:
    """One rung's answer to a question, its scores in words and its worth in [0, 1]."""

    rung: str
    answer: Answered
    scores: tuple[tuple[str, str, bool], ...]
    worth: float | None
    receipt: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Asked:
    """A question with every rung's answer; ``worth`` is that of the rung the verdict ends with."""

    question: Mapping[str, Any]
    said: tuple[Said, ...]
    worth: float | None

    @property
    def expected(self) -> tuple[str, ...]:
        """The expected facts, alternatives joined by ``or``."""
        facts = self.question.get("facts") or ()
        return tuple(fact if isinstance(fact, str) else " or ".join(fact) for fact in facts)


def score_groups(evaluation: Evaluation) -> list[tuple[str, list[ScoreRow]]]:
    """Every score that any rung has, by what it is about."""
    names = in_order(score for rung in evaluation.rungs for score in rung.means)
    rows = [_score_row(meaning_of(name), evaluation) for name in names]
    return [(group, list(members)) for group, members in groupby(rows, key=lambda row: row.meaning.group)]


def _score_row(meaning: Meaning, evaluation: Evaluation) -> ScoreRow:
    means = [(rung.name, rung.means.get(meaning.name)) for rung in evaluation.rungs]
    there = [mean.mean for _name, mean in means if mean and finite(mean.mean)]
    best = max(there) if len(set(there)) > 1 and meaning.judges else None
    return ScoreRow(meaning, tuple(Cell(rung_title(name), mean, mean is not None and mean.mean == best) for name, mean in means))


def statements_row(evaluation: Evaluation) -> tuple[str, ...]:
    """Each rung's share of unsupported statements over all answers, with its interval and their number; empty where none was counted."""
    cells = [rung.unsupported for rung in evaluation.rungs]
    said = (f"{percent(one.mean)} [{percent(one.low)}, {percent(one.high)}] of {one.n}" if one else NONE for one in cells)
    return tuple(said) if any(cells) else ()


def split_differences(evaluation: Evaluation) -> tuple[list[Difference], list[Difference]]:
    """The differences that show, and those these questions do not show."""
    order = {score: at for at, score in enumerate(in_order(one.score for one in evaluation.differences))}
    ordered = sorted(evaluation.differences, key=lambda one: order[one.score])
    return [one for one in ordered if one.better or one.worse], [one for one in ordered if not (one.better or one.worse)]


def cost_table(evaluation: Evaluation) -> Table:
    """A row per kind of cost, a column per rung."""
    costs = [dict(_figures(rung.cost)) for rung in evaluation.rungs]
    return _table([rung_title(rung.name) for rung in evaluation.rungs], costs)


def judges_table(judged: Mapping[str, Any]) -> Table:
    """A column per judge when each has figures of its own, otherwise one column."""
    if judged and all(isinstance(value, Mapping) for value in judged.values()):
        return _table(list(judged), [dict(flat(value)) for value in judged.values()])
    return _table(["judge"], [dict(flat(judged))]) if judged else Table((), ())


def _figures(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        yield from flat({name: value})


def _table(columns: list[str], values: list[dict[str, str]]) -> Table:
    names = dict.fromkeys(name for column in values for name in column)
    return Table(tuple(columns), tuple((name, tuple(column.get(name, "–") for column in values)) for name in names))


def asked(evaluation: Evaluation) -> list[Asked]:
    """Every question with its answers, in the order they were asked."""
    return [_asked(question, evaluation) for question in evaluation.questions]


def worst(questions: list[Asked], most: int = WORST) -> list[Asked]:
    """The questions with the least worth on the rung of the verdict, the worst first; none that has full worth."""
    faulty = [one for one in questions if one.worth is not None and one.worth < 1]
    return sorted(faulty, key=lambda one: (one.worth, sum(said.worth or 0 for said in one.said)))[:most]


def _asked(question: Mapping[str, Any], evaluation: Evaluation) -> Asked:
    key = str(question.get("id", ""))
    said = tuple(_said(rung, key) for rung in evaluation.rungs if key in rung.answers)
    final = next((one for one in said if one.rung == rung_title(evaluation.stop_at)), said[-1] if said else None)
    return Asked(question, said, final.worth if final else None)


def _said(rung: Rung, key: str) -> Said:
    scores = {name: value for name, value in rung.scores.get(key, {}).items() if finite(value)}
    judging = {name: value for name, value in scores.items() if meaning_of(name).judges}
    telling = [judging[name] for name in TELLING if name in judging] or list(judging.values())
    shown = tuple((meaning_of(name).title, amount(scores[name], name, 0), judging.get(name, 1) >= 1) for name in in_order(scores))
    answer = rung.answers[key]
    return Said(rung_title(rung.name), answer, shown, sum(telling) / len(telling) if telling else None, tuple(_receipt(answer)))


def _receipt(answer: Answered) -> Iterator[tuple[str, str]]:
    """How an answer was made, without what is empty."""
    values = {"adapter": answer.adapter, "reason": answer.reason, "sentences replaced": answer.replaced, "seconds": answer.seconds}
    times = {"first_token": answer.first_token, "tokens": answer.tokens, "prompt_tokens": answer.prompt_tokens}
    for name, value in {**values, **times}.items():
        if value:
            yield in_words(name), figure(name, value)


def clipped(text: str, most: int = LONGEST) -> str:
    return text if len(text) <= most else f"{text[:most]}… ({len(text) - most:,} characters more)"


def around(shown: Shown) -> tuple[str, str, str]:
    """A passage before, at and after the sentence that is meant."""
    before, found, after = shown.passage.partition(shown.text)
    return (clipped(before), shown.text, clipped(after)) if found and shown.text else ("", clipped(shown.text), "")
