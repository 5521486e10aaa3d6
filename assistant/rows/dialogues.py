"""Several turns that stand apart: lines ``Q:`` and ``A:`` of a text, messages in rows of their own, pairs that share a conversation's id.

Knows nothing of files; what is joined goes on as a row with ``messages``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from assistant.records import Told
from assistant.rows.columns import ANSWERS, LISTS, QUESTIONS, column, is_key, named

Role = Literal["system", "user", "assistant"]
Placed = tuple[str, dict[str, Any]]
Turns = list[dict[str, str]]

ROLES: dict[str, Role] = {
    "system": "system", "developer": "system", "系统": "system", "user": "user", "human": "user", "customer": "user", "用户": "user", "客户": "user", "顾客": "user",
    "assistant": "assistant", "gpt": "assistant", "bot": "assistant", "model": "assistant", "chatgpt": "assistant", "agent": "assistant", "ai": "assistant",
    "助手": "assistant", "客服": "assistant", "机器人": "assistant",
}  # fmt: skip
ROLE = ("role", "speaker", "sender", "from", "author", "角色", "发言人", "说话人", "身份")
CONTENT = ("content", "message", "text", "value", "utterance", "内容", "消息", "文本", "发言", "发言内容")
CONVERSATION = (
    "conversation id", "conversationid", "conversation", "dialogue id", "dialogueid", "dialogue", "dialog id", "dialogid", "dialog", "session id", "sessionid",
    "session", "thread id", "threadid", "thread", "chat id", "chatid", "会话id", "对话id", "会话编号", "对话编号", "会话号", "对话号", "会话", "对话",
)  # fmt: skip
MESSAGES_OF = (*CONVERSATION, "ticket id", "ticket", "case id", "group id", "group", "工单号", "工单编号", "工单")
"""Names that group messages; pairs of question and answer are joined by the narrower CONVERSATION, since a group of pairs may be one of wordings."""
MESSAGES = tuple(name for name in LISTS if name not in CONVERSATION)
ORDER = ("turn", "turn id", "turn number", "turn index", "message index", "order", "seq", "轮次", "序号", "顺序")
_ASKED = {"qa": "Q|Question|问|問|问题|問題|提问|提問", "talk": "User|Human|Customer|Client|用户|用戶|客户|客戶|顾客"}
_SAID = {"qa": "A|Answer|答|答案|回答|答复|答覆", "talk": "Assistant|Agent|AI|Bot|助手|客服|机器人"}
_MARKS = {
    family: re.compile(
        rf"^[\s>#*_]*(?:\d{{1,4}}\s*[.、)）]\s*)?(?:\*\*|__)?(?:(?P<q>{_ASKED[family]})|(?P<a>{_SAID[family]}))\s*\d{{0,4}}\s*(?:\*\*|__)?\s*[:：](?:\*\*|__)?\s*",
        re.I,
    )
    for family in _ASKED
}


def parted(lines: Iterable[str]) -> Iterator[tuple[int, Turns | None]]:
    """Conversations of a text with the line each begins in: an empty line before a question begins the next. None: words before the first question.

    One conversation keeps to ``Q:``/``A:`` or to ``User:``/``Assistant:``, so that "Customer: …" within a letter is no turn."""
    turns: Turns = []
    start, empty, family = 1, True, ""
    for number, line in enumerate(lines, 1):
        found, said = _mark(line, family if turns and not empty else "")
        if found and family and said != family and not (found["q"] and empty):
            found = None
        if found and found["q"] and turns and empty:
            yield start, turns
            turns = []
        if found:
            start, family = (start, family) if turns else (number, said)
            turns.append({"role": "user" if found["q"] else "assistant", "content": line[found.end() :]})
        elif turns:
            turns[-1]["content"] += line
        elif line.strip():
            yield number, None
        empty = not line.strip()
    if turns:
        yield start, turns


def _mark(line: str, family: str) -> tuple[re.Match[str] | None, str]:
    return next(((found, name) for name, marks in _MARKS.items() if family in ("", name) and (found := marks.match(line))), (None, ""))


def turns_in(text: str) -> Turns:
    """The turns of a cell that holds a whole conversation as lines ``User: …`` and ``Assistant: …``; none when it is no such text."""
    conversations = list(parted(text.splitlines(keepends=True)))
    turns = [turn for _line, part in conversations for turn in part or []]
    return turns if turns and all(part for _line, part in conversations) and {turn["role"] for turn in turns} == {"user", "assistant"} else []


def message_row(names: Iterable[str]) -> bool:
    """Whether columns name who speaks and what is said, one message a row."""
    kept = tuple(names)
    return bool(named(kept, ROLE) and named(kept, CONTENT)) and column(kept, ANSWERS) is None and named(kept, MESSAGES) is None


def gathered(rows: Iterable[Placed]) -> Iterator[Placed]:
    """The rows, those of one conversation as one row where its first one stood; rows without a conversation pass as they come."""
    held: dict[str, list[Placed]] = {}
    for place, row in rows:
        name = _conversation(row)
        if name is None:
            yield place, row
        else:
            held.setdefault(name, []).append((place, row))
    for parts in held.values():
        yield from _joined(parts)


def _conversation(row: Mapping[str, Any]) -> str | None:
    """What names the row's conversation; None for a row that is no part of any."""
    if not {"__fault__", "chosen", "label"}.isdisjoint(row):
        return None
    if message_row(row):
        key = named(tuple(row), MESSAGES_OF)
        return (_plain(row[key]) if key else "") or None
    key = named(tuple(row), CONVERSATION)
    pair = key and column(row, QUESTIONS) not in (None, key) and column(row, ANSWERS) is not None
    return (_plain(row[key]) if key and isinstance(row[key], str | int | float) else "") or None if pair else None


