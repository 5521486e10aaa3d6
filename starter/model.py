"""The starter's shape and its first weights: a small Llama in which two heads begin as the copying pair
(previous token, then the token after an earlier copy of the present one), so that training need not find it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starter.tokenizer import VOCABULARY

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import LlamaConfig, LlamaForCausalLM

ROTARY_BASE = 500_000.0
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


def new_model(seed: int, copying: bool = True) -> LlamaForCausalLM:
    import torch
    from transformers import LlamaForCausalLM

    torch.manual_seed(seed)
    model = LlamaForCausalLM(starter_config())
    with torch.no_grad():
        for layer in model.model.layers:  # what a layer adds starts small, as in GPT-2
            layer.self_attn.o_proj.weight *= (2 * SHAPE["num_hidden_layers"]) ** -0.5
            layer.mlp.down_proj.weight *= (2 * SHAPE["num_hidden_layers"]) ** -0.5
    if copying:
        seed_copying(model)
    return model


def seed_copying(model: LlamaForCausalLM, gain: float = 2.5) -> None:
    """Layer 0, head 0 looks one token back; layer 1, head 0 looks for the token that once followed the present one."""
    import torch

    size, head = SHAPE["hidden_size"], SHAPE["hidden_size"] // SHAPE["num_attention_heads"]
    with torch.no_grad():
        basis = torch.linalg.qr(torch.randn(size, size))[0]
        seen, carried, copied = basis.split(head)[:3]  # read of a token; where the next token keeps it; what is copied
        first, second = (layer.self_attn for layer in model.model.layers[:2])
        _look_back(first, head)
        first.v_proj.weight[:head] = seen
        first.o_proj.weight[:, :head] = 0.03 * carried.T
        slow = (_turns(head) < 0.01).float().repeat(2)[:, None]  # only slow phases compare words over a distance
        second.q_proj.weight[:head] = gain * slow * seen
        second.k_proj.weight[:head] = gain * slow * carried
        second.v_proj.weight[:head] = copied
        second.o_proj.weight[:, :head] = 0.3 * copied.T


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
