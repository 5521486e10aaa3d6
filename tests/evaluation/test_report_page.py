"""The page of a report in a real browser: it asks nobody for anything, fits a phone, and shows texts of others as texts."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from by_hand import QUESTIONS, library, rung_of

from assistant.evaluation.report import write_report
from assistant.evaluation.results import Answered, Evaluation, Shown

SCRIPT = '<script>document.title="taken"</script><img src="http://evil.example/x.png" onerror="document.title=\'taken\'">'
LONG = "Donaudampfschifffahrtsgesellschaft" * 40 + "没有空格的很长的一段中文" * 40
Open = Callable[..., Any]


@pytest.fixture
def page(chromium: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens an evaluation's page; it may ask for no other file, and say no error."""
    asked: list[str] = []
    errors: list[str] = []

    def opened(evaluation: Evaluation, width: int = 1280, scheme: str = "light") -> Any:
        report = write_report(evaluation, tmp_path / "report")
        one = chromium.new_context(viewport={"width": width, "height": 820}, color_scheme=scheme).new_page()
        one.on("request", lambda request: asked.append(request.url) if not request.url.startswith("data:") else None)
        one.on("console", lambda message: errors.append(message.text))
        one.on("pageerror", lambda error: errors.append(str(error)))
        one.goto(report.page.as_uri())
        return one

    yield opened
    assert len(asked) == 1, f"besides itself the page asked for {asked[1:]}"
    assert errors == []


def too_wide(one: Any) -> bool:
    return bool(one.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def hostile() -> Evaluation:
    """Every text that comes from people, models or documents is markup, and very long."""
    bad = f"{SCRIPT} {LONG}"
    shown = Shown(bad, bad, bad, f"before {bad} after")
    question = {**QUESTIONS[0], "question": bad, "facts": [bad, [bad, bad]], "not_facts": [bad], "history": [{"role": "user", "content": bad}]}
    answer = Answered("en-loan", bad, False, (shown,), (shown,), adapter=bad, reason=bad)
    rung = rung_of(bad, {"en-loan": answer}, {"en-loan": {"facts": 0.0, bad: 0.5}})
    return library(
        domain=bad, base=bad, adapter=bad, questions=(question,), rungs=(rung,), differences=(), verdict=(bad,), stop_at=bad,
        judged={bad: {bad: bad}, "other": {"wins": 1}}, rated={bad: bad},
    )  # fmt: skip


@pytest.mark.parametrize("width", [390, 1280])
def test_markup_and_long_words_are_shown_as_they_are(page: Open, width: int) -> None:
    one = page(hostile(), width)
    one.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert "taken" not in one.title().replace(SCRIPT, "")
    assert one.locator("script").count() == 0 and one.locator("img:not([src^='data:'])").count() == 0
    assert SCRIPT in one.locator(".said").inner_text()
    assert SCRIPT in one.locator(".passage mark").first.inner_text()
    assert not too_wide(one)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_phone_in_both_schemes(page: Open, scheme: str) -> None:
    one = page(library(), 390, scheme)
    one.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert not too_wide(one)
    colours = one.evaluate("[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]")
    light, dark = "rgb(255, 255, 255)", "rgb(23, 26, 33)"
    assert colours[0] == (light if scheme == "light" else dark)
    wide = one.evaluate("[...document.querySelectorAll('main *')].filter(each => each.getBoundingClientRect().right > innerWidth + 1).map(each => each.tagName)")
    assert wide == []


def test_the_verdict_comes_first_and_the_worst_answer_opens(page: Open) -> None:
    one = page(library())
    assert one.locator("main").inner_text().index("Stop at: RAG + LoRA") < one.locator("main").inner_text().index("The ladder")
    worst = one.locator(".question")
    assert worst.count() == 1 and worst.locator("h3").inner_text() == "借的书丢了怎么办？"
    assert worst.locator("h3").get_attribute("lang") == "zh"
    last = worst.locator(".answer").last
    last.get_by_text("Cited passages (1)").click()
    assert last.locator("mark").first.inner_text() == "逾期每天收取0.2元，最高10元。"
    last.get_by_text("Receipt").click()
    assert "library@2" in last.locator("dl").inner_text()


def test_scores_say_what_they_mean_with_interval_and_number(page: Open) -> None:
    row = page(library()).locator("tbody tr", has_text="share of the expected facts").first
    assert "92.9 %" in row.inner_text() and "[71, 100]" in row.inner_text() and "n 7" in row.inner_text()


def test_the_pictures_are_drawn(page: Open) -> None:
    one = page(library())
    assert one.locator("img").count() == 5
    assert one.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 300)")
