"""Finds and masks personal data in a text, English or Chinese: labelled names, identity numbers, phones, e-mail, bank cards.

Prefers to miss a doubtful one over hiding a price or an order number: numbers must pass their check digit or their country's numbering
plan, names must carry a label. Switchboards (400, 800) and addresses of a function (support@, hr@) are nobody's own. Knows no domain.
"""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from assistant.language import HAN

__all__ = ["PersonalData", "contacts", "find_personal_data", "mask_personal_data"]

Kind = Literal["name", "identity number", "phone number", "e-mail address", "bank card"]
MASKS: dict[Kind, tuple[str, str]] = {
    "name": ("[name removed]", "〔姓名已隐去〕"),
    "identity number": ("[ID number removed]", "〔证件号已隐去〕"),
    "phone number": ("[phone removed]", "〔电话已隐去〕"),
    "e-mail address": ("[e-mail removed]", "〔邮箱已隐去〕"),
    "bank card": ("[card number removed]", "〔银行卡号已隐去〕"),
}
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "，：；！？（）"}  # one for one, so that places stay


@dataclass(frozen=True)
class PersonalData:
    """One find; ``start`` and ``end`` are character offsets of ``text``."""

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """The same for every spelling of one number or address."""
        text = self.text.translate(_NARROW).casefold()
        return text if self.kind in ("name", "e-mail address") else re.sub(r"[^0-9x]", "", text)[-9 if self.kind == "phone number" else 0 :]


def find_personal_data(text: str) -> list[PersonalData]:
    """Every piece of personal data, in the order of the text; none overlaps another."""
    plain = text.translate(_NARROW)
    found: list[PersonalData] = []
    numbers = _DIGITS.search(plain) is not None
    for kind, search in _SEARCHES:
        if not numbers and kind in ("identity number", "bank card", "phone number"):
            continue
        for start, end in search(plain):
            if not any(start < other.end and other.start < end for other in found):
                found.append(PersonalData(kind, text[start:end], start, end))
    return sorted(found, key=lambda one: one.start)


def mask_personal_data(text: str, keep: Container[str] = ()) -> str:
    """The text with words such as ``[phone removed]`` or ``〔电话已隐去〕`` in place; finds whose key is in ``keep`` stay."""
    chinese = HAN.search(text) is not None
    for found in reversed(find_personal_data(text)):
        if found.key not in keep:
            text = text[: found.start] + MASKS[found.kind][chinese] + text[found.end :]
    return text


def contacts(texts: Iterable[str]) -> frozenset[str]:
    """Keys of the phone numbers and addresses in a domain's documents: those are published, and nobody's secret."""
    return frozenset(one.key for text in texts for one in find_personal_data(text) if one.kind in ("phone number", "e-mail address"))


Spans = Iterator[tuple[int, int]]

# Identity numbers

_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}[ -]?(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?\d{3}[\dXx](?![0-9A-Za-z])"
    r"|(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\w-])"
)
_LABELLED_IDENTITY = re.compile(
    r"(?:身份证(?:件?号码?)?|\bID card(?: (?:number|no\.?))?|\bidentity (?:card )?number)\s*(?:[:：是为#]|is)?\s*(?P<id>\d{15}|\d{17}[\dXx])(?![0-9A-Za-z])"
    r"|(?:护照(?:号码?)?|\bpassport(?: (?:number|no\.?))?)\s*(?:[:：是为#]|is)?\s*(?P<passport>[A-Z]{1,2}\d{7,8})(?![0-9A-Za-z])",
    re.I,
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _identity_numbers(text: str) -> Spans:
    """Chinese ones (GB 11643, with check digit, or any after a label), United States ones with hyphens, passports after a label."""
    for match in _IDENTITY.finditer(text):
        digits = re.sub("[ -]", "", match[0])
        if len(digits) != 18 or digits[17].upper() == "10X98765432"[sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=False)) % 11]:
            yield match.span()
    for match in _LABELLED_IDENTITY.finditer(text):
        yield match.span("id" if match["id"] else "passport")


