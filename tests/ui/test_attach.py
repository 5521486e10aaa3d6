"""Files in the chat: whose they are, how they are told, and a PDF dropped, asked and cited in a browser."""

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from filelock import FileLock

from assistant.access import User
from assistant.errors import AccessError, DocumentError
from assistant.retrieval.flow import open_knowledge
from assistant.retrieval.uploaded import Upload, domain_name, files_of
from assistant.retrieval.uploads import Uploads
from assistant.ui.chat.attach import Attach, files_html, forget
from assistant.ui.page.files import located
from assistant.ui.page.opening import Opening
from tests.ui.conftest import Window, site_of

NOBODY: Any = SimpleNamespace(session_hash="s1")
DANA, LEE = User("dana"), User("lee")
RULES = "# Harbour rules\n\nA berth in the north basin costs 42 EUR a night.\n"
DROP = """([text, name]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name, { type: "application/pdf" }));
  document.querySelector("#chat").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: carried }));
}"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Any]:
    """A site whose Assistant has nothing but uploads; whoever asks is in ``site.visitor``."""
    found = site_of(tmp_path)
    knowledge = open_knowledge(found.workspace, found.plugins)
    opened: Any = SimpleNamespace(workspace=found.workspace, plugins=found.plugins, uploads=Uploads(found.workspace, knowledge), close=knowledge.close)
    found.opening = Opening(lambda: opened)
    found.opening.start()
    found.visitor = DANA
    found.who = lambda request: found.visitor
    yield found
    opened.uploads.finish()
    found.opening.close()


@pytest.fixture
def given(site: Any, tmp_path: Path) -> Callable[..., str]:
    """Writes a file as if that user had uploaded it; returns its path."""

    def write(name: str, text: str = RULES, user: User = DANA) -> str:
        path = tmp_path / "uploaded" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        site.claims.give(user, path)
        return str(path)

    return write


def attached(site: Any, files: list[str], opened: str = "") -> tuple[str, str]:
    """What the row says at the end, and which conversation is open then."""
    stages = list(Attach(site).attach(files, opened, "en", NOBODY))
    return stages[-1][0], stages[0][1]


def test_a_file_begins_a_conversation_and_is_told_with_its_size(site: Any, given: Callable[..., str]) -> None:
    path = given("harbour rules.md")
    row, key = attached(site, [path])
    assert "harbour rules.md" in row and "1 passage<" in row
    assert [one.title for one in site.history.conversations("dana")] == ["harbour rules"]
    assert list(Attach(site).show(key, "zh", NOBODY))[-1].count("1 个段落") == 1
    assert Path(path).is_file()  # the same bytes may be another's upload too


def test_a_row_is_told_no_longer_once_the_window_shows_another_conversation(site: Any, given: Callable[..., str]) -> None:
    tab = Attach(site)
    _, other = attached(site, [given("other.md")])
    with FileLock(site.workspace.store / "writer.lock"):  # somebody else writes, so the file waits
        telling = tab.attach([given("long.md")], "", "en", NOBODY)
        key = [next(telling), next(telling)][0][1]
        assert list(tab.show("", "en", NOBODY)) == [""]
    assert list(telling) == []
    (row,) = tab.show(other, "en", NOBODY)
    assert "other.md" in row and "long.md" not in row
    assert "long.md" in list(tab.show(key, "en", NOBODY))[-1]


def test_names_and_faults_are_shown_as_text() -> None:
    html = files_html([Upload("<img src=x onerror=alert(1)>.md", "fault", fault="<script>")], "en")
    assert "<img" not in html and "<script" not in html
    assert "&lt;img src=x" in html


def test_nobody_reaches_the_files_of_another_conversation(site: Any, given: Callable[..., str]) -> None:
    _, key = attached(site, [given("harbour rules.md")])
    site.visitor = LEE
    tab, mine = Attach(site), given("mine.md", user=LEE)
    for call in (tab.attach([mine], key, "en", NOBODY), tab.show(key, "en", NOBODY), tab.detach(key, "en", "harbour rules.md", NOBODY)):
        with pytest.raises(gr.Error, match="no such conversation of yours"):
            list(call)
    with pytest.raises(AccessError):
        located(site, LEE, domain_name(key), "harbour rules.md")
    assert located(site, DANA, domain_name(key), "harbour rules.md").read_text("utf-8") == RULES


def test_only_ones_own_uploads_are_taken(site: Any, given: Callable[..., str], tmp_path: Path) -> None:
    for path in (given("theirs.md", user=LEE), str(tmp_path / "assistant.toml"), "/etc/passwd"):
        with pytest.raises(gr.Error, match="not uploaded by you"):
            attached(site, [path])
    assert site.history.conversations("dana") == []


def test_a_cross_takes_one_file_out(site: Any, given: Callable[..., str]) -> None:
    _, key = attached(site, [given("a.md"), given("b.md")])
    row = list(Attach(site).detach(key, "en", "a.md", NOBODY))[-1]
    assert "b.md" in row and "a.md" not in row
    with pytest.raises(DocumentError, match="no such document"):
        located(site, DANA, domain_name(key), "a.md")


def test_what_no_reader_takes_says_why_and_stays_out(site: Any, given: Callable[..., str]) -> None:
    row, key = attached(site, [given("tool.exe")])
    assert "no reader for .exe" in row
    assert files_of(site.workspace, key) == {}


def test_files_are_forgotten_with_their_conversation(site: Any, given: Callable[..., str]) -> None:
    _, key = attached(site, [given("harbour rules.md")])
    forget(site, key)
    site.opening.result().uploads.finish()
    assert files_of(site.workspace, key) == {}
    assert site.opening.result().uploads.domain(key) is None


def test_a_pdf_is_dropped_asked_and_cited(window: Callable[..., Window], chromium: Any) -> None:
    sheet = chromium.new_page()
    sheet.set_content("<h1>Harbour rules</h1><p>A berth in the north basin of the marina costs 42 EUR a night.</p>")
    pdf = base64.b64encode(sheet.pdf()).decode()
    sheet.close()
    page = window().page
    page.evaluate(DROP, [pdf, "harbour.pdf"])
    page.locator("#files .file.ready", has_text="harbour.pdf").wait_for()
    page.locator("#question textarea").fill("What does a berth in the north basin of the marina cost a night?")
    page.keyboard.press("Enter")
    answer = page.locator("#chat-last")
    answer.get_by_text("Your files").first.wait_for()
    assert "42 EUR" in answer.inner_text()
    assert "harbour.pdf" in answer.inner_text()
    page.locator("#chat-list li.current [data-act=delete]").click()
    page.locator("#chat-delete button.main").click()
    page.locator("#files .file").wait_for(state="detached")
    assert re.search("harbour", page.locator("#chat-list").inner_text()) is None
