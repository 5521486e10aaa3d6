"""What a base model needs and what this machine has: memory, disk, and how fast weights are read. Knows sizes only; loads no model.

Memory figures are estimates, good to about a third: weights, the key-value cache of a few waiting questions, the program itself; for training
also what the default recipe keeps (two rows of 2,048 tokens, gradient checkpointing).
"""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import ModelError
from assistant.models.catalogue import GB, SUPPORTED
from assistant.models.device import place
from assistant.settings import Settings

BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}
SPARE = 256 * 10**6
_CGROUPS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


@dataclass(frozen=True)
class Machine:
    """Where a model would run here; bytes of memory there, all of it and what is free now."""

    device: str
    precision: str
    memory: int
    free: int


def this_machine(settings: Settings, parameters: int) -> Machine:
    """The device that the settings choose for a model of so many parameters; ModelError if it is not here."""
    import psutil
    import torch

    where = place(settings, parameters)
    if where.device.startswith("cuda"):
        free, memory = torch.cuda.mem_get_info(where.device)
        return Machine(where.device, where.precision, memory, free)
    whole = psutil.virtual_memory()
    limit = _container_limit()
    return Machine(where.device, where.precision, min(whole.total, limit), min(whole.available, limit))


def _container_limit() -> int:
    """Memory that a container may use, where one is set."""
    for path in _CGROUPS:
        try:
            return int(path.read_text("utf-8"))
        except (OSError, ValueError):
            continue
    return 2**62


def weight_bytes(parameters: int, precision: str = "bfloat16") -> int:
    return parameters * BYTES[precision]


def chat_bytes(parameters: int, precision: str = "bfloat16") -> int:
    """Memory to answer questions."""
    return round(weight_bytes(parameters, precision) * 1.1 + 1.5 * GB)


def training_bytes(parameters: int, precision: str = "bfloat16") -> int:
    """Memory to train a LoRA adapter with the default recipe."""
    return round(weight_bytes(parameters, precision) * 1.25 + 3 * GB)


def check_memory(name: str, parameters: int, machine: Machine) -> None:
    """ModelError when even the whole memory of the device is too small to answer with the model."""
    need = chat_bytes(parameters, machine.precision)
    if need <= machine.memory:
        return
    fitting = [row for row in SUPPORTED if not row.gated and chat_bytes(row.parameters, machine.precision) <= machine.memory]
    smaller = f"choose a smaller one, such as {max(fitting, key=lambda row: row.parameters).name}, or " if fitting else ""
    raise ModelError(
        f"{name} needs about {size(need)} of memory in {machine.precision}, and {machine.device} has {size(machine.memory)}; {smaller}"
        "let a server run it and give the server's URL; nothing was changed"
    )


def check_disk(name: str, need: int, cache: Path, free: int | None = None) -> None:
    """ModelError when the disk of the cache has no room for so many bytes more; ``free`` for a figure other than the disk's own."""
    there = shutil.disk_usage(_existing(cache)).free if free is None else free
    if need + SPARE > there:
        raise ModelError(
            f"{name} needs {size(need + SPARE)} more on disk and {cache} has {size(there)} free; "
            "make room, or put the cache elsewhere with HF_HOME (ModelScope: MODELSCOPE_CACHE); nothing was changed"
        )


def _existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())


def read_speed(device: str, precision: str) -> float:
    """Bytes of weights that the device reads in a second, measured for a moment: each new token reads all of them once."""
    import torch

    side = 8192 if device != "cpu" else 4096
    matrix = torch.ones(side, side, dtype=getattr(torch, precision), device=device)
    vector = torch.ones(side, dtype=matrix.dtype, device=device)
    seconds = min(_timed(matrix, vector) for _try in range(8))
    return matrix.numel() * matrix.element_size() / seconds


def _timed(matrix: Any, vector: Any) -> float:
    began = time.perf_counter()
    float((matrix @ vector)[0])  # waits for the device
    return max(time.perf_counter() - began, 1e-9)


def size(count: float) -> str:
    """Bytes for people: 988 MB, 3.1 GB, 15 GB."""
    if count < 0.995 * GB:
        return f"{count / 1e6:.0f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"
    return f"{count / GB:.1f} GB" if count < 9.95 * GB else f"{count / GB:.0f} GB"


def billions(parameters: int) -> str:
    """Parameters for people: 37 thousand, 4.9 million, 494 million, 1.5 billion."""
    if parameters < 1e6:
        return f"{parameters / 1e3:.0f} thousand"
    if parameters < 0.9995e9:
        return f"{parameters / 1e6:.1f} million" if parameters < 1e7 else f"{parameters / 1e6:.0f} million"
    return f"{parameters / 1e9:.1f} billion"
