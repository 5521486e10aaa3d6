"""The HR desk's own rules: nobody learns or reads another person's data, and deadlines are counted with the company's calendar.

The class says what is checked, the functions below it say how. Each function is pure, takes any text and raises nothing.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from itertools import permutations
from pathlib import Path

from assistant.dates import WorkingDays, dates_in, lengths_in, moved, said
from assistant.domain_files import read_text
from assistant.errors import DomainError
from assistant.hookspecs import Domain
from assistant.language import HAN
from assistant.personal_data import find_personal_data, mask_personal_data
from assistant.records import Evidence, Example

PUBLISHED = {"phone number", "e-mail address"}  # contacts that stand in the documents may be passed on; an identity number never

STAFF_NUMBER = re.compile(
    r"\b(?:staff|employee|personnel|badge)\s*(?:number|no\.?|ID)\s*(?:is|[:：#])?\s*(?P<en>[A-Z]{0,3}-?\d{3,8})\b"
    r"|(?:员工编号|员工号|工牌号|工号)(?:是|为|[:：])?\s*(?P<zh>[A-Z]{0,3}-?\d{3,8})(?!\d)",
    re.I,
)
OWN_LABEL = re.compile(  # labels of HR's forms, beside the common ones that personal_data knows
    r"(?:\b(?:employee|staff member|line manager|manager|traveller|successor|buddy|witness)|员工|直属经理|经理|出差人|接手人|报告人|被推荐人|证明人)"
    r"[ \t]*[:：][ \t]*(?P<name>[^\n,，;；。、（(]{2,40})",
    re.I,
)
MASKS = {"name": ("[name removed]", "〔姓名已隐去〕"), "staff number": ("[staff number removed]", "〔工号已隐去〕")}

SOMEBODY = r"(?:\b(?:Mr|Ms|Mrs|Dr)\.? [A-Z][a-z]+|\b(?:[Hh]e|[Ss]he|[Yy]our (?:colleague|deskmate|boss|team leader))\b)"
PRIVATE = (
    r"(?:earns|makes \d|is paid \d|salary is|(?:is|was|has been) (?:ill|sick|pregnant|divorced|dismissed|fired|warned|diagnosed|rated)"
    r"|suffers|scored|lives (?:at|in|on)|(?:address|number) is)\b"
)
HAN_SOMEBODY = r"(?:(?:小(?![时组型数学心])|老(?![师板员人年家]))[\u4e00-\u9fff]|[\u4e00-\u9fff](?:经理|主管|总监|先生|女士)|您的?同事|[他她](?![人们]))"
HAN_PRIVATE = (
    r"(?:(?:月薪|年薪|工资|薪资)[是为有约]?\s*\d|得了|患|确诊|怀孕|离婚|被辞退|被开除|受过?处分|住在|住址是|手机号?是|电话是|绩效[是为得考](?!多少|什么|怎|几))"
)
ABOUT = re.compile(rf"{SOMEBODY}[^.!?\n]{{0,40}}?{PRIVATE}|{HAN_SOMEBODY}[^。！？\n]{{0,12}}?{HAN_PRIVATE}")
DENIED = re.compile(r"\b(?:not|never|cannot|sorry)\b|n't\b|不|无法|抱歉|未", re.I)

EQUALS = re.compile(r"\b(?:is|falls on|means|ends on|that is|latest)\b|[是为即]|最晚|到期", re.I)
RANGE = re.compile(r"\d\s*(?:to|until|[-–])\s*\d|[日号]\s*[至到]", re.I)
SENTENCE = re.compile(r"[^.!?。！？\n]+")

LINES = ("Rule|规定", "Who|适用", "How|办理", "Deadline|时限")


class HrPolicy(Domain):
    """The staff handbook of Lanwick."""

    def clean_example(self, example: Example) -> Example | None:
        """Personal data masked in what users and the desk wrote, before a model can learn it by heart."""
        return replace(example, turns=tuple(replace(turn, content=masked(turn.content)) for turn in example.turns))

    def check_answer(self, question: str, answer: str, evidence: Sequence[Evidence]) -> list[str]:
        """Data of other people, and deadlines that are counted wrong. What the asker wrote of themselves may be said back."""
        published = {found.key for item in evidence for found in find_personal_data(item.text) if found.kind in PUBLISHED}
        asked = {found.key for found in find_personal_data(question)} | {text for *_, text in own_data(question)}
        told: list[str] = [found.kind for found in find_personal_data(answer) if found.key not in published | asked]
        told += [kind for _, _, kind, text in own_data(answer) if text not in asked]
        told += ["private matter" for match in ABOUT.finditer(answer) if not DENIED.search(match[0])]
        wrong = [f"{text.strip()}: counted wrong" for text in SENTENCE.findall(answer) if miscounted(text, self.working_days)]
        return [f"it tells somebody's {kind}" for kind in told] + wrong

    def computed_values(self, question: str, evidence: Sequence[Evidence]) -> list[str]:
        """The days to which the lengths of the question and the evidence lead from the dates of the question."""
        lengths = [length for text in (question, *(item.text for item in evidence)) for length in lengths_in(text)]
        ends = (moved(day, length, self.working_days) for day in dates_in(question, self.year) for length in lengths)
        return list(dict.fromkeys(text for end in ends if end for text in said(end)))

    def check_format(self, name: str, answer: str) -> bool:
        if name != "rule":
            return super().check_format(name, answer)
        places = [re.search(rf"^(?:{line})[:：][ \t]*\S", answer, re.M) for line in LINES]
        starts = [place.start() for place in places if place]
        return bool(places[0] and places[1] and len(starts) > 2 and starts == sorted(starts))

    @cached_property
    def working_days(self) -> WorkingDays:
        """Mondays to Fridays, less the days off and plus the working weekends of the holiday calendars among the documents."""
        return calendar(sorted(self.documents.glob("holiday-calendar-*-en.csv")))

    @property
    def year(self) -> int | None:
        """The year meant where a date has none: the latest with a calendar."""
        return max(self.working_days.years, default=None)


def calendar(paths: Sequence[Path]) -> WorkingDays:
    """Reads the columns "Days off", "Length" and "Working Saturdays and Sundays" of calendars named by their year."""
    off, extra, years = set[date](), set[date](), set[int]()
    for path in paths:
        with suppress(DomainError, ValueError):  # `assistant check` says why it cannot be read
            year = int(re.sub(r"\D", "", path.name))
            for _, days, length, _, exchange in list(csv.reader(read_text(path).splitlines()))[1:]:
                first, *last = dates_in(days, year)
                if "half a day" not in length and "annual leave" not in length:  # not a day off for all
                    off |= {first + timedelta(n) for n in range((last[-1] - first).days + 1 if last else 1)}
                extra |= set(dates_in(exchange, year))
            years.add(year)
    return WorkingDays(frozenset(off), frozenset(extra), frozenset(years))


def own_data(text: str) -> Iterator[tuple[int, int, str, str]]:
    """(start, end, kind, text) of staff numbers, and of names behind labels of HR's own forms."""
    for match in STAFF_NUMBER.finditer(text):
        group = "en" if match["en"] else "zh"
        yield *match.span(group), "staff number", match[group]
    for match in OWN_LABEL.finditer(text):
        label = "姓名：" if HAN.search(match["name"]) else "Name: "
        for found in find_personal_data(label + match["name"])[:1]:  # what would be a name behind a common label is one here
            if found.kind == "name":
                start = match.start("name") + found.start - len(label)
                yield start, start + len(found.text), "name", found.text


def masked(text: str) -> str:
    for start, end, kind, _ in sorted(own_data(text), reverse=True):
        text = text[:start] + MASKS[kind][bool(HAN.search(text))] + text[end:]
    return mask_personal_data(text)


def miscounted(sentence: str, working: WorkingDays) -> bool:
    """Whether a sentence such as "3 working days before 11 May 2026 is 6 May 2026" names the wrong day."""
    days, lengths = dates_in(sentence, max(working.years, default=None)), lengths_in(sentence)
    if len(days) != 2 or len({(length.count, length.unit) for length in lengths}) != 1 or RANGE.search(sentence) or not EQUALS.search(sentence):
        return False
    ends = [(moved(first, length, working), second) for first, second in permutations(days) for length in lengths]
    return all(end is not None and end != second for end, second in ends)
