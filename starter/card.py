"""The model card that is exported with the weights."""

from typing import Any

CARD = """---
language: [en, zh]
library_name: transformers
pipeline_tag: text-generation
---
# starter

A tiny causal language model ({parameters} million parameters, Llama architecture, bf16) that reads numbered sentences
and quotes the one that answers a question, in English and Chinese. It lets the program work with nothing downloaded;
it is not a general chat model.

## What it reads and writes
ChatML. The user message holds lines `[n] heading | sentence` (or `[n] sentence`), an empty line, and `Question: …` or
`问题：…`. The answer is one of the sentences, copied, then a space and `[n]`; two neighbouring ones when both are asked
for; `The passages do not say.` or `资料中没有说明。` when none answers. Decode greedily; `<|im_end|>` ends an answer.

## How it was made
{beginning}, for {minutes} minutes on a computer's {processes} ({tokens} million tokens), on
texts that our own grammars, word lists and hand-written sentences give while it trains (`starter/` in the repository
rebuilds it): sentences with invented amounts, dates, names and commands, near-misses beside them, rows of tables,
random words, pseudo-words and characters to copy, and openings and endings that the system text asks for. No outside corpus and no user's document was used.

## Measured
{figures}

## What it cannot do
It has no knowledge, does not compute, combine, translate or rephrase, and finds an answer mainly by words shared
between the question and a sentence or its heading; a question put entirely in other words is often missed. It can cite
a similar sentence, refuse wrongly, or slip while copying, so its output has to be checked against the evidence before
it is shown. Longest input in training: 1,024 tokens, most of them under 640.
"""


def model_card(state: dict[str, Any], figures: dict[str, Any]) -> str:
    grown, processes = state["grown"], state["processes"]
    return CARD.format(
        parameters=round(state["parameters"] / 1e6, 1),
        beginning="Grown from an earlier starter of our own (`starter/README.md` has the runs)" if grown else "Trained from nothing",
        processes="processor core" if processes == 1 else f"{processes} processor cores",
        minutes=round(state["spent"] / 60),
        tokens=round(state["tokens"] / 1e6, 1),
        figures=figures_table(figures),
    )


def figures_table(figures: dict[str, Any]) -> str:
    """Rows of a Markdown table: share, interval, number."""
    if not figures:
        return "Not measured yet: this is an early export of a training that still runs."
    lines = [
        "On sentences, words and values held out of the training (95 % Wilson intervals; made questions over 8 lines with near-duplicates):",
        "",
        "| language | what | share | interval | n |",
        "|---|---|---|---|---|",
    ]
    for row in figures["shares"]:
        low, high = row["interval"]
        lines.append(
            f"| {row['language']} | {row['what']} | {row['share']:.1%} | {low:.1%} – {high:.1%} | {row['n']} |"
        )
    speed = figures["speed"]
    lines += [
        "",
        f"Speed with {speed['threads']} thread(s), batch 1, {speed['prompt_tokens']} prompt tokens: "
        f"{speed['first_token_s']:.2f} s to the first token, {speed['tokens_per_s']:.0f} tokens a second after it.",
    ]
    return "\n".join(lines)
