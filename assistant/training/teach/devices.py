"""Several processes that train one adapter together (torchrun, accelerate launch): who writes, and how the others hear of it.

Every process goes through the same stages. What touches files (prepare, begin, diagnose, gate, publish) is done by the first alone,
inside ``first()``, and its result handed on by ``shared``.
"""

import os
from datetime import timedelta
from typing import Any, TypeVar

from assistant.errors import TrainingError
from assistant.training.recipe import Recipe

Value = TypeVar("Value")
PATIENCE = timedelta(days=7)  # the others wait while the first indexes, diagnoses and prepares


def processes() -> int:
    """How many train together; 1 unless a launcher started this process."""
    return max(1, int(os.environ.get("WORLD_SIZE", "1"))) if "RANK" in os.environ else 1


def first() -> bool:
    """Whether this process is the one that writes."""
    return processes() == 1 or os.environ["RANK"] == "0"


def shared(value: Value) -> Value:
    """The first process's value, in every process; it waits for all of them. ``value`` must pickle; the others' is ignored."""
    if processes() == 1:
        return value
    from accelerate.utils import broadcast_object_list

    _join()
    return broadcast_object_list([value])[0]


def wait() -> None:
    """Go on when every process has come this far."""
    if processes() > 1:
        _join().wait_for_everyone()


def any_of(flag: bool) -> bool:
    """Whether the flag is set in at least one process."""
    if processes() == 1:
        return flag
    from accelerate.utils import gather_object

    _join()
    return any(gather_object([flag]))


def free() -> None:
    """Hand memory that nothing holds any more back to the GPU: the next stage loads the base in another process."""
    import gc

    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def leave() -> None:
    """End the common work, so that no process waits for one that is done; nothing happens where there is only one."""
    if processes() == 1:
        return
    import torch

    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


def own(device: str) -> str:
    """The device of this process: each has its own GPU of the machine."""
    return f"cuda:{os.environ.get('LOCAL_RANK', '0')}" if device.startswith("cuda") and processes() > 1 else device


def divided(recipe: Recipe) -> tuple[int, int]:
    """Batch size and accumulation of each process, so that a step learns from as many rows as the recipe says.

    TrainingError where neither can be divided by the number of processes."""
    batch, accumulation, many = recipe.training.batch_size, recipe.training.accumulation, processes()
    if accumulation % many == 0:
        return batch, accumulation // many
    if batch % many == 0:
        return batch // many, accumulation
    raise TrainingError(
        f"{many} processes cannot share batches of {batch} rows × {accumulation}; "
        f"give --set training.accumulation={-(-accumulation // many) * many}, or start a number of processes that divides {accumulation} or {batch}"
    )


def _join() -> Any:
    """The common state of the processes; the first call connects them, over gloo where there is no GPU."""
    import torch
    from accelerate import PartialState

    return PartialState(cpu=not torch.cuda.is_available(), timeout=PATIENCE)
