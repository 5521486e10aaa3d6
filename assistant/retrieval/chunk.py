"""Documents to chunks: blocks (paragraph, list, table, code) packed under their heading. Knows nothing of stores."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from langchain_text_splitters import RecursiveCharacterTextSplitter

from assistant.domain import Domain
from assistant.language import HAN, detect
from assistant.records import Chunk, Document

LIMIT = 1000
LONGEST_ROW = 4 * LIMIT  # a longer table row is cut, though its columns then lose their names
SEPARATORS = ["\n\n", "\n", "。", "！", "？", "；", ". ", "! ", "? ", "; ", "，", ", ", " ", ""]
_HEADING = re.compile(r"(#{1,6})\s+(\S.*)")
_TABLE = re.compile(r"\s*\|.*\|\s*$")
_RULE = re.compile(r"[\s:-]*\|[\s:|-]*$")


@dataclass(frozen=True)
class Block:
    """Offsets of a stretch of lines; ``kind`` is text, table or code; ``header`` is that of the table it was cut from."""

    kind: str
    start: int
    end: int
    heading: str
    header: str = ""


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
        heading = None if fenced else _HEADING.match(line.rstrip())
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
    bare = heading.rstrip("#")
    heading = bare if bare.endswith((" ", "\t")) else heading  # "Leave ##" is closed, "C#" is a name
    return re.sub(r"[*_`]|\[([^\[\]]{0,300})\]\([^)]{0,500}\)", r"\1", heading).strip()


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
    """A table or code cut between lines, and within a line that is too long by itself."""
    lines = text[block.start : block.end].splitlines(keepends=True)
    header = _header(lines) if block.kind == "table" else ""
    first = 2 if header else 0
    start = offset = block.start
    for number, line in enumerate(lines):
        for piece in _pieces(line, LIMIT if block.kind == "code" else LONGEST_ROW):
            if number >= first and offset > start and _weight(text[start : offset + len(piece)]) > LIMIT:
                yield replace(block, start=start, end=offset, header=header if start > block.start else "")
                start = offset
            offset += len(piece)
    yield replace(block, start=start, header=header if start > block.start else "")


def _header(lines: list[str]) -> str:
    """Header and rule lines of a table; empty when it has none or they are too long to stand before every part."""
    header = "".join(lines[:2])
    return header if len(lines) > 2 and _RULE.match(lines[1]) and len(header) <= LONGEST_ROW else ""


def _pieces(line: str, limit: int) -> Iterator[str]:
    """The line, cut at spaces where there are any, so that no piece weighs more than the limit."""
    if _weight(line) > limit:
        size = limit * 2 // 5 if HAN.search(line) else limit
        while len(line) > size:
            cut = line.rfind(" ", size // 2, size) + 1 or size
            yield line[:cut]
            line = line[cut:]
    yield line


def _chunk(document: Document, group: list[Block]) -> Chunk:
    start, end = group[0].start, group[-1].end
    text = document.text[start:end].strip("\n")
    shift = len(group[0].header) - start - document.text[start:end].index(text)
    if group[0].header:
        text = f"{group[0].header}{text}"
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
        breaks=tuple(at + shift for at in document.pages if start < at < end),
        valid_from=document.valid_from,
        valid_until=document.valid_until,
    )
