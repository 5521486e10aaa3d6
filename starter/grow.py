"""Carries the exported starter over to a newer tokenizer and wider layers, so that a training need not begin anew when the
texts have grown. A new token begins as the mean of the old ones that spelled it; new inner units begin silent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starter.model import new_model
from starter.paths import EXPORT, SEED
from starter.tokenizer import written

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import LlamaForCausalLM, PreTrainedTokenizerFast


def grown(tokenizer: PreTrainedTokenizerFast, old: Path = EXPORT) -> LlamaForCausalLM:
    """A model of the present shape that answers as the exported one does."""
    import torch
    from transformers import LlamaForCausalLM

    source = LlamaForCausalLM.from_pretrained(old, dtype=torch.float32).state_dict()
    model = new_model(SEED, copying=False)
    with torch.no_grad():
        for name, weight in model.state_dict().items():
            if "embed_tokens" in name or "lm_head" in name:
                continue
            weight[tuple(slice(0, size) for size in source[name].shape)] = source[name]
            if "down_proj" in name:
                weight[:, source[name].shape[1] :] = 0
        model.model.embed_tokens.weight.copy_(embeddings(source["model.embed_tokens.weight"], tokenizer, old))
    return model


def embeddings(source: Tensor, tokenizer: PreTrainedTokenizerFast, old: Path) -> Tensor:
    import torch
    from transformers import PreTrainedTokenizerFast

    before = PreTrainedTokenizerFast.from_pretrained(old)
    known, rows = before.get_vocab(), []
    tokens = tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
    for token, text in zip(tokens, written(tokenizer), strict=True):
        spelled = [known[token]] if token in known else before(text)["input_ids"]
        rows.append(source[spelled].mean(dim=0))
    return torch.stack(rows)
