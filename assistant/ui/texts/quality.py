"""Texts of the tab that shows what was measured."""

from assistant.records import Language

TEXTS: dict[str, dict[Language, str]] = {
    "quality": {"en": "Quality", "zh": "质量"},
}
