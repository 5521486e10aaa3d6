"""A search as three lists side by side, with ranks, scores and the words it was searched by marked. Knows no components."""

import re
from collections.abc import Collection, Sequence
from html import escape

from assistant.language import HAN
from assistant.records import Language, Passage
from assistant.retrieval.retrieve import Legs
from assistant.retrieval.words import tokens
from assistant.settings import MARKER
from assistant.ui.knowledge.shown import paragraph, pick_button
from assistant.ui.texts import say

SHOWN = 10
BEFORE, LENGTH = 60, 280
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?|\d+(?:[.,:]\d+)*")


def legs_html(legs: Legs, embedder: str, language: Language) -> str:
    """The best by words, by meaning and by both."""
    words = frozenset(legs.words)
    lexical = sorted((one for one in legs.fused if one.lexical_rank), key=lambda one: one.lexical_rank or 0)
    dense = sorted((one for one in legs.fused if one.dense_rank), key=lambda one: one.dense_rank or 0)
    used = {one.chunk.id for one in legs.found}
    columns = [_column("knowledge_by_words", [(one, f"{one.lexical_score:.2f}", "") for one in lexical], words, language)]
    if legs.dense:
        columns.append(_column("knowledge_by_meaning", [(one, f"{one.dense_score:.3f}", "") for one in dense], words, language))
    together = [(one, f"{one.score:.4f}", _ranks(one, one.chunk.id in used, language)) for one in legs.fused]
    columns.append(_column("knowledge_together", together, words, language))
    note = "" if legs.dense else paragraph(say("knowledge_no_dense", language, embedder=embedder, file=MARKER), "notice")
    return f'{note}{paragraph(say("knowledge_words", language, words=" · ".join(legs.words)))}<div class="legs">{"".join(columns)}</div>'


def _ranks(one: Passage, used: bool, language: Language) -> str:
    said = say("knowledge_legs", language, lexical=one.lexical_rank or "–", dense=one.dense_rank or "–")
    return said if used else f"{said} · {say('knowledge_not_used', language)}"


def _column(title: str, found: Sequence[tuple[Passage, str, str]], words: Collection[str], language: Language) -> str:
    items = "".join(_item(one, score, more, words) for one, score, more in found[:SHOWN])
    body = f"<ol>{items}</ol>" if items else paragraph(say("knowledge_found_nothing", language))
    return f'<section class="section"><h3>{escape(say(title, language))}</h3>{body}</section>'


def _item(one: Passage, score: str, more: str, words: Collection[str]) -> str:
    chunk = one.chunk
    heading = f'<div class="quiet">{escape(chunk.heading)}</div>' if chunk.heading else ""
    note = f'<div class="quiet">{escape(more)}</div>' if more else ""
    return f'<li>{pick_button(chunk.domain, chunk.document)} <span class="score">{score}</span>{heading}{note}<div class="snippet">{marked(chunk.text, words)}</div></li>'


def marked(text: str, words: Collection[str]) -> str:
    """A stretch of the text around the first hit, escaped, each word that the search went by in ``<mark>``."""
    spans = hits(text, words)
    start = max(0, (spans[0][0] if spans else 0) - BEFORE)
    end = start + LENGTH
    parts, at = ["… "] if start else [], start
    for first, last in spans:
        if first >= at and last <= end:
            parts += [escape(text[at:first]), f"<mark>{escape(text[first:last])}</mark>"]
            at = last
    return "".join([*parts, escape(text[at:end]), " …" if end < len(text) else ""])


def hits(text: str, words: Collection[str]) -> list[tuple[int, int]]:
    """Where the text has a word of the search, in whichever form; those that touch are one."""
    found = [match.span() for match in _WORD.finditer(text) if not set(words).isdisjoint(tokens(match[0]))]
    found += [match.span() for word in words if HAN.search(word) for match in re.finditer(re.escape(word), text)]
    merged: list[tuple[int, int]] = []
    for first, last in sorted(found):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
