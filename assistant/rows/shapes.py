"""One row in any common shape becomes turns: messages, prompt/completion, ShareGPT, input/output turns, Alpaca, question/answer.

Of a preference pair the chosen answer is taken; steps in which a model called tools are left out, since the assistant calls none. Knows
nothing of files. A row that cannot be read raises ValueError with what is missing and what to add.
"""

import ast
import json
import re
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, cast

from assistant.records import Example, Kind, Told, Turn
from assistant.rows.columns import ANSWERS, KNOWN, LISTS, QUESTIONS, column, is_key
from assistant.rows.dialogues import ROLES, message_row, turns_in

TOOLS = {"function_call", "function", "observation", "tool", "tool_call", "tool_calls", "tool_response", "ipython"}
NOTHING = ("nan", "NaN", "NULL", "null", "#N/A", "<NA>")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_UNSOUND = re.compile(rf"{_CONTROLS.pattern}|[\ud800-\udfff]")


class NotLearned(ValueError):
    """A sound row that says itself that it is no good example."""


def example_of(row: Mapping[str, Any], origin: str) -> Example:
    """The example a row holds; ValueError in words."""
    values = _values(row)
    kind = str(values.get("kind") or "answer").strip()
    if kind not in ("answer", "draft"):
        raise ValueError(Told(f'kind is {kind!r}; it can be "answer" or "draft"', "kind", kind=kind))
    if str(values.get("label")).lower() == "false":
        raise NotLearned(Told("its label is false: an answer that people turned down is not learned", "label-false"))
    turns = tuple(turn for turn in _turns(values) if turn.content)
    if not any(turn.role == "user" for turn in turns):
        raise ValueError(Told("the question is missing; add a turn of the user", "question-missing"))
    if turns[-1].role != "assistant":
        raise ValueError(Told("the answer is missing; add the assistant's turn at the end", "answer-missing"))
    return Example(turns, cast(Kind, kind), origin, is_key(row))


def line_of(example: Example, **more: object) -> str:
    """A line of a .jsonl file that ``example_of`` reads back as this example; ``more``: keys beside it that nothing reads."""
    marks = {**({"kind": example.kind} if example.kind != "answer" else {}), **({"key": True} if example.key else {})}
    return json.dumps({"messages": [turn.message() for turn in example.turns], **marks, **more}, ensure_ascii=False) + "\n"


def shape_of(row: Mapping[str, Any]) -> str:
    """Name of a row's shape, such as ``messages`` or ``instruction, output``; empty when it is none."""
    values = _values(row)
    judged = " with label" if str(values.get("label")).lower() in ("true", "false") else ""
    more = " with chosen" if "chosen" in values else judged
    if name := _list_name(values):
        items = values[name]
        tools = isinstance(items, list) and any(isinstance(item, dict) and _tool(item) for item in items)
        return name + more + (" with tool calls" if tools else "")
    asked, said = column(values, QUESTIONS), column(values, ANSWERS) or ("chosen" if "chosen" in values else None)
    between = ", input" if asked == "instruction" and "input" in values else ""
    return f"{asked}{between}, {said}{judged}" if asked and said else ""


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    values = {str(key).strip().lstrip("\ufeff").lower(): value for key, value in row.items() if key is not None}
    for name in (*LISTS, "history", "chosen"):
        if isinstance(text := values.get(name), str):
            values[name] = _from_text(text, name)
    return values


def _from_text(text: str, name: str) -> Any:
    """What a table holds as text: JSON, a list as Python prints it, or a conversation in lines; else the text itself."""
    if text.lstrip()[:1] in ("[", "{"):
        for read in (json.loads, ast.literal_eval):
            try:
                return read(text.strip())
            except (ValueError, SyntaxError, RecursionError, MemoryError):
                continue
    return (turns_in(text) if name in LISTS else None) or text


def _list_name(values: Mapping[str, Any]) -> str | None:
    """The column that holds turns; a number or a title under such a name is none where question and answer have columns of their own."""
    holding = next((name for name in LISTS if isinstance(values.get(name), list)), None)
    return holding or (None if column(values, QUESTIONS) and column(values, ANSWERS) else next((name for name in LISTS if name in values), None))


