"""The legal desk's own rules: amounts agree in figures and words, clauses are counted, the parties asked for are there.

The class says what is checked, the functions below it say how. Each function is pure, takes any text and raises nothing.
"""

import re
from collections.abc import Iterator, Sequence

from assistant.dates import dates_in, last_day, said, terms_in
from assistant.hookspecs import Domain
from assistant.money import amounts, in_both, in_words, wrong_words
from assistant.numerals import number_of
from assistant.records import Evidence, Example

EACH_MONTH = re.compile(r"\b(?:a|per|each|every) month\b|\bmonthly\b|每月|月租|月薪", re.I)

TITLE = re.compile(r"\W*(?:[^a-z\n]*[A-Z]{4}[^a-z\n]*|[^\n，。：]*(?:合同|协议书?)[A-Z\d-]*)[ \t]*\n")
TABLE_ROW = re.compile(r"^[ \t]*\|.*$", re.M)
NO_ADVICE = re.compile(r"(?:This is no legal advice|不构成法律意见)[.。]?\s*$")
SIGNATURES = (
    (r"Party A \([^)\n]*(?:sign|seal)", r"Party B \([^)\n]*(?:sign|seal)"),
    (r"甲方[（(][^）)\n]*[签章]", r"乙方[（(][^）)\n]*[签章]"),
)
REVIEWS = (
    ("Risk: (?:High|Medium|Low)", "Clause: ", "Reason: ", "Proposed wording: "),
    ("风险[:：][高中低]", "条款[:：]", "理由[:：]", "建议措辞[:：]"),
)

CLAUSE = re.compile(  # 第三条, 3.1, "3. Rent" and "3 Rent", but neither 0.05% nor "12 months" at the start of a line
    r"^[ \t#*]*(?:第(?P<article>[一二三四五六七八九十百]+)条|(?P<point>[1-9]\d?(?:\.[1-9]\d?)+)(?![\d%.]|\s*[万亿元])"
    r"|(?P<clause>[1-9]\d?)(?:[.、)）](?!\d)|[ \t]+(?=[A-Z])))",
    re.M,
)
ANNEX = re.compile(r"^\W*(?:annex|appendix|schedule|附件|附录|附表)\b.*$", re.M | re.I)

# A party is known by the form of its company or by its role; one that is not recognised is not checked.
ROLE = r"\b(?i:landlord|tenant|client|supplier|seller|buyer|employer|employee|between|and|to|from):? "
FIRM = r"(?:[A-Z][\w&'’-]* (?:& )?){1,6}(?:Co\., )?(?:Ltd|Inc|LLC|GmbH|Association)\b"
PERSON = r"[A-Z][a-z]+(?: [A-Z][a-z]+)+(?=[,.;:]|$| (?:as|and|at|for)\b)"
HAN_ROLE = "(?:[甲乙我]方|用人单位|房东|租客|(?:出租|承租|委托)[人方]|服务商|[买卖]方|[租卖]给|聘用|落款)[是为：:]?"
HAN_FIRM = r"[^\W\da-zA-Z请由与和给向把让找托租是为方同跟人]{2,20}(?:有限公司|委员会|事务所)"
HAN_PERSON = r"(?!员工|公司|客户)[^\W\da-zA-Z]{2,4}?(?=[，,。；;、租住做任欠和\s]|$)"
PARTY = re.compile(rf"(?:{ROLE})?({FIRM})|{ROLE}({PERSON})|(?:{HAN_ROLE})?({HAN_FIRM})|{HAN_ROLE}({HAN_PERSON})")


