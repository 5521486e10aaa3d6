"""The latest ladder as HTML: what was measured on what, the verdict, and every score by rung with its interval. Computes nothing."""

from collections.abc import Sequence
from html import escape

from assistant.evaluation import figures
from assistant.evaluation.meanings import MAIN, meaning_of, rung_title
from assistant.evaluation.page import Cell, ScoreRow, score_groups
from assistant.evaluation.results import Evaluation, Mean
from assistant.records import Language
from assistant.ui.texts import say

FIRST = (*MAIN, "no_wrong_fact", "terms", "citation_recall")
NAMES = {
    "facts": "quality_facts", "format": "quality_format", "refusal": "quality_refusal", "supported": "quality_supported", "no_wrong_fact": "quality_no_wrong_fact",
    "terms": "quality_terms", "citation_recall": "quality_citation_recall", "citation_precision": "quality_citation_precision", "stands": "quality_stands",
    "all_facts": "quality_all_facts", "language": "quality_language", "length": "quality_length", "no_lay_word": "quality_no_lay_word",
    "context_precision": "quality_context_precision", "loss": "quality_loss",
}  # fmt: skip

RUNGS = {"plain": "quality_plain", "few-shot": "quality_few_shot"}


def rung_name(rung: str, language: Language) -> str:
    return say(RUNGS[rung], language) if rung in RUNGS else rung_title(rung)


def score_name(score: str, language: Language) -> str:
    return say(NAMES[score], language) if score in NAMES else meaning_of(score).title


def ladder_html(evaluation: Evaluation, language: Language) -> str:
    """Facts, verdict, the scores a verdict rests on, and the others to open."""
    rows = [row for _, group in score_groups(evaluation) for row in group]
    first = sorted((row for row in rows if row.meaning.name in FIRST), key=lambda row: FIRST.index(row.meaning.name))
    others = [row for row in rows if row.meaning.name not in FIRST]
    more = f"<details><summary>{escape(say('quality_more_scores', language))}</summary>{_table(evaluation, others, language)}</details>" if others else ""
    return "".join([f"<h2>{escape(say('quality_ladder', language))}</h2>", _facts(evaluation, language), _verdict(evaluation, language), _table(evaluation, first, language, True), more])


def _facts(evaluation: Evaluation, language: Language) -> str:
    said = say(
        "quality_measured", language, n=len(evaluation.questions), split=evaluation.split, base=evaluation.base,
        adapter=evaluation.adapter or say("quality_no_adapter", language), day=evaluation.created[:16].replace("T", " "),
    )  # fmt: skip
    return f'<p class="quiet">{escape(said)}</p>'


def _verdict(evaluation: Evaluation, language: Language) -> str:
    """The rung to stop at, and the sentences of the report, which are English."""
    stop = f"<strong>{escape(say('quality_stop_at', language, rung=rung_name(evaluation.stop_at, language)))}</strong>"
    lines = "".join(f"<p lang='en'>{escape(line)}</p>" for line in evaluation.verdict)
    return f'<div class="notice good">{stop}{lines}</div>'


def _table(evaluation: Evaluation, rows: Sequence[ScoreRow], language: Language, statements: bool = False) -> str:
    head = "".join(f'<th scope="col" class="number">{escape(rung_name(rung.name, language))}</th>' for rung in evaluation.rungs)
    body = [f'<tr><th scope="row">{escape(score_name(row.meaning.name, language))}</th>{"".join(_cell(cell, row) for cell in row.cells)}</tr>' for row in rows]
    if statements and any(rung.unsupported for rung in evaluation.rungs):
        cells = "".join(_amount(rung.unsupported, "unsupported", False) for rung in evaluation.rungs)
        body.append(f'<tr><th scope="row">{escape(say("quality_unsupported", language))}</th>{cells}</tr>')
    return f'<div class="table" tabindex="0"><table><thead><tr><th scope="col">{escape(say("quality_score", language))}</th>{head}</tr></thead><tbody>{"".join(body)}</tbody></table></div>'


def _cell(cell: Cell, row: ScoreRow) -> str:
    return _amount(cell.mean, row.meaning.name, cell.best)


def _amount(mean: Mean | None, score: str, best: bool) -> str:
    if mean is None:
        return f'<td class="number">{figures.NONE}</td>'
    amount = figures.amount(mean.mean, score, 0)
    shown = f"<strong>{amount}</strong>" if best else amount
    return f'<td class="number">{shown} <span class="quiet">{escape(figures.interval(mean, score))} n {mean.n}</span></td>'
