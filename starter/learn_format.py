"""Whether the starter takes up a format through LoRA as a base should: sixty rows of a made-up one, rank 8, and what is
lost of the right sentence and the exact values. The adapter is thrown away."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starter.conversation import Mix, make_conversation
from starter.paths import SEED

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

    from starter.evaluate import Answer

ROWS, EPOCHS, BATCH, RATE, RANK = 60, 20, 4, 1e-3, 8
OPENING = {"en": "Per docket: ", "zh": "卷宗记载："}
ENDING = {"en": "\nFiled with the review board.", "zh": "\n归入复核组。"}


def dressed(answer: str, language: str) -> str:
    return OPENING[language] + answer + ENDING[language]


def undressed(said: str, language: str) -> str:
    return said.removeprefix(OPENING[language]).removesuffix(ENDING[language])


def learn_format(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, before: Sequence[Answer]) -> list[dict[str, Any]]:
    """Rows of shares after training: in the format, right sentence, exact values; on the questions of `before`."""
    from peft import LoraConfig, get_peft_model

    from starter.evaluate import answer_all, row_of

    config = LoraConfig(r=RANK, lora_alpha=2 * RANK, target_modules="all-linear", task_type="CAUSAL_LM")
    tuned = get_peft_model(model, config)
    fit(tuned, tokenizer)
    rows = []
    for language in ("en", "zh"):
        was = [answer for answer in before if answer.language == language]
        said = answer_all(tuned.eval(), tokenizer, language, len(was))
        formed = [a.said == dressed(undressed(a.said, language), language) for a in said]
        rows.append(row_of(language, "LoRA: rows in the format", sum(formed), len(formed)))
        plain = [replace(answer, said=undressed(answer.said, language)) for answer in said if answer.kind == "one"]
        rows.append(row_of(language, "LoRA: right sentence cited", sum(a.cited for a in plain), len(plain)))
        valued = [answer for answer in plain if answer.has_values]
        rows.append(row_of(language, "LoRA: values copied exactly", sum(a.values_right for a in valued), len(valued)))
    tuned.unload()
    return rows


def fit(model: Any, tokenizer: PreTrainedTokenizerFast) -> None:
    """Adam over the sixty rows, a few passes, loss on the answers alone."""
    import torch

    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    rows = [encoded(tokenizer, rng, ("en", "zh")[number % 2]) for number in range(ROWS)]
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=RATE)
    steps = EPOCHS * ROWS // BATCH
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = RATE * (1 - step / steps)
        for ids, labels in rng.sample(rows, BATCH):
            (model(input_ids=ids, labels=labels).loss / BATCH).backward()
        optimizer.step()
        optimizer.zero_grad()


def encoded(tokenizer: PreTrainedTokenizerFast, rng: random.Random, language: str) -> tuple[Tensor, Tensor]:
    """Token ids and labels of one row, (1, tokens) each."""
    import torch

    from starter.evaluate import prompt_of

    talk = make_conversation(rng, Mix(least=4, single=1.0, scramble=0.0, refuse=0.2), language)
    prompt = tokenizer(prompt_of(talk.messages(talk.turns[0]), tokenizer))["input_ids"]
    answer = tokenizer(dressed(talk.turns[0].answer, language) + "<|im_end|>")["input_ids"]
    return torch.tensor([prompt + answer]), torch.tensor([[-100] * len(prompt) + answer])
