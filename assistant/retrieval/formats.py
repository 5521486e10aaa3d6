"""Readers: one file to Markdown. Page breaks come as form feeds. Runs in a guarded child process (``guard.py``)."""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from assistant.errors import DocumentError
from assistant.language import HAN
from assistant.records import Told

_GLYPHS = "ﬀﬁﬂﬃﬄﬅﬆ"
RADICALS = str.maketrans("⺠⻋⻓⻔⻅⻉⻘⻚⻛⻜⻢⻥⻦⻩⻬⻮⻰⻳⺟⻄⻝⻆⻁", "民车长门见贝青页风飞马鱼鸟黄齐齿龙龟母西食角虎")
_END = "\ue000"  # a line of our own: a quotation mark that is never closed swallows it
_OFFICE = b"PK\x03\x04"
_ENCRYPTED_OFFICE = b"\xd0\xcf\x11\xe0"
_ESCAPED = re.compile(r"\\([_*#+.~-])")
_EMPTY_HEADER = re.compile(r"^(?:\|[ \t]*)+\|[ \t]*\n(?P<rule>(?:\|[ \t]*:?-+:?[ \t]*)+\|[ \t]*\n)(?P<first>\|.*\n?)", re.M)
_BEGINS = re.compile(r"\d+(?:\.\d+)+\s|\d{1,2}[.)]\s|[(（][a-z0-9一二三四五六七八九十]+[)）]|[-•·*]\s|第[一二三四五六七八九十百]+[章节条]")
_PAGE = re.compile(r"(?:(?:Page|page|PAGE|第)\s*)?[-–—]?\s*\d{1,4}\s*[-–—]?(?:\s*(?:of|/|,|，)\s*共?\s*\d{1,4})?\s*页?")
_LEADER = re.compile(r"(?:\.{3,}|…+|·+|(?:\. ){3,})\s*\d{1,3}$")
EMPTY = Told("the file is empty (0 bytes)", "empty-file")
CONTENTS = 4  # lines that lead to a page number make a table of contents
FULL = 0.85  # of a long line: a line so long was broken by the page's width, so it is no heading
RARE_HAN = 0.2  # of Han characters
_LAYOUT = ["script", "style", "nav", "header", "footer", "aside", "noscript", "template", "form", "iframe", "svg"]


def read_text(path: Path) -> str:
    """Text in UTF-8 (with or without BOM), UTF-16 with BOM or GB18030."""
    data = path.read_bytes()
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DocumentError(Told("the file holds binary data, not text; give it the suffix of what it is", "binary-data"))
    for encoding in ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding).replace("\r\n", "\n").replace("\f", "\n")
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030":
            _expect_simplified(text)
        return text
    raise DocumentError(Told("neither UTF-8, UTF-16 nor GB18030 text; save it as UTF-8", "no-encoding"))


def read_mdx(path: Path) -> str:
    """Markdown without the lines that only a program reads: imports, exports and lone tags of components."""
    kept, fenced = [], False
    for line in read_text(path).split("\n"):
        fenced = fenced != line.lstrip().startswith("```")
        if fenced or not _is_program(line.strip()):
            kept.append(line)
    return "\n".join(kept)


def _is_program(line: str) -> bool:
    if line.startswith("import "):
        return line.rstrip(";").endswith(("'", '"'))
    tag = line.startswith("<") and line.endswith(">") and line.count("<") == 1 and line[1:].lstrip("/")[:1].isupper()
    return tag or line.startswith(("export default ", "export const ", "export function "))


def _expect_simplified(text: str) -> None:
    """Nearly all bytes are GB18030 of something; real texts keep almost wholly to the 6,763 characters of GB 2312."""
    found = Counter(HAN.findall(text))
    rare = sum(number for char, number in found.items() if not char.encode("gb2312", "ignore"))
    if rare > RARE_HAN * found.total():
        raise DocumentError(Told("neither UTF-8 nor GB18030 text (Big5, Shift-JIS or Western letters?); save it as UTF-8", "foreign-encoding"))


def read_pdf(path: Path) -> str:
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError, PyPdfError

    _expect(path, b"%PDF", "PDF")
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise FileNotDecryptedError
        pages = _paragraphs([_letters(page.extract_text() or "") for page in reader.pages])
    except FileNotDecryptedError:
        raise DocumentError(Told("the PDF is encrypted; save a copy without a password", "pdf-encrypted")) from None
    except PyPdfError as error:
        raise DocumentError(Told(f"the PDF is damaged ({error}); open it and save it again", "pdf-damaged", error=str(error))) from None
    if not "".join(pages).strip():
        raise DocumentError(Told("the PDF holds no text (scanned pictures?); run it through text recognition first", "pdf-no-text"))
    return "\f".join(pages)


def read_office(path: Path) -> str:
    """DOCX, PPTX and XLSX through markitdown; slides and sheets become headings."""
    head = path.read_bytes()[:8]
    if head.startswith(_ENCRYPTED_OFFICE):
        text = "the file is encrypted or in the old binary Office format; save it without a password in the new format"
        raise DocumentError(Told(text, "old-office"))
    _expect(path, _OFFICE, path.suffix[1:].upper())
    from markitdown import MarkItDown

    text = MarkItDown(enable_plugins=False).convert_local(str(path)).text_content
    if path.suffix.lower() == ".xlsx":
        return re.sub(r"\bNaN\b", "", text)
    plain = _ESCAPED.sub(r"\1", re.sub(r"<!-- Slide number: \d+ -->\n?", "", text))
    return _EMPTY_HEADER.sub(lambda found: found["first"] + found["rule"], plain)


