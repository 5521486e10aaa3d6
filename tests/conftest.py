"""A workspace from a dict of files, the real commands run in it, and a real browser."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.cli import build
from assistant.errors import AssistantError
from assistant.settings import Workspace

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


@dataclass(frozen=True)
class Outcome:
    """What a command did, as a shell sees it."""

    code: int
    out: str
    err: str

    def findings(self, level: str | None = None) -> list[tuple[str, str]]:
        """(place, text) of every finding in what ``assistant check --json`` printed."""
        found = [finding for domain in json.loads(self.out)["domains"] for file in domain["files"] for finding in file["findings"]]
        return [(f"{f['file']}:{f['line']}" if f["line"] else f["file"], f["text"]) for f in found if level in (None, f["level"])]


@dataclass(frozen=True)
class Made:
    """A workspace on disk. ``run`` is quick and in this process; ``command`` starts the program as a person does."""

    root: Path

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.root)

    def write(self, files: Mapping[str, str | bytes]) -> "Made":
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self

    def read(self, name: str) -> str:
        return (self.root / name).read_text("utf-8")

    def run(self, *words: str, **environment: str) -> Outcome:
        with pytest.MonkeyPatch.context() as shell:
            for name, value in {"ASSISTANT_WORKSPACE": str(self.root), **environment}.items():
                shell.setenv(name, value)
            shell.setattr(sys, "argv", ["assistant", *words])  # build() looks there for commands of plugins
            result = CliRunner().invoke(build(), list(words))
        if isinstance(result.exception, AssistantError):
            return Outcome(1, result.stdout, f"assistant: {result.exception}\n")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Outcome(result.exit_code, result.stdout, result.stderr)

    def command(self, *words: str, **environment: str) -> Outcome:
        env = {**os.environ, "ASSISTANT_WORKSPACE": str(self.root), **environment}
        done = subprocess.run([sys.executable, "-m", "assistant", *words], capture_output=True, text=True, env=env, timeout=240)
        return Outcome(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def workspace(tmp_path: Path) -> Callable[..., Made]:
    """``workspace({"plugins/travel/domain.toml": "…"})`` makes a workspace that holds these files."""

    def make(files: Mapping[str, str | bytes] | None = None) -> Made:
        return Made(tmp_path / "workspace").write({"assistant.toml": "", **(files or {})})

    return make


@pytest.fixture
def travel(workspace: Callable[..., Made]) -> Made:
    """A workspace with the domain that `assistant new travel` writes."""
    made = workspace()
    assert made.run("new", "travel", "--title", "Rowan Court").code == 0
    return made


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium or Chrome on this computer; get one with: apt-get install chromium, or make browser")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is missing; get it with: pip install -e '.[dev]'")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()
