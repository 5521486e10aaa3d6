"""Every tab under axe-core's rules: nothing serious, in either colour scheme, on a screen and on a phone."""

from collections.abc import Callable
from typing import Any

import pytest

from assistant.ui.page.build import TABS

Open = Callable[..., Any]  # of conftest.Window
KEYS = [tab.key for tab in TABS]
GRAVE = {"serious", "critical"}


def violations(page: Any) -> list[str]:
    """Rule, how grave, and the elements at fault."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']} ({fault['impact']}): {fault['help']}: " + "; ".join(f"{node['target']} {node['html'][:160]}" for node in fault["nodes"][:4])
        for fault in found
        if fault["impact"] in GRAVE
    ]


def on_every_tab(opened: Any) -> list[str]:
    return [f"{key}: {fault}" for key in KEYS for fault in (opened.tab(key), violations(opened.page))[1]]


def test_no_tab_has_a_serious_fault(window: Open) -> None:
    assert on_every_tab(window()) == []


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme", "locale"), [(1280, "dark", "zh-CN"), (390, "light", "zh-CN"), (390, "dark", "en-US")])
def test_nor_in_the_dark_or_on_a_phone(window: Open, width: int, scheme: str, locale: str) -> None:
    opened = window(locale=locale, width=width, scheme=scheme)
    assert on_every_tab(opened) == []


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nor_with_an_answer_and_its_passage_open(window: Open, scheme: str) -> None:
    opened = window(scheme=scheme)
    opened.ask("How many hours ahead must I ask for a remote day?")
    opened.page.locator(".citation summary").first.click()
    assert violations(opened.page) == []
    assert not opened.too_wide()


@pytest.mark.slow
@pytest.mark.parametrize("key", KEYS)
def test_no_tab_is_wider_than_a_phone(window: Open, key: str) -> None:
    opened = window(width=390)
    opened.tab(key)
    assert not opened.too_wide()