def read_html(path: Path) -> str:
    """The main text; navigation, scripts and forms are left out."""
    from bs4 import BeautifulSoup
    from markdownify import markdownify

    soup = BeautifulSoup(read_text(path), "html.parser")
    for element in soup(_LAYOUT):
        element.decompose()
    body = soup.find("main") or soup.find("article") or soup.body or soup
    title = f"# {soup.title.string.strip()}\n\n" if soup.title and soup.title.string and not body.find("h1") else ""
    return title + str(markdownify(str(body), heading_style="ATX", bullets="-"))


def csv_rows(path: Path) -> list[list[str]]:
    """The cells of every row that has any."""
    text = read_text(path)
    try:
        dialect: type[csv.Dialect] | str = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        dialect = "excel-tab" if path.suffix == ".tsv" else "excel"
    try:
        rows = list(csv.reader(io.StringIO(f"{text}\n{_END}"), dialect))
    except csv.Error as error:
        raise DocumentError(Told(f"{error}; shorten the cell, or close a quotation mark that was left open", "csv-cell", error=str(error))) from None
    if (last := rows.pop()) != [_END]:
        begins = last[0].removesuffix(_END)
        raise DocumentError(Told(f"a quotation mark in the row of {begins!r:.40} is never closed and takes in all that follows; close it", "csv-quote", begins=begins[:40]))
    return [row for row in rows if any(cell.strip() for cell in row)]


def read_csv(path: Path) -> str:
    rows = csv_rows(path)
    if not rows:
        return ""
    lines = ["| " + " | ".join(cell.strip().replace("|", "/").replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


def _expect(path: Path, magic: bytes, name: str) -> None:
    with path.open("rb") as file:
        head = file.read(1024)
    if not head:
        raise DocumentError(EMPTY)
    if magic not in head[:1024] if magic == b"%PDF" else not head.startswith(magic):
        raise DocumentError(Told(f"the suffix says {name}, but the content is something else; rename it or save it again as {name}", "other-content", name=name))


def _letters(text: str) -> str:
    """Fonts map some Han characters to radical code points and fi to one glyph; NFKC and a table bring the letters back."""
    return "".join(unicodedata.normalize("NFKC", char) if char in _GLYPHS or "\u2f00" <= char <= "\u2fdf" else char for char in text.translate(RADICALS))


def _paragraphs(pages: list[str]) -> list[str]:
    """The pages with their lines put together and headings marked; without page numbers, running heads and tables of contents."""
    split = [[line.strip() for line in page.splitlines()] for page in pages]
    edges = Counter(line for lines in split for line in {*lines[:2], *lines[-2:]} if line)
    running = {line for line, number in edges.items() if number >= max(3, len(pages) / 2)}
    kept = [[line for line in lines if line not in running and not _PAGE.fullmatch(line)] for lines in split]
    kept = [lines if sum(map(bool, map(_LEADER.search, lines))) < CONTENTS else [line for line in lines if not _LEADER.search(line)] for lines in kept]
    lengths = sorted(_width(line) for lines in kept for line in lines if line)
    width = lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0
    return [_joined(lines, width) for lines in kept]


def _joined(lines: list[str], width: int) -> str:
    """Lines of a page put together into paragraphs, and headings marked."""
    out: list[str] = []
    for line, following in zip(lines, [*lines, ""][1:], strict=True):
        if not line:
            out.append("")
        elif _is_heading(line) and not _was_broken(line, following, width):
            out += ["", f"## {line}", ""]
        elif out and out[-1] and _goes_on(out[-1], line):
            out[-1] += line if _han_end(out[-1]) else " " + line
        else:
            out.append(line)
    return "\n".join(out)


def _is_heading(line: str) -> bool:
    """A short numbered line without the end of a sentence: '3. Payment', 'Article 5 Rent', '第三条 租金'."""
    if len(line) > 60 or line[-1] in ".。;；:：,，!！?？":
        return False
    return bool(re.match(r"(?:\d{1,2}(?:\.\d{1,2})?\.?\s+[A-Z\u4e00-\u9fff]|(?:Article|Section|Part|Chapter|Schedule|Annex)\s+\w+|第[一二三四五六七八九十百]+[章节条]|[一二三四五六七八九十]+、)", line))


def _was_broken(line: str, following: str, width: int) -> bool:
    """Whether a line is the beginning of a numbered sentence that goes on in the next line, not a heading."""
    if not following or _BEGINS.match(following):
        return False
    return following[0].islower() or _width(line) > FULL * width


def _width(line: str) -> int:
    """As printed: a Han character is as wide as two letters."""
    return len(line) + len(HAN.findall(line))


def _goes_on(before: str, line: str) -> bool:
    if _BEGINS.match(line):
        return False
    return before[-1] not in ".。!！?？:：;；"


def _han_end(text: str) -> bool:
    return "\u2e80" <= text[-1] <= "\uffef"


READERS: dict[str, Callable[[Path], str]] = {
    ".md": read_text,
    ".mdx": read_mdx,
    ".markdown": read_text,
    ".txt": read_text,
    ".pdf": read_pdf,
    ".docx": read_office,
    ".pptx": read_office,
    ".xlsx": read_office,
    ".html": read_html,
    ".htm": read_html,
    ".csv": read_csv,
    ".tsv": read_csv,
}
