"""What is doubtful in the words of an example: answers that break off, waver, hold placeholders or speak another language.

Looks at one example at a time, after its white space and HTML were cleaned; knows nothing of other rows but how their answers end.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from unicodedata import category

from assistant.language import HAN, detect
from assistant.records import Example, Language, Told
from assistant.rows.text import prose

Doubt = Literal["truncated", "filler", "placeholder", "language", "encoding", "short"]
NAMES: dict[Language, str] = {"en": "English", "zh": "Chinese"}


@dataclass(frozen=True)
class Doubtful:
    kind: Doubt
    text: str


class Wording:
    """Judges examples in the order they are read; learns on the way whether answers here end with a full stop."""

    def __init__(self, languages: tuple[Language, ...]) -> None:
        self.languages = languages
        self._ended: defaultdict[tuple[Language, str], Counter[bool]] = defaultdict(Counter)

    def doubts(self, example: Example) -> Iterator[Doubtful]:
        spoken = [turn for turn in example.turns if turn.role != "system"]
        left = dict.fromkeys(found[0] for turn in spoken for found in PLACEHOLDER.finditer(prose(turn.content)))
        if left:
            found_there = ", ".join(left)
            yield Doubtful("placeholder", Told(f"placeholders left in ({found_there}); put in what belongs there", "placeholder", found=found_there))
        for number, turn in enumerate(spoken):
            words = prose(turn.content)
            if found := GARBLED.search(words):
                yield Doubtful("encoding", Told(f"garbled characters {found[0]!r}; export the file again as UTF-8", "garbled", found=found[0]))
            if turn.role == "assistant":
                yield from self._answer(words, turn.content, spoken[number - 1].content if number else "", example.kind == "draft")

    def _answer(self, words: str, answer: str, question: str, draft: bool) -> Iterator[Doubtful]:
        if found := FILLER.search(words):
            yield Doubtful("filler", Told(f"wavering words {found[0].strip()!r}; answer plainly, in one style", "filler", found=found[0].strip()))
        if reason := self._breaks_off(answer, draft):
            end = answer.strip()[-24:].replace("\n", " ")
            yield Doubtful("truncated", Told(f"the answer breaks off ({reason}): “…{end}”; finish it or delete the row", "breaks-off", reason=reason, end=end))
        if fault := self._language(question, words):
            yield Doubtful("language", fault)

    def _breaks_off(self, answer: str, draft: bool) -> str:
        if answer.count("```") % 2:
            return Told("a code block is not closed", "open-code")
        line = answer.rstrip().rpartition("\n")[2].strip()[-LAST:]
        if sure := _cut(line, draft):
            return sure
        label = _LABEL.match(line)
        if line and not draft and not _FREE.match(line) and _LONG.search(line[label.end() :] if label else line):
            return self._unlike_others(line, "labelled" if label else "plain")
        return ""

    def _unlike_others(self, line: str, form: str) -> str:
        """A reason when the line has no full stop while nearly all earlier ones of its language, and of its form where there are enough, have."""
        language, ended = detect(line), line[-1] in ENDS or category(line[-1]) in ("So", "Sk", "Mn", "Cf")  # an emoji ends it too
        own, every = self._ended[language, form], self._ended[language, ""]
        habit = own if own.total() >= LEAST_ANSWERS else every
        unlike = habit[True] >= LEAST_ANSWERS and habit[True] >= MOSTLY * habit.total()
        own[ended] += 1
        every[ended] += 1
        return Told("no full stop, though other answers have one", "no-full-stop") if unlike and not ended and not LINK.search(line) else ""

    def _language(self, question: str, answer: str) -> str:
        if other := OTHER_SCRIPT.search(answer):
            own = ", ".join(self.languages)
            return Told(f"neither English nor Chinese ({other[0]!r}); the domain's languages are {own}", "other-script", found=other[0], languages=own)
        spoken = _spoken(answer)
        if spoken is None or ASKS_FOR_LANGUAGE.search(question):
            return ""
        if spoken not in self.languages:
            text = f"the answer is {NAMES[spoken]}, and domain.toml does not promise the language; add it there or delete the row"
            return Told(text, "not-promised", language=_named(spoken))
        if mixed := MIXED[spoken].search(answer):
            part = mixed[0].strip()[:30]
            return Told(f"a sentence in another language within the answer ({part!r}…); answer in one language", "mixed-languages", found=part)
        asked = _spoken(question) or (detect(question) if HAN.search(question) else None)
        if asked and asked != spoken:
            text = f"the question is {NAMES[asked]} and the answer {NAMES[spoken]}; answer in the language of the question"
            return Told(text, "other-language", asked=_named(asked), spoken=_named(spoken))
        return ""


def says_little(answer: str) -> bool:
    """Whether an answer is a mere "ok" or 见附件: fewer than a dozen letters, where a Chinese character counts as three."""
    return sum(3 if HAN.match(character) else character.isalnum() for character in answer) < LITTLE


FILLER = re.compile(
    r"\b(?:u+m+|uh+|erm+|hmm+|dunno|i (?:think|guess),? (?:maybe|probably|so)|not (?:really|quite|too) sure,? (?:but|maybe|sorry)|"
    r"i'?m not sure,? (?:but|maybe|sorry)|kind of like)\b"
    r"|\b(?:maybe|probably)\s*(?:\?|…|\.\.)|\bor something(?: like that)?(?=[.,!…]|$)|"
    r"(?:可能|应该|大概|也许|好像|估计|或许)吧|吧[？?…]|(?:可能|大概)是[^，。！？\n]{1,12}吧|我也不(?:太)?(?:知道|清楚|确定)|(?:^|[，,。！…\s])嗯+[，,…。\s]|呃+|我猜|我觉得可能|好像是(?=[，。…]|$)|不太(?:清楚|确定)[，,]?(?:可能|大概|你|您)|说不好[，。…]",
    re.I | re.M,
)
TEMPLATE = re.compile(r"\{\{[^{}\n]{1,80}\}\}|\{%[^%\n]{1,120}%\}")
PLACEHOLDER = re.compile(
    rf"{TEMPLATE.pattern}|"
    r"\$\{[A-Za-z_ ]{1,30}\}|\[(?![^\]\n]{1,20} removed\])(?:[A-Z][A-Z0-9 _-]{2,30}|(?:[Yy]our|[Ii]nsert|[Ee]nter|[Nn]ame|[Dd]ate|[Aa]mount|[Cc]ompany)\b[^\]\n]{0,30})\](?!\()"
    r"|<(?:NAME|DATE|AMOUNT|COMPANY|TODO)>|\b(?:TODO|TBD|FIXME|lorem ipsum)\b|(?<![\w-])[xX]{3,}(?![\w-])|[xX×]{2,}(?=[公先女部年月元省市县路号])"
    r"|[【\[（(]?待(?:填写?|补充?|定|完善|确认填写)[】\]）)]|(?<!等)待填|(?<!等)待补充|【(?:姓名|日期|金额|公司|名称|部门|地址|电话|填写)[^】\n]{0,12}】|某某(?!人)"
)
GARBLED = re.compile("\ufffd|锟斤拷|烫烫烫|屯屯屯|â€[™œ\x9d“”¦]|Ã[©¨¤¶¼¡]|ï¿½")
OTHER_SCRIPT = re.compile("[\u3040-\u30ff\uac00-\ud7af\u0400-\u04ff\u0600-\u06ff\u0e00-\u0e7f]{3,}")
ASKS_FOR_LANGUAGE = re.compile(r"\b(?:english|chinese|mandarin|translat\w*|bilingual)\b|英文|英语|中文|汉语|翻译|译成|双语", re.I)
LITTLE = 12

# How an answer ends

ENDS = set(".!?。！？…;；)）]】}』」”\"’'`*_~>》|=％%:：〕")
LEAST_ANSWERS, MOSTLY = 12, 0.9
LAST = 1000  # characters of a line that are looked at for its end
LINK = re.compile(r"(?:https?://|www\.|@)\S*$|[A-Za-z0-9]+[/._-]\S*$")
_LONG = re.compile(r"(?:\S+\s+){6}\S+|[\u4e00-\u9fff].{9,}")
_FREE = re.compile(r"[-*•·#>|]|\d+[.)、]|[（(]?[一二三四五六七八九十]+[）)、.]|_{3,}")
_LABEL = re.compile(r"[^\s：:]{0,23}[^\s：:\d](?:\s[^\s：:]{1,16}){0,2}(?<!\d)[：:]\s*")
_SIGNED = re.compile(r"sign|date|name|title|seal|\bby\b|签|章|日期|姓名|代表|[甲乙丙]方|署名", re.I)
_OPEN_WORD = re.compile(
    r"(?:^|\s)(?:the|a|an|of|to|and|or|but|with|for|from|by|at|on|into|your|our|their|its|this|these|those|is|are|was|were|will|must|may|can|should|has|have|that|which|if|"
    r"when|because|than|as|per|within|between|about|after|before|until|every|each|at least|at most|more than)$", re.I)  # fmt: skip
_OPEN_SIGN = re.compile(r"[,，、(（\[【“「《&/-]$|[和与及或将把被从向由并而若]$|(?:因为|如果|以及|或者|并且|但是|由于|不得|应当|需要|可以|必须|不超过|至少|最多)$")


def _cut(line: str, draft: bool) -> str:
    """Why a last line is surely not whole; empty when it may be."""
    if not line or line.startswith("|"):
        return ""
    if line[-1] in ":：" and not draft and not _SIGNED.search(line):
        return Told("nothing follows the colon", "colon")
    if _OPEN_SIGN.search(line) and not re.search(r"-{2,}$|/$", line):
        return Told(f"it ends with {line[-1]!r}", "ends-with", end=line[-1])
    if found := _OPEN_WORD.search(line):
        return Told(f"it ends with {found[0].strip()!r}", "ends-with", end=found[0].strip())
    if line[-1] in ENDS:
        return ""
    opened = line.count("（") + line.count("(") - line.count("）") - line.count(")")
    return Told("a bracket is not closed", "open-bracket") if opened > 0 and not re.search(r"[:;]-?\($", line) else ""


# Which language a text is in


def _named(language: Language) -> Told:
    return Told(NAMES[language], NAMES[language])


_WORD = re.compile(r"[A-Za-z][a-z'’]+")
MIXED = {"zh": re.compile(r"(?:[A-Za-z][A-Za-z'’-]*[ ,]+){9,}[A-Za-z]+"), "en": re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff，、：\d]{15,}")}


def _spoken(text: str) -> Language | None:
    """The language of a text's sentences; None where it is too short or too mixed with terms to tell."""
    han, words = len(HAN.findall(text)), len(_WORD.findall(text))
    if han >= 4 and han >= words:
        return "zh"
    return "en" if words >= 5 and han * 4 < words else None
