"""True sentences to false ones: a number, an amount, a date, a unit or a name changed, the sense turned round. Seeded; both languages.

Knows nothing of the check that is measured with them: what is changed is found by its own tables.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

from assistant.numerals import number_of
from assistant.records import Language

Change = Literal["number", "amount", "date", "unit", "name", "negation", "added"]
KINDS: tuple[Change, ...] = ("number", "amount", "date", "unit", "name", "negation", "added")

_ENGLISH = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "fifteen", "twenty", "thirty", "sixty"]
_HAN = ["两", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十五", "二十", "三十", "四十八", "一百", "八百"]
_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_FIGURE = re.compile(r"(?<![\w.,:/-])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d:])|(?<![A-Za-z\d.,:/_-])\d+(?:\.\d+)?(?![\d:.]*\d|[A-Za-z]*-\d|%?/)")
_CLAUSE_NUMBER = re.compile(r"^\s*(?:\(?\d+(?:\.\d+)*[.)]?|[（(][一二三四五六七八九十]+[)）])\s+")
_DATE = re.compile(
    rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)? (?P<m>{'|'.join(_MONTHS)})\b|\b(?P<m2>{'|'.join(_MONTHS)}) (?P<d2>\d{{1,2}})\b|(?P<m3>\d{{1,2}})月(?P<d3>\d{{1,2}})[日号]"
    r"|(?P<d4>\d{1,2})(?:st|nd|rd|th) day|(?P<h>\d{1,2}):(?P<min>\d\d)|每月(?P<d5>\d{1,2})[日号]|次月(?P<d6>\d{1,2})[日号]"
)
_MONEY = re.compile(r"(?:(?:RMB|CNY)\s?|[¥￥])\d[\d,.]*\d|\d[\d,.]*\s?(?:yuan\b|万?元)|[一二两三四五六七八九十百千万]+元")
_UNITS: list[tuple[Language, str, list[str]]] = [
    ("en", r"(?<=[\d\w] )(?:(?:working|business|calendar) )?days?\b", ["weeks", "months", "hours"]),
    ("en", r"(?<=[\d\w] )hours?\b", ["days", "minutes", "weeks"]),
    ("en", r"(?<=[\d\w] )minutes?\b", ["hours", "seconds"]),
    ("en", r"(?<=[\d\w] )months?\b", ["years", "weeks"]),
    ("en", r"(?<=[\d\w] )years?\b", ["months", "weeks"]),
    ("en", r"(?<=\d )GB\b", ["MB", "TB"]),
    ("en", r"(?<=\d )yuan\b", ["dollars", "euros"]),
    ("en", r"(?<=\d)\s?(?:%|percent\b)", [" yuan", " days"]),
    ("zh", r"(?<=[\d一二两三四五六七八九十])(?:个?工作日|天)(?!前|后一)", ["个星期", "个月", "个小时"]),
    ("zh", r"(?<=[\d一二两三四五六七八九十])个?小时", ["天", "分钟"]),
    ("zh", r"(?<=[\d一二两三四五六七八九十])分钟", ["小时", "秒"]),
    ("zh", r"(?<=[\d一二两三四五六七八九十])个月", ["年", "周"]),
    ("zh", r"(?<=[\d一二两三四五六七八九十])秒", ["分钟", "小时"]),
    ("zh", r"(?<=\d)元", ["美元", "欧元"]),
    ("zh", r"(?<=\d)%", ["元", "天"]),
    ("zh", r"(?<=\d)\s?GB\b", [" MB", " TB"]),
]
_NAMES: list[list[str]] = [
    ["line manager", "department head", "HR business partner", "finance director", "shift leader", "receptionist"],
    ["deputy general manager", "general manager", "chairwoman", "head of legal"],
    ["landlord", "tenant", "notary"],
    ["buyer", "seller", "broker"],
    ["supplier", "client", "auditor"],
    ["legal desk", "finance team", "archive room"],
    ["administrator", "account owner", "duty manager"],
    ["incident commander", "support lead", "secondary"],
    ["L1", "L2", "L3"],
    ["P1", "P2", "P3", "P4"],
    ["Free", "Plus", "Pro", "Team"],
    ["Tier 1", "Tier 2", "Tier 3"],
    ["Hangzhou", "Chengdu", "Jiaxing", "Wuhan", "Shanghai", "Frankfurt"],
    ["Linux", "macOS", "Windows"],
    ["Harbour", "Workday", "Lighthouse"],
    ["直属经理", "部门负责人", "人事伙伴", "财务总监", "班组长"],
    ["总经理", "董事长", "法务组负责人"],
    ["出租人", "承租人", "公证处"],
    ["法务组", "财务部", "行政办", "档案室"],
    ["人事服务台", "安防中控室", "信息技术部"],
    ["值班经理", "备班", "事故指挥"],
    ["管理员", "空间所有者", "客服"],
    ["免费版", "团队版", "企业版"],
    ["杭州", "嘉兴", "成都", "上海", "深圳"],
    ["租赁专员", "物业经理", "外部律师"],
    ["硕士生", "博士生", "本科生"],
    ["住宅", "车位", "商铺"],
    ["一类城市", "二类城市", "三类城市"],
    ["“港湾”", "“云桥”"],
]
_TURNED: list[tuple[Language, str, str]] = [
    ("en", r"\b(may|can|must|should|will) (?:not|never|only)\b", r"\1"),
    ("en", r"\b(is|are|does|do) not\b", r"\1"),
    ("en", r"(?<!^)\b[Nn]o (liquids|employee|file)\b", r"every \1"),
    ("en", r"\b(?<!does )(?<!do )(may|can|must|should|will|is|are|has to|have to|counts|costs|needs?)\b(?! not| never)", "NOT"),
    ("zh", r"不得|不能|无权|不可以|不可", "可以"),
    ("zh", r"不再|不受", "会"),
    ("zh", r"(可以|能够|可)(?!能|是)", r"不\1"),
    ("zh", r"(?<![只还不都响对供适反相确主重])(?:必须|应当?|须|要|需)(?!求|件|么|约|用|答|付|急|聘|点)", "不用"),
    ("zh", r"(?<!不)(享有|支付|放行|保留|收取|收|发放|发(?!生)|报销|补贴|承担|提供|有效|生效)(?!期|方|人|款)", r"不\1"),
]
_NOT = {"may": "may not", "can": "cannot", "must": "need not", "should": "should not", "will": "will not", "is": "is not", "are": "are not",
        "has to": "does not have to", "have to": "do not have to", "counts": "does not count", "costs": "does not cost", "need": "do not need", "needs": "does not need"}  # fmt: skip
_DENIED = re.compile(r"\b(?:no|not|nothing|nobody|never|only|cannot|without|unless)\b(?!,)", re.I)
ADDED: dict[Language, list[str]] = {
    "en": [
        "The same holds for freelancers who have signed the ethics pledge.",
        "A surcharge of 15 euros applies on public holidays.",
        "Exceptions are granted by the works council on request.",
        "You can track the progress in the mobile app under Profile.",
        "This rule was introduced after the audit of the insurance company.",
        "Long-serving members of the choir are exempt from it.",
        "Please bring a printed copy and two passport photos.",
        "In practice most colleagues receive a voucher as well.",
        "Interest accrues at the market rate until the matter is closed.",
        "Customers in Switzerland have to apply at the embassy.",
        "A deposit slip from the bank is sufficient as proof.",
        "The helpline in Dublin will call you back the same evening.",
        "Pensioners and students pay half of that.",
        "Your landlord's insurance covers any remaining damage.",
        "It also works offline if Bluetooth is switched on.",
        "Refused requests are forwarded to the ombudsman.",
    ],
    "zh": [
        "自由职业者签署诚信承诺后同样适用。",
        "法定节假日另外加收15欧元的手续费。",
        "如有特殊情况，可以向职工代表大会申请豁免。",
        "办理进度可以在手机小程序的“我的”页面查看。",
        "这条规定是保险公司审计之后才增加的。",
        "合唱团的老成员不受此限制。",
        "请携带打印件和两张证件照到现场。",
        "实际上大多数同事还会收到一张购物券。",
        "在结案之前按市场利率计算利息。",
        "瑞士的顾客需要到大使馆办理。",
        "银行的存款回单就足以作为证明。",
        "都柏林的热线当晚会给您回电话。",
        "退休老人和在校学生只收一半。",
        "剩余的损失由房东的保险赔偿。",
        "打开蓝牙之后没有网络也能使用。",
        "被驳回的请求会转交给监察专员。",
    ],
}


@dataclass(frozen=True)
class Changed:
    """A false sentence: what kind of change, the words before and after it."""

    kind: Change
    text: str
    before: str
    after: str


def changed(sentence: str, language: Language, seed: int) -> list[Changed]:
    """One false sentence of each kind that the sentence allows, in the order of ``KINDS``; ``added`` is a sentence of its own."""
    found = []
    for kind in KINDS:
        draw = Random(f"{seed} {kind} {sentence}")
        ways = list(_WAYS[kind](sentence, language, draw))
        if ways:
            found.append(draw.choice(ways))
    return found


def _numbers(sentence: str, language: Language, draw: Random) -> Iterator[Changed]:
    taken = [match.span() for pattern in (_DATE, _MONEY, _CLAUSE_NUMBER) for match in pattern.finditer(sentence)]
    for start, end in _values(sentence, language):
        if not any(begin < end and start < stop for begin, stop in taken) and sentence.count("`", 0, start) % 2 == 0:
            yield _with(sentence, "number", start, end, _other(sentence[start:end], draw))


def _amounts(sentence: str, language: Language, draw: Random) -> Iterator[Changed]:
    for money in _MONEY.finditer(sentence):
        for start, end in _values(sentence, language, money.start(), money.end()):
            yield _with(sentence, "amount", start, end, _other(sentence[start:end], draw))


def _values(sentence: str, language: Language, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Where numbers stand: figures, and words that count something."""
    words = rf"\b(?:{'|'.join(_ENGLISH)})\b" if language == "en" else rf"(?<![第一二三四五六七八九十百])(?:{'|'.join(sorted(_HAN, key=len, reverse=True))}|[一二三四五六七八九]百|[一二两三四五六七八九]万)(?=个|天|年|小时|分钟|秒|元|日|条|周岁|次)"
    for pattern in (_FIGURE, re.compile(words, re.I)):
        for match in pattern.finditer(sentence):
            if start <= match.start() and (end is None or match.end() <= end):
                yield match.span()


