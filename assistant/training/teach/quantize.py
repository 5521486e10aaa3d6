"""4-bit bases (QLoRA, https://arxiv.org/abs/2305.14314): normal floats of four bits through bitsandbytes. A feature of CUDA machines.

On a processor bitsandbytes trains correctly, but whatever is computed between training steps spoils them; so no training of a domain runs there.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from assistant.errors import TrainingError
from assistant.models.local import load_model


def check_quantization(device: str) -> None:
    """TrainingError where a 4-bit base cannot be trained, with what can."""
    if not device.startswith("cuda"):
        raise TrainingError(
            f'training.quantization = "4bit" needs a CUDA GPU and this training runs on {device}; '
            'take quantization = "none" (here in bfloat16 or float32), a smaller base, or a machine with a GPU'
        )
    if find_spec("bitsandbytes") is None:
        raise TrainingError('training.quantization = "4bit" needs bitsandbytes, which is not installed; get it with: pip install "bitsandbytes>=0.50,<0.51"')


def load_4bit(folder: Path, precision: str, device: str, checkpointing: bool) -> Any:
    """The base in nf4 with double quantization, its norms in float32, ready to carry an adapter; it computes in ``precision``."""
    import torch
    from peft import prepare_model_for_kbit_training
    from transformers import BitsAndBytesConfig

    config = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=getattr(torch, precision)
    )
    return prepare_model_for_kbit_training(load_model(folder, precision, device, config), use_gradient_checkpointing=checkpointing)
