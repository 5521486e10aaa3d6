"""Conversations belong to their user."""

from pathlib import Path

import pytest

from assistant.answering.support import FILE, Weights, read_calibration
from assistant.errors import AccessError, AdapterError, SettingsError, WorkspaceError
from assistant.history import History
from assistant.records import Answer, Turn
from assistant.registry import Registry
from assistant.retrieval.ledger import Ledger


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "state" / "history.sqlite")


def test_a_conversation_is_kept_and_survives_reopening(history: History, tmp_path: Path) -> None:
    key = history.start("ann", "How many days?")
    history.add("ann", key, "How many days?", Answer("How many days?", "12 days. [1]", "en"))
    history.close()
    again = History(tmp_path / "state" / "history.sqlite")
    assert again.turns("ann", key) == [Turn("user", "How many days?"), Turn("assistant", "12 days. [1]")]
    assert [c.title for c in again.conversations("ann")] == ["How many days?"]


def test_nobody_reads_rates_or_deletes_what_is_anothers(history: History) -> None:
    key = history.start("ann", "private")
    message = history.add("ann", key, "q", Answer("q", "a", "en"))
    assert history.conversations("bob") == []
    for attempt in (
        lambda: history.turns("bob", key),
        lambda: history.receipt("bob", message),
        lambda: history.rate("bob", message, good=True),
        lambda: history.delete("bob", key),
        lambda: history.add("bob", key, "q", Answer("q", "a", "en")),
    ):
        with pytest.raises(AccessError):
            attempt()


def test_deleting_all_conversations_leaves_those_of_others(history: History, tmp_path: Path) -> None:
    mine, other = [history.start("ann", "one"), history.start("ann", "two")], history.start("bob", "other")
    assert sorted(history.delete_all("ann")) == sorted(mine)
    history.close()
    again = History(tmp_path / "state" / "history.sqlite")
    assert again.ids() == {other}
    assert again.delete_all("ann") == []


def test_deleting_a_conversation_takes_its_messages_along(history: History) -> None:
    key = history.start("ann", "gone")
    message = history.add("ann", key, "q", Answer("q", "a", "en"))
    history.rate("ann", message, good=False, correction="better")
    history.delete("ann", key)
    with pytest.raises(AccessError):
        history.receipt("ann", message)


def test_a_receipt_tells_how_the_answer_came_about(history: History) -> None:
    key = history.start("ann", "q")
    message = history.add("ann", key, "q", Answer("q", "a", "en", domain="hr", receipt={"support": 0.8}))
    assert history.receipt("ann", message)["receipt"] == {"support": 0.8}


def test_no_right_to_write_is_said_in_words() -> None:
    for open_it in (lambda: History(Path("/proc/denied/history.sqlite")), lambda: Ledger(Path("/proc/denied/ledger.sqlite"))):
        with pytest.raises(WorkspaceError, match="give this user the right to write there"):
            open_it()
    with pytest.raises(AdapterError, match="cannot write to"):
        Registry(Path("/proc/denied"), "starter").begin("legal")


def test_what_stands_in_the_way_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / ".assistant").write_text("")
    with pytest.raises(WorkspaceError, match=r"\.assistant is in the way, a folder of that name"):
        History(tmp_path / ".assistant" / "history.sqlite")
    (tmp_path / "history.sqlite").mkdir()
    with pytest.raises(WorkspaceError, match=r"history\.sqlite is in the way, a file of that name"):
        History(tmp_path / "history.sqlite")


def test_a_damaged_file_is_told_when_opened_and_when_read(tmp_path: Path) -> None:
    (tmp_path / "garbage.sqlite").write_bytes(b"\xff" * 5000)
    with pytest.raises(WorkspaceError, match="damaged"):
        History(tmp_path / "garbage.sqlite")
    history = History(tmp_path / "history.sqlite")
    history._db.execute("DROP TABLE conversations")
    with pytest.raises(WorkspaceError, match=r"history\.sqlite is damaged \(no such table"):
        history.conversations("ann")


def test_what_was_deleted_meanwhile_and_a_closed_file_are_not_called_damaged(tmp_path: Path) -> None:
    history = History(tmp_path / "history.sqlite")
    with pytest.raises(AccessError, match="deleted meanwhile"):
        history._write("INSERT INTO messages(conversation, role, content, created) VALUES ('gone', 'user', 'hello', '')")
    history.close()
    with pytest.raises(WorkspaceError, match="is closed"):
        history.conversations("ann")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"{", b"[]", b"{}", b"[" * 100_000])
def test_a_garbage_calibration_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(SettingsError, match=r"calibration\.json: .*delete it to use the defaults"):
        read_calibration(tmp_path)


def test_a_calibration_that_is_a_folder_or_weighs_what_is_unknown_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(SettingsError, match=r"calibration\.json: Is a directory"):
        read_calibration(tmp_path)
    with pytest.raises(SettingsError, match="weighs taste; signals are: words"):
        Weights(intercept=0, signals={"taste": 1}).probability({"words": 1})
    assert Weights(intercept=-10_000, signals={}).probability({}) < 1e-300
