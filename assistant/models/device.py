"""Chooses device, precision and threads, in one place, and says why."""

import os
from dataclasses import dataclass

from assistant.errors import ModelError
from assistant.settings import Settings

SMALL = 200_000_000


@dataclass(frozen=True)
class Placement:
    device: str
    precision: str
    reason: str


def place(settings: Settings, parameters: int) -> Placement:
    """Device and number format for a model of so many parameters; ModelError if the device asked for is not here."""
    import torch

    device, why = _device(settings.device)
    if settings.precision != "auto":
        return Placement(device, settings.precision, f"{why}; {settings.precision} as set")
    if device.startswith("cuda"):
        bf16 = torch.cuda.is_bf16_supported()
        precision = "bfloat16" if bf16 else "float16"
        return Placement(device, precision, f"{why}; {precision}, which this card computes natively")
    if device == "cpu" and parameters > SMALL and amx():
        return Placement(device, "bfloat16", f"{why}; bfloat16, because the processor has AMX")
    note = "small model" if parameters <= SMALL else "no AMX on this processor"
    return Placement(device, "float32", f"{why}; float32 ({note})")


def _device(wanted: str) -> tuple[str, str]:
    import torch

    here = ["cpu"]
    if torch.cuda.is_available():
        here += [f"cuda:{i}" for i in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        here.append("mps")
    if wanted == "auto":
        best = "cuda:0" if "cuda:0" in here else "mps" if "mps" in here else "cpu"
        return best, {"cpu": "no GPU found", "mps": "Apple GPU found"}.get(best, "CUDA GPU found")
    asked = "cuda:0" if wanted == "cuda" else wanted
    if asked not in here:
        raise ModelError(f"device {wanted!r} is not here; possible: auto, {', '.join(here)} (setting `device` in assistant.toml)")
    return asked, f"{asked} as set"


def amx() -> bool:
    """Whether the processor multiplies bfloat16 matrices natively."""
    import torch

    return bool(torch.cpu._is_amx_tile_supported())


def set_threads(settings: Settings) -> int:
    """Let the model use ``threads`` cores; else OMP_NUM_THREADS, else all of this process."""
    import torch

    own = os.environ.get("OMP_NUM_THREADS", "").split(",")[0]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    count = settings.threads or (int(own) if own.isdecimal() else 0) or cores
    torch.set_num_threads(count)
    return count
