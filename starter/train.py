"""Trains the starter for a given time on one core: cross entropy on the answers, Muon and AdamW, cosine over the clock.
A checkpoint every few minutes holds all that is needed to go on. Knows nothing of the export."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starter.batches import Batch, endless_batches
from starter.model import new_model
from starter.paths import SEED, WORK
from starter.tokenizer import load_tokenizer

if TYPE_CHECKING:
    from torch import Tensor, nn
    from torch.optim import Optimizer
    from transformers import LlamaForCausalLM

PEAK, FLOOR, WARMUP = 2e-3, 0.02, 60  # learning rate, the share of it at the end, steps to reach it
SAVE_EVERY = 240.0  # seconds


class Run:
    """A model, its optimizers and the seconds and steps it has been trained for."""

    def __init__(self, minutes: float, folder: Path = WORK, peak: float = PEAK, muon: bool = True):
        self.model, self.minutes, self.folder, self.peak = new_model(SEED), minutes, folder, peak
        self.optimizers = make_optimizers(self.model, peak, muon)
        self.body = compiled_body(self.model)
        self.spent, self.step, self.tokens = 0.0, 0, 0

    @property
    def progress(self) -> float:
        return min(1.0, self.spent / (60 * self.minutes))

    def set_rate(self) -> None:
        cosine = FLOOR + (1 - FLOOR) * 0.5 * (1 + math.cos(math.pi * self.progress))
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = self.peak * group.get("scale", 1.0) * cosine * min(1.0, (self.step + 1) / WARMUP)

    def save(self) -> None:
        import torch

        state = {
            "model": self.model.state_dict(),
            "optimizers": [o.state_dict() for o in self.optimizers],
            "spent": self.spent,
            "step": self.step,
            "tokens": self.tokens,
            "minutes": self.minutes,
        }
        torch.save(state, self.folder / "checkpoint.partial")
        os.replace(self.folder / "checkpoint.partial", self.folder / "checkpoint.pt")

    def resume(self) -> None:
        import torch

        state = torch.load(self.folder / "checkpoint.pt", weights_only=True)
        self.model.load_state_dict(state["model"])
        for optimizer, kept in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(kept)
        self.spent, self.step, self.tokens = state["spent"], state["step"], state["tokens"]


def make_optimizers(model: LlamaForCausalLM, peak: float, muon: bool) -> list[Optimizer]:
    """Muon for the matrices inside the layers, AdamW for embeddings, biases and norms."""
    import torch

    inner = [p for name, p in model.named_parameters() if p.ndim == 2 and "layers" in name] if muon else []
    known = {id(p) for p in inner}
    rest = [p for p in model.parameters() if id(p) not in known]
    adam = torch.optim.AdamW(rest, lr=peak, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    if not inner:
        return [adam]
    return [torch.optim.Muon(inner, lr=peak, weight_decay=0.02, adjust_lr_fn="match_rms_adamw"), adam]


def compiled_body(model: LlamaForCausalLM) -> Callable[..., Any]:
    """Cross entropy of the answer tokens and the share predicted right; only their positions meet the vocabulary."""
    import torch

    torch._dynamo.config.recompile_limit = 16
    model.set_attn_implementation("eager")
    return torch.compile(model.model, dynamic=False)


def answer_loss(body: Callable[..., Any], head: nn.Module, ids: Tensor, marks: Tensor) -> tuple[Tensor, float]:
    """Cross entropy of the answer tokens and the share predicted right; other positions never meet the vocabulary."""
    import torch
    import torch.nn.functional as F

    with torch.autocast("cpu", torch.bfloat16):
        hidden = body(input_ids=ids[:, :-1], use_cache=False).last_hidden_state
        logits = head(hidden[marks[:, 1:]])
    wanted = ids[:, 1:][marks[:, 1:]]
    logits = logits.float()
    with torch.no_grad():
        right = (logits.argmax(-1) == wanted).float().mean().item()
    return F.cross_entropy(logits, wanted), right


def train_step(run: Run, batch: Batch) -> tuple[float, float]:
    import torch

    ids, marks = torch.tensor(batch[0]), torch.tensor(batch[1])
    run.set_rate()
    loss, right = answer_loss(run.body, run.model.lm_head, ids, marks)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), 1.0)
    for optimizer in run.optimizers:
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    run.step, run.tokens = run.step + 1, run.tokens + ids.numel()
    return loss.item(), right


def train(minutes: float = 70.0, folder: Path = WORK, peak: float = PEAK, muon: bool = True) -> Run:
    """Trains from the checkpoint in `folder`, or from the beginning; ends `minutes` of work after the first start."""
    import torch

    torch.set_num_threads(1)
    folder.mkdir(parents=True, exist_ok=True)
    run = Run(minutes, folder, peak, muon)
    if (folder / "checkpoint.pt").exists():
        run.resume()
    batches = endless_batches(load_tokenizer(), SEED + run.step, lambda: run.progress)
    saved = run.spent
    losses, rights = [], []
    while run.progress < 1.0:
        begun = time.monotonic()
        loss, right = train_step(run, next(batches))
        losses.append(loss)
        rights.append(right)
        run.spent += time.monotonic() - begun
        if run.step % 50 == 0:
            log(run, losses, rights)
            losses, rights = [], []
        if run.spent - saved > SAVE_EVERY:
            run.save()
            saved = run.spent
    run.save()
    return run


def log(run: Run, losses: list[float], rights: list[float]) -> None:
    row = {
        "step": run.step,
        "minutes": round(run.spent / 60, 2),
        "tokens": run.tokens,
        "loss": round(sum(losses) / len(losses), 4),
        "right": round(sum(rights) / len(rights), 4),
        "rate": round(run.spent and run.tokens / run.spent),
    }
    print(json.dumps(row), flush=True)
