"""The About tab: facts for everybody, and for administrators alone servers, code that waits and what changed."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from assistant.access import User
from assistant.answering.watch import Event
from assistant.errors import AccessError
from assistant.models import found
from assistant.plugins import Waiting, load_plugins, reloaded
from assistant.testing.server import openai_server
from assistant.ui.about.changes import EVENTS, waiting_html
from assistant.ui.about.tab import AboutTab
from assistant.ui.texts import LANGUAGES
from tests.ui.conftest import site_of

GUEST = User("guest")


def asked(port: int = 7860) -> Any:
    return SimpleNamespace(request=SimpleNamespace(url=SimpleNamespace(port=port)))


@pytest.fixture
def tab(tmp_path: Path) -> AboutTab:
    return AboutTab(site_of(tmp_path))


def as_user(tab: AboutTab, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tab.site, "who", lambda request: user)


def test_everybody_reads_what_it_runs_on_and_administrators_where_it_lies(tab: AboutTab, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = tab.show("en", asked())
    assert str(tab.site.workspace.root) in whole[0]
    assert "assistant doctor" in whole[0]
    as_user(tab, GUEST, monkeypatch)
    facts, *rest = tab.show("zh", asked())
    assert "starter" in facts
    assert str(tab.site.workspace.root) not in facts
    assert [update["visible"] for update in rest[:3]] == [False] * 3
    assert (rest[3], rest[5]) == ("", "")


def test_ports_are_asked_for_administrators_alone(tab: AboutTab, monkeypatch: pytest.MonkeyPatch) -> None:
    with openai_server(lambda body: "ready", models=("small", "<b>large")) as url:
        monkeypatch.setattr(found, "KNOWN", {"Ollama": url})
        choices, button, _ = tab.find("en", asked())
        assert choices["choices"] == [("Ollama: small", f"small at {url}"), ("Ollama: <b>large", f"<b>large at {url}")]
        assert (choices["value"], button["visible"]) == (f"small at {url}", True)
        assert "None found" in tab.find("en", asked(int(url.split(":")[2].split("/")[0])))[2]
        monkeypatch.setattr(found, "_models", lambda url: pytest.fail("a guest made it ask"))
        as_user(tab, GUEST, monkeypatch)
        assert tab.find("en", asked())[0]["choices"] == []


def test_nobody_else_switches_or_runs_code_and_forged_choices_are_refused(tab: AboutTab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(found, "KNOWN", {"Ollama": "http://127.0.0.1:9/v1"})
    for call in (lambda: tab.take("en", "evil at http://10.0.0.1/v1", asked()), lambda: tab.run_code("en", f"hr {'0' * 64}", asked()), lambda: tab.go_back("en", asked())):
        with pytest.raises(gr.Error, match=r"not among the servers found|not waiting|no former"):
            list(call())
    as_user(tab, GUEST, monkeypatch)
    for call in (lambda: tab.take("en", "x", asked()), lambda: tab.run_code("en", "x", asked()), lambda: tab.go_back("en", asked())):
        with pytest.raises(gr.Error, match="guest is no administrator"):
            list(call())


def test_an_ended_login_is_told_nothing(tab: AboutTab, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(request: Any) -> User:
        raise AccessError("your login has ended")

    monkeypatch.setattr(tab.site, "who", gone)
    for call in (tab.show, tab.find):
        with pytest.raises(gr.Error, match="login has ended"):
            call("en", asked())


def test_code_that_waits_is_shown_with_its_hash_and_nothing_of_it_as_markup(tab: AboutTab, tmp_path: Path) -> None:
    plugins = tmp_path / "plugins"
    before = load_plugins(tab.site.workspace)
    (plugins / "boats").mkdir(parents=True)
    (plugins / "boats" / "domain.toml").write_text('name = "boats"\n', "utf-8")
    (plugins / "boats" / "plugin.py").write_text("raise SystemExit\n", "utf-8")
    tab.site._plugins = reloaded(tab.site.workspace, before)
    shown = tab.show("en", asked())
    (waiting,) = tab.site.plugins.waiting
    assert waiting.sha256 in shown[4]
    assert (shown[3]["visible"], shown[5]["choices"]) == (True, [("boats/plugin.py", f"boats {waiting.sha256}")])
    nasty = Waiting("x", Path("/plugins/<script>/plugin.py"), 1, "0" * 64, True)
    assert "&lt;script&gt;" in waiting_html([nasty], "zh")


def test_every_kind_of_event_has_words_and_its_details_are_text(tab: AboutTab) -> None:
    events = [Event(what, "<img>", "<script>", 1.25) for what in EVENTS]  # type: ignore[arg-type]
    tab.site.watch = SimpleNamespace(events=events, doing=None)  # type: ignore[assignment]
    for language in LANGUAGES:
        html = tab.show(language, asked())[6]
        assert html.count("&lt;script&gt;") == len(EVENTS)
        assert "<img>" not in html
        assert "<script>" not in html
