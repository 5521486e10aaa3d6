"""The chat in a real browser: conversations kept, found and changed, by mouse and by keyboard; an answer survives the program's restart."""

import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.testing.models import tiny_llama
from tests.ui.conftest import ROOT, Window, running

HOURS = "How many hours ahead must I ask for a remote day?"
DAYS = "How many remote days may I take per week?"
CHINESE = "居家办公要提前多久申请？"
Open = Callable[..., Any]  # of conftest.Window


def list_of(page: Any) -> list[str]:
    return [one.inner_text() for one in page.locator("#chat-list .title").all()]


def test_a_conversation_is_edited_answered_again_judged_and_there_after_a_reload(window: Open) -> None:
    opened = window()
    page = opened.page
    opened.ask(HOURS)
    opened.ask(CHINESE)
    page.locator("button[data-act=edit]").last.press("Enter")
    page.locator("form.edit:not([hidden]) textarea").fill(DAYS)
    page.keyboard.press("Enter")
    opened.finished(DAYS)
    assert page.locator(".as-typed").all_inner_texts() == [HOURS, DAYS]
    page.locator("[data-act=again]:visible").press("Enter")
    page.locator('#chat-last [aria-busy="true"]').wait_for()
    opened.finished(DAYS)
    page.locator("[data-act=rate][data-good=false]").last.click()
    page.locator("#chat-rate textarea").first.fill("two days")
    page.locator("#chat-rate .main").click()
    page.locator('#chat-last [data-correction="two days"]').wait_for()
    page.reload()
    page.locator('#chat-last [data-act=rate][data-good=false][aria-pressed="true"]').wait_for()
    assert page.locator(".as-typed").all_inner_texts() == [HOURS, DAYS]


def test_conversations_are_found_renamed_opened_exported_and_deleted(window: Open) -> None:
    opened = window(locale="zh-CN")
    page = opened.page
    opened.ask(CHINESE)
    first = page.url
    page.locator("#chat-list li.current [data-act=rename]").click()
    page.locator("#chat-rename input").fill("远程办公 <b>")
    page.keyboard.press("Enter")
    page.locator("#chat-list .title", has_text="远程办公 <b>").wait_for()
    page.locator("#new-chat").click()
    page.locator("button.example").first.wait_for()
    assert "c=" not in page.url
    page.locator("#chat-search input, #chat-search textarea").press_sequentially("24小时")
    page.locator("#chat-list .place", has_text="24小时").first.wait_for()
    page.locator("#chat-list .open").first.press("Enter")
    page.locator(".as-typed", has_text=CHINESE).wait_for()
    assert page.url == first
    with page.expect_download() as download:
        page.locator("#chat-list li.current a[download]").click()
    assert CHINESE in Path(download.value.path()).read_text("utf-8")
    assert download.value.suggested_filename == "远程办公-b.md"
    page.locator("#chat-list li.current [data-act=delete]").click()
    page.locator("#chat-delete .main").click()
    page.locator("button.example").first.wait_for()
    assert "远程办公 <b>" not in list_of(page)
    page.locator("#chat-search input, #chat-search textarea").press("Control+A")
    page.keyboard.press("Backspace")
    opened.ask(CHINESE)
    page.locator("#chat-list [data-act=delete_all]").click()
    page.locator("#chat-delete_all [data-act=cancel]").click()
    assert CHINESE in list_of(page)
    page.locator("#chat-list [data-act=delete_all]").click()
    page.locator("#chat-delete_all .main").click()
    page.locator("button.example").first.wait_for()
    page.locator("#chat-list .none").wait_for()


@pytest.mark.slow
def test_the_list_is_a_drawer_on_a_phone_and_can_be_hidden_on_a_screen(window: Open) -> None:
    phone = window(width=390).page
    assert not phone.locator("#chat-side").is_visible()
    phone.locator("[data-act=side]").click()
    phone.locator("#chat-side").wait_for()
    phone.keyboard.press("Escape")
    phone.locator("#chat-side").wait_for(state="hidden")
    screen = window().page
    screen.locator("[data-act=side]").click()
    screen.locator("#chat-side").wait_for(state="hidden")
    screen.locator("[data-act=fresh]").wait_for()


@pytest.mark.slow
def test_a_pinned_domain_answers_whatever_it_is_about(window: Open) -> None:
    opened = window()
    opened.page.locator("#domain input").click()
    opened.page.get_by_role("option", name="HR policy").click()
    opened.ask("What is the weather in Paris?")
    assert "HR policy" in opened.page.locator(".receipt").inner_text()


@pytest.mark.slow
def test_stop_keeps_the_conversation_usable(window: Open) -> None:
    opened = window()
    page = opened.page
    page.locator("#question textarea").fill(HOURS)
    page.keyboard.press("Enter")
    page.locator("#question .stop-button").click()
    page.locator("#question .submit-button").wait_for()
    opened.ask(DAYS)
    assert page.locator(".as-typed").all_inner_texts()[-1] == DAYS


@pytest.mark.slow
def test_a_restart_in_the_middle_of_an_answer_loses_no_question(tmp_path: Path, chromium: Any) -> None:
    shutil.copytree(ROOT / "plugins" / "hr_policy", tmp_path / "plugins" / "hr_policy")
    (tmp_path / "assistant.toml").write_text(f'base_model = "{tiny_llama(tmp_path / "tiny")}"\nthreads = 1\n', "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    with chromium.new_context() as context:
        with running(tmp_path, "--port", port) as address:
            opened = Window(context.new_page(), address)
            page = opened.page
            page.locator("#question textarea").fill(HOURS)
            page.keyboard.press("Enter")
            page.locator(".note.starting, .note.thinking").wait_for()
        page.locator("#chat-lost").wait_for()
        with running(tmp_path, "--port", port):
            page.locator(".note.interrupted").wait_for()  # by itself, without a reload
            page.locator("[data-act=again]").click()
            opened.finished(HOURS)
            page.locator(".receipt").wait_for()
            assert page.locator(".as-typed").all_inner_texts() == [HOURS]
    assert opened.elsewhere == []
