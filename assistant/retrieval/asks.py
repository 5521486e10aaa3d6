"""What kind of value a question asks for (how long, how much, who, 几点, 多少钱) and which kinds a sentence holds. Knows no documents."""

import re
from functools import lru_cache

_TIME_UNIT = r"(?:(?:working|business|calendar)\s+)?(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|quarters?|years?)\b"
_HAN_TIME = r"(?:个?工作日|个?自然日|天|日|个?小时|分钟|秒|周|个?星期|个月|年|季度)"
_NUMBER = r"(?:\d[\d,.]*|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|half|several)\b|[一二两三四五六七八九十百千万半几]+)"
_MONEY_SIGN = r"[$€£¥￥]|\b(?:yuan|rmb|cny|dollars?|euros?|pounds?|usd|eur|free)\b|元|块钱|人民币|免费"
_MONTH = r"\b(?:january|february|march|april|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"

_ASKS = {
    "span": r"\bhow (?:long|soon|early|often|late)\b|\bhow many (?:\w+ )?(?:seconds|minutes|hours|days|nights|weeks|months|years)|\b(?:deadline|period|duration|notice)\b"
    r"|多久|多长|几个?(?:天|小时|工作日|月|年|周|星期|分钟)|多少(?:个?工作日|天|小时|分钟|年|个月)|期限|时限|时长|有效期|提前",
    "moment": r"\bwhen\b|\bwhat (?:time|date|day|hour)|\b(?:until|by|from) (?:when|what)|\bdeadline\b|\b(?:opening|closing) (?:hours|time)|什么时候|何时|几点|几号|哪天|哪一天|哪日|截止|最晚|最迟|几月|星期几|周几",
    "money": r"\bhow much\b|\b(?:cost|price|fee|pay|charge|budget|fine|salary|allowance|expensive|cheap)s?\b|多少钱|费用|价格|收费|花多少|报销|付多少|几块|金额|罚|单价|补贴|津贴|贵|便宜|租金|押金",
    "count": r"\bhow (?:many|much|big|large|far|high|often)\b|\b(?:maximum|minimum|limit|at most|at least|number of)\b|多少|几[个次人台份条种名级位张]|最多|最少|上限|下限|限额|多大|多高",
    "share": r"\b(?:percentage|percent|rate|share|proportion)\b|比例|百分之|百分比|几成|利率|税率|折扣|几折",
    "person": r"\b(?:who|whom|whose|which (?:department|office|team|desk|person|manager))\b|谁|哪位|哪个(?:部门|人|领导|岗位|团队)|什么人|找哪|归哪|哪些人",
    "place": r"\bwhere\b|\bwhich (?:room|floor|building|page|menu|site|region)\b|哪里|哪儿|在哪|什么地方|何处|哪个(?:地方|楼|页面|菜单|系统|地区)",
    "reason": r"\bwhy\b|\b(?:reason|cause)s?\b|为什么|为何|原因|怎么会",
    "way": r"\bhow (?:do|can|should|to|would)\b|\b(?:command|steps?|procedure|way to)\b|怎么|怎样|如何|命令|步骤|流程|办法",
    "verdict": r"^(?:so |and |but |then )?(?:can|may|could|is|are|do|does|did|must|should|will|has|have|am|would)\b|, (?:can|may|is|are|do|does|must|should|will) |\b(?:allowed|permitted|possible|okay)\b"
    r"|吗|能不能|可不可以|是不是|是否|能否|可否|要不要|会不会|有没有|行不行|允许|算不算|用不用",
}
_HOLDS = {
    "span": rf"{_NUMBER}[\s-]*(?:个)?{_TIME_UNIT}|{_NUMBER}\s*{_HAN_TIME}|\b(?:daily|weekly|monthly|yearly|immediately|at once|within)\b|立即|当天|当日|每天|每周|每月|随时|(?:days|hours|weeks|months|years|天数|天|小时)\s*[)）]?\s*[:：]\s*\d",
    "moment": rf"\d{{1,2}}[:：]\d\d|\d\s?[ap]\.?m\b|{_MONTH}|\b20\d\d\b|\b(?:before|after|by|until|within|once|as soon as|at the latest)\b|\d\s*[月日号点]|之前|以前|之后|以后|前|后|内|当日|次日|每周|每月|星期|周[一二三四五六日]",
    "money": _MONEY_SIGN,
    "count": rf"\d|{_NUMBER}\s*(?:times|people|persons|items|pieces|个|次|人|台|份|条|种|名|级|位|张)|\b(?:unlimited|no limit|once|twice)\b|不限",
    "share": r"\d\s*(?:%|percent|per cent)|百分之|\d\s*[倍折]|[一二三四五六七八九]折|\b(?:half|double|twice|times)\b",
    "person": r"\b(?:manager|director|head|officer|desk|team|office|department|staff|supervisor|owner|customer|employee|tenant|landlord|client|supplier|admin\w*|lead|agent|partner|buyer|seller|party)s?\b"
    r"|经理|主管|负责人|部门|部|组|员|方|客户|老板|总监|领导|专员|中心|人(?!民)|办公室|前台|团队|院|局",
    "place": r"\b(?:room|floor|building|office|desk|page|menu|tab|settings|console|portal|site|region|under|at the|in the|on the)\b|[室楼层厅处网页台栏馆]|页面|菜单|设置|系统|控制台|地址|办公|位于|[\w]+ ?> ?\w+|https?:",
    "reason": r"\b(?:because|since|due to|as a result|so that|means|in order to|reason|caused?)\b|因为|由于|因|为了|以便|原因|导致|表示|说明|以免",
    "way": r"`|\b(?:run|click|choose|select|enter|submit|open|send|call|use|fill|set|press|contact|ask|add|install|apply|sign)\b|\b(?:by|with|through|via)\b|通过|点击|选择|填写|提交|打开|登录|运行|执行|使用|联系|拨打|发送|申请|在.{1,12}[里中上]|先.{1,20}再",
    "verdict": r"\b(?:may|must|can|cannot|can't|not|no|never|only|allowed|permitted|forbidden|prohibited|required|need|needs|free|unless|always|mandatory|optional|entitled)\b|可以|不得|不能|不可|不准|禁止|必须|应当|应|须|需|无需|不需|仅|只|除非|允许|有权|均|一律|不",
}
KINDS = tuple(_ASKS)
_UNIT_ASKED = re.compile(r"\bhow many (?:\w+ ){0,1}?([a-z]{3,})\b|[几多][少]?个?(工作日|小时|星期|分钟|[天日月年周次人台份条种名级位张元页倍岁号楼层点])", re.I)
_ASKED = {kind: re.compile(pattern, re.I) for kind, pattern in _ASKS.items()}
_HELD = {kind: re.compile(pattern, re.I) for kind, pattern in _HOLDS.items()}


@lru_cache(maxsize=1024)
def asked_for(question: str) -> frozenset[str]:
    """The kinds of value, of ``KINDS``, that a question asks for."""
    return frozenset(kind for kind, pattern in _ASKED.items() if pattern.search(question))


@lru_cache(maxsize=16384)
def held_in(text: str) -> frozenset[str]:
    """The kinds of value, of ``KINDS``, that a sentence holds."""
    return frozenset(kind for kind, pattern in _HELD.items() if pattern.search(text))


def unit_asked(question: str) -> re.Pattern[str] | None:
    """Finds a number with the unit that the question counts in: ``days`` of "how many days", 次 of 几次."""
    found = _UNIT_ASKED.search(question)
    unit = (found[1] or found[2]) if found else ""
    if not unit:
        return None
    stem = unit.lower().rstrip("s")
    between = r"[\s-]*(?:\w+\s)?" if stem.isascii() else r"\s*个?"
    return re.compile(rf"{_NUMBER}{between}{re.escape(stem)}|{re.escape(stem)}\w*\s*[:：]\s*\d", re.I)
