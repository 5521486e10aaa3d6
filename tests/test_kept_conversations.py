"""A conversation comes back as it was: questions before their answers, answers with their receipts, what was replaced left out."""

import sqlite3
from pathlib import Path

import pytest

from assistant.errors import AccessError
from assistant.history import History, Judged, Kept
from assistant.history.database import FIRST, REVIEWED
from assistant.records import Answer, Citation, Route

WHOLE = Answer(
    "How many days?", "12 days. [1]", "en", domain="hr", also=("legal",), source="quoted", adapter="hr@2",
    citations=(Citation(1, "leave.md", "Leave › Days", 3, "12 days.", "You have 12 days."),),
    route=Route("hr", (("hr", 0.9), ("legal", 0.1)), "learned", 0.05, ("legal",)), timings={"route": 0.1}, receipt={"support": 0.8},
)  # fmt: skip


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "history.sqlite")


def test_an_answer_comes_back_whole(history: History) -> None:
    key = history.start("ann", "days")
    question = history.ask("ann", key, "How many days?")
    message, off = history.answered("ann", question, [Kept(text=WHOLE.text, answer=WHOLE, seconds=1.5), Kept("off", "stopped", "12", seconds=0.5)])
    history.rate("ann", message, good=False, correction="13", reason="old")
    (exchange,) = history.exchanges("ann", key)
    assert (exchange.message, exchange.question) == (question, "How many days?")
    assert exchange.answers == (
        Kept("current", "answered", WHOLE.text, WHOLE, 1.5, message, Judged(False, "13", "old")),
        Kept("off", "stopped", "12", None, 0.5, off),
    )


def test_a_question_is_kept_before_it_is_answered(history: History, tmp_path: Path) -> None:
    key = history.start("ann", "days")
    history.ask("ann", key, "How many days?")
    history.close()
    (exchange,) = History(tmp_path / "history.sqlite").exchanges("ann", key)
    assert (exchange.question, exchange.answers) == ("How many days?", ())


def test_another_answer_takes_the_place_of_the_first_whose_judgement_stays(history: History) -> None:
    key = history.start("ann", "days")
    first = history.add("ann", key, "How many days?", WHOLE)
    history.rate("ann", first, good=False)
    (exchange,) = history.exchanges("ann", key)
    history.answered("ann", exchange.message, [Kept(text="13 days.", answer=Answer("How many days?", "13 days.", "en"))])
    (again,) = history.exchanges("ann", key)
    assert [one.text for one in again.answers] == ["13 days."]
    assert history.receipt("ann", first)["text"] == "12 days. [1]"


def test_editing_a_question_cuts_the_conversation_there(history: History) -> None:
    key = history.start("ann", "days")
    for question in ("one", "two", "three"):
        history.add("ann", key, question, Answer(question, question, "en"))
    second = history.exchanges("ann", key)[1].message
    assert history.cut("ann", second) == key
    assert [one.question for one in history.exchanges("ann", key)] == ["one"]
    assert [turn.content for turn in history.turns("ann", key)] == ["one", "one"]
    with pytest.raises(AccessError):
        history.answered("ann", second, [])


def test_search_finds_titles_and_texts_in_both_languages_and_no_wildcards(history: History) -> None:
    old = history.start("ann", "Annual leave")
    history.add("ann", old, "How many days?", Answer("q", "You have 12 days, that is 100% of what " + "others have; " * 9, "en"))
    new = history.start("ann", "年假")
    history.add("ann", new, "年假有几天？", Answer("q", "一年以上有十二天年假。", "zh"))
    history.add("bob", history.start("bob", "leave"), "leave", Answer("q", "leave", "en"))
    assert [one.conversation.id for one in history.search("ann", "")] == [new, old]
    assert [(one.conversation.id, one.place) for one in history.search("ann", "LEAVE")] == [(old, "")]
    (found,) = history.search("ann", "十二天")
    assert (found.conversation.id, found.place) == (new, "一年以上有十二天年假。")
    (found,) = history.search("ann", "100%")
    assert found.place.startswith("You have 12 days") and found.place.endswith("…")
    assert [one.conversation.id for one in history.search("ann", "%")] == [old]
    assert history.search("ann", "_") == history.search("ann", "\\") == []


def test_a_conversation_is_renamed_by_its_owner_alone(history: History) -> None:
    key = history.start("ann", "a\nlong   title")
    assert history.conversation("ann", key).title == "a long title"
    history.rename("ann", key, "  ")
    history.rename("ann", key, "Leave\n2026")
    assert history.conversation("ann", key).title == "Leave 2026"
    question = history.ask("ann", key, "q")
    for attempt in (
        lambda: history.rename("bob", key, "mine"),
        lambda: history.conversation("bob", key),
        lambda: history.exchanges("bob", key),
        lambda: history.ask("bob", key, "q"),
        lambda: history.answered("bob", question, []),
        lambda: history.cut("bob", question),
        lambda: history.receipt("ann", question),
    ):
        with pytest.raises(AccessError):
            attempt()


@pytest.mark.parametrize("there", [1, 2])
def test_a_file_of_an_earlier_version_is_brought_up(tmp_path: Path, there: int) -> None:
    path = tmp_path / "history.sqlite"
    with sqlite3.connect(path) as old:
        for statement in FIRST if there == 1 else FIRST + REVIEWED:
            old.execute(statement)
        old.execute(f"PRAGMA user_version={there}")
        old.execute("INSERT INTO conversations(id, user, title, created) VALUES ('k', 'ann', 'days', '2026-01-01')")
        for role, text in (("user", "one?"), ("assistant", "one."), ("user", "two?"), ("assistant", "two.")):
            old.execute("INSERT INTO messages(conversation, role, content, created) VALUES ('k', ?, ?, '2026-01-01')", (role, text))
    found = History(path).exchanges("ann", "k")
    assert [(one.question, [answer.text for answer in one.answers]) for one in found] == [("one?", ["one."]), ("two?", ["two."])]


def test_a_receipt_of_another_version_is_read_as_far_as_it_goes(history: History) -> None:
    key = history.start("ann", "q")
    message = history.add("ann", key, "q", Answer("q", "a", "en"))
    history._write("UPDATE messages SET receipt=? WHERE id=?", '{"question": "q", "text": "a", "language": "en", "mood": "good", "citations": [{"n": 1, "document": "d", "heading": "", "page": null, "text": "t", "colour": 3}]}', message)  # fmt: skip
    answer = history.exchanges("ann", key)[0].answers[0].answer
    assert answer == Answer("q", "a", "en", citations=(Citation(1, "d", "", None, "t"),))
