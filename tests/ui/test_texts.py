"""Both languages are complete and say the same things."""

import ast
import re
from pathlib import Path

import pytest

import assistant.ui.texts
from assistant.ui.texts import FILES, LANGUAGES, TEXTS, preferred, say

UI = Path(assistant.ui.texts.__file__).parents[1]


def test_no_key_stands_in_two_files() -> None:
    assert sum(len(file.TEXTS) for file in FILES) == len(TEXTS)


@pytest.mark.parametrize("key", TEXTS)
def test_every_text_is_there_in_both_languages_with_the_same_values(key: str) -> None:
    texts = TEXTS[key]
    assert set(texts) == set(LANGUAGES)
    assert all(text.strip() for text in texts.values())
    assert not re.search(r"[\u4e00-\u9fff]", texts["en"])
    assert set(re.findall(r"{\w+}", texts["en"])) == set(re.findall(r"{\w+}", texts["zh"]))


def test_every_text_is_used_and_every_used_text_is_there() -> None:
    words = set()
    for path in UI.rglob("*.py"):
        if path.parent.name != "texts":
            words |= {node.value for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
            asked = re.findall(r'say\("([\w.]+)"', path.read_text("utf-8"))
            assert set(asked) <= set(TEXTS), path.name
    built = {f"adapter_{state}" for state in ("on", "off", "compare")}
    assert set(TEXTS) <= words | built


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("de-DE,de;q=0.9,zh-TW;q=0.5,en;q=0.3", "zh"),
        ("zh;q=0, en", "en"),
        ("*;q=0.1,,;", "en"),
    ],
)
def test_the_browser_chooses_the_language(header: str, language: str) -> None:
    assert preferred(header) == language


def test_values_are_filled_in() -> None:
    assert say("page", "en", page=3) == "p. 3"
    assert say("seconds", "zh", seconds="1.5") == "1.5 秒"
