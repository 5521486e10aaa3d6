"""Measures the starter on sentences, words and values held out of the training: right sentence cited, exact copy,
refusals; then on real pages, after a LoRA has taught it a format, and its speed."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.evaluation.statistics import wilson
from starter.conversation import QUESTION, REFUSALS, Conversation, Mix, make_conversation
from starter.export import load_checkpoint
from starter.learn_format import learn_format
from starter.paths import SEED, WORK
from starter.real_pages import all_cases, passed
from starter.tokenizer import load_tokenizer

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

CITED = re.compile(r"\[(\d+)\]")
VALUE = re.compile(r"`[^`]+`|\S+@\S+|\d[\d.,:/-]*")
BATCH = 25
FUNCTION_WORDS = frozenset(
    ["what", "when", "where", "which", "does", "have", "long", "much", "many", "must", "that", "this", "with", "from", "into", "will", "would", "could", "should", "there", "they", "them", "their", "your", "about", "after", "before", "been", "were", "than", "then", "only", "also", "each", "every", "very", "some", "such", "who", "whom", "whose"]
)


@dataclass
class Answer:
    kind: str
    language: str
    wanted: str
    said: str
    far: bool = False  # whether question and sentence share no content word

    @property
    def cited(self) -> bool:
        return CITED.findall(self.said) == CITED.findall(self.wanted)

    @property
    def refused(self) -> bool:
        return self.said in REFUSALS.values()

    @property
    def has_values(self) -> bool:
        return bool(VALUE.search(bare(self.wanted)))

    @property
    def values_right(self) -> bool:
        """Every number, command and address of the wanted sentence, as written there."""
        return set(VALUE.findall(bare(self.wanted))) <= set(VALUE.findall(bare(self.said)))


def bare(text: str) -> str:
    return CITED.sub("", text)


# What is measured: name, which answers count, the test that each of them must pass.
MEASURES: tuple[tuple[str, Callable[[Answer], bool], Callable[[Answer], bool]], ...] = (
    ("right sentence cited", lambda a: a.kind == "one", lambda a: a.cited),
    ("values copied exactly", lambda a: a.kind == "one" and a.has_values, lambda a: a.values_right),
    ("values exact where the right sentence is cited", lambda a: a.kind == "one" and a.cited, lambda a: a.values_right),
    ("whole answer exact", lambda a: a.kind == "one", lambda a: a.said == a.wanted),
    ("right sentence, no content word shared", lambda a: a.kind == "one" and a.far, lambda a: a.cited),
    ("refuses, nothing near", lambda a: a.kind == "absent", lambda a: a.refused),
    ("refuses, near-miss beside", lambda a: a.kind == "near", lambda a: a.refused),
    ("refuses wrongly", lambda a: a.kind == "one", lambda a: a.refused),
    ("both sentences cited", lambda a: a.kind == "both", lambda a: a.cited),
    ("follow-up: right sentence cited", lambda a: a.kind == "follow-up", lambda a: a.cited),
    ("draft filled exactly", lambda a: a.kind == "draft", lambda a: a.said == a.wanted),
)


def held_out_conversations(language: str, count: int, seed: int = SEED) -> list[Conversation]:
    """One question each over eight lines, as when serving: framed sentences, near-duplicates among them."""
    rng = random.Random(f"{seed} {language}")
    mix = Mix(least=8, single=1.0, scramble=0.0, refuse=0.25, drafts=0.05, held_out=True)
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


def prompt_of(messages: list[dict[str, str]], tokenizer: PreTrainedTokenizerFast) -> str:
    return tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)


def said_to(model: Any, tokenizer: PreTrainedTokenizerFast, asked: Sequence[list[dict[str, str]]]) -> list[str]:
    """Greedy answers, in the order of the questions."""
    prompts = [prompt_of(messages, tokenizer) for messages in asked]
    order = sorted(range(len(prompts)), key=lambda number: len(prompts[number]))
    said = [""] * len(prompts)
    for start in range(0, len(order), BATCH):
        part = order[start : start + BATCH]
        for number, answer in zip(part, generate(model, tokenizer, [prompts[n] for n in part]), strict=True):
            said[number] = answer
    return said


def answer_all(model: Any, tokenizer: PreTrainedTokenizerFast, language: str, count: int) -> list[Answer]:
    talks = held_out_conversations(language, count)
    turns = [talk.turns[0] for talk in talks]
    said = said_to(model, tokenizer, [talk.messages(turn) for talk, turn in zip(talks, turns, strict=True)])
    return [
        Answer(turn.kind, language, turn.answer, answer, not shared_words(turn.user, turn.answer, language))
        for turn, answer in zip(turns, said, strict=True)
    ]


def shared_words(question: str, sentence: str, language: str) -> set[str]:
    """Content words (Chinese: pairs of characters) that both have, by their first five letters."""

    def content(text: str) -> set[str]:
        if language == "zh":
            runs = re.findall(r"[\u4e00-\u9fff]+", text.removeprefix(QUESTION["zh"]))
            return {run[at : at + 2] for run in runs for at in range(len(run) - 1)}
        words = re.findall(r"[a-z]+", text.removeprefix(QUESTION["en"]).lower())
        return {word[:5] for word in words if len(word) > 3 and word not in FUNCTION_WORDS}

    return content(question) & content(bare(sentence))


def row_of(language: str, what: str, hits: int, n: int) -> dict[str, Any]:
    return {"language": language, "what": what, "share": hits / max(1, n), "interval": wilson(hits, n), "n": n}


def shares(answers: list[Answer]) -> list[dict[str, Any]]:
    rows = []
    for language in sorted({answer.language for answer in answers}):
        for what, counts, passes in MEASURES:
            asked = [a for a in answers if a.language == language and counts(a)]
            rows.append(row_of(language, what, sum(map(passes, asked)), len(asked)))
    return rows


def on_real_pages(model: Any, tokenizer: PreTrainedTokenizerFast, names: Sequence[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Shares for each set of questions and language, and what was said."""
    rows, seen = [], []
    for name, cases in all_cases(lambda text: len(tokenizer(text)["input_ids"])).items():
        if name not in names:
            continue
        said = said_to(model, tokenizer, [case.messages for case in cases])
        for case, answer in zip(cases, said, strict=True):
            right = passed(case, answer, [int(number) for number in CITED.findall(answer)])
            seen.append({"set": name, **asdict(case), "said": answer, "right": right})
        for language in ("en", "zh"):
            asked = [row for row in seen if row["set"] == name and row["language"] == language]
            rows.append(row_of(language, f"{name}: right sentence cited, fact present", sum(r["right"] for r in asked), len(asked)))
            refused = sum(row["said"] in REFUSALS.values() for row in asked)
            rows.append(row_of(language, f"{name}: refuses wrongly", refused, len(asked)))
    return rows, seen


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

    talk = held_out_conversations("en", 1)[0]
    prompt = prompt_of(talk.messages(talk.turns[0]), tokenizer)
    ids = torch.tensor([(tokenizer(prompt)["input_ids"] * 20)[:prompt_tokens]])
    first = sorted(timed(model, ids, 1) for _ in range(7))[3]
    whole = sorted(timed(model, ids, 1 + answer_tokens) for _ in range(7))[3]
    return {
        "prompt_tokens": prompt_tokens,
        "first_token_s": first,
        "tokens_per_s": answer_tokens / (whole - first),
        "threads": torch.get_num_threads(),
    }


