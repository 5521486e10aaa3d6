"""Both languages are complete and say the same things."""

import ast
import json
import re
from copy import deepcopy
from pathlib import Path

import pytest

import assistant.ui.texts
from assistant.records import Told, case_of
from assistant.ui.texts import FILES, LANGUAGES, TEXTS, preferred, say
from assistant.ui.texts.told import CASES, PARTS, English, told

UI = Path(assistant.ui.texts.__file__).parents[1]


def test_no_key_stands_in_two_files() -> None:
    assert sum(len(file.TEXTS) for file in FILES) == len(TEXTS)
    assert sum(map(len, PARTS)) == len(CASES)
    assert not set(CASES) & set(TEXTS), "an error may carry either"


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


def cases() -> dict[str, set[str]]:
    """Every case that the program's sentences carry, with the values that go along."""
    found: dict[str, set[str]] = {}
    for path in Path(assistant.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Told" and len(node.args) == 2:
                made = node.args[1]  # one made from a name, such as f"score {name}", shows what was said where it is unknown
                for case in () if isinstance(made, ast.JoinedStr) else ast.walk(made):
                    if isinstance(case, ast.Constant) and isinstance(case.value, str):
                        values = {one.arg or "**" for one in node.keywords}
                        found[case.value] = values & found.get(case.value, values)
    return found


def test_every_case_is_worded_in_chinese_with_values_that_it_carries() -> None:
    carried = cases()
    assert set(carried) <= set(CASES), set(carried) - set(CASES)
    for case, values in carried.items():
        assert "**" in values or set(re.findall(r"(?<!{){(\w+)}", CASES[case])) <= values, case
        assert not values & {"case", "said"}, f"{case}: these words are the record's own"


def test_every_text_that_an_error_carries_is_given_its_values() -> None:
    for path in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "both" and path.name != "told.py":
                (key,) = (one.value for one in node.args if isinstance(one, ast.Constant))
                assert set(re.findall(r"{(\w+)}", TEXTS[str(key)]["zh"])) == {one.arg for one in node.keywords}, key


def test_what_carries_nothing_stays_english_and_says_so() -> None:
    assert told("as it came", "en") == "as it came"
    assert isinstance(told("as it came", "zh"), English)
    assert isinstance(told("x", "zh", {"case": "same"}), English), "a record of another release may lack values"
    kept = json.loads(json.dumps(case_of(Told("…", "at", place="a:1", reasons=[Told("…", "same", origin="b:2")]))))
    assert told("…", "zh", kept) == told(Told("…", "at", place="a:1", reasons=[Told("…", "same", origin="b:2")]), "zh")
    assert deepcopy(Told("…", "same", origin="b:2")).values == {"origin": "b:2"}
