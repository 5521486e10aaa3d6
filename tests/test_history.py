"""Conversations belong to their user."""

from pathlib import Path

import pytest

from assistant.errors import AccessError, AdapterError, WorkspaceError
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
