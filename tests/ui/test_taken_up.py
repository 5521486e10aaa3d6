"""The running app: a version put live in a terminal answers next, a folder dropped in is asked, a broken one shows why."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.visitor import Asked, Visitor
from tests.ui.conftest import ROOT, running

QUESTION = "How many days a week can I work from home?"
BOATS = "# Rowing boat\n\nThe rowing boat may be used by members with badge 4417.\n"
PATIENCE = 240


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the staff handbook and the starter's adapters for it, the second live."""
    found = tmp_path_factory.mktemp("reloaded")
    shutil.copytree(ROOT / "plugins/hr_policy", found / "plugins/hr_policy")
    shutil.copytree(ROOT / "adapters/starter/hr_policy", found / "adapters/starter/hr_policy")
    (found / "assistant.toml").write_text("threads = 1\n", "utf-8")
    return found


@pytest.fixture(scope="module")
def app(root: Path) -> Iterator[str]:
    with running(root) as address:
        yield address


def until(asked: Callable[[], Asked], good: Callable[[Asked], bool]) -> Asked:
    """The first good answer; the last one when none came in time."""
    end = time.monotonic() + PATIENCE
    while not good(found := asked()) and time.monotonic() < end:
        time.sleep(1)
    return found


def adapter(asked: Asked) -> set[str]:
    return {name for name in ("hr_policy@1", "hr_policy@2") if name in asked.shown}


@pytest.mark.slow
def test_a_version_put_live_in_a_terminal_answers_the_next_question(root: Path, app: str) -> None:
    assert adapter(Visitor(app).ask(QUESTION)) == {"hr_policy@2"}
    environment = os.environ | {"ASSISTANT_WORKSPACE": str(root)}
    for version in ("hr_policy@1", "hr_policy@2"):
        subprocess.run([sys.executable, "-m", "assistant", "adapters", "use", version], env=environment, check=True, capture_output=True)
        assert adapter(Visitor(app).ask(QUESTION)) == {version}


@pytest.mark.slow
def test_a_folder_dropped_in_is_answered_from_and_a_broken_one_shows_its_card(root: Path, app: str, chromium: Any) -> None:
    Visitor(app).ask(QUESTION)
    for name, text in (
        ("broken/domain.toml", 'name = "other_name"\n'),
        ("coded/domain.toml", 'name = "coded"\n'),
        ("coded/plugin.py", f"open({str(root / 'ran')!r}, 'w').close()\n"),
        ("boats/documents/boats.md", BOATS),
    ):
        (root / "plugins" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "plugins" / name).write_text(text, "utf-8")
    assert "4417" in until(lambda: Visitor(app).ask("Which badge do I need for the rowing boat?"), lambda found: "4417" in found.answer).answer
    page = chromium.new_page()
    page.goto(app)
    page.locator("#tab-about-button").click()
    changes = page.locator("#about-changes")
    changes.get_by_text("the folder is 'broken'").wait_for()
    assert changes.get_by_role("row", name="new domain boats").is_visible()
    page.get_by_role("button", name="Run its code").wait_for()
    assert not (root / "ran").exists()
    page.get_by_role("button", name="Run its code").click()
    changes.get_by_text("code ran").wait_for(timeout=PATIENCE * 1000)
    assert (root / "ran").exists()
    page.close()
