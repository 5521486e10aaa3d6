"""How fast a domain's rows are learned: (a) TRL's trainer as it comes, (b) every row padded to one length, (c) ours. And where our time goes.

``python -m benchmarks.training [DOMAIN] [ROWS]`` trains the starter on the same rows for the same epochs, each way in its own process.
``python -m benchmarks.training --shapes`` measures a Qwen2.5-0.5B and a Llama-3.2-3B, made from their configurations, on a GPU.

All three train the same LoRA (rank 8 on every linear layer, no dropout) on the same tokens; only the answers carry loss. Ours takes a
rate a fifth higher: at the same rate its held-out loss is a little higher, at this one a little lower. Memory is the process's peak after training (Linux).
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

from assistant.models.local import load_model
from assistant.plugins import load_plugins
from assistant.retrieval.flow import open_knowledge
from assistant.settings import Settings, Workspace
from assistant.training.dataset import Dataset
from assistant.training.recipe import Recipe
from assistant.training.runs import Run, Runs
from assistant.training.student import Student, open_student
from assistant.training.teach.encode import IGNORED, encode_all
from assistant.training.teach.lora import lora_config

ROWS, EPOCHS, LENGTH = 96, 2, 1024
RATES = {"plain": 6e-4, "fixed": 6e-4, "ours": 7.2e-4}
WAYS = {"plain": "TRL's SFTTrainer, batch 1 × 4", "fixed": f"every row padded to {LENGTH}", "ours": "ours"}
SHAPES: dict[str, dict[str, Any]] = {
    "Qwen2.5-0.5B": {
        "hidden_size": 896, "num_hidden_layers": 24, "num_attention_heads": 14, "num_key_value_heads": 2, "intermediate_size": 4864, "vocab_size": 151936,
    },
    "Llama-3.2-3B": {
        "hidden_size": 3072, "num_hidden_layers": 28, "num_attention_heads": 24, "num_key_value_heads": 8, "intermediate_size": 8192, "vocab_size": 128256,
    },
}  # fmt: skip


def student() -> Student:
    return open_student(Settings(base_model="starter", device="cpu"))


def recipe(way: str) -> Recipe:
    return Recipe().with_values({
        "training.epochs": EPOCHS, "training.learning_rate": RATES[way], "training.batch_size": 4, "training.accumulation": 1, "training.max_length": LENGTH,
        "training.gradient_checkpointing": False, "training.checkpoint": 10**6, "lora.alpha": 16, "lora.dropout": 0.0,
    })  # fmt: skip


def rows_of(domain: str, count: int, folder: Path) -> Run:
    """So many of the domain's training rows, and all of its held-out ones, as a run."""
    from assistant.training.flow import prepare
    from assistant.training.job import Watch, open_job

    space = Workspace(Path.cwd())
    plugins = load_plugins(space)
    knowledge = open_knowledge(space, plugins)
    try:
        job = open_job(space, plugins, space.settings.model_copy(update={"base_model": "starter"}), domain, knowledge)
        data = prepare(job, Watch()).dataset
    finally:
        knowledge.close()
    step = max(1, len(data.train) // count)
    return Runs(folder, domain).start(Dataset(data.train[::step][:count], data.held_out), {"base": "starter"})


def plain(run: Run) -> Any:
    """As the tutorials have it: TRL's own choices, but for what a processor must be told."""
    from datasets import Dataset as Table
    from trl import SFTConfig, SFTTrainer

    given = SFTConfig(
        output_dir=str(run.folder / "plain"), use_cpu=True, num_train_epochs=EPOCHS, learning_rate=RATES["plain"], per_device_train_batch_size=1,
        gradient_accumulation_steps=4, save_strategy="no", report_to="none", disable_tqdm=True, dataloader_pin_memory=False, seed=7,
    )  # fmt: skip
    base = student()
    rows = Table.from_list(encode_all(run.dataset().train, base.tokenizer))
    model = load_model(base.folder, "float32", "cpu")
    return SFTTrainer(model=model, processing_class=base.tokenizer, peft_config=lora_config(recipe("plain").lora), train_dataset=rows, args=given)


def ours(run: Run) -> Any:
    from assistant.training.teach.trainer import make_trainer

    (run.folder / "held_out.jsonl").rename(run.folder / "apart.jsonl")  # only training is timed
    try:
        return make_trainer(run, student(), recipe("ours"), [])
    finally:
        (run.folder / "apart.jsonl").rename(run.folder / "held_out.jsonl")


class Fixed:
    """A loop by hand over batches of four rows, each row padded to the longest allowed."""

    def __init__(self, run: Run) -> None:
        import torch
        from peft import get_peft_model

        base = student()
        torch.manual_seed(7)
        self.rows = encode_all(run.dataset().train, base.tokenizer)
        self.model = get_peft_model(load_model(base.folder, "float32", "cpu"), lora_config(recipe("fixed").lora)).train()
        self.pad = base.tokenizer.pad_token_id

    def train(self) -> None:
        import torch

        optimizer = torch.optim.AdamW([weight for weight in self.model.parameters() if weight.requires_grad], lr=RATES["fixed"])
        steps = EPOCHS * -(-len(self.rows) // 4)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
        for epoch in range(EPOCHS):
            order = torch.randperm(len(self.rows), generator=torch.Generator().manual_seed(epoch)).tolist()
            for start in range(0, len(order), 4):
                part = [self.rows[place] for place in order[start : start + 4]]
                filled = {"input_ids": self.pad, "labels": IGNORED}
                batch = {name: torch.tensor([row[name] + [blank] * (LENGTH - len(row[name])) for row in part]) for name, blank in filled.items()}
                mask = torch.tensor([[1] * len(row["input_ids"]) + [0] * (LENGTH - len(row["input_ids"])) for row in part])
                self.model(**batch, attention_mask=mask, use_cache=False).loss.backward()
                torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                optimizer.zero_grad()


def measure(way: str, folder: Path) -> dict[str, float]:
    """Trains one way in this process."""
    run = Run(folder)
    trainer = {"plain": plain, "fixed": Fixed, "ours": ours}[way](run)
    began, cpu = time.perf_counter(), time.process_time()
    trainer.train()
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    peak = _peak_gb()
    tokens = sum(label != IGNORED for row in encode_all(run.dataset().train, student().tokenizer) for label in row["labels"]) * EPOCHS
    return {"seconds": seconds, "cpu": cpu, "tokens": tokens, "memory": peak, "loss": held_out_loss(trainer.model, run)}


def held_out_loss(model: Any, run: Run) -> float:
    """Mean negative log-likelihood of the held-out rows' answer tokens, in float32."""
    import torch

    model = model.float().eval()
    total = count = 0.0
    with torch.inference_mode():
        for row in encode_all(run.dataset().held_out, student().tokenizer):
            scores = torch.log_softmax(model(input_ids=torch.tensor([row["input_ids"]])).logits[0, :-1].float(), dim=-1)
            labels = torch.tensor(row["labels"][1:])
            learned = labels != IGNORED
            total -= float(scores[learned].gather(1, labels[learned, None]).sum())
            count += int(learned.sum())
    return total / count


def profile(folder: Path) -> dict[str, float]:
    """Shares of our time, by stage and by operation."""
    from torch.profiler import ProfilerActivity
    from torch.profiler import profile as profiling

    trainer = ours(Run(folder))
    spent = {"forward": 0.0, "backward": 0.0, "optimizer": 0.0}
    trainer.create_optimizer()

    def timed(owner: Any, method: str, stage: str) -> None:
        inner = getattr(owner, method)

        def call(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            try:
                return inner(*args, **kwargs)
            finally:
                spent[stage] += time.perf_counter() - began

        setattr(owner, method, call)

    timed(trainer, "compute_loss", "forward")
    timed(trainer.accelerator, "backward", "backward")
    timed(trainer.optimizer, "step", "optimizer")
    began = time.perf_counter()
    with profiling(activities=[ProfilerActivity.CPU]) as seen:
        trainer.train()
    whole = time.perf_counter() - began
    found = {f"stage {name}": seconds / whole for name, seconds in spent.items()}
    found["stage other"] = 1 - sum(found.values())
    events = sorted(seen.key_averages(), key=lambda event: -event.self_cpu_time_total)
    total = sum(event.self_cpu_time_total for event in events)
    return found | {event.key: event.self_cpu_time_total / total for event in events[:8]}


def shape(name: str, device: str = "cuda", batch: int = 8, length: int = 1024, answer: float = 0.1, repeats: int = 10) -> str:
    """Our step on random rows, a tenth of each an answer: speed, memory, and the share of the matmul rate measured on this card."""
    import torch
    from peft import get_peft_model
    from transformers import LlamaConfig, LlamaForCausalLM

    from assistant.training.teach.fused import fuse
    from assistant.training.teach.loss import answer_loss

    sizes = SHAPES[name]
    with torch.device(device):
        base = LlamaForCausalLM(LlamaConfig(**sizes, tie_word_embeddings=True, max_position_embeddings=length)).to(torch.bfloat16)
    model = get_peft_model(base, lora_config(recipe("ours").lora)).train()
    fuse(model, recipe("ours"))
    optimizer = torch.optim.AdamW([weight for weight in model.parameters() if weight.requires_grad], lr=1e-4)
    ids = torch.randint(0, sizes["vocab_size"], (batch, length), device=device)
    labels = ids.clone()
    labels[:, : length - int(answer * length)] = IGNORED

    def step() -> None:
        with torch.autocast(device, dtype=torch.bfloat16):
            loss, _ = answer_loss(model, {"input_ids": ids, "labels": labels})
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()

    seconds = per_call(step, device, repeats)
    tokens, rate = batch * length, matmul_rate(device)
    flops = tokens * flops_per_token(sizes, length, answer)
    peak = torch.cuda.max_memory_allocated() / 1e9 if device == "cuda" else 0.0
    return f"{name}: {tokens / seconds:,.0f} tokens/s ({answer * tokens / seconds:,.0f} of answers), {peak:.1f} GB, {flops / seconds / rate:.0%} of {rate / 1e12:.0f} TFLOP/s"


def flops_per_token(sizes: dict[str, Any], length: int, answer: float) -> float:
    """Of a LoRA step: forward, and backward without gradients of frozen weights, so 4 per weight; causal attention 2 + 4; the adapter itself not counted."""
    hidden, layers = sizes["hidden_size"], sizes["num_hidden_layers"]
    keys = hidden * sizes["num_key_value_heads"] // sizes["num_attention_heads"]
    linear = layers * (2 * hidden * hidden + 2 * hidden * keys + 3 * hidden * sizes["intermediate_size"])
    return 4.0 * (linear + answer * hidden * sizes["vocab_size"]) + 6.0 * layers * hidden * length


def matmul_rate(device: str, size: int = 8192) -> float:
    """Operations per second of a large product in bfloat16."""
    import torch

    size = size if device == "cuda" else 512
    left, right = (torch.randn(size, size, device=device, dtype=torch.bfloat16) for _ in range(2))
    return 2.0 * size**3 / per_call(lambda: left @ right, device, 20)


def per_call(call: Any, device: str, repeats: int) -> float:
    import torch

    for _ in range(3):
        call()
    if device == "cuda":
        torch.cuda.synchronize()
    began = time.perf_counter()
    for _ in range(repeats):
        call()
    if device == "cuda":
        torch.cuda.synchronize()
    return (time.perf_counter() - began) / repeats


def shapes() -> None:
    import torch

    if not torch.cuda.is_available():
        print("--shapes needs a CUDA GPU and there is none here; skipped")
        return
    for name in SHAPES:
        print(shape(name), flush=True)
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def main(domain: str = "cloud_support", count: int = ROWS) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run = rows_of(domain, count, Path(folder))
        found = {way: _apart(way, run.folder) for way in WAYS}
        where = _apart("profile", run.folder)
    data = found["ours"]["tokens"] / EPOCHS
    print(f"{domain}: {count} rows, {data:,.0f} answer tokens, {EPOCHS} epochs, starter, {os.cpu_count()} processors")
    for way, words in WAYS.items():
        one = found[way]
        speed, base = one["tokens"] / one["seconds"], found["ours"]["tokens"] / found["ours"]["seconds"]
        cpu = one["cpu"] / found["ours"]["cpu"]
        print(
            f"  {words:32} {speed:7.0f} answer tokens/s  {one['seconds']:6.1f} s  {one['memory']:.2f} GB  held-out loss {one['loss']:.4f}  "
            f"rate {RATES[way]:g}  ours is {base / speed:.2f}× ({cpu:.2f}× in processor time)"
        )
    print("where our time goes: " + ", ".join(f"{key.removeprefix('stage ')} {share:.0%}" for key, share in where.items() if key.startswith("stage")))
    print("  " + ", ".join(f"{key} {share:.0%}" for key, share in where.items() if not key.startswith("stage")))


def _peak_gb() -> float:
    """The most memory of this program by itself; ``ru_maxrss`` would carry over what the process held that started it."""
    kilobytes = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("ascii"))
    return int(kilobytes[1]) * 1024 / 1e9 if kilobytes else 0.0


def _apart(way: str, folder: Path) -> dict[str, float]:
    """The figures of one way, from a process of its own."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.training", "--way", way, str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if sys.argv[1:2] == ["--way"]:
        print(json.dumps(profile(Path(sys.argv[3])) if sys.argv[2] == "profile" else measure(sys.argv[2], Path(sys.argv[3]))))
    elif sys.argv[1:] == ["--shapes"]:
        shapes()
    else:
        main(*sys.argv[1:2], *(int(number) for number in sys.argv[2:3]))
