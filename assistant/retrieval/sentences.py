"""A chunk's text to sentences that stand on their own: list items keep their lead-in, table rows their column names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_END = re.compile(r"(?<=[。！？；])(?=[^”’」』）)])|(?<=[.!?])[\"”’)]*\s+(?=[A-Z\"“'(\[\d`*\u4e00-\u9fff])")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|No|Nos|Mr|Mrs|Ms|Dr|Art|Sec|cl|vs|Inc|Ltd|Co|approx|Fig|St)\.|(?:^|\n)\s*\d{1,2}(?:\.\d+)*\.|\b[A-Z]\.)$")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,2}[.)、])\s+")
_MARKUP = re.compile(
    r"\*\*|(?<![\w*])\*(?=\w)|(?<=\w)\*(?![\w*])|(?<![\w_])_{1,2}(?=[^\W_])|(?<=[^\W_])_{1,2}(?![\w_])|!?\[([^\[\]]{0,300})\]\([^)]{0,500}\)|^>\s?", re.M
)
_RULE = re.compile(r"[\s:-]*\|[\s:|-]*$")
SHORT_CODE = 240
LEAD_IN = 120


@dataclass(frozen=True)
class Sentence:
    """``text`` as shown; ``start`` and ``end`` are offsets in the chunk's text."""

    text: str
    start: int
    end: int


def sentences(text: str) -> list[Sentence]:
    """The sentences in order. A lead-in ("Bring with you:") lives on in its items or code and stands alone only where nothing follows."""
    found: list[Sentence] = []
    lead, alone = "", False
    for kind, start, part in _parts(text):
        if kind == "code":
            _add_code(found, part, start)
        elif kind == "table":
            found += _rows(part, start)
        else:
            new = list(_prose(part, start, lead, alone))
            if not _ITEM.match(part):
                lead = _lead_in(new)
                alone = bool(lead)
            elif new and alone:
                found.pop()
                alone = False
            found += new
            continue
        alone = False
    return [sentence for sentence in found if len(sentence.text) > 1]


def _parts(text: str) -> Iterator[tuple[str, int, str]]:
    """(kind, offset, text): code fences, runs of table lines, list items, and runs of other lines."""
    offset, start, kind, fenced = 0, 0, "", False
    for line in [*text.splitlines(keepends=True), "\n"]:
        fence = line.lstrip().startswith("```")
        item = not fenced and bool(_ITEM.match(line))
        here = "code" if fenced or fence else "table" if line.lstrip().startswith("|") else "blank" if not line.strip() else "prose"
        fenced = fenced != fence
        if here != kind or item:
            if kind and kind != "blank":
                yield kind, start, text[start:offset]
            start, kind = offset, here
        offset += len(line)


def _prose(part: str, offset: int, lead: str, first: bool) -> Iterator[Sentence]:
    """``first``: nothing carries the lead-in yet. Of numbered items, only the first does."""
    item = _ITEM.match(part)
    start = item.end() if item else 0
    for begin, end in _cuts(part, start):
        words = _clean(part[begin:end])
        if item and lead and begin == start and (first or not part.lstrip()[0].isdigit()):
            words = f"{lead} {words}" if lead.isascii() else f"{lead}{words}"
        yield Sentence(words, offset + begin, offset + end)


def _cuts(part: str, start: int) -> Iterator[tuple[int, int]]:
    for match in _END.finditer(part, start):
        if not _ABBREVIATION.search(part[start : match.start()]):
            if part[start : match.start()].strip():
                yield start, match.start()
            start = match.end()
    if part[start:].strip():
        yield start, len(part.rstrip())


def _lead_in(found: list[Sentence]) -> str:
    """The last sentence before a list if it introduces it."""
    last = found[-1].text if found else ""
    return last if last.endswith((":", "：")) and len(last) <= LEAD_IN else ""


def _rows(part: str, offset: int) -> Iterator[Sentence]:
    lines = part.splitlines(keepends=True)
    header = _cells(lines[0]) if len(lines) > 1 and _RULE.match(lines[1]) else []
    for number, line in enumerate(lines):
        if not (header and number < 2) and not _RULE.match(line):
            cells = _cells(line)
            named = [f"{name}: {cell}" if name else cell for name, cell in zip(header or [""] * len(cells), cells, strict=False) if cell]
            yield Sentence("; ".join(named), offset, offset + len(line.rstrip("\n")))
        offset += len(line)


def _cells(line: str) -> list[str]:
    return [_clean(cell) for cell in line.strip().strip("|").split("|")]


def _add_code(found: list[Sentence], part: str, offset: int) -> None:
    """Code goes to the lead-in before it, short code to any sentence, in backticks."""
    code = "\n".join(line for line in part.splitlines() if not line.lstrip().startswith("```")).strip()
    if not code:
        return
    shown = f"`{code}`" if "\n" not in code else f"```\n{code}\n```"
    before = found[-1] if found else None
    if before and before.text.endswith((":", "：", ".", "。") if len(code) <= SHORT_CODE else (":", "：")):
        found[-1] = Sentence(f"{before.text} {shown}", before.start, offset + len(part.rstrip()))
    else:
        found.append(Sentence(shown, offset, offset + len(part.rstrip())))


def _clean(text: str) -> str:
    return re.sub(r"\s+", " ", _MARKUP.sub(lambda m: m.group(1) or "", text)).strip()
