"""HTML and Markdown in whatever people, documents and file names say is shown as text, on every tab, in a real browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.history import History
from assistant.records import Answer, Citation, Language
from assistant.settings import Workspace
from assistant.testing.models import tiny_llama
from assistant.ui.page.build import TABS
from assistant.ui.texts import say
from tests.ui.conftest import running

pytestmark = pytest.mark.slow
TRICK = "<img src=x onerror=window.tricked=1> ![x](http://elsewhere.example/x.png) [x](javascript:window.tricked=1) <script>window.tricked=1</script>"
NAME = "<img src=x onerror=window.tricked=1>.md"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root: Path = tmp_path_factory.mktemp("tricks")
    folder = root / "plugins" / "parking"
    (folder / "documents").mkdir(parents=True)
    spec = f"name = 'parking'\n[title]\nen = '''{TRICK}'''\nzh = '''{TRICK}'''\n[description]\nen = '''Parking {TRICK}'''\n"
    spec += f"[routing]\nexamples = ['''Where may guests park? {TRICK}''', 'How much is parking?']\n"
    (folder / "domain.toml").write_text(spec, "utf-8")
    text = f"---\ntitle: '{TRICK}'\n---\n# {TRICK}\n\nGuests may park in zone B behind the house {TRICK}.\n"
    (folder / "documents" / NAME).write_text(text, "utf-8")
    (root / "plugins" / "broken").mkdir()
    (root / "plugins" / "broken" / "domain.toml").write_text(f"name = '''{TRICK}'''\n", "utf-8")
    (root / "assistant.toml").write_text(f'base_model = "{tiny_llama(root / "tiny")}"\nthreads = 1\n', "utf-8")
    history = History(Workspace(root).state / "history.sqlite")
    key = history.start("local", TRICK)
    cited = (Citation(1, NAME, TRICK, None, TRICK, TRICK),)
    message = history.add("local", key, TRICK, Answer(TRICK, f"{TRICK} [1]", "en", domain="parking", citations=cited, receipt={"standalone": TRICK}))
    history.rate("local", message, False, TRICK, "facts")
    history.close()
    with running(root) as found:
        yield found
    shutil.rmtree(root, ignore_errors=True)


def tricked(page: Any) -> list[str]:
    """What of the tricks became more than text."""
    return list(
        page.evaluate(
            "() => [...(window.tricked ? ['ran'] : []), ...[...document.querySelectorAll('img[src=\"x\"], img[src*=elsewhere], "
            "a[href^=\"javascript:\"], a[href*=elsewhere]')].map(one => one.outerHTML)]"
        )
    )


@pytest.mark.parametrize(("locale", "language"), [("en-US", "en"), ("zh-CN", "zh")])
def test_no_text_becomes_markup_on_any_tab(chromium: Any, address: str, locale: str, language: Language) -> None:
    context = chromium.new_context(locale=locale, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(90_000)
    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url) if "elsewhere" in request.url.split("?")[0].split("/")[2] else None)
    page.goto(address)
    page.locator("#question textarea").wait_for()
    page.locator("#question textarea").fill(f"Where may guests park? {TRICK}")
    page.keyboard.press("Enter")
    page.locator(".receipt").first.wait_for()
    assert "onerror=window.tricked" in page.locator("#chat").inner_text(), "the trick has to be there to be seen"
    assert tricked(page) == []
    for tab in TABS:
        page.get_by_role("tab", name=say(tab.key, language), exact=True).click()
        page.wait_for_timeout(1500)
        assert tricked(page) == [], tab.key
    assert elsewhere == []
    context.close()