def _turns(values: dict[str, Any]) -> list[Turn]:
    if "chosen" in values and column(values, ANSWERS) is None:
        return _preferred(values)
    if name := _list_name(values):
        return _system(values) + _conversation(values[name], name)
    if isinstance(values.get("prompt"), list):
        return _prompt_completion(values["prompt"], values.get("completion"))
    return _columns(values)


def _preferred(values: dict[str, Any]) -> list[Turn]:
    """A preference pair: what was asked, and the chosen answer; what was rejected teaches nothing here."""
    chosen = values["chosen"]
    turns = _messages(chosen, "chosen") if isinstance(chosen, list) else []
    if any(turn.role == "user" for turn in turns):
        return _system(values) + turns
    answer = turns or [Turn("assistant", _text(chosen.get("value", chosen.get("content")) if isinstance(chosen, dict) else chosen))]
    if not answer[-1].content:
        raise ValueError(Told("the answer is missing; fill chosen", "answer-cell", column="chosen"))
    asked = next((values[name] for name in LISTS if isinstance(values.get(name), list)), values.get("prompt"))
    if isinstance(asked, list):
        return _system(values) + _messages(asked, "prompt") + answer
    return [*_columns({**values, "answer": "…"})[:-1], *answer]


def _tool(item: Mapping[str, Any]) -> bool:
    """Whether a turn belongs to the use of a tool and says nothing to the user."""
    role = str(item.get("role", item.get("from", ""))).strip().lower()
    calls = item.get("tool_calls") or item.get("function_call")
    content = item.get("content")
    return role in TOOLS or bool(calls and not (content.strip() if isinstance(content, str) else content))


def _messages(items: Any, name: str) -> list[Turn]:
    """Turns as ``role``/``content`` or as ShareGPT's ``from``/``value``."""
    if not isinstance(items, list) or not items:
        raise ValueError(Told(f'{name} must be a list of turns, such as {{"role": "user", "content": "…"}}', "not-turns", name=name))
    turns: list[Turn] = []
    called = False
    for number, item in enumerate(_apart(items), 1):
        if not isinstance(item, dict):
            raise ValueError(Told(f"turn {number} of {name} is {item!r:.40}, not an object with role and content", "not-a-turn", number=number, name=name, found=f"{item!r:.40}"))
        if _tool(item):
            called = True
            continue
        turn = _turn(item, number, name)
        if called and turns and turn.role == turns[-1].role == "assistant":
            turn = Turn("assistant", f"{turns.pop().content}\n{turn.content}")  # "let me look" and what was found are one answer
        turns.append(turn)
        called = False
    return turns


def _turn(item: Mapping[str, Any], number: int, name: str) -> Turn:
    role = str(item.get("role", item.get("from", ""))).strip().lower()
    if role not in ROLES:
        raise ValueError(Told(f"turn {number} has the role {role!r}; possible: system, user, assistant (or human, gpt)", "turn-role", number=number, role=role))
    content = _text(item.get("content", item.get("value")))
    if not content and ROLES[role] != "system":
        place = "value" if "from" in item else "content"
        raise ValueError(Told(f"turn {number} ({ROLES[role]}) is empty; fill its {place}", "turn-empty", number=number, role=Told(ROLES[role], ROLES[role]), place=place))
    return Turn(ROLES[role], content)


def _conversation(items: Any, name: str) -> list[Turn]:
    """Turns as ``system``/``input``/``output``, or as messages."""
    if isinstance(items, list) and items and all(isinstance(item, dict) and "output" in item for item in items):
        turns = []
        for number, item in enumerate(items, 1):
            if not _text(item.get("input")) or not _text(item.get("output")):
                lacking = "output" if _text(item.get("input")) else "input"
                raise ValueError(Told(f"turn {number} of {name} lacks {lacking}; fill it", "turn-lacks", number=number, name=name, lacking=lacking))
            turns += [*(_system(item) if number == 1 else []), Turn("user", _text(item["input"])), Turn("assistant", _text(item["output"]))]
        return turns
    return _messages(items, name)


