"""Pictures of the app for these pages: ``python docs/screenshots.py [TAB …]`` starts it in a workspace of its own, with the embedded model, and photographs its tabs."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images" / "app"
TABS = ("chat", "compare", "knowledge", "teach", "train", "quality", "domains", "about")
QUESTIONS = {"light": "How many days a week can I work from home?", "dark": "居家办公要提前多久申请？"}
LOCALES = {"light": "en-US", "dark": "zh-CN"}
SIZE = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}


@contextmanager
def running() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        for folder in ("plugins", "adapters"):
            shutil.copytree(ROOT / folder, root / folder)
        (root / "assistant.toml").write_text("threads = 1\n", "utf-8")
        environment = os.environ | {"ASSISTANT_WORKSPACE": str(root), "PYTHONPATH": str(ROOT)}
        app = subprocess.Popen([sys.executable, str(ROOT / "app.py"), "--port", "0", "--no-browser"], env=environment, stdout=subprocess.PIPE, text=True)
        try:
            assert app.stdout
            yield app.stdout.readline().split()[4]
        finally:
            app.terminate()
            app.wait(30)


def opened(browser: Any, address: str, scheme: str, size: dict[str, int]) -> Any:
    page = browser.new_context(viewport=size, color_scheme=scheme, locale=LOCALES[scheme]).new_page()
    page.set_default_timeout(120_000)
    page.goto(address)
    page.locator("button.example").first.wait_for()
    return page


def asked(page: Any, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    page.locator(".citation").first.wait_for()
    page.locator("#question .submit-button").wait_for()
    page.locator(".citation summary").first.click()


def picture(page: Any, name: str) -> None:
    """A picture of few colours, so that the repository stays small."""
    page.wait_for_timeout(1500)
    IMAGES.mkdir(parents=True, exist_ok=True)
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as taken:
        taken.convert("RGB").quantize(128).save(path, optimize=True)


def main(*wanted: str) -> None:
    with running() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for scheme, question in QUESTIONS.items():
            page = opened(browser, address, scheme, SIZE)
            asked(page, question)
            for tab in wanted or TABS:
                page.locator(f"#tab-{tab}-button").click()
                picture(page, f"{tab}-{scheme}")
            phone = opened(browser, address, scheme, PHONE)
            asked(phone, question)
            picture(phone, f"phone-{scheme}")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
