"""What the page shows of people, models and documents is text, whatever it contains."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest

from assistant.records import Citation
from assistant.ui.chat.citations import answer_html, citation_list, passage, question_html

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=http://elsewhere/x.png onerror=alert(1)>",
    "![picture](http://elsewhere/x.png)",
    "[link](javascript:alert(1))",
    "<http://elsewhere>",
    "`a` <b>bold</b> ``<i>`",
    "```\n<svg onload=alert(1)>\n",
    "| a | b |\n|---|---|\n| `<img src=x> | y` | z |",
    "[1]: http://elsewhere\n[see][1]",
    '"><details open ontoggle=alert(1)>',
    "</div></details><h1>out</h1>",
]
OURS = {"div", "details", "summary", "span", "mark", "a", "p", "br", "strong", "em", "code", "pre", "ul", "ol", "li", "blockquote"}
OURS |= {"table", "thead", "tbody", "tr", "th", "td"}


class Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, set[str]] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, set()).add(value or "")


def citation(n: int = 1, text: str = "Ask 24 hours ahead.", inside: str = "First. Ask 24 hours\nahead. Last.") -> Citation:
    return Citation(n, "remote.md", "How to ask", 3, text, inside)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_becomes_an_element_or_leads_elsewhere(attack: str) -> None:
    cited = Citation(1, f"{attack}.pdf", attack, 2, attack, f"before {attack} after", "legal")
    for html in (question_html(attack), answer_html(attack, [cited], "0-0"), answer_html(attack, [cited], "0-0", False), citation_list([cited], "0-0", "en")):
        seen = Elements(html)
        assert set(seen.tags) <= OURS
        assert set(seen.attributes) <= {"class", "id", "href", "role", "aria-label", "title", "download"}
        assert all(address == "#cite-0-0-1" or address.startswith("documents/legal/") for address in seen.attributes.get("href", set()))


@pytest.mark.parametrize("typed", [*ATTACKS, "*not* emphasis", "1. no list", "# no head", "50 ~ 60 ~ 70", "a\n\n  b"])
def test_a_question_reads_as_it_was_typed(typed: str) -> None:
    shown = unescape(re.sub(r"<[^>]*>", "", question_html(typed)))
    assert shown == typed.strip()


def test_a_model_may_emphasise_and_list() -> None:
    assert "<strong>24 hours</strong>" in answer_html("**24 hours**\n- one\n- two")
    assert answer_html("- one\n- two").count("<li>") == 2
    assert "<br>" in answer_html("Rule: one\nWho: two")


def test_quoted_documents_keep_their_signs() -> None:
    assert "**24 hours**" in answer_html("**24 hours**", formed=False)


def test_a_mark_leads_to_its_citation_and_others_stay_text() -> None:
    html = answer_html("Ask first [1]. See [2].", [citation(1)], "4-1")
    assert '<a class="mark" href="#cite-4-1-1">1</a>' in html
    assert "[2]" in html
    assert 'id="cite-4-1-1"' in citation_list([citation(1)], "4-1", "en")


def test_marks_inside_code_stay_code() -> None:
    assert "<code>row[1]</code>" in answer_html("`row[1]`", [citation(1)], "0-0")


def test_the_evidence_is_marked_in_its_passage() -> None:
    assert passage(citation()) == "First. <mark>Ask 24 hours\nahead.</mark> Last."


def test_evidence_that_is_not_in_the_passage_stands_first() -> None:
    assert passage(citation(text="Elsewhere.")).startswith("<mark>Elsewhere.</mark>\n\nFirst.")
    assert passage(citation(text="Alone.", inside="")) == "<mark>Alone.</mark>"


def test_a_citation_names_file_heading_and_page() -> None:
    html = citation_list([citation()], "0-0", "zh")
    assert all(part in html for part in ("remote.md", "How to ask", "第 3 页"))
    assert citation_list([], "0-0", "en") == ""


def test_the_place_of_the_evidence_is_marked_where_its_words_are_put_otherwise() -> None:
    table = "| Level | Days |\n| --- | --- |\n| Senior | 12 |"
    start = table.index("| Senior")
    cited = Citation(1, "leave.md", "Days", None, "Level: Senior; Days: 12", table, "hr", start, len(table))
    assert passage(cited).endswith("<mark>| Senior | 12 |</mark>")


def test_a_pdf_offers_its_page_and_every_document_a_download() -> None:
    cited = Citation(2, "a b/价格#1.pdf", "Fees", 7, "Pay 3% & more.", "First. Pay 3% & more.", "legal")
    html = citation_list([cited], "0-0", "en")
    assert 'href="documents/legal/a%20b/%E4%BB%B7%E6%A0%BC%231.pdf"' in html
    assert "/page/7?mark=Pay+3%25+%26+more.&amp;before=First.+&amp;language=en" in html
    assert "/page/" not in citation_list([citation()], "0-0", "en", "hr")
    assert 'href="documents/hr/remote.md"' in citation_list([citation()], "0-0", "en", "hr")


def test_signs_that_turn_the_direction_of_writing_are_seen() -> None:
    html = citation_list([Citation(1, "invoice\u202efdp.exe", "a\u2066b", None, "x", "x\u202ey")], "0-0", "en")
    assert not set("\u202e\u2066") & set(html)
