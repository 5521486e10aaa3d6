"""The questions that went worst, each with what was expected, what was said and which scores it missed, as HTML."""

from html import escape

from assistant.evaluation.page import Asked, Said, asked, clipped, worst
from assistant.evaluation.results import Evaluation
from assistant.records import Language
from assistant.ui.texts import say

LONGEST = 1200
REFUSE = "refuse"


def worst_html(evaluation: Evaluation, language: Language) -> str:
    found = worst(asked(evaluation))
    head = f"<h3>{escape(say('quality_worst', language))}</h3>"
    if not found:
        return f"{head}<p>{escape(say('quality_no_worst', language))}</p>"
    return head + "".join(_question(one, evaluation.stop_at, language) for one in found)


def _question(one: Asked, stop_at: str, language: Language) -> str:
    question = escape(str(one.question.get("question", "")))
    parts = [f"<p><strong>{escape(say('quality_expected', language))}</strong> {escape(_expected(one, language))}</p>"]
    parts += [_said(said, language) for said in one.said]
    worth = f'<span class="badge bad">{100 * (one.worth or 0):.0f} %</span>'
    return f'<details class="question"><summary>{worth} {question}</summary>{"".join(parts)}</details>'


def _expected(one: Asked, language: Language) -> str:
    if one.question.get(REFUSE):
        return say("quality_expected_refusal", language)
    named = one.question.get("format")
    return "; ".join([*one.expected, *([str(named)] if named else [])]) or str(one.question.get("reference") or "–")


def _said(said: Said, language: Language) -> str:
    missed = ", ".join(f"{title} {amount}" for title, amount, full in said.scores if not full)
    why = f'<p class="quiet">{escape(say("quality_missed", language, scores=missed))}</p>' if missed else ""
    text = clipped(said.answer.text, LONGEST) or "–"
    return f'<div class="said"><h4>{escape(said.rung)}</h4><p class="as-typed">{escape(text)}</p>{why}</div>'
