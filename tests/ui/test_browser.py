"""The window as people use it: the real app with a tiny model, and a real browser that may not leave this computer.

The tiny model knows nothing, so what stands in the answers is quoted; the page is what is tested here.
"""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

ENGLISH = "How many hours ahead must I ask for a remote day?"
CHINESE = "居家办公要提前多久申请？"
Open = Callable[..., Any]  # of conftest.Window


def test_an_english_question_gets_a_cited_answer_whose_passage_opens(window: Open) -> None:
    opened = window()
    opened.ask(ENGLISH)
    assert "24 hours" in opened.page.locator(".answer-text").inner_text()
    assert "HR policy" in opened.page.locator(".receipt").inner_text()
    opened.page.locator("a.mark").first.click()
    citation = opened.page.locator(".citation[open]")
    assert "remote-work-2026-en.md" in citation.inner_text()
    assert "24 hours" in citation.locator("mark").inner_text()


def test_a_chinese_question_on_a_phone_fits_the_screen(window: Open) -> None:
    opened = window(locale="zh-CN", width=390, scheme="dark")
    opened.page.wait_for_function("document.querySelector('#question textarea').placeholder === '请输入问题'")
    assert not opened.too_wide()
    opened.ask(CHINESE)
    assert "24小时" in opened.page.locator(".answer-text").inner_text()
    opened.page.locator(".citation summary").first.click()
    assert "remote-work-2026-zh.md" in opened.page.locator(".citation[open]").inner_text()
    assert not opened.too_wide()
    box = opened.page.locator("#question").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 820, "the question box has to stay in view"


def test_a_refusal_says_what_is_missing_and_the_next_question_is_answered(window: Open) -> None:
    opened = window()
    opened.ask("What is the boiling point of argon?")
    assert opened.page.locator(".missing").is_visible()
    assert opened.page.locator(".citation").count() == 0
    opened.ask(ENGLISH)
    assert "24 hours" in opened.page.locator(".answer-text").last.inner_text()


def test_markup_in_a_question_is_shown_as_typed(window: Open) -> None:
    opened = window()
    typed = "<img src=x onerror=alert(1)> **what** is the weather in Paris?"
    opened.ask(typed)
    assert opened.page.locator(".as-typed").inner_text() == typed
    assert opened.page.locator("#chat img").count() == 0


def test_the_language_switch_changes_every_tab(window: Open) -> None:
    opened = window()
    opened.page.locator("#language label", has_text="中文").click()
    opened.page.get_by_role("tab", name="领域").click()
    opened.page.get_by_text("人事制度").first.wait_for()
    opened.page.get_by_role("tab", name="关于").click()
    opened.page.get_by_text("基础模型").first.wait_for()
    assert opened.page.evaluate("document.documentElement.lang") == "zh"


def test_the_page_forbids_other_hosts_and_strange_names(address: str) -> None:
    page = httpx.get(address)
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert httpx.get(address, headers={"Host": "attacker.example"}).status_code == 400
    assert httpx.get(f"{address}/gradio_api/file=/etc/hostname").status_code in (403, 404)


@pytest.mark.slow
def test_both_ways_one_under_the_other_then_one_alone_and_anew(window: Open) -> None:
    opened = window()
    page = opened.page
    page.locator("#adapter label", has_text="Compare").click()
    opened.ask(ENGLISH)
    assert page.locator(".reply").count() == 2
    assert page.locator(".label").last.inner_text() == "Base model"
    page.locator("#adapter label", has_text="Off").click()
    page.locator("[data-act=again]").last.click()
    page.wait_for_function("document.querySelectorAll('.reply').length === 1")
    opened.finished(ENGLISH)
    assert page.locator(".user-row").count() == 1
    page.locator("#new-chat").click()
    page.locator("button.example").first.click()
    page.locator(".receipt").wait_for()


@pytest.mark.slow
def test_two_windows_keep_their_conversations_apart(window: Open) -> None:
    first, second = window(), window(locale="zh-CN")
    first.ask(ENGLISH)
    second.ask(CHINESE)
    assert ENGLISH not in second.page.locator("#chat").inner_text()
    first.ask("And how many days a week?")
    assert first.page.locator(".user-row").count() == 2
    assert second.page.locator(".user-row").count() == 1
