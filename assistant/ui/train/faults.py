"""What the diagnosis found, in words that need no knowledge of training."""

from collections.abc import Sequence
from html import escape
from typing import Any

from assistant.records import Language
from assistant.ui.page.plain import shown
from assistant.ui.texts import say
from assistant.ui.texts.told import told
from assistant.ui.train.pieces import badge
from assistant.ui.train.plan import title_of

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
    changes = fault.get("changes") if isinstance(fault.get("changes"), dict) else {}
    settings = ", ".join(f"{title_of(str(place), language)} {value}" for place, value in changes.items()) if isinstance(changes, dict) else ""
    kept: dict[str, Any] = fault["told"] if isinstance(fault.get("told"), dict) else {}
    rows = [
        (say("train_seen", language), told(str(fault.get("sign", "")), language, kept.get("sign"))),
        (say("train_cure", language), told(str(fault.get("cure", "")).partition(": --set ")[0], language, kept.get("cure"))),
        (say("train_settings_to_try", language), settings),
    ]
    inside = "".join(f"<dt>{escape(label)}</dt><dd>{shown(text)}</dd>" for label, text in rows if text)
    return f'<section class="card"><h4>{escape(title)} {mark}</h4><dl>{inside}</dl></section>'
