"""The questions that went worst, each with what was expected, what was said and which scores it missed, as HTML."""

from html import escape

from assistant.evaluation.figures import NONE, percent
from assistant.evaluation.page import Asked, asked, clipped, worst
from assistant.evaluation.results import Evaluation, Rung
from assistant.records import Language
from assistant.ui.quality.ladder import FIRST, rung_name, score_name
from assistant.ui.texts import say

LONGEST = 1200
REFUSE = "refuse"


def worst_html(evaluation: Evaluation, language: Language) -> str:
    found = worst(asked(evaluation))
    head = f"<h2>{escape(say('quality_worst', language))}</h2>"
    if not found:
        return f"{head}<p>{escape(say('quality_no_worst', language))}</p>"
    return head + "".join(_question(one, evaluation, language) for one in found)


def _question(one: Asked, evaluation: Evaluation, language: Language) -> str:
    question, key = escape(str(one.question.get("question", ""))), str(one.question.get("id", ""))
    parts = [f"<p><strong>{escape(say('quality_expected', language))}</strong> {escape(_expected(one, language))}</p>"]
    parts += [_said(rung, key, language) for rung in evaluation.rungs if key in rung.answers]
    worth = f'<span class="badge bad">{100 * (one.worth or 0):.0f} %</span>'
    return f'<details class="question"><summary>{worth} {question}</summary>{"".join(parts)}</details>'


def _expected(one: Asked, language: Language) -> str:
    if one.question.get(REFUSE):
        return say("quality_expected_refusal", language)
    named = one.question.get("format")
    return "; ".join([*one.expected, *([str(named)] if named else [])]) or str(one.question.get("reference") or NONE)


def _said(rung: Rung, key: str, language: Language) -> str:
    """The rung's answer and the telling scores that it fell short on."""
    scores = rung.scores.get(key, {})
    missed = ", ".join(f"{score_name(name, language)} {percent(scores[name], 0)}" for name in FIRST if scores.get(name, 1) < 1)
    why = f'<p class="quiet">{escape(say("quality_missed", language, scores=missed))}</p>' if missed else ""
    text = clipped(rung.answers[key].text, LONGEST) or NONE
    return f'<div class="said"><h3>{escape(rung_name(rung.name, language))}</h3><p class="as-typed">{escape(text)}</p>{why}</div>'
