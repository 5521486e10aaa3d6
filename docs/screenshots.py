"""Pictures of the app for these pages: ``python docs/screenshots.py [TAB …]`` starts it in a workspace of its own, with the embedded model, and photographs its tabs.
For the picture of Quality the domain that the tabs open with is measured first, which takes some minutes."""

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
FIRST = "cloud_support"
CORRECTED = {
    "light": (
        "How long is a new share link valid?",
        "Hello! A new share link is valid for 7 days unless you choose another period.\nNext step: set the period under Share before you copy the link.",
    ),
    "dark": ("同步一直显示“正在准备”，怎么办？", "您好！超过30分钟仍显示“正在准备”时，请清理客户端缓存，本地文件不受影响。\n下一步：运行 tern cache clear，然后重新打开客户端。"),
}
LOCALES = {"light": "en-US", "dark": "zh-CN"}
SIZE = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}


@contextmanager
def running(measured: bool) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        for folder in ("plugins", "adapters"):
            shutil.copytree(ROOT / folder, root / folder)
        (root / "assistant.toml").write_text("threads = 1\n", "utf-8")
        environment = os.environ | {"ASSISTANT_WORKSPACE": str(root), "PYTHONPATH": str(ROOT)}
        if measured:
            for words in (["evaluate", FIRST, "--ladder"], ["evaluate", "--routing"], ["evaluate", "--refusal"]):
                subprocess.run([sys.executable, "-m", "assistant", *words], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
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


def corrected(page: Any, question: str, correction: str) -> None:
    """Something for the queue of Teach."""
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    page.locator("#chat .thumbs [data-good='false']").last.wait_for()
    page.locator("#question .submit-button").wait_for()
    page.locator("#chat .thumbs [data-good='false']").last.click()
    page.locator("#chat-rate [name='correction']").fill(correction)
    page.locator("#chat-rate form button[type=submit], #chat-rate form button:not([type])").last.click()
    page.locator("#chat-rate").wait_for(state="hidden")


def compared(page: Any, question: str) -> None:
    page.locator("#compare-question textarea, #compare-question input").first.fill(question)
    page.locator("#compare-start").click()
    page.locator(".pane .proof").nth(1).wait_for()


def picture(page: Any, name: str) -> None:
    """A picture of few colours, so that the repository stays small."""
    page.wait_for_timeout(1500)
    IMAGES.mkdir(parents=True, exist_ok=True)
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as taken:
        taken.convert("RGB").quantize(128).save(path, optimize=True)


def main(*wanted: str) -> None:
    tabs = wanted or TABS
    with running("quality" in tabs) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for scheme, question in QUESTIONS.items():
            page = opened(browser, address, scheme, SIZE)
            if "teach" in tabs:
                corrected(page, *CORRECTED[scheme])
                page.locator("#new-chat").click()
                page.locator("button.example").first.wait_for()
            asked(page, question)
            for tab in tabs:
                page.locator(f"#tab-{tab}-button").click()
                if tab == "compare":
                    compared(page, question)
                picture(page, f"{tab}-{scheme}")
            phone = opened(browser, address, scheme, PHONE)
            asked(phone, question)
            picture(phone, f"phone-{scheme}")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