def _other(value: str, draw: Random) -> str:
    """Another number in the same form."""
    if value.lower() in _ENGLISH:
        word = draw.choice([word for word in _ENGLISH if word != value.lower()])
        return word.capitalize() if value[0].isupper() else word
    if not re.fullmatch(r"[\d.,]+", value):
        return draw.choice([word for word in _HAN if number_of(word) != number_of(value) and (len(word) < 3)])
    number = float(value.replace(",", ""))
    whole = "." not in value
    new = number
    while new == number or new <= 0:
        new = draw.choice([number * 2, number * 3, number + 1, number + 5, number - 1, number * 1.5, number * 10, number / 2])
        new = float(int(new)) if whole else round(new, len(value.split(".")[1]))
    text = f"{new:,.0f}" if whole else f"{new:,.{len(value.split('.')[1])}f}"
    return text if "," in value or new >= 10_000 else text.replace(",", "")


def _dates(sentence: str, language: Language, draw: Random) -> Iterator[Changed]:
    for match in _DATE.finditer(sentence):
        for name, value in match.groupdict().items():
            if value is None or name == "min":
                continue
            start, end = match.span(name)
            if value.isalpha():
                new = draw.choice([month for month in _MONTHS if month != value])
            else:
                most = 12 if name.startswith("m") else 23 if name == "h" else 28
                new = str(draw.choice([n for n in range(4, most + 1) if n != int(value) and n not in (21, 22, 23)] if name != "h" else [n for n in range(7, 23) if n != int(value)]))
            yield _with(sentence, "date", start, end, new)


