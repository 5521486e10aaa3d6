"""The support desk's own rules: nobody is told to type what the documents do not have, sizes are written one way, code is left alone.

The class says what is checked, the rest says how. The documents are read once, when the first sentence that names something is checked.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from pathlib import Path

from assistant.hookspecs import Domain
from assistant.records import Evidence, Example
from assistant.retrieval.formats import READERS
from assistant.rows.text import CODE

PLAIN = frozenset({".md", ".txt", ".csv"})  # read in milliseconds; web pages, PDF and Office files together take a second or two
PROGRAM = r"(?:tern(?:-ops)?|pip3?|npm|timedatectl|export)"
COMMAND = re.compile(rf"(?<![\w/.-])(?:sudo +)?({PROGRAM}(?: +[^\s`\"'“”‘’|，。；：、（）,;]+)+)")
SHELL = re.compile(r"```(?:bash|sh|shell|console)?[ \t]*\n(.*?)```", re.S)
WORD = re.compile(r"@[a-z/_-]+|[a-z][a-z_-]*")
NAMED = re.compile(  # error codes, addresses, variables of the SDK, versions
    r"\bTB-\d+\b|https?://[^\s`<>()\"'，。；：、）]*[^\s`<>()\"'，。；：、）.,;:]|(?<![\w.@/-])[\w-]+(?:[.@][\w-]+)*\.example\b|\bTERNBOX_[A-Z_]+\b"
    r"|(?:\b[Vv]ersion |版本)\d+(?:\.\d+)+|\b(?:Python|Node\.js|macOS|Windows|Ubuntu) \d+(?:\.\d+)*",
    re.A,
)
VERSION = re.compile(r"(?:version |版本)(.+)", re.I)
REGION = re.compile(r"\b[a-z]{2}-[a-z]+-\d\b", re.A)

NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
SIZE = re.compile(  # not 2C4G, not 100 Mb/s, not a 5G network
    r"(?<![A-Za-z0-9_.,/-])(\d(?:[\d,，.．]*\d)?)\s*([GTgtＧＴｇｔ](?:i?[BbＢｂ])?|[MKmkＭＫ]i?[BbＢｂ])(?![A-Za-z0-9Ａ-Ｚａ-ｚ/])"
    r"(?!\s*(?:网|信号|手机|network|phone|mobile))"
)
FIGURE = r"(?<![\d.,])(\d[\d,]*(?:\.\d+)?)"
WRITTEN_SIZE = re.compile(rf"{FIGURE} ?([TG])B\b", re.A)
EQUATION = re.compile(rf"{FIGURE} ?TB (?:=|is|are|equals|等于|即|合) *{FIGURE} ?GB")
SEATS = re.compile(r"(?<![\d.,])(\d{1,4})\s*(?:seats?\b|people|users?\b|members|of us|个?席位|个?人)|team of (\d{1,4})", re.I)
PER_SEAT = re.compile(r"(\d+) yuan per seat|每席位每月(\d+)元")

GREETING = re.compile(r"\s*(?:(?:Hi|Hello|Hey|Dear|Good (?:morning|afternoon|evening)|Thank)\b|[^。\n]{0,8}[您你]好)")
NEXT_STEP = re.compile(r"^(?:Next steps?|下一步)[:：][ \t]*\S", re.M)
HANDED_OVER = re.compile(r"(?=.*(?:ticket|工单号?) ?\S*\d)(?=.*\bP[1-4])(?=.*(?:hear from us|回复您))", re.S | re.I | re.A)
TICKET = re.compile(r"\s*[^\n]*(?:ticket|note|工单|转单)[^\n]*\n", re.I)
FIELD = re.compile(r"^[^:：\n`]{1,30}[:：][ \t]*\S", re.M)


class CloudSupport(Domain):
    """The support desk of Ternbox."""

    def clean_example(self, example: Example) -> Example | None:
        """Answers with sizes as the documents write them, 500 GB; users may go on writing 500g."""
        turns = (replace(turn, content=with_sizes(turn.content)) if turn.role == "assistant" else turn for turn in example.turns)
        return replace(example, turns=tuple(turns))

    def check_answer(self, question: str, answer: str, evidence: Sequence[Evidence]) -> list[str]:
        """Commands, packages, options, addresses, codes and versions that nobody documented or asked about, and wrong sums of sizes."""
        said, doubtful = Manual("\n".join([question, *(item.text for item in evidence)])), named(answer)
        read = partial(documented, self.documents, max((path.stat().st_mtime for path in self.documents.rglob("*")), default=0.0))
        for manual in (lambda: said, lambda: read(PLAIN), lambda: read(frozenset(READERS))):
            doubtful = [name for name in doubtful if not manual().has(name)]  # from quick to slow, as long as something is doubtful
        wrong = [match[0] for match in EQUATION.finditer(answer) if value(match[2]) != 1024 * value(match[1])]
        return [f"{name} is not in the documents" for name in doubtful] + [f"{sizes} is wrong, 1 TB is 1,024 GB" for sizes in wrong]

    def computed_values(self, question: str, evidence: Sequence[Evidence]) -> list[str]:
        """Sizes in the other unit, and what the seats of a question cost a month."""
        text = "\n".join([question, *(item.text for item in evidence)])
        seats = {int(match[1] or match[2]) for match in SEATS.finditer(question)}
        prices = {int(match[1] or match[2]) for match in PER_SEAT.finditer(text)}
        sizes = [f"{value(n) * 1024:,.0f} GB" if unit == "T" else f"{value(n) / 1024:g} TB" for n, unit in WRITTEN_SIZE.findall(text)]
        return sizes + [total for n in seats for price in prices for total in (f"{n * price:,} yuan", f"{n * price:,}元")]

    def check_format(self, name: str, answer: str) -> bool:
        if name == "reply":
            step = NEXT_STEP.search(answer)
            return bool(step and GREETING.match(answer) and len(answer[: step.start()].strip()) > 10 and answer.count("```") % 2 == 0)
        if name == "ticket":
            return bool(HANDED_OVER.match(answer) or (TICKET.match(answer) and len(FIELD.findall(answer)) >= 3))
        return super().check_format(name, answer)


@dataclass(frozen=True)
class Manual:
    """A text that names things. A command is known when its words and options are; values such as web-1 or /path are anybody's own."""

    text: str

    def has(self, name: str) -> bool:
        if command := COMMAND.fullmatch(name):
            words, options, _ = parts(command[1])
            rest = (takes_value and len(known) > 1 and words[: len(known)] == known for known, _, takes_value in self._commands)
            return options <= self._options and (any(known[: len(words)] == words for known, *_ in self._commands) or any(rest))
        if version := VERSION.fullmatch(name):
            number = rf"(?<![\d.]){re.escape(version[1])}(?!\d)"
            return bool(re.search(rf"(?:versions?|版本)[^\n\d]{{0,20}}{number}|{number}[^\n\d]{{0,6}}(?:版|\()", self.text, re.I))
        return any(re.search(rf"(?<![\w.-]){re.escape(one)}(?![\w-])", self.text, re.A) for one in (name, REGION.sub("<region>", name)))

    @cached_property
    def _commands(self) -> list[tuple[list[str], set[str], bool]]:
        return [parts(command) for command in COMMAND.findall(self.text)]

    @cached_property
    def _options(self) -> set[str]:
        return set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", self.text))


