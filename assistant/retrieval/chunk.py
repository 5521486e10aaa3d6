"""Documents to chunks: blocks (paragraph, list, table, code) packed under their heading. Knows nothing of stores."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from langchain_text_splitters import RecursiveCharacterTextSplitter

from assistant.domain import Domain
from assistant.language import HAN, detect
from assistant.records import Chunk, Document

LIMIT = 1000
SEPARATORS = ["\n\n", "\n", "。", "！", "？", "；", ". ", "! ", "? ", "; ", "，", ", ", " ", ""]
_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*\s*$")
_TABLE = re.compile(r"\s*\|.*\|\s*$")
_RULE = re.compile(r"\s*\|?[\s:|-]+\|[\s:|-]*$")


@dataclass(frozen=True)
class Block:
    """Offsets of a stretch of lines; ``kind`` is text, table or code."""

    kind: str
    start: int
    end: int
    heading: str


def split(domain: Domain, document: Document) -> list[Chunk]:
    """The domain's own chunks, or the standard ones."""
    own = domain.split_document(document)
    return own if own is not None else list(_standard(document))


def _standard(document: Document) -> Iterator[Chunk]:
    waiting: list[Block] = []
    for block in _fitting(document, blocks(document.text, document.title)):
        if waiting and (waiting[0].heading != block.heading or _weight(document.text[waiting[0].start : block.end]) > LIMIT):
            yield _chunk(document, waiting)
            waiting = []
        waiting.append(block)
    if waiting:
        yield _chunk(document, waiting)


def blocks(text: str, title: str = "") -> Iterator[Block]:
    """Blocks in reading order, each with its heading path ('Leave › Carry-over'; the document's title is left out)."""
    path: list[tuple[int, str]] = []
    start, kind, offset = 0, "", 0
    fenced = False
    for line in [*text.splitlines(keepends=True), "\n"]:
        heading = None if fenced else _HEADING.match(line)
        here = "code" if fenced or line.startswith("```") else "" if heading or not line.strip() else "table" if _TABLE.match(line) else "text"
        if line.startswith("```"):
            fenced = not fenced
        if here != kind:
            if kind:
                yield Block(kind, start, min(offset, len(text)), _path(path, title))
            start, kind = offset, here
        if heading:
            level = len(heading.group(1))
            path = [entry for entry in path if entry[0] < level] + [(level, _plain(heading.group(2)))]
        offset += len(line)


def _path(path: list[tuple[int, str]], title: str) -> str:
    return " › ".join(name for _level, name in path if name != title)


def _plain(heading: str) -> str:
    return re.sub(r"[*_`]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip()


def _weight(text: str) -> int:
    """Characters, a Han one counting two and a half."""
    return len(text) + len(HAN.findall(text)) * 3 // 2


def _fitting(document: Document, found: Iterator[Block]) -> Iterator[Block]:
    """The blocks, those over the limit cut at rows or sentences."""
    for block in found:
        text = document.text[block.start : block.end]
        if _weight(text) <= LIMIT:
            yield block
        elif block.kind == "text":
            splitter = RecursiveCharacterTextSplitter(
                separators=SEPARATORS, keep_separator="end", chunk_size=LIMIT, chunk_overlap=0, length_function=_weight, add_start_index=True,
                strip_whitespace=False,
            )  # fmt: skip
            for piece in splitter.create_documents([text]):
                start = block.start + piece.metadata["start_index"]
                yield Block("text", start, start + len(piece.page_content), block.heading)
        else:
            yield from _rows(document.text, block)


def _rows(text: str, block: Block) -> Iterator[Block]:
    start = offset = block.start
    for line in text[block.start : block.end].splitlines(keepends=True):
        if offset > start and _weight(text[start : offset + len(line)]) > LIMIT:
            yield Block(block.kind, start, offset, block.heading)
            start = offset
        offset += len(line)
    yield Block(block.kind, start, block.end, block.heading)


def _chunk(document: Document, group: list[Block]) -> Chunk:
    start, end = group[0].start, group[-1].end
    text = document.text[start:end].strip("\n")
    if group[0].kind == "table" and not _has_header(text):
        text = f"{_header(document.text, start)}{text}"
    return Chunk(
        domain=document.domain,
        document=document.name,
        title=document.title,
        heading=group[0].heading,
        text=text,
        start=start,
        end=end,
        language=detect(text) if HAN.search(text) or document.language == "zh" else "en",
        page=document.page_at(start),
        valid_from=document.valid_from,
        valid_until=document.valid_until,
    )


def _has_header(table: str) -> bool:
    lines = table.splitlines()
    return len(lines) > 1 and bool(_RULE.match(lines[1]))


def _header(text: str, start: int) -> str:
    """Header and rule lines of the table that was cut before ``start``."""
    lines = []
    for line in reversed(text[:start].splitlines(keepends=True)):
        if not _TABLE.match(line):
            break
        lines.append(line)
    lines.reverse()
    return "".join(lines[:2]) if len(lines) > 1 and _RULE.match(lines[1]) else ""