def evaluate(folder: Path = WORK, count: int = 500, real: Sequence[str] = ("dev", "test", "corpora")) -> dict[str, Any]:
    """All figures for the newest checkpoint in `folder`, `count` made questions in each language."""
    model, state = load_checkpoint(folder)
    tokenizer = load_tokenizer(folder)
    answers = [answer for language in ("en", "zh") for answer in answer_all(model, tokenizer, language, count)]
    wrong = [asdict(answer) for answer in answers if answer.said != answer.wanted]
    rows, seen = on_real_pages(model, tokenizer, real)
    learned = learn_format(model, tokenizer, answers) if "test" in real else []
    return {
        "training": state,
        "shares": [*shares(answers), *rows, *learned],
        "speed": speed(model, tokenizer),
        "wrong": wrong,
        "real": seen,
    }


def evaluate_and_note(folder: Path = WORK) -> None:
    """Prints the figures and keeps them beside the checkpoint, where the model card takes them from."""
    figures = evaluate(folder)
    for name in ("wrong", "real"):
        lines = (json.dumps(row, ensure_ascii=False) for row in figures.pop(name))
        (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "measured.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
    for row in figures["shares"]:
        low, high = row["interval"]
        print(f"{row['language']} {row['what']:50} {row['share']:6.1%}  [{low:.1%}, {high:.1%}]  n={row['n']}")
    print(f"{figures['speed']}\n{figures['training']}")
