"""What is installed while a program runs: new folders appear, broken edits leave the former domain, no code runs by itself."""

from collections.abc import Callable
from typing import Any

import pytest

from assistant.errors import DomainError
from assistant.plugin_code import only_this_code
from assistant.plugins import load_plugins, reloaded

SHOUTS = "from assistant.domain import Domain\n\n\nclass Loud(Domain):\n    def title(self, language):\n        return {words!r}\n"
DOMAIN = 'name = "{name}"\n[title]\nen = "{title}"\n'
Workspaces = Callable[..., Any]


@pytest.fixture
def made(workspace: Workspaces) -> Any:
    return workspace({"plugins/hr/domain.toml": DOMAIN.format(name="hr", title="Staff"), "plugins/hr/glossary.csv": "term,meaning,aliases,language\nleave,,holiday,en\n"})


def test_what_did_not_change_stays_the_same_object(made: Any) -> None:
    before = load_plugins(made.workspace)
    made.write({"plugins/law/domain.toml": DOMAIN.format(name="law", title="Contracts")})
    after = reloaded(made.workspace, before)
    assert list(after.domains) == ["hr", "law"]
    assert after.domains["hr"] is before.domains["hr"]
    assert list(before.domains) == ["hr"]
    (made.root / "plugins/law/domain.toml").unlink()
    (made.root / "plugins/law").rmdir()
    assert list(reloaded(made.workspace, after).domains) == ["hr"]


def test_an_edit_is_taken_up_and_a_broken_one_leaves_the_former_domain(made: Any) -> None:
    before = load_plugins(made.workspace)
    made.write({"plugins/hr/domain.toml": DOMAIN.format(name="hr", title="People of the house")})
    edited = reloaded(made.workspace, before)
    assert edited.domains["hr"].title("en") == "People of the house"
    for name, text, said in (
        ("domain.toml", 'name = "hr"\ncolour = 1\n', "colour: unknown key"),
        ("glossary.csv", "word\n", "columns missing"),
        ("prompt.jinja", "{% block", "TemplateSyntaxError"),
        ("questions.jsonl", "{", "questions.jsonl:1"),
    ):
        good = (made.root / "plugins/hr" / name).read_bytes() if (made.root / "plugins/hr" / name).exists() else None
        made.write({f"plugins/hr/{name}": text})
        broken = reloaded(made.workspace, edited)
        assert broken.domains["hr"] is edited.domains["hr"], name
        assert [(fault.plugin, fault.where) for fault in broken.faults] == [("hr", name)]
        assert said in broken.faults[0].message
        assert broken.faults[0].message.endswith("until it is mended, the domain goes on as it was")
        if good is None:
            (made.root / "plugins/hr" / name).unlink()
        else:
            made.write({f"plugins/hr/{name}": good})
        assert not reloaded(made.workspace, broken).faults


def test_code_that_comes_later_waits_until_a_person_says_so(made: Any) -> None:
    before = load_plugins(made.workspace)
    made.write({"plugins/law/domain.toml": DOMAIN.format(name="law", title="Contracts"), "plugins/law/plugin.py": SHOUTS.format(words="LAW")})
    waits = reloaded(made.workspace, before)
    assert list(waits.domains) == ["hr"]
    (waiting,) = waits.waiting
    assert (waiting.plugin, waiting.running, waiting.size) == ("law", False, len(SHOUTS.format(words="LAW")))
    runs = reloaded(made.workspace, waits, {"law": waiting.sha256})
    assert (runs.domains["law"].title("en"), runs.waiting) == ("LAW", [])
    assert reloaded(made.workspace, runs).domains["law"] is runs.domains["law"]


def test_only_the_code_that_was_seen_is_run(made: Any) -> None:
    before = load_plugins(made.workspace)
    made.write({"plugins/law/domain.toml": DOMAIN.format(name="law", title="Contracts"), "plugins/law/plugin.py": SHOUTS.format(words="seen")})
    seen = reloaded(made.workspace, before).waiting[0].sha256
    made.write({"plugins/law/plugin.py": f"raise SystemExit\n{SHOUTS}"})
    after = reloaded(made.workspace, before, {"law": seen})
    assert "law" not in after.domains
    assert not after.faults
    assert after.waiting[0].sha256 != seen


def test_changed_code_waits_while_the_former_goes_on_and_failing_code_changes_nothing(made: Any) -> None:
    made.write({"plugins/hr/plugin.py": SHOUTS.format(words="one")})
    before = load_plugins(made.workspace)
    made.write({"plugins/hr/plugin.py": SHOUTS.format(words="two")})
    waits = reloaded(made.workspace, before)
    assert waits.domains["hr"] is before.domains["hr"]
    assert [(waiting.plugin, waiting.running) for waiting in waits.waiting] == [("hr", True)]
    two = reloaded(made.workspace, waits, {"hr": waits.waiting[0].sha256})
    assert (two.domains["hr"].title("en"), two.waiting) == ("two", [])
    for code in ("1/0", "def register_nonsense(register): ..."):
        made.write({"plugins/hr/plugin.py": code})
        waits = reloaded(made.workspace, two)
        broken = reloaded(made.workspace, waits, {"hr": waits.waiting[0].sha256})
        assert broken.domains["hr"].title("en") == "two"
        assert [fault.where for fault in broken.faults] == ["plugin.py"]
        assert [fault.where for fault in reloaded(made.workspace, broken).faults] == ["plugin.py"], "what failed is not run again"


def test_other_plugins_code_is_not_run_again(made: Any) -> None:
    counted = "from pathlib import Path\nfile = Path(__file__).with_name('runs.txt')\nfile.write_text((file.read_text() if file.exists() else '') + 'x')\n"
    made.write({"plugins/hr/plugin.py": counted})
    before = load_plugins(made.workspace)
    made.write({"plugins/law/domain.toml": DOMAIN.format(name="law", title="Contracts"), "plugins/law/plugin.py": SHOUTS.format(words="LAW")})
    waits = reloaded(made.workspace, before)
    runs = reloaded(made.workspace, waits, {"law": waits.waiting[0].sha256})
    assert list(runs.domains) == ["hr", "law"]
    assert made.read("plugins/hr/runs.txt") == "x"


def test_a_process_begun_beside_the_app_runs_only_the_code_that_the_app_ran(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made.write({"plugins/hr/plugin.py": SHOUTS.format(words="HR")})
    ran = load_plugins(made.workspace)
    flag = made.root / "it-was-run"
    evil = f"open({str(flag)!r}, 'w').close()\n"
    made.write({"plugins/law/domain.toml": DOMAIN.format(name="law", title="Contracts"), "plugins/law/plugin.py": evil})
    for name, value in only_this_code(ran.code).items():
        monkeypatch.setenv(name, value)
    beside = load_plugins(made.workspace)
    assert (beside.domains["hr"].title("en"), [waiting.plugin for waiting in beside.waiting]) == ("HR", ["law"])
    made.write({"plugins/hr/plugin.py": evil})
    changed = load_plugins(made.workspace)
    assert not changed.domains
    with pytest.raises(DomainError, match=r"plugin\.py has not been run"):
        changed.domain("hr")
    assert not flag.exists()
