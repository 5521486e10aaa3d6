"""One row in any common shape becomes turns: messages, prompt/completion, ShareGPT, input/output turns, Alpaca, question/answer.

Knows nothing of files. A row that cannot be read raises ValueError with what is missing and what to add.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, cast

from assistant.records import Example, Kind, Turn

Role = Literal["system", "user", "assistant"]
ROLES: dict[str, Role] = {
    "system": "system", "user": "user", "human": "user", "customer": "user", "用户": "user", "客户": "user",
    "assistant": "assistant", "gpt": "assistant", "bot": "assistant", "model": "assistant", "chatgpt": "assistant", "助手": "assistant", "客服": "assistant",
}  # fmt: skip
QUESTIONS = ("instruction", "question", "query", "prompt", "input", "q", "user", "问题", "标准问题", "提问", "问", "用户问题", "指令")
ANSWERS = ("output", "answer", "response", "completion", "reply", "a", "assistant", "答案", "标准答案", "回答", "答", "回复", "输出")
KNOWN = "messages; prompt, completion; conversations; conversation; instruction, output; question, answer; 问题, 答案"


def example_of(row: Mapping[str, Any], origin: str) -> Example:
    """The example a row holds; ValueError in words."""
    values = {str(key).strip().lstrip("\ufeff").lower(): value for key, value in row.items() if key is not None}
    kind = str(values.get("kind") or "answer").strip()
    if kind not in ("answer", "draft"):
        raise ValueError(f'kind is {kind!r}; it can be "answer" or "draft"')
    turns = tuple(turn for turn in _turns(values) if turn.content)
    if not any(turn.role == "user" for turn in turns):
        raise ValueError("the question is missing; add a turn of the user")
    if turns[-1].role != "assistant":
        raise ValueError("the answer is missing; add the assistant's turn at the end")
    return Example(turns, cast(Kind, kind), origin)


def _turns(values: dict[str, Any]) -> list[Turn]:
    if "messages" in values:
        return _messages(values["messages"], "messages")
    if "conversations" in values:
        return _system(values) + _messages(values["conversations"], "conversations")
    if "conversation" in values:
        return _system(values) + _conversation(values["conversation"])
    if isinstance(values.get("prompt"), list):
        return _prompt_completion(values["prompt"], values.get("completion"))
    return _columns(values)


def _messages(items: Any, name: str) -> list[Turn]:
    """Turns as ``role``/``content`` or as ShareGPT's ``from``/``value``."""
    if not isinstance(items, list) or not items:
        raise ValueError(f'{name} must be a list of turns, such as {{"role": "user", "content": "…"}}')
    turns = []
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            raise ValueError(f"turn {number} of {name} is {item!r:.40}, not an object with role and content")
        role = str(item.get("role", item.get("from", ""))).strip().lower()
        if role not in ROLES:
            raise ValueError(f"turn {number} has the role {role!r}; possible: system, user, assistant (or human, gpt)")
        turns.append(Turn(ROLES[role], _text(item.get("content", item.get("value")))))
        if not turns[-1].content and ROLES[role] != "system":
            raise ValueError(f"turn {number} ({ROLES[role]}) is empty; fill its {'value' if 'from' in item else 'content'}")
    return turns


def _conversation(items: Any) -> list[Turn]:
    """Turns as ``system``/``input``/``output``, or as messages under this name."""
    if isinstance(items, list) and items and all(isinstance(item, dict) and "output" in item for item in items):
        turns = []
        for number, item in enumerate(items, 1):
            if not _text(item.get("input")) or not _text(item.get("output")):
                raise ValueError(f"turn {number} of conversation lacks {'output' if _text(item.get('input')) else 'input'}; fill it")
            turns += [*(_system(item) if number == 1 else []), Turn("user", _text(item["input"])), Turn("assistant", _text(item["output"]))]
        return turns
    return _messages(items, "conversation")


def _prompt_completion(prompt: Any, completion: Any) -> list[Turn]:
    turns = _messages(prompt, "prompt")
    if isinstance(completion, list):
        return turns + _messages(completion, "completion")
    return [*turns, Turn("assistant", _text(completion))]


def _columns(values: dict[str, Any]) -> list[Turn]:
    """Named columns; with ``instruction``, an ``input`` is its material and ``history`` holds earlier pairs (Alpaca)."""
    question, answer = _first(values, QUESTIONS), _first(values, ANSWERS)
    if question is None or answer is None:
        raise ValueError(f"no known columns among {', '.join(values) or 'nothing'}; known shapes: {KNOWN}")
    asked = _text(values[question])
    if question in ("instruction", "指令"):
        material = _text(values.get("input", values.get("输入")))
        asked = f"{asked}\n{material}" if asked and material else asked or material
    if not asked:
        raise ValueError(f'the question is missing; fill "{question}"')
    if not _text(values[answer]):
        raise ValueError(f'the answer is missing; fill "{answer}"')
    return [*_system(values), *_history(values.get("history")), Turn("user", asked), Turn("assistant", _text(values[answer]))]


def _history(pairs: Any) -> list[Turn]:
    if not pairs:
        return []
    if not isinstance(pairs, list) or not all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in pairs):
        raise ValueError("history must be a list of [question, answer] pairs")
    return [turn for asked, said in pairs for turn in (Turn("user", _text(asked)), Turn("assistant", _text(said)))]


def _system(values: Mapping[str, Any]) -> list[Turn]:
    text = _text(values.get("system"))
    return [Turn("system", text)] if text else []


def _first(values: Iterable[str], names: tuple[str, ...]) -> str | None:
    return next((name for name in names if name in values), None)


def _text(value: Any) -> str:
    """A cell or a message's content as text; content given in parts is joined."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "".join(_text(part.get("text")) if isinstance(part, dict) else str(part) for part in value).strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
