"""The likeliest continuation of prompts, with the scores behind it: what parity compares. Knows nothing of adapters or domains."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Continuation:
    """``tokens`` up to and with the one that ends the answer; ``margins`` say by how much each led the second best.

    ``logits`` are those after the prompt's last token, one float32 per word of the vocabulary, on the processor."""

    tokens: tuple[int, ...]
    margins: tuple[float, ...]
    logits: Any


def continue_greedily(model: Any, tokenizer: Any, prompts: Sequence[Sequence[int]], count: int) -> list[Continuation]:
    """At most ``count`` tokens after each prompt, all prompts in one batch padded on the left, as in serving."""
    import torch

    batch = tokenizer.pad({"input_ids": [list(prompt) for prompt in prompts]}, return_tensors="pt", padding_side="left").to(model.device)
    with torch.no_grad():
        made = model.generate(
            **batch, do_sample=False, max_new_tokens=count, pad_token_id=tokenizer.pad_token_id,
            return_dict_in_generate=True, output_scores=True, output_logits=True,
        )  # fmt: skip
    width = batch["input_ids"].shape[1]
    ends = ending_tokens(model, tokenizer)
    best = [torch.topk(step.float(), 2).values.cpu() for step in made.scores]
    found = []
    for row, ids in enumerate(made.sequences[:, width:].tolist()):
        length = next((place + 1 for place, token in enumerate(ids) if token in ends), len(ids))
        margins = tuple(float(step[row, 0] - step[row, 1]) for step in best[:length])
        found.append(Continuation(tuple(ids[:length]), margins, made.logits[0][row].float().cpu()))
    return found


def ending_tokens(model: Any, tokenizer: Any) -> set[int]:
    """Token ids that end an answer."""
    eos = model.generation_config.eos_token_id
    ids = set(eos if isinstance(eos, list) else [eos])
    return {i for i in ids | {tokenizer.eos_token_id} if i is not None}
