"""Two people with accounts, each in a browser of their own: they log in, ask at the same time, see their own conversations alone, and log out."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.settings import Workspace
from assistant.testing.models import tiny_llama
from assistant.users import open_users
from tests.ui.conftest import ROOT, Window, running
from tests.ui.test_accessibility import violations

PASSWORD = "four plain words here"
ENGLISH = "How many hours ahead must I ask for a remote day?"
CHINESE = "居家办公要提前多久申请？"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    shutil.copytree(ROOT / "plugins" / "hr_policy", tmp_path / "plugins" / "hr_policy")
    model = tiny_llama(tmp_path / "tiny")
    (tmp_path / "assistant.toml").write_text(f'base_model = "{model}"\nthreads = 1\naccounts = true\n', "utf-8")
    users = open_users(Workspace(tmp_path))
    users.add("cy", PASSWORD, ["admin"])
    users.add("bo", PASSWORD, [])
    users.close()
    with running(tmp_path) as found:
        yield found


def logged_in(chromium: Any, address: str, name: str, locale: str) -> Window:
    page = chromium.new_context(locale=locale, viewport={"width": 1280, "height": 820}).new_page()
    page.goto(address)
    assert violations(page) == []
    log_in(page, name, "a wrong password")
    page.locator("#fault").wait_for()
    log_in(page, name, PASSWORD)
    page.locator("button.example").first.wait_for()
    return Window(page, address)


def log_in(page: Any, name: str, password: str) -> None:
    page.locator("#name").fill(name)
    page.locator("#password").fill(password)
    page.locator("main button").click()


@pytest.mark.slow
def test_two_users_log_in_ask_and_see_nothing_of_each_other(chromium: Any, address: str) -> None:
    bo, cy = logged_in(chromium, address, "bo", "en-US"), logged_in(chromium, address, "cy", "zh-CN")
    for opened, question in ((bo, ENGLISH), (cy, CHINESE)):
        opened.page.locator("#question textarea").fill(question)
        opened.page.keyboard.press("Enter")
    for opened, question, fact in ((bo, ENGLISH, "24 hours"), (cy, CHINESE, "24小时")):
        opened.finished(question)
        assert fact in opened.page.locator(".answer-text").inner_text()
        opened.page.reload()
        opened.page.locator("#chat-list", has_text=question[:8]).wait_for()
    assert CHINESE[:8] not in bo.page.locator("#chat-list").inner_text()
    assert ENGLISH[:8] not in cy.page.locator("#chat-list").inner_text()
    assert not bo.page.locator("#tab-train-button").is_visible(), "bo may train nothing"
    assert cy.page.locator("#tab-train-button").is_visible()
    bo.page.locator("form[action=logout] button").click()
    bo.page.locator("#password").wait_for()
    bo.page.goto(address)
    bo.page.locator("#password").wait_for()
    cy.ask(CHINESE)
    for opened in (bo, cy):
        assert opened.elsewhere == []
        assert opened.errors == []
        opened.page.context.close()
