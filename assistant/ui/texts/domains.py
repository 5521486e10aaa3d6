"""Texts of the tab that shows and makes domains."""

from assistant.records import Language

TEXTS: dict[str, dict[Language, str]] = {
    "faults": {"en": "Left out", "zh": "未加载"},
    "faults_note": {"en": "These could not be loaded; the rest works without them.", "zh": "以下内容无法加载，其余功能不受影响。"},
}