class Legal(Domain):
    """The legal desk of Heting."""

    def clean_example(self, example: Example) -> Example | None:
        """An example that writes an amount wrongly is left out: a model repeats what it was taught."""
        return None if any(wrong_words(turn.content) for turn in example.turns if turn.role == "assistant") else example

    def check_answer(self, question: str, answer: str, evidence: Sequence[Evidence]) -> list[str]:
        """An answer comes sentence by sentence; what a sentence alone can show is an amount whose words are not its figures."""
        return wrong_words(answer)

    def check_draft(self, request: str, draft: str, evidence: Sequence[Evidence]) -> list[str]:
        """What shows only in the whole contract: the count of its clauses, and all that the request gave."""
        absent = [party for party in parties(request) if party.casefold() not in draft.casefold()]
        absent += [f"{amount:,} yuan" for amount in amounts(request) if amount not in amounts(draft)]
        counted = miscounted(draft) if TITLE.match(draft) else []  # an excerpt, "clauses 2 and 5 again", has no title
        return [*wrong_words(draft), *counted, *(f"the request names {one}, the draft does not" for one in absent)]

    def computed_values(self, question: str, evidence: Sequence[Evidence]) -> list[str]:
        """Amounts of the question in words, what a monthly sum makes over the term, and the last day of the term."""
        given, terms = amounts(question), terms_in(question)
        if EACH_MONTH.search(question):
            given += [amount * months for amount in given for months in terms]
        ends = [last_day(start, months) for start in dates_in(question) for months in terms]
        sums = [text for amount in given for text in (f"{amount:,} yuan", f"{amount:,}元", *in_words(amount))]
        return sums + [text for end in ends for text in said(end)]

    def check_format(self, name: str, answer: str) -> bool:
        if name == "contract":
            return not unlike_a_contract(answer)
        if name == "clause_review":
            return any(re.match(r"\s*" + r".*\n\s*".join(labels) + r"\s*\S", answer) for labels in REVIEWS)
        return super().check_format(name, answer)


def unlike_a_contract(text: str) -> list[str]:
    """What the house format H-40 wants and a text lacks. A table of goods holds figures only."""
    bare = [f"{amount:,} yuan stands without words" for amount in amounts(TABLE_ROW.sub("", text)) if amount not in in_both(text)]
    head = text[: first.start()] if (first := CLAUSE.search(text)) else text
    parts = {
        "a title on its own line": TITLE.match(text),
        "a line for Party A and for Party B": all(re.search(rf"(?:{party}).*[:：].*\S", head) for party in ("Party A|甲方", "Party B|乙方")),
        "three numbered clauses": len(CLAUSE.findall(text)) >= 3,
        "a signature line for each party": any(all(re.search(line, text) for line in lines) for lines in SIGNATURES),
        "a last line that it is no legal advice": NO_ADVICE.search(text),
    }
    return [f"{part} is missing" for part, found in parts.items() if not found] + bare + wrong_words(text) + miscounted(text)


def miscounted(draft: str) -> list[str]:
    """Clauses that do not run 1, 2, 3 with 1.1, 1.2 below, or 第一条, 第二条 with 1, 2 below. Every annex counts anew."""
    faults = []
    for part in ANNEX.split(draft):
        last: dict[tuple[int, ...], int] = {}
        for shown, (*above, count) in clause_numbers(part):
            before = last.get(tuple(above), 0)
            if count != before + 1 or (len(above) == 1 and above[0] != last.get((), above[0])):
                faults.append(f"clause {shown} does not follow the one before it")
            last[tuple(above)] = count
    return faults


def clause_numbers(text: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """(as written, as numbers) of every clause; 1 and 2 below 第三条 are (3, 1) and (3, 2)."""
    article: tuple[int, ...] = ()
    for match in CLAUSE.finditer(text):
        if match["article"]:
            article = (number_of(match["article"]) or 0,)
            yield f"第{match['article']}条", article
        else:
            shown = match["point"] or match["clause"]
            yield shown, ((*article, int(shown)) if match["clause"] else tuple(map(int, shown.split("."))))


def parties(request: str) -> list[str]:
    """Companies and persons that a request names."""
    return list(dict.fromkeys(match[match.lastindex or 0] for match in PARTY.finditer(request)))
