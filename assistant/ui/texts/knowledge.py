"""Texts of the tab that keeps documents."""

from assistant.records import Language

TEXTS: dict[str, dict[Language, str]] = {
    "knowledge": {"en": "Knowledge", "zh": "知识库"},
}