# Bank cards

_CARD = re.compile(r"(?<![0-9A-Za-z.,-])(?:4|5[1-5]|2[2-7]|3[457]|6[0245])(?:[ -]?\d){11,17}(?![0-9A-Za-z])(?![.,-]\d)")


def _bank_cards(text: str) -> Spans:
    for match in _CARD.finditer(text):
        digits = re.sub("[ -]", "", match[0])
        if 14 <= len(digits) <= 19 and len(set(digits)) > 1 and _luhn(digits):
            yield match.span()


def _luhn(digits: str) -> bool:
    """Whether the last digit is right by ISO/IEC 7812."""
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(map(int, digits[-1::-2]))) % 10 == 0


# E-mail

_EMAIL = re.compile(r"(?<![\w.+%/@:-])[A-Za-z0-9][\w.+%-]*@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?![\w-]|:[\w/~])", re.ASCII)
_FUNCTION = re.compile(
    r"(?<![a-z0-9])(?:"
    r"abuse|admin|administration|administrator|all|billing|booking|bookings|care|careers|claims|cloud|compliance|contact|contracts|"
    r"customer|desk|ec2|enquiries|events|expenses|facilities|feedback|finance|frontdesk|front|git|hello|help|helpdesk|hi|hr|info|invoice|"
    r"invoices|inquiries|it|jobs|join|leadership|legal|mail|marketing|newsletter|noreply|no|office|operations|oncall|ops|order|orders|"
    r"outreach|parking|payroll|people|policy|postmaster|press|privacy|procurement|reception|recruiting|reply|root|safety|sales|security|"
    r"service|servicedesk|services|shop|speakers|status|supervisors|support|tech|team|travel|ubuntu|user|webmaster"
    r")(?![a-z0-9])",
    re.I,
)


def _email_addresses(text: str) -> Spans:
    for match in _EMAIL.finditer(text) if "@" in text else ():
        if not _FUNCTION.search(match[0].partition("@")[0]):
            yield match.span()


# Phones

_DIGITS = re.compile(r"\d(?:[ ().-]{0,3}\d){6}")
_LABELLED_PHONE = r"(?:\b(?:tel(?:ephone)?|phone|mobile|cell|fax|whatsapp|call)\b(?: (?:number|no\.?))?|电话|手机号?|座机|传真|联系方式|致电)(?:号码)?[\s:：是为]{0,3}"
_PHONE_LABEL = re.compile(_LABELLED_PHONE + "$", re.I)
_WRITTEN = re.compile(rf"\+\d{{1,3}}[ (.-]?\d(?:[ ().-]{{0,2}}\d){{5,12}}|{_LABELLED_PHONE}(?P<labelled>\(?\d(?:[ ().-]{{0,2}}\d){{6,12}})", re.I)
_SPELT = re.compile(r"\+|00\d|\(?0\d{2,3}\)?[ -]|\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4}$")


def _phone_numbers(text: str) -> Spans:
    """What a country's numbering plan knows, and what a plus sign or a label calls a phone number."""
    import phonenumbers

    seen: list[range] = []
    for region in ("CN",) if HAN.search(text) else ("US", "CN"):
        for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.VALID):
            if not any(match.start in span for span in seen) and _stands_alone(text, match.start, match.end) and _someones(match, text):
                yield match.start, match.end
            seen.append(range(match.start, match.end))
    for written in _WRITTEN.finditer(text):
        start, end = written.span("labelled" if written["labelled"] else 0)
        if not any(start < span.stop and span.start < end for span in seen) and _stands_alone(text, start, end) and not _switchboard(text[start:end]):
            yield start, end


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, after = text[max(start - 2, 0) : start], text[end : end + 2]
    return not re.search(r"[0-9A-Za-z_#/]$|\d[.,:]$|[0-9A-Za-z]-$", before) and not re.match(r"[0-9A-Za-z_/]|[.,:-]\d", after)


