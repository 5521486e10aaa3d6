"""Texts of the tab that sets two ways of answering side by side."""

from assistant.records import Language

TEXTS: dict[str, dict[Language, str]] = {
    "compare": {"en": "Compare", "zh": "对比"},
}
