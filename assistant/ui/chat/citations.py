"""An answer and the passages it cites as HTML. Whatever comes from people, models or documents is shown as text.

Knows nothing of components. The only markup let through is a model's emphasis, lists, tables and code; never HTML, links or images.
"""

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Any

from assistant.records import Citation, Language
from assistant.ui.texts import say

_MARK = re.compile(r"\[(\d{1,3})\]")
_FORM = ("emphasis", "backticks", "fence", "list", "table", "blockquote")


def in_one_line(html: str) -> str:
    """The same HTML without line breaks, so that the chat's own Markdown reader passes it on untouched."""
    return html.replace("\r", "").replace("\n", "&#10;")


def question_html(text: str) -> str:
    """A question exactly as it was typed."""
    return in_one_line(f'<div class="as-typed">{escape(text.strip())}</div>')


def answer_html(text: str, citations: Sequence[Citation] = (), place: str = "", formed: bool = True) -> str:
    """An answer; each ``[n]`` that a citation explains leads to it. With ``formed`` false (quoted documents) it is shown as it is.

    ``place`` tells this answer's citations from those of other answers on the page.
    """
    known = {citation.n for citation in citations}
    reader = _reader(formed)
    tokens = reader.parse(text)
    for token in tokens:
        if token.children:
            token.children = [piece for child in token.children for piece in _marked(child, known, place)]
    return in_one_line(f'<div class="answer-text">{reader.renderer.render(tokens, reader.options, {})}</div>')


@cache
def _reader(formed: bool) -> Any:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("zero", {"html": False, "linkify": False, "breaks": True}).enable("newline")
    return reader.enable(list(_FORM)) if formed else reader


def _marked(token: Any, known: set[int], place: str) -> list[Any]:
    """A text token cut at its marks; any other token as it is."""
    from markdown_it.token import Token

    if token.type != "text":
        return [token]
    pieces: list[Any] = []
    for position, part in enumerate(_MARK.split(token.content)):
        if position % 2 == 0:
            pieces.append(Token("text", "", 0, content=part))
        elif int(part) in known:
            pieces.append(Token("html_inline", "", 0, content=f'<a class="mark" href="#{anchor(place, int(part))}">{int(part)}</a>'))
        else:
            pieces.append(Token("text", "", 0, content=f"[{part}]"))
    return pieces


def anchor(place: str, n: int) -> str:
    return f"cite-{place}-{n}"


def citation_list(citations: Sequence[Citation], place: str, language: Language) -> str:
    """The cited passages as numbered chips that open; empty without citations."""
    if not citations:
        return ""
    items = "".join(_citation(citation, place, language) for citation in citations)
    return in_one_line(f'<div class="citations">{items}</div>')


def _citation(citation: Citation, place: str, language: Language) -> str:
    page = say("page", language, page=citation.page) if citation.page else ""
    where = " · ".join(escape(part) for part in (citation.heading, page) if part)
    return (
        f'<details class="citation" id="{escape(anchor(place, citation.n))}">'
        f'<summary><span class="chip">{citation.n}</span><span class="file">{escape(citation.document)}</span></summary>'
        f'<div class="where">{where}</div><div class="passage">{passage(citation)}</div></details>'
    )


def passage(citation: Citation) -> str:
    """The passage, escaped, with the sentence that supports the answer in ``<mark>``; that sentence first where it is not found."""
    if not citation.passage or not citation.text.strip():
        return f"<mark>{escape(citation.text)}</mark>" if citation.text.strip() else escape(citation.passage)
    found = _find(citation.text, citation.passage)
    if found is None:
        return f"<mark>{escape(citation.text)}</mark>\n\n{escape(citation.passage)}"
    start, end = found
    before, middle, after = citation.passage[:start], citation.passage[start:end], citation.passage[end:]
    return f"{escape(before)}<mark>{escape(middle)}</mark>{escape(after)}"


def _find(sentence: str, text: str) -> tuple[int, int] | None:
    """Where the sentence stands in the text, however its white space is laid out."""
    match = re.search(r"\s+".join(re.escape(word) for word in sentence.split()), text)
    return match.span() if match else None
