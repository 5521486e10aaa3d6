"""Translates a tokenizer's chat template (Jinja) into Ollama's (Go), and proves by rendering both that the prompts are the same text.

Templates that put the same words around every turn can be translated: ChatML (Qwen, the starter), Llama 3, and what is derived from samples.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.errors import AdapterError
from assistant.models.local import SILENT

ROLES = ("system", "user", "assistant")
Messages = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Pieces:
    """The words ``before`` and ``after`` a turn, by role, and those that begin the ``answer``."""

    before: Mapping[str, str]
    after: Mapping[str, str]
    answer: str

    def render(self, messages: Messages) -> str:
        turns = (self.before[m["role"]] + m["content"] + self.after[m["role"]] for m in messages)
        return "".join(turns) + self.answer

    def go(self) -> str:
        """The same as a Go template over ``.Messages``."""
        if any(mark in text for text in (*self.before.values(), *self.after.values(), self.answer) for mark in ("{{", "}}", '"""')):
            raise AdapterError("this chat template holds {{, }} or triple quotes in its words, which a Modelfile cannot; export --to gguf instead")
        around = {(self.before[role].replace(role, "{{ .Role }}"), self.after[role]) for role in ROLES}
        if len(around) == 1:
            before, after = around.pop()
            return f"{{{{ range .Messages }}}}{before}{{{{ .Content }}}}{after}{{{{ end }}}}{self.answer}"
        chain = "{{ else ".join(f'if eq .Role "{role}" }}}}{self.before[role]}{{{{ .Content }}}}{self.after[role]}' for role in ROLES)
        return f"{{{{ range .Messages }}}}{{{{ {chain}{{{{ end }}}}{{{{ end }}}}{self.answer}"


def _family(before: str, after: str, thoughts: str = "") -> Pieces:
    return Pieces({role: before.format(role=role) for role in ROLES}, dict.fromkeys(ROLES, after), before.format(role="assistant") + thoughts)


FAMILIES = {
    "ChatML": _family("<|im_start|>{role}\n", "<|im_end|>\n"),
    "ChatML without thinking": _family("<|im_start|>{role}\n", "<|im_end|>\n", "<think>\n\n</think>\n\n"),
    "Llama 3": _family("<|start_header_id|>{role}<|end_header_id|>\n\n", "<|eot_id|>"),
}
SAMPLES: tuple[Messages, ...] = tuple(
    [{"role": role, "content": text} for role, text in zip(("system", *("user", "assistant") * 2, "user"), texts, strict=False)]
    for texts in (
        ("Answer briefly.", "Question: how long?"),
        ("请只依据编号资料回答。", "[1] 年假 | 年假为15天。\n\n问题：年假有几天？", "15天。[1]", "在哪里申请？"),
        ("Two\n\nparagraphs.", "First?", "Yes: 3 < 4.", "And \"then\"?", "Then 5.", "And last?"),
    )
)


def translated(tokenizer: Any) -> tuple[str, Pieces]:
    """(name of the family, its pieces) that give the tokenizer's own text for every sample; AdapterError when none does.

    A leading beginning-of-text token is left out: Ollama's tokenizer adds it itself."""
    for name, pieces in FAMILIES.items():
        if _same(pieces, tokenizer):
            return name, pieces
    derived = _derived(tokenizer)
    if derived and _same(derived, tokenizer):
        return "derived from samples", derived
    raise AdapterError(
        "the base's chat template changes with more than role and content (dates, tools, trimmed turns), so it cannot be written as an Ollama TEMPLATE; "
        "export --to merged and serve it with vLLM, or --to gguf and use llama.cpp's --jinja"
    )


def rendered(tokenizer: Any, messages: Messages) -> str:
    """The tokenizer's own text of a conversation up to the answer, without a leading beginning-of-text token."""
    text = str(tokenizer.apply_chat_template(list(messages), add_generation_prompt=True, tokenize=False, **SILENT))
    return text.removeprefix(tokenizer.bos_token) if tokenizer.bos_token else text


def _same(pieces: Pieces, tokenizer: Any) -> bool:
    return all(pieces.render(sample) == rendered(tokenizer, sample) for sample in SAMPLES)


def _derived(tokenizer: Any) -> Pieces | None:
    """Pieces cut out of one rendered conversation; None when its contents cannot be found again."""
    contents = ("SYSTEMTEXT", "USERTEXT", "ANSWERTEXT", "LATERTEXT")
    rest = rendered(tokenizer, [{"role": role, "content": text} for role, text in zip((*ROLES, "user"), contents, strict=True)])
    joints = []
    for text in contents:
        joint, found, rest = rest.partition(text)
        if not found:
            return None
        joints.append(joint)
    start, to_user, to_answer, to_later = joints
    user = _common(to_user[::-1], to_later[::-1])[::-1]
    ended = _common(to_answer, rest)
    return Pieces(
        {"system": start, "user": user, "assistant": to_answer[len(ended) :]},
        {"system": to_user.removesuffix(user), "user": ended, "assistant": to_later.removesuffix(user)},
        rest[len(ended) :],
    )


def _common(left: str, right: str) -> str:
    """The longest common beginning."""
    length = next((i for i, (one, other) in enumerate(zip(left, right, strict=False)) if one != other), min(len(left), len(right)))
    return left[:length]
