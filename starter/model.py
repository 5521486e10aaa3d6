"""The starter's shape and its first weights: a small Llama in which a few heads begin as a circuit that copies and
that finds the line sharing words with the question, so that training need not find it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from starter.tokenizer import VOCABULARY

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import LlamaConfig, LlamaForCausalLM

ROTARY_BASE = 500_000.0
MATCH, COPY = 2.2, 4.0  # how sharply the heads of the first circuit tell tokens apart
SHAPE = {
    "hidden_size": 256,
    "num_hidden_layers": 6,
    "intermediate_size": 512,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
}


def starter_config() -> LlamaConfig:
    from transformers import LlamaConfig

    return LlamaConfig(
        vocab_size=VOCABULARY,
        max_position_embeddings=2048,
        tie_word_embeddings=True,
        attention_bias=True,
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=2,
        rms_norm_eps=1e-5,
        rope_parameters={"rope_type": "default", "rope_theta": ROTARY_BASE},
        **SHAPE,
    )


def new_model(seed: int, words: Sequence[str] = (), copying: bool = True) -> LlamaForCausalLM:
    import torch
    from transformers import LlamaForCausalLM

    torch.manual_seed(seed)
    model = LlamaForCausalLM(starter_config())
    with torch.no_grad():
        for layer in model.model.layers:  # what a layer adds starts at nothing, so that the circuit is not drowned
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
        if copying:
            seed_words(model, words)
            seed_circuit(model, words)
    return model


def seed_words(model: LlamaForCausalLM, words: Sequence[str]) -> None:
    """`leave`, ` leave` and ` Leave` begin almost alike, so that a question finds its word in a sentence either way."""
    import torch

    forms: dict[str, list[int]] = {}
    for number, word in enumerate(words):
        if word.strip().isalpha():
            forms.setdefault(word.strip().lower(), []).append(number)
    weight = model.model.embed_tokens.weight
    with torch.no_grad():
        for numbers in forms.values():
            shared = torch.randn(weight.shape[1]) * weight.std()
            weight[numbers] = 0.8 * shared + 0.6 * weight[numbers]


def seed_circuit(model: LlamaForCausalLM, words: Sequence[str]) -> None:
    """Sets a few heads so that before any training the model copies, and votes for the line that shares most words
    with the question. Layer 0 looks one token back, layer 1 finds the number of the line a token stands in, layer 2 the
    line of an earlier copy of the present token, layer 3 sums these votes over the question, layer 4 finds what followed
    the present token before. Training starts from there and changes all of it."""
    import torch

    size, head = SHAPE["hidden_size"], SHAPE["hidden_size"] // SHAPE["num_attention_heads"]
    turns = _turns(head)
    slow = (turns < 0.01).float().repeat(2)[:, None]  # only slow phases compare words over a distance
    near = ((turns > 0.008) & (turns < 0.03)).float().repeat(2) * (torch.arange(head) < head // 2)  # fades over lines
    close = ((turns > 0.02) & (turns < 0.05)).float().repeat(2) * (torch.arange(head) < head // 2)  # over a question
    first, second, third, fourth, fifth = (layer.self_attn for layer in model.model.layers[:5])
    with torch.no_grad():
        basis = torch.linalg.qr(torch.randn(size, size))[0]
        seen, carried, copied, line = basis.split(head)  # read of a token; of the one before; what is copied; its line
        _look_back(first, head)
        first.v_proj.weight[:head] = seen
        first.o_proj.weight[:, :head] = 0.03 * carried.T
        marks = [model.model.embed_tokens.weight[words.index(mark)] for mark in ("] ", "\n\n")]
        mark = marks[0] / marks[0].norm() + 1.2 * marks[1] / marks[1].norm()
        second.q_proj.weight[2 * head : 3 * head] = 0
        second.q_proj.bias[2 * head : 3 * head] = 3.0 * near
        second.k_proj.weight[head : 2 * head] = 3.0 * near[:, None] * mark
        second.v_proj.weight[head : 2 * head] = carried
        second.o_proj.weight[:, 2 * head : 3 * head] = 0.03 * line.T
        third.q_proj.weight[:head] = MATCH * slow * seen
        third.k_proj.weight[:head] = MATCH * slow * carried  # the token after it: a token would always find itself
        third.v_proj.weight[:head] = line
        third.o_proj.weight[:, :head] = 0.05 * line.T
        fourth.q_proj.weight[:head] *= 0.1
        fourth.k_proj.weight[:head] *= 0.1
        fourth.q_proj.bias[:head] = 5.0 * close
        fourth.k_proj.bias[:head] = 5.0 * close
        fourth.v_proj.weight[:head] = line
        fourth.o_proj.weight[:, :head] = 0.02 * (line + seen).T
        fifth.q_proj.weight[:head] = COPY * slow * seen
        fifth.k_proj.weight[:head] = COPY * slow * carried
        fifth.v_proj.weight[:head] = copied
        fifth.o_proj.weight[:, :head] = 0.3 * copied.T


def _turns(head: int) -> Tensor:
    """Radians by which each pair of a head's dimensions turns from one token to the next."""
    import torch

    return ROTARY_BASE ** (-torch.arange(head // 2) / (head // 2))


def _look_back(attention: Any, head: int) -> None:
    """Constant queries and keys whose rotary phases agree at a distance of one token."""
    import torch

    turns = _turns(head)
    fast = (turns > 0.1).float() * 9.0
    attention.q_proj.weight[:head] *= 0.1
    attention.k_proj.weight[:head] *= 0.1
    attention.q_proj.bias[:head] = torch.cat([fast, torch.zeros(head // 2)])
    attention.k_proj.bias[:head] = torch.cat([fast * torch.cos(turns), fast * torch.sin(turns)])
