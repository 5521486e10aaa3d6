"""An answer and the passages it cites as HTML. Whatever comes from people, models or documents is shown as text.

Knows nothing of components. The only markup let through is a model's emphasis, lists, tables and code; never HTML, links or images.
"""

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Any

from assistant.records import Citation, Language
from assistant.ui.page.addresses import document_address, page_address
from assistant.ui.page.plain import plain
from assistant.ui.texts import say

_MARK = re.compile(r"\[(\d{1,3})\]")
_FORM = ("emphasis", "backticks", "fence", "list", "table", "blockquote")


def question_html(text: str) -> str:
    """A question exactly as it was typed."""
    return f'<div class="as-typed">{escape(text.strip())}</div>'


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
    return f'<div class="answer-text">{reader.renderer.render(tokens, reader.options, {})}</div>'


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


def citation_list(citations: Sequence[Citation], place: str, language: Language, domain: str = "") -> str:
    """The cited passages as numbered chips that open; empty without citations. ``domain`` is theirs where an old answer does not say it."""
    if not citations:
        return ""
    items = "".join(_citation(citation, place, language, citation.domain or domain) for citation in citations)
    return f'<div class="citations" role="group" aria-label="{plain(say("citations", language))}">{items}</div>'


def _citation(citation: Citation, place: str, language: Language, domain: str) -> str:
    page = say("page", language, page=citation.page) if citation.page else ""
    where = " · ".join(plain(part) for part in (citation.heading, page) if part)
    return (
        f'<details class="citation" id="{plain(anchor(place, citation.n))}">'
        f'<summary><span class="chip">{citation.n}</span><span class="file">{plain(citation.document)}</span></summary>'
        f'<div class="where"><span>{where}</span>{_download(citation, language, domain)}</div><div class="passage">{passage(citation)}</div>{_page(citation, language, domain)}</details>'
    )


def _download(citation: Citation, language: Language, domain: str) -> str:
    if not domain:
        return ""
    words = plain(say("download_named", language, name=citation.document))
    return f'<a class="download" href="{plain(document_address(domain, citation.document))}" download title="{words}">{plain(say("download", language))}</a>'


def _page(citation: Citation, language: Language, domain: str) -> str:
    """What becomes the picture of a PDF's page once the citation is opened."""
    if not domain or not citation.page or not citation.document.lower().endswith(".pdf"):
        return ""
    start, end = place_in(citation) or (0, 0)
    mark = citation.passage[start:end] or citation.text
    address = page_address(domain, citation.document, citation.page, mark, citation.passage[:start], language=language)
    return f'<div class="pdf"><a class="part" href="{plain(address)}">{plain(say("show_page", language, page=citation.page))}</a></div>'


def passage(citation: Citation) -> str:
    """The passage, escaped, with the stretch that supports the answer in ``<mark>``; that sentence first where it is not found."""
    if not citation.text.strip():
        return plain(citation.passage)
    if not citation.passage:
        return f"<mark>{plain(citation.text)}</mark>"
    found = place_in(citation)
    if found is None:
        return f"<mark>{plain(citation.text)}</mark>\n\n{plain(citation.passage)}"
    start, end = found
    before, middle, after = citation.passage[:start], citation.passage[start:end], citation.passage[end:]
    return f"{plain(before)}<mark>{plain(middle)}</mark>{plain(after)}"


def place_in(citation: Citation) -> tuple[int, int] | None:
    """Where the evidence stands in its passage, without white space around it; None where neither the citation says it nor its words are found."""
    start, end = citation.start, citation.end
    if 0 <= start < end <= len(citation.passage) and (said := citation.passage[start:end]).strip():
        return start + len(said) - len(said.lstrip()), end - len(said) + len(said.rstrip())
    match = re.search(r"\s+".join(re.escape(word) for word in citation.text.split()), citation.passage)
    return match.span() if match else None
