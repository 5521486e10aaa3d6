"""The loss of a batch: negative log-likelihood of the answer tokens, with nothing computed for the others that can be left out."""

from typing import Any

from assistant.training.teach.encode import IGNORED


def answer_loss(model: Any, inputs: Any, items: Any = None) -> tuple[Any, int]:
    """The summed loss over ``items`` (all answer tokens of the step; those of this batch without), and the batch's answer tokens.

    Takes rows padded on the right, or laid end to end with ``position_ids``. The output layer scores only places where some row has an
    answer token. Padding on the right needs no mask: causal attention never looks there, and without a mask it takes the faster way."""
    import torch

    labels = inputs["labels"]
    given = {name: value for name, value in inputs.items() if name not in ("labels", "attention_mask")}
    following = labels[:, 1:]
    learned = following != IGNORED
    places = learned.any(dim=0).nonzero()[:, 0]
    if not len(places):  # a filling row: no loss, but every process must go backward
        return model(**given, use_cache=False, logits_to_keep=1).logits.sum() * 0.0, 0
    logits = model(**given, use_cache=False, logits_to_keep=places).logits
    chosen = learned[:, places]
    total = torch.nn.functional.cross_entropy(logits[chosen].float(), following[:, places][chosen], reduction="sum")
    count = int(chosen.sum())
    return total / (count if items is None else items), count
