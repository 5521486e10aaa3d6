"""Makes examples fit to learn from: white space, HTML, order of roles, duplicates, short answers, then the domain's own cleaning.

Says what was left out and why. Knows nothing of files and models.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.domain import Domain
from assistant.records import Example, Turn

CODE = re.compile(r"```.*?```|`[^`\n]+`", re.S)
_TAGS = (
    "a|abbr|b|blockquote|body|br|center|code|div|em|font|h[1-6]|head|hr|html|i|img|li|meta|ol|p|pre|s|small|span|strong|sub|sup|"
    "table|tbody|td|tfoot|th|thead|tr|u|ul"
)
_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.S | re.I)
_BREAK = re.compile(r"<(?:br|hr)\s*/?>|</(?:p|div|li|tr|h[1-6]|blockquote|table)\s*>", re.I)
_TAG = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*)?/?>", re.I)
_CODE_TAG = re.compile(r"<(?:pre|code)\b[^>]*>(.*?)</(?:pre|code)\s*>", re.S | re.I)


@dataclass(frozen=True)
class Cleaned:
    """``dropped`` has one line per example left out: origin and reason."""

    examples: tuple[Example, ...]
    dropped: tuple[str, ...]


def clean(examples: Sequence[Example], domain: Domain, min_answer_characters: int) -> Cleaned:
    """The examples worth learning, each once."""
    kept: dict[str, Example] = {}
    dropped = []
    for raw in examples:
        example, reason = _cleaned(raw, domain, min_answer_characters)
        if example is None:
            dropped.append(f"{raw.origin}: {reason}")
        elif example.id in kept:
            dropped.append(f"{raw.origin}: the same as {kept[example.id].origin}")
        else:
            kept[example.id] = example
    return Cleaned(tuple(kept.values()), tuple(dropped))


def _cleaned(raw: Example, domain: Domain, shortest: int) -> tuple[Example | None, str]:
    turns = tuple(Turn(turn.role, clean_text(turn.content)) for turn in raw.turns)
    while turns and turns[-1].role != "assistant":
        turns = turns[:-1]
    if fault := _order(turns):
        return None, fault
    try:
        example = domain.clean_example(replace(raw, turns=turns))
    except Exception as error:  # a plugin's code may raise anything; the other examples are still good
        return None, f"clean_example of {domain.name} failed ({type(error).__name__}: {error}); mend plugin.py"
    if example is None:
        return None, f"left out by clean_example of {domain.name}"
    length = min(len(turn.content) for turn in example.turns if turn.role == "assistant")
    if length < shortest:
        return None, f"an answer has {length} characters, min_answer_characters is {shortest}; write a fuller answer or lower the setting"
    return example, ""


def _order(turns: tuple[Turn, ...]) -> str:
    """What is wrong with the order of roles; empty when a user and an assistant take turns."""
    spoken = turns[1:] if turns and turns[0].role == "system" else turns
    if not spoken:
        return "no answer of the assistant; add one"
    for number, turn in enumerate(spoken, 1):
        wanted = "user" if number % 2 else "assistant"
        if turn.role != wanted:
            return f"turn {number} is the {turn.role}'s, not the {wanted}'s; user and assistant take turns, after one system turn at most"
        if not turn.content:
            return f"turn {number} is empty after cleaning"
    return ""


def clean_text(text: str) -> str:
    """Text without HTML and with single spaces; lines stay lines, and code is left as it is."""
    text = _CODE_TAG.sub(lambda m: _fenced(html.unescape(_TAG.sub("", m.group(1)))), text.replace("\r\n", "\n").replace("\r", "\n"))
    parts, end = [], 0
    for code in CODE.finditer(text):
        parts += [_plain(text[end : code.start()]), code.group()]
        end = code.end()
    parts.append(_plain(text[end:]))
    return "".join(parts).strip()


def _fenced(code: str) -> str:
    return f"\n```\n{code.strip()}\n```\n" if "\n" in code.strip() else f"`{code.strip()}`"


def _plain(text: str) -> str:
    text = _TAG.sub("", _BREAK.sub("\n", _HIDDEN.sub("", text)))
    text = html.unescape(text).replace("\u00a0", " ").replace("\u3000", " ").replace("\u200b", "")
    text = re.sub(r"[ \t\f\v]+", " ", text)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" ?\n ?", "\n", text))
