"""What a page's layout leaves in the text is taken out again: broken lines, running heads, contents, empty table heads."""

import zipfile
from pathlib import Path

import pytest

from assistant.retrieval.formats import _paragraphs, read_office
from assistant.retrieval.load import _pages

COLUMN = """2 Synchronisation
2.1 The client cuts every large file into
blocks of 4 MB and sends only the blocks
that have changed since the last time.
2.2 Paused transfers go on where they were.
三、共享
1. 所有者可以随时撤销共享链接，撤销以后持有该链接的人立即失去访
问文件的权限。"""


def test_a_numbered_sentence_that_was_broken_is_no_heading() -> None:
    (page,) = _paragraphs([COLUMN])
    assert "## 2 Synchronisation" in page
    assert "2.1 The client cuts every large file into blocks of 4 MB and sends only the blocks that have changed since the last time." in page.splitlines()
    assert "1. 所有者可以随时撤销共享链接，撤销以后持有该链接的人立即失去访问文件的权限。" in page.splitlines()


def test_page_numbers_running_heads_and_contents_are_left_out() -> None:
    contents = "Contents\n1 Scope ..... 2\n2 Fees ..... 2\n3 Terms ..... 3\n4 Ending ..... 3"
    pages = [contents, *(f"Manual M-7, edition 4\n{number} Chapter {number}\nText of chapter {number}.\nPage {number} of 3" for number in (1, 2, 3))]
    text = "\n".join(_paragraphs(pages))
    assert "....." not in text
    assert "edition 4" not in text
    assert "Page 2" not in text
    assert text.count("## ") == 3


def test_an_empty_page_is_a_page_like_others() -> None:
    assert _paragraphs(["First.", "", "Third."]) == ["First.", "", "Third."]


def test_a_pdf_of_one_page_has_a_first_page() -> None:
    assert _pages("Alone.", paged=True) == ("Alone.", (0,))
    assert _pages("Alone.", paged=False) == ("Alone.", ())


def cell(text: str) -> str:
    return f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """A Word file as programs write it that mark no row of a table as its head."""
    rows = "".join(f"<w:tr>{cell(one)}{cell(other)}</w:tr>" for one, other in (("Plan", "Price"), ("Plus", "9 yuan")))
    body = f"<w:p><w:r><w:t>Run set_quota and read my_notes.txt first.</w:t></w:r></w:p><w:tbl>{rows}</w:tbl>"
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    target = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    with zipfile.ZipFile(tmp_path / "letter.docx", "w") as file:
        file.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        )
        file.writestr("_rels/.rels", f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{target}" Target="word/document.xml"/></Relationships>')
        file.writestr("word/document.xml", f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>')
    return tmp_path / "letter.docx"


def test_names_in_word_files_keep_their_underscores_and_tables_their_heads(letter: Path) -> None:
    text = read_office(letter)
    assert "set_quota" in text
    assert "my_notes.txt" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert [cell.strip() for cell in rows[0].strip("|").split("|")] == ["Plan", "Price"]
    assert len(rows) == 3
