"""Chinese words for what the program says in English of rows, trainings and versions, by the case that a sentence carries."""

from collections.abc import Mapping
from typing import Any

from assistant.records import Language, Told, case_of
from assistant.ui.texts import TEXTS, errors, quality, read, say, trained

OWN: dict[str, str] = {
    # rows
    "at": "{place}：{reasons}",
    "none-usable": "{name}：没有一行可以使用：{rows}",
    "table-unread": "{name}：{error}",
    "no-rows-under": "{name}：表头下面没有数据行",
    "says-little": "回答“{answer}”几乎没有内容；请写完整，或删除该行",
    "personal-masked": "含有{kinds}（{seen}）；学习前会自动隐去，最好在文件中也隐去",
    "personal": "含有{kinds}（{seen}）；请隐去或换成虚构内容，--fix 可写出隐去后的副本",
    "plugin-failed": "领域 {domain} 的 clean_example 出错（{error}）；请修改 plugin.py",
    "plugin-left-out": "被领域 {domain} 的 clean_example 略去",
    "too-short": "有一个回答只有 {length} 个字符，少于 min_answer_characters 规定的 {least} 个；请写得更完整，或调低该设置",
    "same": "与 {origin} 相同，只学习一次；请删除其中一行",
    "near-export": "与 {origin} 几乎相同（相似度 {likeness}），只学习前一行",
    "near": "与 {origin} 几乎相同（相似度 {likeness}）；请换一种内容，或删除其中一行",
    "measured": "与 questions.jsonl 第 {line} 行的评测题 {id} 相同或相近（{likeness}）；用于评测的题目不能用来学习",
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
    "learned": "与 {origin} 相同，已经学过",
    "nearly-learned": "与 {origin} 几乎相同（相似度 {likeness}）",
    "a-refusal": "这是拒答，训练时会自动生成拒答类训练示例",
    "cut-off": "回答有 {length} 个词元，实际作答时超过 {most} 个会被截断（[answering] max_new_tokens）",
    # the gate
    "blocking": "{name}：{sign}",
    "score-better": "更好：{score} {points} {interval}（{count} 题）",
    "score-worse": "{score} {points} {interval}（{count} 题）：比{against}差，超过 {tolerance} 个百分点",
    "score-count": "{score}（{count} 题）",
    "too-few": "题目太少，不能排除下降超过 {tolerance} 个百分点：{scores}",
    "none-worse": "在 {count} 道题上，没有指标被证明比{against}差",
    "none-better": "没有任何指标被证明比{against}好，且数据没有变化",
    "data-changed": "数据有变化",
    "nothing-to-compare": "没有开发集（dev）题目和留出的示例可供比较，诊断未发现问题",
    "losses": "留出集损失 {loss}，{others}",
    "loss-of": "{side}为 {loss}",
    "loss-better": "更好：{losses}",
    "loss-worse": "留出集损失 {loss}，{side}为 {against}：变差超过 {tolerance}",
    "the bare base": "基础模型",
    "the live version": "已上线版本",
    # the diagnosis
    "no-numbers": "从第 {step} 步起，损失或梯度已不是数值",
    "went-astray": "损失开始为 {first}，其间在 {least} 与 {most} 之间，结束时为 {last}",
    "lower-rate": "降低学习率",
    "held-out-rose": "留出集损失从 {best}（第 {epoch} 轮）升到 {last}",
    "train-less": "减少训练、加大随机丢弃，或增加训练示例",
    "hardly-fell": "损失几乎没有下降，从 {first} 到 {last}",
    "train-longer": "以更高的学习率训练更久",
    "broken-answers": "{count} 个回答中有 {bad} 个为空或不断重复（“{answer}”），不用适配器时有 {base} 个",
    "half-learned": "{seen}；损失也只降到 {loss}",
    "train-further": "继续训练",
    "lower-rate-rank-epochs": "降低学习率和秩，或减少轮数",
    "lower-rate-rank": "降低学习率和秩",
    "lost-weights": "适配器的 {count} 个权重矩阵中有 {lost} 个含有 NaN 或无穷大",
    "from-memory": "换掉段落中的一个数字后，{count} 个回答中有 {old} 个仍说原来的数字（{question}：段落写的是 {given}，回答是 {said_figure}）",
    "more-passages": "增加带段落的行、拒答类示例，以及正确句子旁的其他句子",
    "wrong-figures": "查看的 {count} 行中，有 {wrong} 行的数字不对（{shown}）",
    "wrong-figure": "{question}：应为 {wanted}，回答是 {found}",
    "repeat-key-rows": "重复关键行，并继续训练",
    "repeat-rows": "重复这些行，并继续训练",
    "forgot": "{shown}",
    "loss-on": "{rows}的损失：使用适配器为 {tuned}，不用时为 {base}",
    "general rows": "通用示例",
    "rows of other domains": "其他领域的示例",
    "mix-more": "混入更多通用示例",
    "learn-less": "一次少学一些，或在 [mix] rows 中指定通用示例",
    "another-part": "训练时用的{part}（{trained}）与作答时的（{serving}）不同",
    "part tokenizer": "分词器",
    "part template": "对话模板",
    "part weights": "权重",
    "part prompt": "提示词",
    "put back tokenizer": "作答时使用训练时的分词器，或重新训练",
    "put back template": "恢复训练时的对话模板，或重新训练",
    "put back weights": "作答时使用训练时的基础模型，或重新训练",
    "put back prompt": "恢复原来的 prompt.jinja，或重新训练",
    "unlike-tokens": "{count} 个提示词中有 {unlike} 个在作答时的词元与训练时不同（{served} 个对 {trained} 个，第 {place} 个起不同）",
    "unended": "{count} 行中有 {open} 行没有以结束词元（{token}）结尾",
    "close-turn": "让对话模板在助手的话之后加上分词器规定的结束词元，然后重新训练",
    "wrong-language": "{count} 个{language}问题中有 {wrong} 个没有用{language}回答（“{answer}”），不用适配器时有 {base} 个",
    "add-language": "增加{language}示例，或少学另一种语言",
    "unserved": "作答时无法与训练时保持一致；请导出，或重新训练",
    "export-only": "这样的适配器只能导出",
    # settings that were chosen
    "embedded-rank": "小适配器就足以挑选段落并复述",
    "twice-rank": "通常取秩的两倍",
    "embedded-dropout": "基础模型很小，不用随机丢弃可快五分之一",
    "embedded-epochs": "在两个处理器核心上，三轮约需两分钟",
    "embedded-rate": "基础模型很小，适合大步学习；减半以下时效果差很多",
    "embedded-batch": "一次八条轻松放得下",
    "embedded-step": "一次八条已足够稳定",
    "embedded-length": "它在问题之外最多读八句左右",
    "embedded-memory": "内存足够，这样更快",
    "embedded-passages": "它只依据段落作答",
    "embedded-refusals": "它本来就容易拒答",
    "short-rows": "处理器计算每个词元都较慢，因此每行取较短长度",
    "room": "足够放下问题、段落和较长的回答",
    "whole-context": "取基础模型能读的上限",
    "most-passages": "多数问题带有可依据的段落，其余只学格式",
    "some-refusals": "有些问题必须拒答",
    "ten-refusals": "共 {count} 条示例，使约十条用于学习拒答",
    "full-rate": "训练全部权重时，取适配器学习率的十分之一即可",
    "step-of-eight": "{count} × {size} 行，每步约八行",
    "rank-small": "{rows} 行：小适配器能学会格式，又不会死记硬背",
    "rank-middle": "{rows} 行的内容超出最小适配器的容量",
    "rank-large": "{rows} 行足以用满大适配器",
    "dropout-little": "{what}，不太需要防止死记硬背",
    "so many rows": "行数很多",
    "so large a base": "基础模型很大",
    "dropout-few": "行数少容易死记硬背，随机丢弃十分之一可以缓解",
    "epochs": "{rows} 行，{epochs} 轮已学得足够多遍",
    "epochs-few": "只有 {rows} 行，每行需要学多遍",
    "rate-large": "大模型适合小步学习",
    "rate-usual": "这个大小的模型通常如此",
    "rate-full": "{why}；训练全部权重时取其十分之一",
    "free-memory": "{gb} GB 可用内存",
    "unknown-memory": "大小未知的内存",
    "step": "{count} × {size} 行为一步",
    "step-few": "{count} × {size} 行为一步；行数少，步子小些，步数才够",
    "memory-little": "内存不足以保留全部中间结果，因此部分重复计算",
    "memory-enough": "内存足够，这样快三分之一",
    "batch-part": "{free}一次最多放得下这么多行",
    "batch-whole": "{free}一次放得下整步的行",
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
    "score answered": trained.TEXTS["train_score_answered"]["zh"],
    "score right_refusals": trained.TEXTS["train_score_refusals"]["zh"],
    "score others": trained.TEXTS["train_score_others"]["zh"],
    **{f"score {name.removeprefix('quality_')}": texts["zh"] for name, texts in quality.TEXTS.items()},
    **{f"fault {name.removeprefix('train_')}": texts["zh"] for name, texts in trained.TEXTS.items()},
}
PARTS = (OWN, read.CASES, errors.CASES)
CASES = {case: words for part in PARTS for case, words in part.items()}

