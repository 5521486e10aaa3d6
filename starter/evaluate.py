"""Measures the starter on sentences, words and values held out of the training: right sentence cited, exact copy,
refusals. Also its speed. Knows nothing of real documents."""

from __future__ import annotations

import json
import random
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starter.conversation import REFUSALS, Conversation, Mix, make_conversation
from starter.export import load_checkpoint
from starter.paths import SEED, WORK
from starter.tokenizer import load_tokenizer

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

CITED = re.compile(r"\[(\d+)\]")
BATCH = 25
# What is measured: name, kinds of question, the test that an answer must pass.
MEASURES = (
    ("right sentence cited", ("one",), lambda said, wanted, zh: CITED.findall(said) == CITED.findall(wanted)),
    ("exact answer", ("one",), lambda said, wanted, zh: said == wanted),
    ("both sentences, exact", ("both",), lambda said, wanted, zh: said == wanted),
    ("refuses wrongly", ("one", "both"), lambda said, wanted, zh: said == REFUSALS["zh" if zh else "en"]),
    ("refuses, nothing near", ("absent",), lambda said, wanted, zh: said == wanted),
    ("refuses, near-miss beside", ("near",), lambda said, wanted, zh: said == wanted),
)


@dataclass
class Answer:
    kind: str
    language: str
    wanted: str
    said: str


def wilson(hits: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if n == 0:
        return 0.0, 1.0
    share, spread = hits / n, z * z / n
    centre = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * (share * (1 - share) / n + spread / (4 * n)) ** 0.5
    return max(0.0, centre - half), min(1.0, centre + half)


def held_out_conversations(language: str, count: int, seed: int = SEED) -> list[Conversation]:
    """One question each, as when serving: four in five on framed sentences."""
    rng = random.Random(f"{seed} {language}")
    mix = Mix(single=1.0, scramble=0.2, words=12, refuse=0.25, held_out=True)
    return [make_conversation(rng, mix, language) for _ in range(count)]


def generate(
    model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, prompts: list[str], tokens: int = 160
) -> list[str]:
    """Greedy answers to a batch of prompts."""
    import torch

    batch = tokenizer(prompts, return_tensors="pt", padding=True, padding_side="left")
    with torch.inference_mode():
        ids = model.generate(
            input_ids=batch["input_ids"],
            attention_mask=batch["attention_mask"],
            max_new_tokens=tokens,
            do_sample=False,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    return tokenizer.batch_decode(ids[:, batch["input_ids"].shape[1] :], skip_special_tokens=True)


def prompt_of(talk: Conversation, tokenizer: PreTrainedTokenizerFast) -> str:
    return tokenizer.apply_chat_template(talk.messages()[:-1], tokenize=False, add_generation_prompt=True)


def answer_all(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, language: str, count: int) -> list[Answer]:
    talks = sorted(held_out_conversations(language, count), key=lambda talk: len(talk.turns[0].user))
    answers = []
    for start in range(0, len(talks), BATCH):
        part = talks[start : start + BATCH]
        for talk, said in zip(
            part, generate(model, tokenizer, [prompt_of(talk, tokenizer) for talk in part]), strict=True
        ):
            answers.append(Answer(talk.turns[0].kind, language, talk.turns[0].answer, said))
    return answers


def shares(answers: list[Answer]) -> list[dict[str, Any]]:
    rows = []
    for language in sorted({answer.language for answer in answers}):
        for what, kinds, passes in MEASURES:
            asked = [a for a in answers if a.language == language and a.kind in kinds]
            hits = sum(passes(a.said, a.wanted, language == "zh") for a in asked)
            rows.append(
                {
                    "language": language,
                    "what": what,
                    "share": hits / max(1, len(asked)),
                    "interval": wilson(hits, len(asked)),
                    "n": len(asked),
                }
            )
    return rows


def timed(model: LlamaForCausalLM, ids: Tensor, count: int) -> float:
    """Seconds for exactly `count` new tokens."""
    begun = time.perf_counter()
    model.generate(
        input_ids=ids,
        attention_mask=ids.new_ones(ids.shape),
        min_new_tokens=count,
        max_new_tokens=count,
        do_sample=False,
        pad_token_id=0,
    )
    return time.perf_counter() - begun


def speed(
    model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, prompt_tokens: int = 400, answer_tokens: int = 60
) -> dict[str, float]:
    """Seconds until the first token and tokens a second after it, one request at a time (medians of seven)."""
    import torch

    prompt = prompt_of(held_out_conversations("en", 1)[0], tokenizer)
    ids = torch.tensor([(tokenizer(prompt)["input_ids"] * 20)[:prompt_tokens]])
    first = sorted(timed(model, ids, 1) for _ in range(7))[3]
    whole = sorted(timed(model, ids, 1 + answer_tokens) for _ in range(7))[3]
    return {
        "prompt_tokens": prompt_tokens,
        "first_token_s": first,
        "tokens_per_s": answer_tokens / (whole - first),
        "threads": torch.get_num_threads(),
    }


def evaluate(folder: Path = WORK, count: int = 400) -> dict[str, Any]:
    """All figures for the newest checkpoint in `folder`, `count` questions in each language."""
    model, state = load_checkpoint(folder)
    tokenizer = load_tokenizer()
    answers = [answer for language in ("en", "zh") for answer in answer_all(model, tokenizer, language, count)]
    wrong = [answer.__dict__ for answer in answers if answer.said != answer.wanted]
    return {"training": state, "shares": shares(answers), "speed": speed(model, tokenizer), "wrong": wrong}


def evaluate_and_note(folder: Path = WORK) -> None:
    """Prints the figures and keeps them beside the checkpoint, where the model card takes them from."""
    figures = evaluate(folder)
    wrong = figures.pop("wrong")
    (folder / "measured.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
    (folder / "wrong.jsonl").write_text(
        "\n".join(json.dumps(row, ensure_ascii=False) for row in wrong), encoding="utf-8"
    )
    for row in figures["shares"]:
        low, high = row["interval"]
        print(f"{row['language']} {row['what']:28} {row['share']:6.1%}  [{low:.1%}, {high:.1%}]  n={row['n']}")
    print(f"{figures['speed']}\n{figures['training']}")
