"""Texts of the tab that trains adapters."""

from assistant.records import Language

TEXTS: dict[str, dict[Language, str]] = {
    "train": {"en": "Train", "zh": "训练"},
}