SHORT = 16  # characters of what is listed with 、


class English(str):
    """Shown as English on a page in another language, since there are no words for it."""


def both(key: str, **values: Any) -> Told:
    """A text of the page as an error carries it, whose handler need not know the page's language."""
    return Told(say(key, "en", **values), key, **values)


def told(text: str, language: Language, carried: Mapping[str, Any] | None = None) -> str:
    """The sentence in the page's language, by what it carries, or by what a record kept of that."""
    case = carried or case_of(text)
    if language == "en" or not text:
        return text
    try:
        return _words(case) if isinstance(case, Mapping) and case else English(text)
    except (KeyError, IndexError):  # of a record that another release wrote
        return English(text)


def told_all(record: Mapping[str, Any], name: str, language: Language) -> list[str]:
    """The sentences that a record keeps under a name, each worded by what it keeps under ``told``."""
    lines, kept = record.get(name), record.get("told")
    carried = kept.get(name) if isinstance(kept, Mapping) else None
    if not isinstance(lines, list):
        return []
    known = carried if isinstance(carried, list) and len(carried) == len(lines) else [None] * len(lines)
    return [told(str(line), language, one) for line, one in zip(lines, known, strict=True)]


def _words(value: Any) -> str:
    if isinstance(value, list):
        short = all(isinstance(one, str) or ("、" not in _words(one) and len(_words(one)) < SHORT) for one in value)
        return ("、" if short else "；").join(map(_words, value))
    if isinstance(value, Mapping):
        if (case := value.get("case", "")) not in CASES and case not in TEXTS and "said" in value:
            return str(value["said"])
        return (CASES.get(case) or TEXTS[case]["zh"]).format(**{name: _words(one) for name, one in value.items() if name not in ("case", "said")})
    return str(value)
