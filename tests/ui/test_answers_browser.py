"""What an answer rests on, in a real browser: a citation opened with the page of its PDF, and the receipt, by keyboard."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.ui.test_accessibility import violations

Open = Callable[..., Any]  # of conftest.Window
SHOWN = "image => image.complete && image.naturalWidth > 1000 && image.clientHeight > image.clientWidth"


@pytest.mark.parametrize(
    ("locale", "width", "question", "document", "caption", "asked"),
    [
        ("en-US", 1280, "How fast may forklifts drive on the site roads?", "plant-safety-jiaxing-en.pdf", "with the passage marked", "You asked"),
        ("zh-CN", 390, "叉车在厂区道路上限速多少？", "plant-safety-jiaxing-zh.pdf", "段落已标出", "您的问题"),
    ],
)
def test_a_citation_opens_the_page_of_its_pdf_and_the_receipt_says_why(
    window: Open, locale: str, width: int, question: str, document: str, caption: str, asked: str
) -> None:
    opened = window(locale=locale, width=width)
    opened.ask(question)
    citation = opened.page.locator(".citation", has=opened.page.locator(".file", has_text=document)).first
    citation.locator("summary").press("Enter")
    citation.locator("figcaption", has_text=caption).wait_for()
    picture = citation.locator("figure img")
    picture.evaluate(f"image => image.decode().then(() => {{ if (!({SHOWN})(image)) throw new Error('not shown as it is') }})")
    assert document in (picture.get_attribute("alt") or "")
    with opened.page.expect_download() as download:
        citation.locator(".download").click()
    assert download.value.suggested_filename == document
    opened.page.locator(".why > summary").last.press("Enter")
    opened.page.locator(".why .fetched", has_text=f"{asked}").wait_for()
    assert question in opened.page.locator(".why .fetched").inner_text()
    assert not opened.too_wide()
    for fold in opened.page.locator(".why .fold > summary").all():
        fold.click()
    assert violations(opened.page) == []


def test_addresses_beside_the_page_forbid_scripts_of_their_own(address: str) -> None:
    page = httpx.get(f"{address}/documents/hr_policy/plant-safety-jiaxing-en.pdf/page/1")
    policies = page.headers.get_list("content-security-policy")
    assert any("sandbox" in policy and "default-src 'none'" in policy for policy in policies)
