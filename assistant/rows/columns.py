"""Which column of a table holds the question and which the answer, by its name. Knows nothing of rows."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

QUESTIONS = (
    "instruction", "question", "query", "prompt", "input", "q", "user", "问题", "标准问题", "提问", "问", "用户问题", "指令",
    "customer question", "customer message", "inquiry", "客户问题", "客户咨询", "咨询内容", "问题描述", "来访问题",
)  # fmt: skip
ANSWERS = (
    "output", "answer", "response", "completion", "reply", "a", "assistant", "答案", "标准答案", "回答", "答", "回复", "输出",
    "agent reply", "agent answer", "support reply", "resolution", "客服回复", "客服答复", "答复", "回复内容", "答复内容", "处理意见", "解答",
)  # fmt: skip
KNOWN = "messages; prompt, completion; conversations; conversation; instruction, output; question, answer; 问题, 答案; conversation_id, role, content"
LISTS = ("messages", "conversations", "conversation", "dialogue", "dialog", "对话", "对话内容", "会话内容", "聊天记录")
KEY = ("key", "关键")
YES = {"true", "yes", "y", "x", "✓", "是"}
LONGEST_NAME = 20
_ABOUT = re.compile(r"\b(?:id|no|nr|number|type|category|class|time|date|source|status|by|language|lang|count|length|link|url)\b|[编序]号|类[型别]|分类|时间|日期|来源|状态|人$|语言|数$|次数|渠道")
_ASKS = re.compile(r"\b(?:questions?|quer(?:y|ies)|inquiry|enquiry|prompt|asked)\b|问题|提问|咨询|来问")
_TELLS = re.compile(r"\b(?:answers?|answered|responses?|repl(?:y|ies)|resolution)\b|答案|回答|答复|回复|解答")


def column(names: Iterable[str], known: tuple[str, ...]) -> str | None:
    """The column that holds the question or the answer: one of the known names, or one that says so, such as ``Question (customer)``."""
    return _column(tuple(names), known)


def named(names: Iterable[str], known: Sequence[str]) -> str | None:
    """The first column with one of the known names."""
    return _named(tuple(names), tuple(known))


@lru_cache(256)
def _named(names: tuple[str, ...], known: tuple[str, ...]) -> str | None:
    plain = {_plain(str(name)): name for name in reversed(names)}
    return next((plain[name] for name in known if name in plain), None)


def is_key(row: Mapping[str, Any]) -> bool:
    """Whether a row is marked as one that must not be learned wrong; a column ``key`` with anything but yes or no is another one."""
    name = named(tuple(row), KEY)
    return name is not None and (row[name] is True or str(row[name]).strip().lower() in YES)


@lru_cache(256)
def _column(names: tuple[str, ...], known: tuple[str, ...]) -> str | None:
    plain = {_plain(name): name for name in names}
    exact = next((plain[name] for name in known if name in plain), None)
    if exact is not None:
        return exact
    says = _ASKS if known is QUESTIONS else _TELLS
    return next((name for text, name in plain.items() if len(text) <= 2 * LONGEST_NAME and says.search(text) and not _ABOUT.search(text)), None)


def is_header(texts: Sequence[str]) -> bool:
    """Whether the cells name a question and an answer, in two columns."""
    if any(len(text) > 2 * LONGEST_NAME for text in texts):
        return False
    asked, said = column(texts, QUESTIONS), column(texts, ANSWERS)
    return bool(asked and said and asked != said) or bool(named(texts, LISTS))


def joined_header(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """One header of two lines whose cells were merged; empty when the lower line is no part of a header."""
    names = [text for text in lower if text]
    if not names or any(len(text) > LONGEST_NAME for text in names) or not any(_plain(text) in (*QUESTIONS, *ANSWERS) for text in names):
        return []
    asked = column(upper, QUESTIONS) if is_header(upper) else None
    if asked and any(low for high, low in zip(upper, lower, strict=False) if high == asked):
        return []  # a row under a whole header, one of whose cells happens to say "a" or "user"
    width = max(len(upper), len(lower))
    above, below = [*upper, *[""] * (width - len(upper))], [*lower, *[""] * (width - len(lower))]
    return [low or high for high, low in zip(above, below, strict=True)]


def _plain(name: str) -> str:
    """The name in lower case without brackets, signs and double spaces."""
    text = re.sub(r"[(（\[【].*?[)）\]】]|[*：:?？]", " ", name.lstrip("\ufeff").lower())
    return " ".join(re.split(r"[\s_-]+", text)).strip()