def _plain(value: Any) -> str:
    return "" if value is None or value != value else str(value).strip()


def _joined(parts: Sequence[Placed]) -> Iterator[Placed]:
    """One conversation; a faulty row is named, and its conversation left out, since what follows would answer something else."""
    if len(parts) == 1 and not message_row(parts[0][1]):
        yield parts[0]
        return
    ordered = _in_order(parts)
    first = ordered[0][1]
    turns: Turns = []
    for place, row in ordered:
        found = _turns(row)
        if isinstance(found, str):
            yield place, {"__fault__": Told(f"{found}; its conversation is left out", "conversation-out", fault=found)}
            return
        for turn in found:
            if turns and turns[-1]["role"] == turn["role"]:
                turns[-1]["content"] += f"\n{turn['content']}"  # people send one thought in three messages
            else:
                turns.append(turn)
    kept = turns[next((n for n, turn in enumerate(turns) if turn["role"] != "assistant"), 0) :]  # a greeting before the first question answers nothing
    shape = "role, content by conversation" if message_row(first) else "question, answer by conversation"
    marks = {name: value for name, value in first.items() if str(name).strip().lower() in ("kind", "system")}
    key = {"key": True} if any(is_key(row) for _place, row in ordered) else {}
    yield parts[0][0], {**marks, **key, "messages": _to_last_answer(kept), "__shape__": shape}


def _to_last_answer(turns: Turns) -> Turns:
    last = max((n for n, turn in enumerate(turns, 1) if turn["role"] == "assistant"), default=len(turns))
    return turns[:last]


def _turns(row: Mapping[str, Any]) -> Turns | str:
    """The turns of one row, or what is wrong with it."""
    names = tuple(row)
    if not message_row(names):
        asked, said = (column(names, known) for known in (QUESTIONS, ANSWERS))
        texts = [(role, name, _plain(row[name])) for role, name in (("user", asked), ("assistant", said)) if name]
        empty = next((name for _role, name, text in texts if not text), "")
        return Told(f'"{empty}" is empty; fill it', "cell-empty", column=empty) if empty else [{"role": role, "content": text} for role, _name, text in texts]
    role, content = (_plain(row[name]) for known in (ROLE, CONTENT) if (name := named(names, known)))
    if role.lower() not in ROLES:
        return Told(f"the role is {role!r}; possible: system, user, assistant (or human, gpt, customer, agent)", "role", role=role)
    return [{"role": ROLES[role.lower()], "content": content}] if content else Told("the message is empty; fill it or delete the row", "message-empty")


def _in_order(parts: Sequence[Placed]) -> list[Placed]:
    """By the column that counts turns where each row has a number there; else as they stand."""
    key = named(tuple(parts[0][1]), ORDER)
    numbers = [_plain(row.get(key)).removesuffix(".0") for _place, row in parts] if key else []
    if not numbers or not all(number.isdecimal() for number in numbers):
        return list(parts)
    return [part for _number, part in sorted(zip(map(int, numbers), parts, strict=True), key=lambda pair: pair[0])]

