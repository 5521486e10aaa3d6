"""The Go templates of Modelfiles, rendered here by a small reading of Go's rules and compared with what the tokenizers write."""

import re
from typing import Any

import pytest

from assistant.errors import AdapterError
from assistant.models.local import load_tokenizer
from assistant.models.source import starter_folder
from assistant.testing.models import CHATML, TEXT, tiny_tokenizer
from assistant.training.export.go_template import FAMILIES, SAMPLES, rendered, translated

LLAMA3 = (
    "{% for m in messages %}{{ '<|start_header_id|>' + m['role'] + '<|end_header_id|>\n\n' + m['content'] | trim + '<|eot_id|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"
)
QWEN3 = CHATML.replace("assistant\n' }}{% endif", "assistant\n' }}{% if enable_thinking is false %}{{ '<think>\n\n</think>\n\n' }}{% endif %}{% endif")
MISTRAL = (
    "{% for m in messages %}{% if m['role'] == 'system' %}{{ '[SYSTEM_PROMPT]' + m['content'] + '[/SYSTEM_PROMPT]' }}"
    "{% elif m['role'] == 'user' %}{{ '[INST]' + m['content'] + '[/INST]' }}{% else %}{{ m['content'] + eos_token }}{% endif %}{% endfor %}"
)
NUMBERED = "{% for m in messages %}{{ loop.index ~ '. ' ~ m['role'] ~ ': ' ~ m['content'] ~ '\n' }}{% endfor %}"
TAG = re.compile(r"\{\{ (.*?) \}\}", re.DOTALL)


def go_rendered(template: str, messages: Any) -> str:
    """``range .Messages``, ``if eq .Role``, ``else if``, ``end``, ``.Role`` and ``.Content`` of Go's text/template."""
    head, body, tail = re.fullmatch(r"(.*?)\{\{ range \.Messages \}\}(.*)\{\{ end \}\}(.*?)", template, re.DOTALL).groups()  # type: ignore[union-attr]
    return head + "".join(turn_rendered(body, message) for message in messages) + tail


def turn_rendered(body: str, message: Any) -> str:
    text, shown, place = "", True, 0
    for tag in TAG.finditer(body):
        text += body[place : tag.start()] if shown else ""
        place = tag.end()
        if asked := re.fullmatch(r'(?:else )?if eq \.Role "(\w+)"', tag[1]):
            shown = asked[1] == message["role"]
        elif tag[1] == "end":
            shown = True
        elif shown:
            text += {".Role": message["role"], ".Content": message["content"]}[tag[1]]
    return text + body[place:]


@pytest.mark.parametrize(
    ("template", "family"),
    [(CHATML, "ChatML"), (QWEN3, "ChatML without thinking"), (LLAMA3, "Llama 3"), (MISTRAL, "derived from samples")],
    ids=["chatml", "qwen3", "llama3", "mistral"],
)
def test_the_go_template_writes_the_tokenizers_own_prompt(template: str, family: str) -> None:
    tokenizer = tiny_tokenizer(TEXT, template)
    name, pieces = translated(tokenizer)
    assert name == family
    for sample in SAMPLES:
        assert go_rendered(pieces.go(), sample) == rendered(tokenizer, sample)


def test_the_starters_template_is_chatml() -> None:
    tokenizer = load_tokenizer(starter_folder())
    name, pieces = translated(tokenizer)
    assert name == "ChatML"
    assert pieces.go() == "{{ range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}<|im_start|>assistant\n"
    assert go_rendered(pieces.go(), SAMPLES[1]) == rendered(tokenizer, SAMPLES[1])


def test_a_beginning_of_text_token_is_left_to_ollama() -> None:
    tokenizer = tiny_tokenizer(TEXT, "{{ bos_token }}" + CHATML)
    tokenizer.bos_token = "<|endoftext|>"
    assert translated(tokenizer)[0] == "ChatML"


@pytest.mark.parametrize("template", [NUMBERED, CHATML.replace("message['content']", "message['content'] | upper")], ids=["numbered", "upper"])
def test_a_template_that_is_no_words_around_turns_is_refused(template: str) -> None:
    with pytest.raises(AdapterError, match="cannot be written as an Ollama TEMPLATE"):
        translated(tiny_tokenizer(TEXT, template))


def test_words_that_would_break_the_modelfile_are_refused() -> None:
    tokenizer = tiny_tokenizer(TEXT, CHATML.replace("<|im_start|>", "{' ~ '{<|im_start|>"))
    with pytest.raises(AdapterError, match="triple quotes"):
        translated(tokenizer)[1].go()


def test_every_family_puts_the_content_in_each_role() -> None:
    for pieces in FAMILIES.values():
        assert go_rendered(pieces.go(), SAMPLES[0]) == pieces.render(SAMPLES[0])


