"""Who and what a sentence names: people, offices, roles, places, products, short codes such as P1. Knows no evidence.

English names are capitalised; roles, which are not, are told by their noun. Chinese names are told by jieba's word classes.
"""

import re
import unicodedata
from functools import lru_cache

from assistant.language import HAN
from assistant.retrieval.words import classes

_ROLES = frozenset(
    ["accountant", "administrator", "agent", "attorney", "auditor", "bank", "board", "bookkeeper", "broker", "buyer", "chairman", "chairperson", "chairwoman", "chief", "clerk", "client", "colleague", "commander", "committee", "contractor", "controller", "coordinator", "counsel", "court", "customer", "delegate", "department", "deputy", "desk", "director", "doctor", "employee", "employer", "engineer", "executive", "expert", "guard", "guest", "head", "inspector", "intern", "judge", "landlord", "landlady", "lawyer", "lead", "leader", "lender", "manager", "mentor", "minister", "ministry", "notary", "nurse", "officer", "operator", "partner", "police", "president", "principal", "receptionist", "representative", "secretary", "seller", "sheriff", "shareholder", "specialist", "subcontractor", "supervisor", "supplier", "team", "technician", "tenant", "trainee", "treasurer", "trustee", "vendor", "visitor"]
)
_ROLE_ENDS = (
    *["人", "员", "长", "者", "方", "部", "组", "处", "室", "局", "院", "办", "科", "生", "官", "师", "版", "台"],
    *["经理", "总监", "伙伴", "主管", "主任", "公司", "客服", "委员会", "董事会", "工会", "法务", "财务", "人事", "行政", "银行", "主班", "备班", "指挥", "监事", "股东", "客户", "租客", "房东", "市", "省", "县"],
)
_NO_ROLE = frozenset(["公司", "员工", "部门", "本人", "他人", "别人", "任何人", "每人", "有人", "个人", "双方", "对方", "方", "地方", "人", "部", "全部", "一部分", "内部", "外部", "生", "组", "处", "室", "先生", "全员", "成员", "一方", "双方", "各方", "官方", "平台", "一生", "发生", "学生", "阿姨", "之处", "办", "台", "版", "过程", "长", "最长", "员", "院", "科", "局", "师", "市", "省", "县"])
_CAPITAL = re.compile(r"(?<![\w'’.])[A-Z][\w'’&-]*[a-z][\w'’&-]*")
_SHORT_CODE = re.compile(r"(?<![\w-])[A-Z]{1,3}-?\d(?![\w:]|\.\d)")
_TIER = re.compile(r"\b(?:tier|level|grade|class|type|category|step|phase|zone) (?:\d{1,2}|[A-E])\b|[一二三四五六七八九\dA-E](?:类|级|档|线|等)(?=[\u4e00-\u9fff])", re.I)
_START = re.compile(r"(?:^|[.!?:;\n\"“(]\s*|\d[.)]\s+)$")
_MONTH = re.compile(r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)s?\b")
_COMMON = frozenset(["I", "I'm", "I'll", "I've", "OK", "Mr", "Mrs", "Ms", "Dr", "Yes", "No"])


@lru_cache(maxsize=4096)
def names(text: str, inside: bool = False) -> frozenset[str]:
    """What a text names, in lower case; a capital at the beginning of an English sentence says nothing, unless the text stands ``inside`` one."""
    text = unicodedata.normalize("NFKC", text)
    found = [match[0] for pattern in (_SHORT_CODE, _TIER) for match in pattern.finditer(text)]
    rest = uncoded(text)
    for match in _CAPITAL.finditer(rest):
        first = not inside and not HAN.search(text) and _START.search(rest[: match.start()])
        if not first and not _MONTH.match(match[0]) and match[0] not in _COMMON:
            found.append(re.sub(r"['’]s?$", "", match[0]))
    return frozenset({word.lower() for word in found} | _roles(text) | _chinese(text))


def uncoded(text: str) -> str:
    """Without short codes, whose digits count nothing ("Tier 2")."""
    return _TIER.sub(" ", _SHORT_CODE.sub(" ", text))


def _roles(text: str) -> set[str]:
    words = (re.sub(r"'?s'?$", "", word) if word not in _ROLES else word for word in re.findall(r"[a-z]+(?:'s)?", text.lower()))
    return {word for word in words if word in _ROLES}


def _chinese(text: str) -> set[str]:
    found: set[str] = set()
    before = ""
    for word, kind in classes(text):
        if kind in {"ns", "nt", "nz", "nr", "nrt", "nrfg"} and len(word) > 1:
            found.add(word)
        elif kind.startswith(("n", "v", "k")) and word.endswith(_ROLE_ENDS) and (word not in _NO_ROLE or (before and len(word) == 1)):
            found.add(before + word)
        before = word if kind.startswith(("n", "b")) and len(word) > 1 else ""
    return found
