"""The words around both answers as HTML: where they were asked, whether they differ, what people preferred so far."""

from collections.abc import Mapping
from html import escape
from typing import Any

from assistant.evaluation.meanings import rung_title
from assistant.records import Language, message
from assistant.ui.compare.blind import Pair
from assistant.ui.page.plain import shown
from assistant.ui.texts import say
from assistant.ui.texts.told import told


def plain_html(key: str, language: Language) -> str:
    return f'<p class="quiet">{escape(say(key, language))}</p>'


def problem_html(error: Exception, language: Language) -> str:
    return f'<p class="notice bad" role="alert">{shown(told(message(error), language))}</p>'


def choose_html(where: str, language: Language) -> str:
    return f'<p class="quiet">{_asked_in(where, language)}</p><p class="notice">{escape(say("compare_choose", language))}</p>'


def finished_html(pair: Pair, where: str, same: bool, language: Language) -> str:
    """Where both were asked and whether they differ; a warning where they cannot."""
    if same:
        return f'<p class="notice">{escape(say("compare_same", language))}</p>'
    equal = pair.left.answer.text == pair.right.answer.text
    return f'<p class="quiet">{_asked_in(where, language)} · {escape(say("compare_identical" if equal else "compare_marks", language))}</p>'


def kept_html(counts: Mapping[str, Any], language: Language) -> str:
    """Thanks, and everybody's choices between the same two."""
    names = {side: _name(counts[side]) for side in ("base", "tuned")}
    told = say(
        "compare_votes", language, questions=counts["questions"], raters=counts["raters"], over=counts["prefer_tuned"], under=counts["prefer_base"],
        ties=counts["ties"], **names,
    )  # fmt: skip
    return f'<p class="notice good">{escape(say("compare_kept", language))} {escape(told)}</p>'


def _asked_in(where: str, language: Language) -> str:
    return escape(say("compare_asked_in", language, domain=where))


def _name(rung: str) -> str:
    """``RAG + LoRA`` for a rung, with the version behind it where two were compared."""
    name, _, version = rung.partition(" ")
    return f"{rung_title(name)} {version}".strip()
