"""What the diagnosis found, in words that need no knowledge of training."""

from collections.abc import Sequence
from html import escape
from typing import Any

from assistant.records import Language
from assistant.ui.texts import say
from assistant.ui.train.pieces import badge

NAMES = {
    "mismatch": "train_mismatch", "divergence": "train_divergence", "collapse": "train_collapse", "language": "train_language", "underfit": "train_underfit",
    "ignoring": "train_ignoring", "forgetting": "train_forgetting", "overfit": "train_overfit", "parity": "train_parity",
}  # fmt: skip


def fault_list(faults: Sequence[dict[str, Any]], language: Language) -> str:
    """Each fault with what was seen and the cure; "" for none."""
    return "".join(_fault(fault, language) for fault in faults if isinstance(fault, dict))


def _fault(fault: dict[str, Any], language: Language) -> str:
    name, blocks = str(fault.get("name", "")), bool(fault.get("blocks"))
    title = say(NAMES[name], language) if name in NAMES else name
    mark = badge(say("train_blocks" if blocks else "train_worth_a_look", language), "bad" if blocks else "warn")
    seen, cure = (escape(str(fault.get(key, ""))) for key in ("sign", "cure"))
    labels = [escape(say(key, language)) for key in ("train_seen", "train_cure")]
    return f'<section class="card"><h4>{escape(title)} {mark}</h4><dl><dt>{labels[0]}</dt><dd>{seen}</dd><dt>{labels[1]}</dt><dd>{cure}</dd></dl></section>'