def _apart(items: list[Any]) -> list[Any]:
    """One object per turn, of texts that alternate and of objects that hold a pair: ``{"human": …, "assistant": …}``, ``{"question": …, "answer": …}``."""
    if len(items) % 2 == 0 and all(isinstance(item, str) for item in items):
        return [{"role": ("user", "assistant")[number % 2], "content": text} for number, text in enumerate(items)]
    return [turn for item in items for turn in _pair(item)]


def _pair(item: Any) -> list[Any]:
    if not isinstance(item, dict) or "role" in item or "from" in item:
        return [item]
    if item and all(str(key).lower() in ROLES for key in item):
        return [{"role": key, "content": text} for key, text in item.items()]
    asked, said = column(item, QUESTIONS), column(item, ANSWERS)
    return [{"role": "user", "content": item[asked]}, {"role": "assistant", "content": item[said]}] if asked and said else [item]


def _prompt_completion(prompt: Any, completion: Any) -> list[Turn]:
    turns = _messages(prompt, "prompt")
    if isinstance(completion, list):
        return turns + _messages(completion, "completion")
    return [*turns, Turn("assistant", _text(completion))]


def _columns(values: dict[str, Any]) -> list[Turn]:
    """Named columns; with ``instruction``, an ``input`` is its material and ``history`` holds earlier pairs (Alpaca)."""
    question, answer = column(values, QUESTIONS), column(values, ANSWERS)
    if message_row(values):
        raise ValueError(Told("one message in a row of its own; add a column conversation_id that the messages of one conversation share", "message-alone"))
    if question is None or answer is None:
        names = ", ".join(values)
        raise ValueError(Told(f"no known columns among {names or 'nothing'}; known shapes: {KNOWN}", "no-columns", names=names or "—", known=KNOWN))
    asked = _text(values[question])
    if question in ("instruction", "指令"):
        material = _text(values.get("input", values.get("输入")))
        asked = f"{asked}\n{material}" if asked and material else asked or material
    if not asked:
        raise ValueError(Told(f'the question is missing; fill "{question}"', "question-cell", column=question))
    if not _text(values[answer]):
        raise ValueError(Told(f'the answer is missing; fill "{answer}"', "answer-cell", column=answer))
    return [*_system(values), *_history(values.get("history")), Turn("user", asked), Turn("assistant", _text(values[answer]))]


def _history(pairs: Any) -> list[Turn]:
    if not pairs:
        return []
    if isinstance(pairs, list) and (all(isinstance(pair, dict) for pair in pairs) or (len(pairs) % 2 == 0 and all(isinstance(pair, str) for pair in pairs))):
        return _messages(pairs, "history")
    if not isinstance(pairs, list) or not all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in pairs):
        raise ValueError(Told("history must be a list of [question, answer] pairs", "history"))
    return [turn for asked, said in pairs for turn in (Turn("user", _text(asked)), Turn("assistant", _text(said)))]


def _system(values: Mapping[str, Any]) -> list[Turn]:
    text = _text(values.get("system"))
    return [Turn("system", text)] if text else []


def _text(value: Any) -> str:
    """A cell or a message's content as text; content given in parts is joined."""
    if value is None or value != value or value in NOTHING:  # NaN, as pandas writes an empty cell into JSON, is unlike itself
        return ""
    if isinstance(value, list):
        return "".join(_text(part.get("text")) if isinstance(part, dict) else _text(part) for part in value).strip()
    if isinstance(value, dict):
        raise ValueError(Told(f"{value!r:.40} stands where a text belongs; write the text itself", "no-text", found=f"{value!r:.40}"))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()  # a workbook holds a day as its midnight
    return _sound(str(value)).strip()


def _sound(text: str) -> str:
    """Text that can be written and shown: no control characters, and U+FFFD for half a character (a lone surrogate of JSON)."""
    if _UNSOUND.search(text) is None:
        return text
    return _CONTROLS.sub("", text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