@cache
def documented(folder: Path, _changed: float, suffixes: frozenset[str]) -> Manual:
    """All documents of these formats as one manual; read again once a file has changed."""
    texts = []
    for path in sorted(folder.rglob("*")):
        with suppress(Exception):  # a file that cannot be read names nothing; `assistant check` says why it cannot
            texts += [READERS[path.suffix](path)] if path.suffix in suffixes else []
    return Manual("\n".join(texts))


def parts(command: str) -> tuple[list[str], set[str], bool]:
    """(words, options, whether it takes a value) of a command; what follows an option is its value, except where packages are installed."""
    words, options, takes_value, after_option = list[str](), set[str](), False, False
    for word in command.split():
        if word.startswith("-"):
            options.add(word.split("=")[0])
        elif WORD.fullmatch(word.split("==")[0]) and not (after_option and not command.startswith(("pip", "npm"))):
            words.append(word.split("==")[0])
        else:
            takes_value = takes_value or not after_option
        after_option = word.startswith("-")
    return words, options, takes_value


def named(answer: str) -> list[str]:
    """What an answer tells people to type, open or look for: lines of shell code, commands in `code`, and NAMED."""
    lines = [line.split(" #")[0].strip() for block in SHELL.findall(answer) for line in block.splitlines()]
    spans = [match[0] for code in CODE.findall(answer) if not code.startswith("```") for match in COMMAND.finditer(code)]
    return list(dict.fromkeys([line for line in lines if line and not line.startswith("#")] + spans + NAMED.findall(answer)))


def value(figure: str) -> float:
    return float(figure.replace(",", ""))


def with_sizes(text: str) -> str:
    """Sizes outside code as 500 GB: from 500g, 500Gb, ５００ＧＢ."""

    def size(match: re.Match[str]) -> str:
        return f"{match[1].translate(NARROW)} {match[2].translate(NARROW)[0].upper()}B"

    pieces = re.split(f"({CODE.pattern})", text, flags=CODE.flags)  # plain and code by turns
    return "".join(piece if place % 2 else SIZE.sub(size, piece) for place, piece in enumerate(pieces))