def _units(sentence: str, language: Language, draw: Random) -> Iterator[Changed]:
    for spoken, pattern, others in _UNITS:
        if spoken == language:
            for match in re.finditer(pattern, sentence):
                before = sentence[: match.start()].split()[-1:] or [""]
                if re.search(r"[\d一二两三四五六七八九十百]$", before[0]) or before[0].lower() in _ENGLISH:
                    yield _with(sentence, "unit", match.start(), match.end(), draw.choice(others))


def _swapped(sentence: str, language: Language, draw: Random) -> Iterator[Changed]:
    for group in _NAMES:
        for name in group:
            bound = r"(?<![A-Za-z\d]){}(?![A-Za-z\d-])" if name[0].isascii() else r"(?<![副总区域]){}(?!部门|台)"
            for match in re.finditer(bound.format(re.escape(name)), sentence):
                left = [other for other in group if other != name and other not in sentence]
                if left:
                    yield _with(sentence, "name", match.start(), match.end(), draw.choice(left))


def _negated(sentence: str, language: Language, draw: Random) -> Iterator[Changed]:
    for spoken, pattern, to in _TURNED:
        if spoken != language:
            continue
        if to == "NOT" and _DENIED.search(sentence):
            return
        match = re.search(pattern, sentence)
        if match:
            new = _NOT[match[1]] if to == "NOT" else match.expand(to)
            yield _with(sentence, "negation", match.start(), match.end(), new)
            return


def _unfounded(sentence: str, language: Language, draw: Random) -> Iterator[Changed]:
    text = draw.choice(ADDED[language])
    yield Changed("added", text, "", text)


def _with(sentence: str, kind: Change, start: int, end: int, new: str) -> Changed:
    return Changed(kind, sentence[:start] + new + sentence[end:], sentence[start:end], new)


_WAYS: dict[Change, Callable[[str, Language, Random], Iterator[Changed]]] = {
    "number": _numbers, "amount": _amounts, "date": _dates, "unit": _units, "name": _swapped, "negation": _negated, "added": _unfounded,
}  # fmt: skip
