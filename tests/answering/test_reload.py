"""A running program takes up what changes on disk; answers under way end as they began."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.answering.flow import Ask, Assistant, open_assistant
from assistant.answering.reload import with_engine
from assistant.answering.watch import Watch
from assistant.errors import UnknownDomain
from assistant.models.open import open_engine
from assistant.registry import Registry
from assistant.settings import Workspace
from assistant.testing.server import openai_server

LEAVE = {
    "plugins/leave/domain.toml": 'name = "leave"\nlanguages = ["en"]\n[title]\nen = "Leave"\n[routing]\nexamples = ["How many days of leave do I get?"]\n',
    "plugins/leave/documents/leave.md": "# Leave\n\nEverybody gets 27 days of leave a year.\n",
}
BOATS = {
    "plugins/boats/domain.toml": 'name = "boats"\nlanguages = ["en"]\n[title]\nen = "Boats"\n[routing]\nexamples = ["Who may use the rowing boat?"]\n',
    "plugins/boats/documents/boats.md": "# Rowing boat\n\nThe rowing boat may be used by members with badge 4417.\n",
}


class Place:
    """Keeps the Assistant that answers now, as the page's opening does."""

    def __init__(self, ready: Assistant) -> None:
        self.ready = ready
        self.changing = threading.RLock()

    def swap(self, fresh: Any) -> None:
        self.ready = fresh

    def ask(self, question: str, domain: str) -> str:
        return self.ready.answer(Ask(question, domain=domain)).text


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A base model that says where it is asked, for whoever listens for it."""
    with openai_server(lambda body: "Everybody gets 27 days of leave a year.", lora=True) as url:
        yield url


@pytest.fixture
def made(workspace: Callable[..., Any], server: str) -> Any:
    return workspace({"assistant.toml": f'base_model = "{server}"\n', **LEAVE})


@pytest.fixture
def place(made: Any) -> Iterator[Place]:
    """Its router is not fitted before something is routed, or other domains come."""
    found = Place(open_assistant(made.workspace))
    yield found
    found.ready.close()


@pytest.fixture
def watch(made: Any, place: Place) -> Iterator[Watch]:
    found = Watch(made.workspace, place, place.ready.plugins, pause=0.02)
    found.start()
    yield found
    found.close()


def told(watch: Watch) -> list[tuple[str, str]]:
    return [(event.what, event.subject) for event in reversed(watch.events)]


@pytest.mark.slow
def test_a_folder_dropped_in_is_asked_without_a_restart(made: Any, place: Place, watch: Watch) -> None:
    assert watch.settled(20)
    before = place.ready
    with pytest.raises(UnknownDomain):
        place.ask("Who may use the rowing boat?", "boats")
    made.write(BOATS)
    assert watch.settled(60)
    assert told(watch) == [("indexed", "boats"), ("added", "boats")]
    assert "4417" in place.ask("Who may use the rowing boat?", "boats")
    assert place.ready.router.scores("Who may use the rowing boat?").keys() == {"", "boats", "leave"}
    assert before.router.scores("Who may use the rowing boat?").keys() == {"", "leave"}
    assert list(before.plugins.domains) == ["leave"]


@pytest.mark.slow
def test_changed_and_added_documents_are_answered_from_and_a_removed_folder_is_gone(made: Any, place: Place, watch: Watch) -> None:
    made.write(BOATS)
    assert watch.settled(60)
    made.write({"plugins/boats/documents/boats.md": "# Rowing boat\n\nThe rowing boat may be used by members with badge 9001.\n"})
    made.write({"knowledge/leave/parents.md": "# Parental leave\n\nParental leave lasts 14 weeks.\n"})
    assert watch.settled(60)
    assert "9001" in place.ask("Who may use the rowing boat?", "boats")
    assert "parents.md" in {passage.chunk.document for passage in place.ready.knowledge.search(place.ready.plugins.domains["leave"], "Parental leave lasts?")}
    shutil.rmtree(made.root / "plugins/boats")
    assert watch.settled(60)
    assert list(place.ready.plugins.domains) == ["leave"]
    assert told(watch)[-1] == ("removed", "boats")
    assert (made.root / "knowledge/.store/lexical/boats").is_dir(), "its index stays"


@pytest.mark.slow
def test_a_broken_edit_is_told_and_changes_nothing(made: Any, place: Place, watch: Watch) -> None:
    before = place.ready.plugins.domains["leave"]
    made.write({"plugins/leave/domain.toml": "name = 3", "plugins/boats/domain.toml": "[", "assistant.toml": "colour = 1"})
    assert watch.settled(60)
    assert place.ready.plugins.domains["leave"] is before
    assert {fault.plugin for fault in place.ready.plugins.faults} == {"boats", "leave"}
    assert sorted(told(watch)) == [("broken", "boats"), ("broken", "leave"), ("settings_broken", "assistant.toml")]


@pytest.mark.slow
def test_code_is_run_when_an_administrator_says_so_and_not_before(made: Any, place: Place, watch: Watch) -> None:
    ran = made.root / "ran"
    made.write({**BOATS, "plugins/boats/plugin.py": f"open({str(ran)!r}, 'w').close()\n"})
    assert watch.settled(60)
    assert told(watch) == [("waiting", "boats")]
    assert not ran.exists()
    watch.run_code("boats", "0" * 64)
    assert watch.settled(60)
    assert not ran.exists(), "only what was looked at is run"
    watch.run_code("boats", place.ready.plugins.waiting[0].sha256)
    assert watch.settled(60)
    assert ran.exists()
    assert ("ran", "boats") in told(watch)
    assert "4417" in place.ask("Who may use the rowing boat?", "boats")


@pytest.mark.slow
def test_an_error_nobody_foresaw_is_told_and_the_watch_goes_on(made: Any, place: Place, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    knowledge = place.ready.knowledge
    with monkeypatch.context() as broken:
        broken.setattr(knowledge.ledger, "stamp", lambda name: 1 / 0)
        assert watch.settled(20)
    assert ("failed", "") in told(watch)
    made.write(BOATS)
    assert watch.settled(60)
    assert "boats" in place.ready.plugins.domains


def test_a_version_put_live_is_attached_at_once_and_a_missing_one_leaves_the_word_to_the_former(made: Any, place: Place, watch: Watch) -> None:
    registry = place.ready.registry
    first = publish(registry, b"1")
    assert watch.settled(20)
    answer = place.ready.answer(Ask("How many days of leave do I get?", domain="leave"))
    assert answer.adapter == first == "leave@1"
    second = publish(registry, b"2")
    assert watch.settled(20)
    assert place.ready.answer(Ask("How many days of leave do I get?", domain="leave")).adapter == second
    third = registry.version("leave", 2).folder.parent / "0003"
    (third.parent / "new").write_text("0003\n")
    (third.parent / "new").replace(third.parent / "CURRENT")
    assert watch.settled(20)
    answer = place.ready.answer(Ask("How many days of leave do I get?", domain="leave"))
    assert answer.adapter == second
    assert "leave@2 goes on" in answer.receipt["silenced"]
    assert told(watch) == [("version", "leave"), ("version", "leave"), ("unserved", "leave")]


def publish(registry: Registry, weights: bytes) -> str:
    partial = registry.begin("leave")
    (partial / "adapter_model.safetensors").write_bytes(weights)
    version = registry.publish(partial, {})
    registry.use(version, "for the test")
    return version.served_name


def test_another_base_model_answers_the_next_question_and_the_former_is_closed_after_its_last(made: Any, place: Place, server: str) -> None:
    closed = threading.Event()
    place.ready.engine = SimpleNamespace(info=place.ready.engine.info, close=closed.set, stream=place.ready.engine.stream, serve=None, count_tokens=len)  # type: ignore[assignment]
    under_way = place.ready.ask(Ask("How many days of leave do I get?", domain="leave"))
    started = next(under_way)
    with openai_server(lambda body: "Everybody gets 27 days of leave a year.", models=("other",)) as url:
        workspace = Workspace(made.root)
        vars(workspace)["settings"] = workspace.settings.model_copy(update={"base_model": url})
        place.swap(with_engine(place.ready, open_engine(workspace.settings, place.ready.plugins), workspace))
        assert place.ready.answer(Ask("How many days of leave do I get?", domain="leave")).receipt["base"] == f"other at {url}"
        assert not closed.is_set()
        *_, last = under_way
        assert isinstance(started, str)
        assert last.receipt["base"] == f"tiny at {server}"  # type: ignore[union-attr]
        del under_way
        assert closed.wait(10)


def test_the_old_index_answers_while_the_new_one_is_written(made: Any, place: Place) -> None:
    knowledge, domain = place.ready.knowledge, place.ready.plugins.domains["leave"]
    made.write({"plugins/leave/documents/leave.md": "# Leave\n\nEverybody gets 31 days of leave a year.\n", "plugins/leave/documents/x.md": "# More\n\nNothing.\n"})
    seen: list[str] = []

    def report(_file: str, _done: int, _total: int) -> None:
        seen.append(knowledge.search(domain, "How many days of leave do I get?")[0].chunk.text)

    knowledge.index(domain, report)
    assert all("27 days" in text for text in seen)
    assert len(seen) == 3
    assert "31 days" in knowledge.search(domain, "How many days of leave do I get?")[0].chunk.text


def test_a_settings_change_is_named(made: Any, place: Place, watch: Watch) -> None:
    path = Path(made.root / "assistant.toml")
    path.write_text(path.read_text("utf-8") + "max_question_characters = 5000\n", "utf-8")
    assert watch.settled(20)
    assert [(event.what, event.detail) for event in watch.events] == [("settings", "max_question_characters")]
