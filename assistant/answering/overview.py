"""What a file is about: its title, its headings and how it begins. Knows which questions ask for that; knows no model."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.answering.cite import Citations
from assistant.records import Chunk, Evidence, Language
from assistant.retrieval.sentences import sentences

MOST_FILES = 4
MOST_HEADINGS = 8
OPENING = 3  # sentences of one file; of several, one less each
LEAST_LATIN, LEAST_HAN = 40, 15  # characters of a sentence worth quoting
LONGEST = 600
_ASKS = re.compile(
    r"\b(?:summar(?:y|i[sz]e[sd]?|i[sz]ing)|overview|outline|gist|tl;?dr|abstract|main (?:points?|topics?|ideas?|contents?)|key (?:points?|topics?|takeaways?)"
    r"|what(?:['’]?s)? (?:is|are|does|do|did)?.*\b(?:about|say|says|cover|covers|contain|contains|in|inside|discuss|describe))\b"
    r"|\bdescribe\b|\bread\b|总结|概括|概述|摘要|归纳|梳理|简介|介绍|大意|要点|内容|讲|说|写|关于",
    re.I,
)
_FILE = re.compile(
    r"\b(?:files?|documents?|docs?|pdfs?|papers?|reports?|attachments?|uploads?|uploaded|attached|texts?|slides?|presentations?|spreadsheets?|tables?|articles?|manuals?)\b"
    r"|文件|文档|文章|资料|材料|附件|上传|报告|论文|表格|幻灯片|手册|[Pp][Dd][Ff]",
    re.I,
)
_LIGHT = re.compile(
    r"\b(?:please|can|could|would|you|me|us|give|tell|show|make|write|provide|a|an|the|this|that|these|those|it|its|of|in|inside|on|from|my|our|your|i|we|just|have|has|been"
    r"|what(?:['’]?s)?|is|are|was|does|do|did|about|say|says|said|cover|covers|contain|contains|contents?|discuss(?:es)?|describes?|read|all|whole|entire|short(?:ly)?|brief(?:ly)?|quick(?:ly)?"
    r"|main|key|most|important|points?|topics?|ideas?|takeaways?|and|for|to|few|one|two|three|sentences?|words?|paragraphs?|bullets?|there|here|new|summar\w+|overview|outline|gist|tldr|abstract)\b"
    r"|上传|刚才|刚刚|一句话|句话|内容|总结|概括|概述|摘要|归纳|梳理|简介|介绍|大意|要点|讲|说|写|关于|述"
    r"|[请帮我给用把将一二三两几下个份篇本这那该此些您你的了吗呢吧啊是什么在里面中有都和与哪些主要大概简单简要地]",
    re.I,
)


@dataclass(frozen=True)
class Overview:
    """One file: the words that head it, and the sentences quoted from it."""

    head: str
    opening: tuple[tuple[Chunk, str, int, int], ...]


def about_files(question: str, names: Sequence[str]) -> bool:
    """Whether a question asks what the files hold, and nothing more particular; ``names`` are the files' and may stand in it."""
    rest, named = without_names(question, names)
    if not _ASKS.search(rest) or not (named or _FILE.search(rest)):
        return False
    return not re.sub(r"[\W_]+", "", _LIGHT.sub(" ", _FILE.sub(" ", rest)))


def without_names(question: str, names: Sequence[str]) -> tuple[str, list[str]]:
    """The question without the files' names, with or without suffix, and the files that it names."""
    rest, named = question, []
    stems = {name: name.rsplit(".", 1)[0] for name in names}
    said = [(name, name) for name in names] + [(stem, name) for name, stem in stems.items()] + [(re.sub(r"[-_]+", " ", stem), name) for name, stem in stems.items()]
    for words, name in sorted(said, key=lambda pair: -len(pair[0])):
        if len(words) > 2 and name not in named and (found := re.search(re.escape(words), rest, re.I)):
            rest = f"{rest[: found.start()]} {rest[found.end() :]}"
            named.append(name)
    return rest, named


def overviews(chunks: Sequence[Chunk], wanted: Sequence[str], pages: Mapping[str, int], language: Language) -> list[Overview]:
    """Of the wanted files (of every one, when none is) in the order of the chunks, at most ``MOST_FILES``; ``pages`` says how long each is."""
    by_file = [(name, list(found)) for name, found in groupby(chunks, key=lambda chunk: chunk.document)]
    chosen = [(name, found) for name, found in by_file if not wanted or name in wanted][:MOST_FILES]
    count = OPENING if len(chosen) == 1 else OPENING - 1
    return [Overview(_head(found, pages.get(name, 0), language), tuple(_opening(found, count))) for name, found in chosen]


def evidence(found: Sequence[Overview]) -> list[Evidence]:
    places = [place for overview in found for place in overview.opening]
    return [Evidence(n, chunk, text, start, end, 1.0) for n, (chunk, text, start, end) in enumerate(places, 1)]


def lines(found: Sequence[Overview], quoted: Sequence[Evidence], citations: Citations) -> Iterator[str]:
    """The overviews line by line; ``quoted`` is their ``evidence``."""
    left = iter(quoted)
    for number, overview in enumerate(found):
        yield f"{'' if number == 0 else chr(10)}{overview.head}\n"
        for _ in overview.opening:
            item = next(left)
            yield f"{item.text}{citations.marks([item])}\n"


def _head(chunks: Sequence[Chunk], pages: int, language: Language) -> str:
    """File, title, length and headings."""
    chinese = language == "zh"
    name, title = chunks[0].document, chunks[0].title
    shown = name if title.lower() in name.lower() else f"{name}{'：' if chinese else ': '}{title}"
    length = (f"（{pages} 页）" if chinese else f" ({pages} pages)") if pages > 1 else ""
    sections = list(dict.fromkeys(part for chunk in chunks if (part := chunk.heading.split(" › ")[0]) and part != title))
    if not sections:
        return f"{shown}{length}"
    told = ("、" if chinese else "; ").join(sections[:MOST_HEADINGS])
    more = len(sections) - MOST_HEADINGS
    rest = (f" 等 {len(sections)} 节" if chinese else f"; and {more} more") if more > 0 else ""
    return f"{shown}{length}\n{'各节：' if chinese else 'Sections: '}{told}{rest}"


def _opening(chunks: Sequence[Chunk], count: int) -> Iterator[tuple[Chunk, str, int, int]]:
    """The first sentences that say something; the first of any kind where none does."""
    every = [(chunk, one.text, one.start, one.end) for chunk in chunks[:12] for one in sentences(chunk.text)]
    worth = [place for place in every if _says(place[1])]
    yield from (worth or every)[:count]


def _says(text: str) -> bool:
    han = len(re.findall(r"[\u3400-\u9fff]", text))
    return len(text) <= LONGEST and (han >= LEAST_HAN or (len(text) >= LEAST_LATIN and len(text.split()) >= 7))
