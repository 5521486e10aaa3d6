"""Trains the starter for a given time, one process a core: cross entropy on the answers, Muon and AdamW, cosine over the clock.
A checkpoint every few minutes holds all that is needed to go on. Knows nothing of the export."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starter.batches import FIRST, HINT, Batch, endless_batches
from starter.grow import grown
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

    def __init__(self, minutes: float, folder: Path = WORK, processes: int = 1, grow: bool = False):
        import torch

        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.tokenizer, self.minutes, self.folder = load_tokenizer(folder), minutes, folder
        self.processes, self.grow, self.peak = processes, grow, PEAK / 2 if grow else PEAK
        model = grown(self.tokenizer) if grow else new_model(SEED)
        self.model = model.to(self.device)
        self.optimizers = make_optimizers(self.model, self.peak)
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
            "grown": self.grow,
            "processes": self.processes,
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


def make_optimizers(model: LlamaForCausalLM, peak: float) -> list[Optimizer]:
    """Muon for the matrices inside the layers, AdamW for embeddings, biases and norms."""
    import torch

    inner = [p for name, p in model.named_parameters() if p.ndim == 2 and "layers" in name]
    known = {id(p) for p in inner}
    rest = [p for p in model.parameters() if id(p) not in known]
    adam = torch.optim.AdamW(rest, lr=peak, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    return [torch.optim.Muon(inner, lr=peak, weight_decay=0.02, adjust_lr_fn="match_rms_adamw"), adam]


def compiled_body(model: LlamaForCausalLM) -> Callable[..., Any]:
    """The layers, compiled for each fixed shape, with plain attention: the fused one has a slow backward pass here."""
    import torch

    torch._dynamo.config.recompile_limit = 16
    model.set_attn_implementation("eager")
    return torch.compile(model.model, dynamic=False)


def branch_mask(branches: Tensor) -> Tensor:
    """What each token may see, as a number to add (rows, 1, tokens, tokens): the evidence before it and its own branch."""
    import torch

    length = branches.shape[1]
    seen, seeing = branches[:, None, None, :], branches[:, None, :, None]
    causal = torch.ones(length, length, dtype=torch.bool, device=branches.device).tril()
    allowed = causal & ((seen == 0) | (seen == seeing))
    return torch.zeros(allowed.shape, dtype=torch.bfloat16, device=branches.device).masked_fill(~allowed, -1e9)


def weighted_loss(
    body: Callable[..., Any], head: nn.Module, batch: Sequence[Tensor]
) -> tuple[Tensor, dict[str, float]]:
    """Weighted cross entropy, and the shares predicted right; positions of no weight never meet the vocabulary."""
    import torch
    import torch.nn.functional as F

    ids, positions, branches, wanted, weights = batch
    marked = weights > 0
    with torch.autocast(ids.device.type, torch.bfloat16):
        hidden = body(
            input_ids=ids, position_ids=positions, attention_mask=branch_mask(branches), use_cache=False
        ).last_hidden_state
        logits = head(hidden[marked])
    logits, target, weight = logits.float(), wanted[marked], weights[marked]
    loss = (F.cross_entropy(logits, target, reduction="none") * weight).sum() / weight.sum()
    with torch.no_grad():
        right = (logits.argmax(-1) == target).float()
        names = {"hints": HINT, "first": FIRST, "rest": 1.0}
        return loss, {name: right[weight == value].mean().item() for name, value in names.items()}


def train_step(run: Run, batch: Batch) -> dict[str, float]:
    import torch
    import torch.distributed as distributed

    run.set_rate()
    tensors = [torch.tensor(part, device=run.device) for part in batch]
    loss, right = weighted_loss(run.body, run.model.lm_head, tensors)
    loss.backward()
    if distributed.is_initialized():
        share_gradients(run.model)
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), 1.0)
    for optimizer in run.optimizers:
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    run.step, run.tokens = run.step + 1, run.tokens + sum(map(len, batch[0])) * run.processes
    return {"loss": loss.item(), **right}


def share_gradients(model: nn.Module) -> None:
    """The mean of all processes' gradients, in each of them."""
    import torch
    import torch.distributed as distributed

    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    joined = torch.cat([gradient.flatten() for gradient in gradients])
    distributed.all_reduce(joined)
    joined /= distributed.get_world_size()
    for gradient, mean in zip(gradients, joined.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(mean.view_as(gradient))


def train(minutes: float = 70.0, processes: int = 1, grow: bool = False, folder: Path = WORK) -> None:
    """Trains from the checkpoint in `folder`, or from the beginning; ends `minutes` of work after the first start.
    Several processes, one core each, share their gradients. `grow`: the beginning is the exported starter."""
    folder.mkdir(parents=True, exist_ok=True)
    if processes == 1:
        work(0, 1, minutes, grow, folder)
        return
    from torch.multiprocessing.spawn import spawn

    spawn(work, (processes, minutes, grow, folder), nprocs=processes)


def work(rank: int, processes: int, minutes: float, grow: bool, folder: Path) -> None:
    """One process of a training; the first one logs and saves."""
    import torch

    torch.set_num_threads(1)
    if processes > 1:
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[rank]})
        meeting = f"file://{folder.resolve()}/meeting.{os.getppid()}"
        torch.distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=processes)
    run = Run(minutes, folder, processes, grow)
    if (folder / "checkpoint.pt").exists():
        run.resume()
    batches = endless_batches(run.tokenizer, SEED + run.step * processes + rank, lambda: max(run.progress, 0.05 * grow))
    keep_going(run, batches, rank == 0)
    if processes > 1:
        torch.distributed.destroy_process_group()


def keep_going(run: Run, batches: Iterator[Batch], first: bool) -> None:
    """Steps until the time is up; the first process logs and saves."""
    saved, measured = run.spent, []
    while run.progress < 1.0:
        begun = time.monotonic()
        measured.append(train_step(run, next(batches)))
        run.spent = agreed(run.spent + time.monotonic() - begun)
        if first and run.step % 50 == 0:
            log(run, measured)
            measured = []
        if first and run.spent - saved > SAVE_EVERY:
            run.save()
            saved = run.spent
    if first:
        run.save()


def agreed(seconds: float) -> float:
    """The first process's clock, so that all of them stop at the same step."""
    import torch
    import torch.distributed as distributed

    if not distributed.is_initialized():
        return seconds
    clock = torch.tensor(seconds, dtype=torch.float64)
    distributed.broadcast(clock, 0)
    return clock.item()


def log(run: Run, measured: list[dict[str, float]]) -> None:
    means = {name: round(sum(row[name] for row in measured) / len(measured), 4) for name in measured[0]}
    row = {"step": run.step, "minutes": round(run.spent / 60, 2), "tokens": run.tokens, **means}
    print(json.dumps(row), flush=True)
