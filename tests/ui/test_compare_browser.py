"""Comparing in a real browser."""

from collections.abc import Callable
from typing import Any

Open = Callable[..., Any]
QUESTION = "How many hours ahead must I ask for a remote day?"


def test_two_ways_answer_side_by_side_and_a_blind_choice_names_them(window: Open) -> None:
    page = window().page
    page.get_by_role("tab", name="Compare", exact=True).click()
    page.get_by_label("Blind").check()
    page.get_by_role("combobox", name="Right").click()
    page.get_by_role("option", name="Base model · without documents").click()
    page.get_by_label("Question for both").fill(QUESTION)
    page.locator("#compare-start").click()
    page.get_by_role("button", name="Both bad").wait_for(timeout=240_000)  # the model may still be starting
    assert page.locator(".pane h2").all_inner_texts() == ["Answer A", "Answer B"]
    assert page.locator(".pane .proof").count() == 0
    page.get_by_role("button", name="Both bad").click()
    page.get_by_text("Your choice is saved.").wait_for()
    assert sorted(page.locator(".pane h2").all_inner_texts()) == ["Base model · with documents", "Base model · without documents"]
    assert page.locator(".pane .proof", has_text="no adapter, base").count() == 2
