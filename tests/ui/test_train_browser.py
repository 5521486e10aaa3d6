"""The train tab as people use it, with real trainings in processes of their own and a real browser."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from assistant.settings import Workspace
from assistant.testing.models import tiny_llama
from assistant.training.background import latest, stop
from assistant.training.following import standing_of
from tests.training.conftest import DOCUMENTS, write_examples
from tests.ui.conftest import Window, running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
QUESTION = "How many days of annual leave are there in a year?"
CSV = """question,answer
Who hands out the badge of a visitor?,Rule: the reception desk hands out the yellow badge of a visitor.
Which system takes a request for leave?,
When may I work from another city?,"Rule: <b>ask</b> your manager first, at least 24 hours ahead of the day."
"""


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "plugins" / "staff"
    write_examples(folder / "examples")
    (folder / "domain.toml").write_text('name = "staff"\n', "utf-8")
    (folder / "documents").mkdir()
    for name, text in DOCUMENTS.items():
        (folder / "documents" / name).write_text(text, "utf-8")
    row = {"id": "a", "split": "dev", "language": "en", "question": QUESTION, "facts": ["15 days"], "sources": ["leave.md"]}
    (folder / "questions.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
    (tmp_path / "assistant.toml").write_text(f'base_model = "{tiny_llama(tmp_path / "tiny")}"\nthreads = 1\n', "utf-8")
    yield tmp_path
    if (left := latest(Workspace(tmp_path), "staff", "train", "resume")) and left.running:
        stop(left)
        psutil.Process(left.pid).wait(120)


@contextmanager
def opened(chromium: Any, address: str) -> Iterator[Window]:
    """A window of the app at its train tab; no other host was asked and nothing stood in the console."""
    context = chromium.new_context(locale="en-US", viewport={"width": 1280, "height": 900})
    window = Window(context.new_page(), address)
    window.page.set_default_timeout(300_000)
    window.page.get_by_role("tab", name="Train", exact=True).click()
    window.page.locator("#train-since p").wait_for()
    yield window
    context.close()
    assert (window.elsewhere, window.errors) == ([], [])


def settle(page: Any, steps: int) -> None:
    page.get_by_text("More settings").click()
    page.get_by_label("Steps in all").fill(str(steps))
    page.get_by_label("Rows at once").fill("4")


def test_a_file_is_dropped_ten_steps_are_trained_watched_promoted_and_answered_from(chromium: Any, root: Path) -> None:
    with running(root) as address, opened(chromium, address) as window:
        page = window.page
        page.locator("#train-file input[type=file]").set_input_files({"name": "new rows.csv", "mimeType": "text/csv", "buffer": CSV.encode()})
        page.locator("#train-found .notice", has_text="rows read: 3; used: 2").wait_for()
        page.locator("#train-add").click()
        page.locator("#train-since", has_text="can be learned now: 12").wait_for()
        settle(page, 10)
        page.locator("#train-start").click()
        page.locator("#train-live", has_text="10 (100 %)").or_(page.locator("#train-live", has_text="staff@1 is ready")).first.wait_for()
        page.locator("#train-live", has_text="staff@1 is ready").wait_for()
        page.locator("#train-outcome .curve").wait_for()
        assert page.locator("#train-outcome h3").all_inner_texts() == ["Diagnosis", "Is it better?"]
        page.locator("#train-compare").click()
        page.locator("#train-pairs .pair").wait_for()
        assert QUESTION in page.locator("#train-pairs").inner_text()
        assert list((root / "adapters").rglob("CURRENT")) == []
        page.locator("#train-promote").click()
        if page.locator("#train-anyway").is_visible():
            page.locator("#train-anyway input").check()
        page.locator("#train-promote-yes").click()
        page.locator("#train-promoted", has_text="staff@1 is live").wait_for()
        page.get_by_role("tab", name="Chat", exact=True).click()
        window.ask(QUESTION)
        page.get_by_text("staff@1").locator("visible=true").first.wait_for()
    assert [path.read_text("utf-8").strip() for path in (root / "adapters").rglob("CURRENT")] == ["0001"]


def test_a_training_outlives_its_app_is_stopped_in_the_next_one_and_gone_on_with(chromium: Any, root: Path) -> None:
    space = Workspace(root)
    with running(root) as address, opened(chromium, address) as window:
        settle(window.page, 4000)
        window.page.locator("#train-start").click()
        window.page.locator("#train-live .curve").wait_for()
        for app in psutil.Process().children():
            if any("app.py" in word for word in app.cmdline()):
                app.kill()
        window.page.wait_for_timeout(500)
        window.errors.clear()  # the app is gone under the page
    begun = latest(space, "staff", "train")
    assert begun and begun.running
    run, told = begun.run, standing_of(begun).course.events
    with running(root) as address, opened(chromium, address) as window:
        page = window.page
        page.locator("#train-live", has_text="of 4000").wait_for()
        page.locator("#train-live .curve").wait_for()
        while standing_of(begun).course.events == told:
            page.wait_for_timeout(200)
        page.locator("#train-stop").click()
        page.locator("#train-stop-yes").click()
        page.locator("#train-live", has_text="What was trained is kept").wait_for()
        page.locator("#train-resume").click()
        page.locator("#train-live", has_text="of 4000").wait_for()
        resumed = latest(space, "staff", "resume")
        assert resumed and resumed.running
        assert run and resumed.run == run
        page.locator("#train-stop").click()
        page.locator("#train-stop-yes").click()
        page.locator("#train-live", has_text="What was trained is kept").wait_for()
        window.errors.clear()
