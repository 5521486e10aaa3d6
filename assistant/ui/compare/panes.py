"""Both answers as HTML, side by side: who was asked, what is said, what it cites, and which weights said it. Knows no components."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from assistant.answering.weights import NO_WEIGHTS
from assistant.records import Answer, Language
from assistant.ui.chat.citations import answer_html, citation_list
from assistant.ui.compare.marks import marked
from assistant.ui.compare.streams import Pane
from assistant.ui.page.plain import shown as as_html
from assistant.ui.texts import say
from assistant.ui.texts.told import told

SHORT = 8  # digits of a hash, as git shows them


@dataclass(frozen=True)
class Shown:
    """A pane with its heading; ``weights`` once they are known; a ``blind`` one hides all that tells it from the other."""

    title: str
    pane: Pane
    weights: Mapping[str, Any] | None = None
    blind: bool = False


def panes_html(shown: Sequence[Shown], language: Language) -> str:
    """Both panes; once both have answered, the words in which they differ are marked."""
    texts = [_text(one, f"compare-{place}") for place, one in enumerate(shown)]
    if all(one.pane.answer for one in shown):
        left, right = texts
        texts = [marked(left, right), marked(right, left)]
    panes = "".join(_pane(one, text, f"compare-{place}", language) for place, (one, text) in enumerate(zip(shown, texts, strict=True)))
    return f'<div class="panes">{panes}</div>'


def _pane(one: Shown, text: str, place: str, language: Language) -> str:
    pane, parts = one.pane, [f'<h2 id="{place}">{escape(one.title)}</h2>']
    if not pane.finished and not pane.text:
        parts.append(f'<p class="quiet">{escape(say("compare_thinking", language))}</p>')
    parts.append(text)
    if said := _ended(pane, language):
        parts.append(f'<p class="notice bad">{as_html(said)}</p>')
    if pane.answer and not one.blind:
        parts.append(citation_list(pane.answer.citations, place, language))
        parts.append(f'<p class="quiet proof">{_proof(pane, one.weights, language)}</p>')
    return f'<section class="section pane" aria-labelledby="{place}">{"".join(parts)}</section>'


def _text(one: Shown, place: str) -> str:
    answer = one.pane.answer
    citations = answer.citations if answer and not one.blind else ()
    return answer_html(one.pane.text, citations, place, answer is None or answer.source == "model") if one.pane.text else ""


def _ended(pane: Pane, language: Language) -> str:
    if pane.stage == "problem":
        return told(pane.problem, language)
    texts = {"failed": "compare_failed", "stopped": "compare_stopped"}
    return say(texts[pane.stage], language) if pane.stage in texts else ""


def _proof(pane: Pane, weights: Mapping[str, Any] | None, language: Language) -> str:
    """Whose weights, by hash, how the answer came about, and in what time."""
    assert pane.answer
    parts = [escape(whose(weights, language)), *_badges(pane.answer, language), escape(say("seconds", language, seconds=f"{pane.seconds:.1f}"))]
    return " · ".join(parts)


def whose(weights: Mapping[str, Any] | None, language: Language) -> str:
    if not weights or weights == NO_WEIGHTS:
        return say("compare_no_weights", language)
    base = f"{weights['base']} {weights['base_sha256'][:SHORT]}".strip()
    if shown := weights.get("examples"):
        return say("compare_example_weights", language, count=shown, base=base)
    if weights["name"] == "base":
        return say("compare_base_weights", language, base=base)
    return say("compare_adapter_weights", language, version=weights["name"], hash=weights["sha256"][:SHORT], base=base)


def _badges(answer: Answer, language: Language) -> list[str]:
    key = "compare_refused" if answer.refused else "compare_model" if answer.source == "model" else "compare_quoted"
    tone = " warn" if answer.refused else ""
    found = [f'<span class="badge{tone}">{escape(say(key, language))}</span>']
    if silenced := answer.receipt.get("silenced"):
        found.append(f'<span class="badge bad">{as_html(told(str(silenced), language, answer.receipt.get("silenced_told")))}</span>')
    return found