def _someones(match: Any, text: str) -> bool:
    """Whether it can be one person's, and is written as a phone number: an order number of ten digits is often a valid one too."""
    import phonenumbers

    if _switchboard(match.raw_string, match.number):
        return False
    mobile = match.number.country_code == 86 and phonenumbers.number_type(match.number) == phonenumbers.PhoneNumberType.MOBILE
    return mobile or bool(_SPELT.match(match.raw_string)) or bool(_PHONE_LABEL.search(text[: match.start]))


def _switchboard(raw: str, number: Any = None) -> bool:
    """Whether a number is a firm's by its kind, such as 400 and 800 numbers."""
    import phonenumbers

    kinds = phonenumbers.PhoneNumberType
    firms = (kinds.TOLL_FREE, kinds.PREMIUM_RATE, kinds.SHARED_COST, kinds.UAN, kinds.VOICEMAIL)
    try:
        numbers = [number] if number else [phonenumbers.parse(raw, region) for region in ("CN", "US")]
    except phonenumbers.NumberParseException:
        return False
    return any(phonenumbers.number_type(one) in firms for one in numbers)


# Names

_FAMILY = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧肖程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙"
    "万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵"
)
_NOBODY = re.compile(
    r"[部组室处科厂店台]$|经理|主管|专员|前台|中心|公司|集团|负责|部门|客服|人事|财务|谢谢|"
    r"\b(?:Team|Desk|Department|Office|Officer|Support|Services?|Manager|Partner|Group|Company|Limited|Ltd|Inc|LLC|Cent(?:er|re)|Resources|Human|Front|Help|Security|"
    r"Finance|Legal|Portal|Required|Optional|Your|The|And|First|Last|Full|Line|Customer|Employee|Reception|Facilities|Payroll)\b"
)
_LABEL = (
    r"(?:(?:员工|客户|患者|本人|申请人|联系人|用户)?姓名|名字|(?:开?户|持卡人(?:姓)?)名|持卡人|(?:紧急)?联系人|[收寄]件人|申请人|经办人|报修人|报障人|来电人|投诉人|"
    r"\b(?:(?:full|employee|customer|client|user|first|last|caller|contact)\s+name|name|(?:emergency\s+)?contact(?:\s+person)?|caller|requester|"
    r"(?:requested|reported|submitted|raised)\s+by|applicant|recipient|attn))"
)
_LATIN = "[A-ZÀ-ÖØ-Þ][a-zß-öø-ž'’]+(?:-[A-ZÀ-ÖØ-Þ]?[a-zß-öø-ž]+)?"
_NAME = (
    rf"(?P<han>(?:欧阳|上官|司马|司徒|诸葛|皇甫|慕容|令狐|夏侯|[{_FAMILY}])[\u4e00-\u9fff]{{1,2}})(?![\u4e00-\u9fff])"
    rf"|(?:(?:Mr|Mrs|Ms|Dr)\.?\s+)?(?P<latin>{_LATIN}(?:[ ][A-Z]\.)?(?:[ ]{_LATIN}){{1,2}})(?![\w-])"
)
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.S)
_NAMED = re.compile(rf"(?:(?i:{_LABEL})[\"'”’*]{{0,3}}\s{{0,2}}[:：][\"'“‘*\s]{{0,4}}|我叫|(?i:\bmy name is )|我的名字是)(?:{_NAME})")


def _names(text: str) -> Spans:
    """Names after a label; in code, ``name:`` labels anything but people."""
    if not any(sign in text for sign in (":", "：", "我叫", "名字是", "name is", "Name is")):
        return
    code = [match.span() for match in _CODE.finditer(text)] if "`" in text else []
    for match in _NAMED.finditer(text):
        if any(start < match.start() < end for start, end in code):
            continue
        group = "han" if match["han"] else "latin"
        if not _NOBODY.search(match[group]):
            yield match.span(group)


_SEARCHES: tuple[tuple[Kind, Any], ...] = (
    ("identity number", _identity_numbers), ("bank card", _bank_cards), ("e-mail address", _email_addresses), ("phone number", _phone_numbers), ("name", _names),
)  # fmt: skip
