"""Blind preferences: asked, kept in a real SQLite file, counted."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.errors import EvaluationError
from assistant.evaluation.ratings import BlindPair, blind_pairs, rate, summary, verdict_line
from assistant.evaluation.results import Answered, Evaluation, Rung
from assistant.history import History, Preference, Vote


def rung(name: str, texts: dict[str, str]) -> Rung:
    return Rung(name, {key: Answered(key, text, False, adapter="desk@3") for key, text in texts.items()}, {}, {}, {})


def evaluation(count: int = 12, changed: str = "") -> Evaluation:
    questions = tuple({"id": f"q{n}", "question": f"What does item {n} cost?", "language": "en", "history": []} for n in range(count))
    plain = {f"q{n}": f"Item {n} costs {n} euros." for n in range(count)}
    tuned = {f"q{n}": f"Desk: {n} euros for item {n}. Ride safely!{changed if n == 0 else ''}" for n in range(count)}
    rungs = (rung("rag", {**plain, "q1": "Same."}), rung("rag+lora", {**tuned, "q1": " Same."}))
    return Evaluation("e", "desk", "test", "starter", "desk@3", questions, rungs, (), "rag", (), "2026-01-01")


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    found = History(tmp_path / "history.sqlite")
    yield found
    found.close()


class Rater:
    """Types these lines one after the other, or what ``likes`` says of what is on the screen."""

    def __init__(self, *lines: str, likes: str = "") -> None:
        self.lines = list(lines)
        self.likes = likes
        self.shown: list[str] = []

    def say(self, text: str) -> None:
        self.shown.append(text)

    def ask(self, text: str) -> str:
        if self.likes:
            return "A" if self.likes in self.shown[-1].split("--- B ---")[0] else "B"
        if not self.lines:
            raise EOFError
        return self.lines.pop(0)


def rated(history: History, rater: Rater, user: str = "ann", count: int = 12, changed: str = "") -> int:
    found = evaluation(count, changed)
    return rate(found, blind_pairs(found, "rag", "rag+lora"), history, user, rater.ask, rater.say)


def counted(history: History) -> dict[str, object]:
    return summary(history.votes("desk"), "rag", "rag+lora", "starter", "desk@3")


def test_the_sides_are_by_chance_and_always_the_same() -> None:
    pairs = blind_pairs(evaluation(200), "rag", "rag+lora")
    assert pairs == blind_pairs(evaluation(200), "rag", "rag+lora")
    assert 70 < sum(pair.left_is == "rag" for pair in pairs) < 130
    assert "q1" not in {pair.question["id"] for pair in pairs}


def test_a_rater_sees_the_answers_and_not_what_wrote_them(history: History) -> None:
    rater = Rater("q")
    rated(history, rater)
    (text,) = rater.shown
    assert "1 of 11" in text and "What does item 0 cost?" in text and "Item 0 costs 0 euros." in text and "Ride safely!" in text
    assert not any(name in text for name in ("rag", "lora", "desk@3", "starter"))


def test_who_prefers_the_tuned_answers_is_counted_whatever_side_they_stand_on(history: History) -> None:
    assert rated(history, Rater(likes="Ride safely!")) == 11
    found = counted(history)
    assert {key: found[key] for key in ("raters", "votes", "questions", "prefer_tuned", "prefer_base", "ties", "share")} == {
        "raters": 1, "votes": 11, "questions": 11, "prefer_tuned": 11, "prefer_base": 0, "ties": 0, "share": 1.0,
    }  # fmt: skip
    assert found["p"] == pytest.approx(2 / 2**11)
    assert found["interval"] == pytest.approx([0.7412, 1.0], abs=1e-3)
    assert verdict_line(found) == (
        "People: 1 person, not knowing which was which, preferred rag+lora to rag on 11 of 11 questions "
        "(100 %, 95 % interval 74 % to 100 %; 0 ties; sign test p < 0.001)."
    )


def test_tie_skip_nonsense_and_quit(history: History) -> None:
    rater = Rater("tie", "s", "perhaps", " b ", "quit", "A")
    assert rated(history, rater) == 2
    assert [one.choice for one in history.preferences("ann", "desk")] == ["tie", "right"]
    assert "'perhaps' is no choice; type A, B, tie, skip or quit." in rater.shown
    assert rater.lines == ["A"]


def test_rating_goes_on_after_the_end_of_input_and_asks_nothing_twice(history: History) -> None:
    assert rated(history, Rater("A", "B")) == 2
    again = Rater(likes="Ride safely!")
    assert rated(history, again) == 9
    assert again.shown[0] == "2 of 11 are rated already."
    assert rated(history, Rater("A")) == 0
    assert len(history.preferences("ann", "desk")) == 11


def test_a_changed_answer_is_asked_again_and_takes_the_place_of_the_old_rating(history: History) -> None:
    rated(history, Rater(likes="Ride safely!"))
    assert rated(history, Rater(likes="Item"), changed=" Bye.") == 1
    assert len(history.preferences("ann", "desk")) == 11
    assert counted(history)["prefer_base"] == 1


def test_the_unit_is_the_question_and_several_people_decide_it_by_majority(history: History) -> None:
    for user, likes in (("ann", "Ride safely!"), ("bob", "Ride safely!"), ("cyd", "Item")):
        rated(history, Rater(likes=likes), user, count=4)
    rated(history, Rater("tie"), "dan", count=4)
    found = counted(history)
    assert (found["raters"], found["votes"], found["questions"], found["prefer_tuned"]) == (4, 10, 3, 3)
    assert verdict_line(found) == (
        "People: 4 people, not knowing which was which, showed no clear preference; rag+lora over rag on 3 of 3 questions "
        "(100 %, 95 % interval 44 % to 100 %; 0 ties; sign test p = 0.250)."
    )


def vote(question: str, left: str, right: str, choice: str, adapter: str = "desk@3", rater: int = 1) -> Vote:
    return Vote(rater, question, "starter", adapter, left, right, choice)  # type: ignore[arg-type]


def test_a_draw_is_a_tie_and_other_adapters_and_rungs_do_not_count() -> None:
    votes = [
        vote("q0", "rag", "rag+lora", "left"),
        vote("q0", "rag", "rag+lora", "right", rater=2),
        vote("q1", "rag+lora", "rag", "left", adapter="desk@2"),
        vote("q2", "plain", "rag+lora", "left"),
    ]
    found = summary(votes, "rag", "rag+lora", "starter", "desk@3")
    assert (found["questions"], found["ties"], found["share"], found["p"]) == (1, 1, None, 1.0)
    assert verdict_line(found) == "People: 2 people, not knowing which was which, found rag+lora and rag equally good on 1 question."
    assert verdict_line(summary([], "rag", "rag+lora", "starter", None)).startswith("Nobody has compared rag+lora with rag yet")


def test_people_who_prefer_the_base_are_said_to() -> None:
    votes = [vote(f"q{n}", "rag", "rag+lora", "right" if n == 0 else "left") for n in range(12)]
    assert verdict_line(summary(votes, "rag", "rag+lora", "starter", "desk@3")) == (
        "People: 1 person, not knowing which was which, preferred rag to rag+lora on 11 of 12 questions "
        "(for rag+lora 8 %, 95 % interval 1 % to 35 %; 0 ties; sign test p = 0.006)."
    )


def test_what_cannot_be_compared_is_said() -> None:
    with pytest.raises(EvaluationError, match="has no rung 'lora'; it has: rag, rag\\+lora"):
        blind_pairs(evaluation(), "rag", "lora")
    with pytest.raises(EvaluationError, match="answered no question differently"):
        blind_pairs(evaluation(), "rag", "rag")


def test_preferences_belong_to_their_user_and_votes_name_nobody(history: History, tmp_path: Path) -> None:
    one = Preference("desk", "q0", "starter", "desk@3", "rag", "left text", "rag+lora", "right text", "left")
    history.prefer("ann", one)
    history.prefer("bob", one)
    assert history.preferences("cyd", "desk") == []
    assert [p.choice for p in history.preferences("ann", "desk")] == ["left"]
    assert sorted(v.rater for v in history.votes("desk")) == [1, 2]
    assert not {"ann", "bob", "left text"} & {str(value) for v in history.votes("desk") for value in vars(v).values()}


def test_a_history_from_before_gets_the_table_and_keeps_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE conversations (id TEXT PRIMARY KEY, user TEXT NOT NULL, title TEXT NOT NULL, created TEXT NOT NULL)")
        db.execute("INSERT INTO conversations VALUES ('1', 'ann', 'How much?', '2026-01-02')")
    after = History(path)
    assert [one.title for one in after.conversations("ann")] == ["How much?"]
    assert rated(after, Rater(likes="Ride safely!")) == 11
    after.close()


def test_an_empty_answer_is_shown_as_one(history: History) -> None:
    rater = Rater("q")
    rate(evaluation(), [BlindPair({"id": "x", "question": "Why?"}, "rag", "", "rag+lora", "So.")], history, "ann", rater.ask, rater.say)
    assert "--- A ---\n(no answer)\n" in rater.shown[0]
