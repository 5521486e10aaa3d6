from typing import Any

import pytest

from assistant.models.source import model_folder
from assistant.records import Turn
from assistant.settings import Settings
from assistant.testing.models import CHATML, TEXT, tiny_tokenizer
from assistant.training.dataset import Row
from assistant.training.teach.encode import IGNORED, encode

ROW = Row(
    (Turn("system", "Be brief."), Turn("user", "Hi"), Turn("assistant", "Hello"), Turn("user", "[1] Leave | 15 days.\n\nQuestion: days? 天")),
    "15 days. [1]\n共15天。",
    "x",
    "evidence",
)
WITHOUT_MARKERS = CHATML.replace("{% generation %}", "").replace("{% endgeneration %}", "")


def learned(tokenizer: Any, row: Row = ROW) -> str:
    encoded = encode(row, tokenizer)
    return str(tokenizer.decode([label for label in encoded.labels if label != IGNORED]))


@pytest.mark.parametrize("template", [CHATML, WITHOUT_MARKERS], ids=["with markers", "without markers"])
def test_loss_lies_on_the_last_answer_and_its_end_and_nowhere_else(template: str) -> None:
    tokenizer = tiny_tokenizer(TEXT, template)
    encoded = encode(ROW, tokenizer)
    assert learned(tokenizer) == "15 days. [1]\n共15天。<|im_end|>"
    places = [place for place, label in enumerate(encoded.labels) if label != IGNORED]
    assert places == list(range(places[0], places[-1] + 1))
    assert [encoded.input_ids[place] for place in places] == [encoded.labels[place] for place in places]


def test_the_prompt_is_what_answering_sends() -> None:
    tokenizer = tiny_tokenizer(TEXT)
    encoded = encode(ROW, tokenizer)
    start = next(place for place, label in enumerate(encoded.labels) if label != IGNORED)
    sent = tokenizer.apply_chat_template([turn.message() for turn in ROW.prompt], add_generation_prompt=True, return_dict=True)["input_ids"]
    assert encoded.input_ids[:start] == sent


def test_the_mask_agrees_with_the_template_generation_markers() -> None:
    tokenizer = tiny_tokenizer(TEXT)
    row = Row(ROW.prompt[:2], "Hello", "x", "plain")
    messages = [turn.message() for turn in row.prompt] + [{"role": "assistant", "content": "Hello"}]
    marked = tokenizer.apply_chat_template(messages, return_dict=True, return_assistant_tokens_mask=True)["assistant_masks"]
    assert [int(label != IGNORED) for label in encode(row, tokenizer).labels] == list(marked)


def test_an_answer_without_any_end_token_is_learned_whole() -> None:
    bare = "{% for message in messages %}{{ message['role'] + ': ' + message['content'] + '\n' }}{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}"
    assert learned(tiny_tokenizer(TEXT, bare)) == ROW.answer + "\n"


def test_the_starter_learns_exactly_its_answer() -> None:
    try:
        folder = model_folder(Settings())
    except Exception:
        pytest.skip("the starter's weights are not in this checkout")
    from assistant.models.local import load_tokenizer

    assert learned(load_tokenizer(folder)) == ROW.answer + "<|im_end|>"
