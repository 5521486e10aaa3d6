"""Texts of the tab where the team reviews what people said of answers."""

from assistant.records import Language

TEXTS: dict[str, dict[Language, str]] = {
    "teach": {"en": "Teach", "zh": "纠正"},
}
