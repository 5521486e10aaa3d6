"""Lets each row of a batch use its own LoRA adapter.

PEFT's ``adapter_names`` and ``set_adapter`` act on the whole process and leak hooks when a call fails (PEFT #804). Here every LoRA
layer gets one permanent pre-hook that reads the batch's adapter names from thread-local state, so nothing is added or removed per call.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

BASE = "__base__"
_batch = threading.local()


@contextmanager
def adapters_per_row(names: Sequence[str | None]) -> Iterator[None]:
    """Within it, row i of every forward pass of this thread uses adapter ``names[i]`` (None: the bare base)."""
    _batch.names = [name or BASE for name in names]
    try:
        yield
    finally:
        _batch.names = None


def hook_layers(model: Any) -> None:
    """Install the hook on every LoRA layer that lacks it; call again after attaching an adapter."""
    from peft.tuners.lora import LoraLayer

    for module in model.modules():
        if isinstance(module, LoraLayer) and not getattr(module, "_rows_hooked", False):
            module.register_forward_pre_hook(_inject, with_kwargs=True)
            module._rows_hooked = True


def _inject(_module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    names = getattr(_batch, "names", None)
    return args, kwargs if names is None else {**kwargs, "adapter_names": names}
