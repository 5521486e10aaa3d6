"""Chinese words for what the program says in English of rows, trainings and versions, by the case that a sentence carries."""

from collections.abc import Mapping
from typing import Any

from assistant.records import Language, case_of

CASES: dict[str, str] = {
    # rows
    "at": "{place}：{reasons}",
    "none-usable": "{name}：没有一行可以使用：{rows}",
    "table-unread": "{name}：{error}",
    "no-rows-under": "{name}：表头下面没有数据行",
    "says-little": "回答“{said}”几乎没有内容；请写完整，或删除该行",
    "personal-masked": "含有{kinds}（{seen}）；学习前会自动隐去，最好在文件中也隐去",
    "personal": "含有{kinds}（{seen}）；请隐去或换成虚构内容，--fix 可写出隐去后的副本",
    "plugin-failed": "领域 {domain} 的 clean_example 出错（{error}）；请修改 plugin.py",
    "plugin-left-out": "被领域 {domain} 的 clean_example 略去",
    "too-short": "有一个回答只有 {length} 个字符，少于 min_answer_characters 规定的 {least} 个；请写得更完整，或调低该设置",
    "same": "与 {origin} 相同，只学习一次；请删除其中一行",
    "near-export": "与 {origin} 几乎相同（相似度 {likeness}），只学习前一行",
    "near": "与 {origin} 几乎相同（相似度 {likeness}）；请换一种内容，或删除其中一行",
    "measured": "与 questions.jsonl 第 {line} 行的测评题 {id} 相同或相近（{likeness}）；用于测评的题目不能用来学习",
    "swapped": "问题和答案填反了，因此不学习该行；请互换两列的内容，或用 --fix 自动互换",
    "html": "残留 HTML（{found}）；学习前会去掉，最好导出时就不带",
    "width": "含有全角字符（{found}）；学习前会转为半角",
    "no-answer": "没有助手的回答；请补上",
    "roles": "第 {number} 轮是{role}的话，应为{wanted}；除开头至多一轮系统提示外，用户和助手应轮流发言",
    "empty-turn": "第 {number} 轮清洗后为空；请补上内容，或删除该行",
    "placeholder": "有未填写的占位内容（{found}）；请填上实际内容",
    "garbled": "有乱码“{found}”；请以 UTF-8 重新导出文件",
    "filler": "含糊的说法“{found}”；请明确作答，文风一致",
    "breaks-off": "回答不完整（{reason}）：“…{end}”；请补全，或删除该行",
    "open-code": "代码块没有结束",
    "no-full-stop": "句末没有句号，而其他回答都有",
    "colon": "冒号后面没有内容",
    "ends-with": "以“{end}”结尾",
    "open-bracket": "括号没有闭合",
    "other-script": "既不是英文也不是中文（“{found}”）；该领域的语言是 {languages}",
    "not-promised": "回答是{language}，而 domain.toml 没有列出该语言；请在其中加上，或删除该行",
    "mixed-languages": "回答中夹有另一种语言的句子（“{found}…”）；请只用一种语言回答",
    "other-language": "问题是{asked}，回答是{spoken}；请用提问的语言回答",
    "moved": "无法读取：{reason}；文件是否已被移动或替换？",
    "no-rows": "没有数据行；请添加，或删除该文件",
    "sheet-unread": "未读取这张工作表：{reason}",
    "nested": "嵌套太深；请直接写文字或对话列表",
    "kind": "kind 是“{kind}”；只能是 answer 或 draft",
    "label-false": "label 为 false：被否定的回答不用于学习",
    "question-missing": "缺少问题；请补上用户的话",
    "answer-missing": "缺少回答；请在末尾补上助手的话",
    "answer-cell": "缺少答案；请填写“{column}”",
    "question-cell": "缺少问题；请填写“{column}”",
    "not-turns": "{name} 应为对话列表，例如 {{\"role\": \"user\", \"content\": \"…\"}}",
    "not-a-turn": "{name} 的第 {number} 轮是 {found}，不是含 role 和 content 的对象",
    "turn-role": "第 {number} 轮的角色是“{role}”；可用的有 system、user、assistant（或 human、gpt）",
    "turn-empty": "第 {number} 轮（{role}）为空；请填写其 {place}",
    "turn-lacks": "{name} 的第 {number} 轮缺少 {lacking}；请填写",
    "message-alone": "每行只有一条消息；请加一列 conversation_id，同一对话的各行填相同的值",
    "no-columns": "在这些列中找不到问题和答案：{names}；可用的列名：{known}",
    "history": "history 应为 [问题, 答案] 的列表",
    "no-text": "应填文字的地方是 {found}；请直接写文字",
    "conversation-out": "{fault}；整个对话因此略去",
    "cell-empty": "“{column}”为空；请填写",
    "role": "角色是“{role}”；可用的有 system、user、assistant（或 human、gpt、customer、agent）",
    "message-empty": "消息为空；请填写，或删除该行",
    "open-quote": "第 {line} 行有一个引号没有闭合，其后的内容都无法读取；请闭合引号",
    "csv": "第 {line} 行：{error}；请缩短该单元格，或闭合引号",
    "bad-workbook": "无法作为 .xlsx 读取（{error}）；请重新保存为 .xlsx 或 .csv",
    "no-header": "前 {lines} 行中没有可识别的表头；请在第一行写列名，可用的列名：{known}",
    "zero-bytes": "含有零字节，像是二进制文件或没有 BOM 的 UTF-16；请保存为 UTF-8",
    "encoding": "既不是 UTF-8 也不是 GB18030（可能是 {guess}）；请保存为 UTF-8",
    "json-line": "不是有效的 JSON（{error}）；请每行写一个对象",
    "json": "不是有效的 JSON（{error}）；请写成一个对象列表，或每行一个对象",
    "not-an-object": "应为对象，实际是 {got}；请写成 {{\"question\": …, \"answer\": …}} 这样的对象",
    "not-a-list": "应为对象列表，实际是 {got}",
    "before-question": "第一个问题之前有文字；请以 Q: 或 问：开头",
    "bad-columnar": "无法作为 .{kind} 读取（{error}）；请重新生成或下载",
    # words that stand in the sentences
    "system": "系统",
    "user": "用户",
    "assistant": "助手",
    "English": "英文",
    "Chinese": "中文",
    "name": "姓名",
    "identity number": "证件号",
    "phone number": "电话号码",
    "e-mail address": "邮箱地址",
    "bank card": "银行卡号",
}


class English(str):
    """Shown as English on a page in another language, since there are no words for it."""


def told(text: str, language: Language, carried: Mapping[str, Any] | None = None) -> str:
    """The sentence in the page's language, by what it carries, or by what a record kept of that."""
    case = carried or case_of(text)
    if language == "en" or not text:
        return text
    try:
        return _words(case) if isinstance(case, Mapping) and case else English(text)
    except (KeyError, IndexError):  # of a record that another release wrote
        return English(text)


def _words(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(_words, value)) if all(isinstance(one, str) or len(one) == 1 for one in value) else "；".join(map(_words, value))
    if isinstance(value, Mapping):
        return CASES[value["case"]].format(**{name: _words(one) for name, one in value.items() if name != "case"})
    return str(value)
