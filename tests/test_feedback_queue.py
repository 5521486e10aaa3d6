"""What people judged, as the reviewers of a domain see it."""

from pathlib import Path

import pytest

from assistant.errors import AccessError
from assistant.history import History
from assistant.records import Answer, Turn


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "history.sqlite")


def answered(history: History, user: str, talk: str, question: str, text: str, domain: str = "staff", also: tuple[str, ...] = ()) -> int:
    return history.add(user, talk, question, Answer(question, text, "en", domain=domain, also=also))


def test_a_queue_holds_the_judgements_of_its_domain_oldest_first(history: History) -> None:
    talk = history.start("ann", "leave")
    first, second = (answered(history, "ann", talk, question, "12 days") for question in ("How long?", "How long now?"))
    elsewhere = answered(history, "ann", talk, "Which port?", "443", domain="cloud")
    history.rate("ann", first, good=False, correction="15 days")
    history.rate("ann", second, good=True)
    history.rate("ann", elsewhere, good=True)
    assert [(one.question, one.good, one.state) for one in history.queue("staff")] == [("How long?", False, "open"), ("How long now?", True, "open")]
    assert [one.question for one in history.queue("cloud", "open")] == ["Which port?"]


def test_a_judgement_comes_with_its_answer_and_the_turns_before_it_of_the_same_domain(history: History) -> None:
    talk = history.start("ann", "leave")
    answered(history, "ann", talk, "How long is leave?", "12 days")
    answered(history, "ann", talk, "Which port?", "443", domain="cloud")
    answered(history, "ann", talk, "Leave and ports?", "12 days, 443", also=("cloud",))
    judged = answered(history, "ann", talk, "And sick leave?", "3 days")
    history.rate("ann", judged, good=False, correction="5 days", reason="new rule")
    one = history.judgement("staff", history.queue("staff")[0].id)
    assert (one.question, one.answer["text"], one.correction, one.reason, one.user) == ("And sick leave?", "3 days", "5 days", "new rule", "ann")
    assert [before.turns for before in one.earlier] == [(Turn("user", "How long is leave?"), Turn("assistant", "12 days"))]


def test_a_reviewer_of_one_domain_cannot_read_or_decide_what_belongs_to_another(history: History) -> None:
    judged = answered(history, "ann", history.start("ann", "ports"), "Which port?", "443", domain="cloud")
    history.rate("ann", judged, good=True)
    (listed,) = history.queue("cloud")
    with pytest.raises(AccessError, match="no such feedback in staff"):
        history.judgement("staff", listed.id)
    with pytest.raises(AccessError, match="no such feedback in staff"):
        history.decide("staff", listed.id, "accepted", "eve")
    assert history.queue("cloud", "open") == [listed]


def test_a_decision_is_kept_and_a_new_judgement_opens_it_again(history: History) -> None:
    judged = answered(history, "ann", history.start("ann", "leave"), "How long?", "12 days")
    history.rate("ann", judged, good=True)
    (listed,) = history.queue("staff")
    history.decide("staff", listed.id, "accepted", "rea", lesson="abc")
    assert history.queue("staff", "open") == []
    one = history.judgement("staff", listed.id)
    assert (one.state, one.reviewer, one.lesson, one.reviewed != "") == ("accepted", "rea", "abc", True)
    history.rate("ann", judged, good=True, reason="clear")
    again = history.judgement("staff", listed.id)
    assert (again.state, again.reason) == ("accepted", "clear")
    history.rate("ann", judged, good=False, correction="15 days")
    assert history.judgement("staff", listed.id).state == "open"
    assert history.judgement("staff", listed.id).lesson == "abc"


def test_a_deleted_conversation_takes_its_judgements_along(history: History) -> None:
    talk = history.start("ann", "leave")
    history.rate("ann", answered(history, "ann", talk, "How long?", "12 days"), good=True)
    history.delete("ann", talk)
    assert history.queue("staff") == []
