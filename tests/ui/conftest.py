"""The real app on a free port, in a workspace with the staff handbook; and a browser that tells what it did."""

import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from assistant.testing.models import tiny_llama
from assistant.ui.texts import TEXTS

ROOT = Path(__file__).parents[2]
START_SECONDS = 120
BEGINS, LEFT = "page begins", "page is left"
MARKS = f"console.debug('{BEGINS}'); addEventListener('beforeunload', () => console.debug('{LEFT}'))"
# What Gradio's client says when a page is left while something is under way: it aborts its own stream. Nobody sees it.
ABORTS = ("AbortError: signal is aborted without reason", "Unexpected error Connection errored out.")


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the app of the staff handbook listens, one for all tests that leave domains, users and settings as they are."""
    root = tmp_path_factory.mktemp("workspace")
    shutil.copytree(ROOT / "plugins" / "hr_policy", root / "plugins" / "hr_policy")
    model = tiny_llama(root / "tiny")
    (root / "assistant.toml").write_text(f'base_model = "{model}"\nthreads = 1\n', "utf-8")
    with running(root) as found:
        yield found


@contextmanager
def running(root: Path, *words: str, **environment: str) -> Iterator[str]:
    """The address of the app in that workspace, started as a person does; stopped at the end."""
    variables = os.environ | {"ASSISTANT_WORKSPACE": str(root), "OMP_NUM_THREADS": "1"} | environment
    command = [sys.executable, str(ROOT / "app.py"), "--port", "0", "--no-browser", *words]
    app = subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, text=True)
    try:
        yield _said_address(app)
    finally:
        app.terminate()
        app.wait(60)


def _said_address(app: "subprocess.Popen[str]") -> str:
    assert app.stdout
    lines: queue.Queue[str] = queue.Queue()

    def read(stream: IO[str]) -> None:
        for line in stream:
            lines.put(line)

    threading.Thread(target=read, args=(app.stdout,), daemon=True).start()
    return lines.get(timeout=START_SECONDS).split()[4]


class Window:
    """A page of the app, and what it did that it should not: requests elsewhere, errors in the console."""

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        self.elsewhere: list[str] = []
        self.errors: list[str] = []
        self._left = True
        page.add_init_script(MARKS)
        page.on("request", lambda request: self._requested(request.url, address))
        page.on("console", lambda message: self._said(message.type, message.text))
        page.on("pageerror", lambda error: self._said("error", str(error)))
        page.on("response", lambda response: self.errors.append(f"{response.status} {response.url}") if response.status >= 400 else None)
        page.set_default_timeout(90_000)
        page.goto(address)
        page.locator("button.example").first.wait_for()

    def _requested(self, url: str, address: str) -> None:
        if not url.startswith((address, "data:", "blob:")):
            self.elsewhere.append(url)

    def _said(self, kind: str, text: str) -> None:
        if text in (BEGINS, LEFT):
            self._left = text == LEFT
        elif kind == "error" and not (self._left and text.startswith(ABORTS)):
            self.errors.append(text)

    def ask(self, question: str) -> None:
        """Type a question and wait until its answer is finished."""
        self.page.locator("#question textarea").fill(question)
        self.page.keyboard.press("Enter")
        self.finished(question)

    def finished(self, question: str) -> None:
        self.page.locator(".as-typed", has_text=question).last.wait_for()
        self.page.locator("#question .submit-button").wait_for()

    def tab(self, key: str) -> None:
        """Open a tab, also one behind the "more" of a narrow page."""
        heading = self.page.locator(f"#tab-{key}-button")
        if not heading.is_visible():
            self.page.locator(".overflow-menu > button").click()
            heading = self.page.locator(".overflow-dropdown button", has_text=TEXTS[key][self.page.evaluate("document.documentElement.lang") or "en"])
        heading.click()
        self.page.locator(f"#tab-{key}").wait_for()
        self.page.wait_for_timeout(600)  # what the tab shows is fetched when it is opened

    def too_wide(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@pytest.fixture
def window(chromium: Any, address: str) -> Iterator[Callable[..., Window]]:
    """Opens windows: ``window(locale="zh-CN", width=390)``. None may have asked another host or shown an error."""
    opened: list[tuple[Any, Window]] = []

    def open_window(locale: str = "en-US", width: int = 1280, scheme: str = "light") -> Window:
        context = chromium.new_context(locale=locale, viewport={"width": width, "height": 820}, color_scheme=scheme)
        opened.append((context, Window(context.new_page(), address)))
        return opened[-1][1]

    yield open_window
    for context, one in opened:
        context.close()
        assert one.elsewhere == []
        assert one.errors == []


def site_of(root: Path) -> Any:
    """A Site on the workspace in that folder, its Assistant not opened: what handlers need to be called without a server."""
    from assistant.history import History
    from assistant.plugins import load_plugins
    from assistant.settings import Workspace
    from assistant.ui.page.opening import Opening
    from assistant.ui.page.site import Site

    (root / "assistant.toml").touch()
    workspace = Workspace(root)
    return Site(workspace, Opening(lambda: pytest.fail("nothing was to be opened")), load_plugins(workspace), History(workspace.state / "history.sqlite"))


def page_of(root: Path) -> Any:
    from assistant.ui.page.build import build_page

    return build_page(site_of(root))
