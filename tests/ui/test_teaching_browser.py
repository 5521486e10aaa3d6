"""From a thumb in the chat to a row that a training learns, in a real browser."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from assistant.testing.models import tiny_llama
from tests.conftest import Made
from tests.ui.conftest import ROOT, Window, running

QUESTION = "How early do I have to ask my line manager for a remote day?"
CORRECTION = "Rule: Employees ask their line manager for a remote day in good time.\nHow: in Harbour."


@pytest.mark.slow
def test_a_corrected_answer_becomes_a_row_that_the_check_finds_nothing_wrong_with(chromium: Any, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "plugins" / "hr_policy", tmp_path / "plugins" / "hr_policy")
    model = tiny_llama(tmp_path / "tiny")
    (tmp_path / "assistant.toml").write_text(f'base_model = "{model}"\nthreads = 1\n', "utf-8")
    before = Made(tmp_path).run("check", "hr_policy", "--json").findings()
    file = tmp_path / "plugins/hr_policy/examples/feedback.jsonl"
    with running(tmp_path) as address:
        context = chromium.new_context(locale="en-US", viewport={"width": 1280, "height": 820})
        opened = Window(context.new_page(), address)
        page = opened.page
        opened.ask(QUESTION)
        page.locator('#chat .thumbs [data-good="false"]').last.click()
        page.locator('#chat-rate [name="correction"]').fill(CORRECTION)
        page.locator("#chat-rate form button[type=submit], #chat-rate form button:not([type])").last.click()
        opened.tab("teach")
        page.locator("#teach-judgement", has_text=CORRECTION.splitlines()[0]).wait_for()
        page.locator("#teach-accept").click()
        page.get_by_text("Accepted: it will be learned in the next training.").wait_for()
        assert json.loads(file.read_text("utf-8"))["messages"][-1]["content"] == CORRECTION
        page.get_by_text("Accepted (1)").click()
        page.locator("#teach-undo").wait_for()
        assert opened.errors == []
        assert opened.elsewhere == []
        context.close()
    assert Made(tmp_path).run("check", "hr_policy", "--json").findings() == before
