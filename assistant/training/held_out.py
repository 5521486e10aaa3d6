"""How well the held-out rows are expected: by the bare base, by a candidate and by the live version, on the same rows."""

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.models.local import load_model
from assistant.training.dataset import Row
from assistant.training.student import Student
from assistant.training.teach.devices import free
from assistant.training.teach.encode import IGNORED, encode

BARE = "base"


def held_out_losses(student: Student, rows: Sequence[Row], adapters: Mapping[str, Path]) -> dict[str, float]:
    """Mean negative log-likelihood per answer token, by adapter name; ``base`` is the model without any. {} without rows."""
    if not rows:
        return {}
    from peft import PeftModel

    encoded = [encode(row, student.tokenizer) for row in rows]
    model: Any = load_model(student.folder, student.info.precision, student.info.device)
    found = {BARE: _loss(model, encoded)}
    for name, folder in adapters.items():
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=FutureWarning)  # transformers and peft warn about each other
            if isinstance(model, PeftModel):
                model.load_adapter(str(folder), adapter_name=name)
            else:
                model = PeftModel.from_pretrained(model, str(folder), adapter_name=name)
        model.set_adapter(name, inference_mode=True)
        found[name] = _loss(model.eval(), encoded)
    del model
    free()
    return found


def _loss(model: Any, encoded: Sequence[Any]) -> float:
    import torch

    total, tokens = 0.0, 0
    with torch.inference_mode():
        for row in encoded:
            ids = torch.tensor([row.input_ids], device=model.device)
            labels = torch.tensor(row.labels[1:], device=model.device)
            scores = torch.log_softmax(model(input_ids=ids).logits[0, :-1].float(), dim=-1)
            learned = labels != IGNORED
            total -= float(scores[learned].gather(1, labels[learned, None]).sum())
            tokens += int(learned.sum())
    return total / max(tokens, 1)
