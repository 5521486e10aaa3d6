"""A judged answer becomes a training row: written whole, once, with where it comes from; and what speaks against it is said before."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from assistant.access import LOCAL, User
from assistant.errors import AccessError, ExampleError
from assistant.history import History
from assistant.plugins import Plugins, load_plugins
from assistant.records import AdapterVersion, Answer, Chunk, Citation, Document
from assistant.retrieval.ledger import Ledger
from assistant.rows.clean import learnable
from assistant.settings import Workspace
from assistant.training.feedback.desk import Desk
from assistant.training.feedback.lessons import since_training
from assistant.training.feedback.proposal import Proposal
from tests.conftest import Made

REA = User("rea")
QUESTION = "How early do I ask my manager for a remote day?"
GIVEN = "Ask your manager 24 hours ahead. [1]"
BETTER = "Rule: ask your manager at least 24 hours ahead."
CITED = (Citation(1, "remote.md", "Remote", None, "Ask your manager at least 24 hours ahead.", "Ask your manager at least 24 hours ahead. Two days a week.", "staff"),)


class Office:
    """A domain with one example and one measured question, and people who judge its answers."""

    def __init__(self, root: Path) -> None:
        (root / "plugins/staff/examples").mkdir(parents=True)
        (root / "plugins/staff/domain.toml").write_text('name = "staff"\nlanguages = ["en", "zh"]\n')
        (root / "plugins/staff/examples/rules.jsonl").write_text(row("What do visitors wear?", "Rule: visitors wear a yellow badge."))
        measured = {"id": "q1", "split": "dev", "language": "en", "question": "How long is the annual leave of new staff?"}
        (root / "plugins/staff/questions.jsonl").write_text(json.dumps(measured) + "\n")
        (root / "assistant.toml").touch()
        self.workspace = Workspace(root)
        self.history = History(self.workspace.state / "history.sqlite")
        self.desk = Desk(self.workspace, self.history, Ledger(self.workspace.store / "ledger.sqlite"))
        self.plugins: Plugins = load_plugins(self.workspace)
        self.domain = self.plugins.domain("staff")
        self.file = self.domain.examples / "feedback.jsonl"

    def judged(self, question: str = QUESTION, text: str = GIVEN, good: bool = False, correction: str = BETTER, user: str = "ann", **more: Any) -> int:
        """A question answered and judged; its key in the queue."""
        answer = Answer(question, text, "en", domain="staff", **{"citations": CITED, "adapter": "staff@2", **more})
        message = self.history.add(user, self.history.start(user, question), question, answer)
        self.history.rate(user, message, good, correction)
        return self.history.queue("staff")[-1].id

    def proposal(self, key: int) -> Proposal:
        return self.desk.proposed(self.domain, REA, self.history.judgement("staff", key))

    def accept(self, key: int, answer: str | None = None, reviewer: str = "rea", although: bool = False) -> None:
        first = self.proposal(key)
        proposal = Proposal(first.question, first.answer if answer is None else answer)
        self.desk.accept(self.plugins, self.domain, User(reviewer), key, proposal, although)

    def kinds(self, key: int, answer: str | None = None, question: str | None = None) -> list[tuple[str, str]]:
        first = self.proposal(key)
        changed = Proposal(first.question if question is None else question, first.answer if answer is None else answer)
        return [(one.kind, one.weight) for one in self.desk.objections(self.domain, REA, self.history.judgement("staff", key), changed)]

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.file.read_text("utf-8").splitlines()] if self.file.exists() else []


def row(question: str, answer: str) -> str:
    return json.dumps({"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}) + "\n"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_an_accepted_correction_is_a_row_that_is_learned_and_says_where_it_comes_from(office: Office) -> None:
    office.accept(office.judged())
    (written,) = office.rows
    assert [turn["content"] for turn in written["messages"]] == [QUESTION, BETTER]
    said = written["provenance"]
    assert (said["reviewer"], said["adapter"], said["made"]) == ("rea", "staff@2", "corrected")
    assert "ann" not in json.dumps(written)
    learned = learnable(office.domain, 1)
    assert [example.turns[-1].content for example in learned.examples] == [BETTER, "Rule: visitors wear a yellow badge."]
    assert (learned.faults, learned.dropped) == ((), ())


def test_assistant_check_is_clean_after_an_acceptance(office: Office) -> None:
    before = Made(office.workspace.root).run("check", "staff", "--json").findings()
    office.accept(office.judged())
    assert Made(office.workspace.root).run("check", "staff", "--json").findings() == before


def test_a_praised_answer_is_taught_as_it_was_without_its_marks(office: Office) -> None:
    office.accept(office.judged(good=True, correction=""))
    assert office.rows[0]["messages"][-1]["content"] == "Ask your manager 24 hours ahead."
    assert office.rows[0]["provenance"]["made"] == "confirmed"


def test_a_follow_up_brings_the_turns_that_it_needs(office: Office) -> None:
    talk = office.history.start("ann", "remote")
    office.history.add("ann", talk, QUESTION, Answer(QUESTION, GIVEN, "en", domain="staff"))
    answer = Answer("And how many?", "Two a week. [1]", "en", domain="staff", receipt={"standalone": "How many remote days?"})
    office.history.rate("ann", office.history.add("ann", talk, "And how many?", answer), True)
    office.accept(office.history.queue("staff")[0].id)
    assert [turn["content"] for turn in office.rows[0]["messages"]] == [QUESTION, "Ask your manager 24 hours ahead.", "And how many?", "Two a week."]


def test_what_is_measured_is_not_taught(office: Office) -> None:
    key = office.judged("How long is the annual leave of new staff", "12 days.", correction="Rule: 12 days.")
    assert ("question", "blocks") in office.kinds(key)
    with pytest.raises(ExampleError, match=r"'q1' in questions\.jsonl:1"):
        office.accept(key, although=True)
    assert office.rows == []


def test_personal_data_is_masked_and_never_written_back_in(office: Office) -> None:
    key = office.judged(correction="Rule: write to jane.miller@lanwick.example at least 24 hours ahead.")
    first = office.proposal(key)
    assert first.masked
    assert "[e-mail removed]" in first.answer
    assert ("personal-data", "blocks") in office.kinds(key, "Rule: write to jane.miller@lanwick.example 24 hours ahead.")


def test_what_is_learned_already_is_not_taught_twice(office: Office) -> None:
    key = office.judged("What do visitors wear?", "A badge.", correction="Rule: visitors wear a yellow badge.")
    assert ("duplicate", "blocks") in office.kinds(key)
    assert ("near-duplicate", "asks") in office.kinds(key, "Rule: all visitors wear a yellow badge.")


def test_a_new_fact_belongs_to_a_document_and_is_taught_only_when_insisted_on(office: Office) -> None:
    key = office.judged(correction="Rule: ask your manager at least 48 hours ahead.")
    (objection,) = office.desk.objections(office.domain, REA, office.history.judgement("staff", key), office.proposal(key))
    assert (objection.kind, objection.weight, objection.text, objection.documents) == ("facts", "asks", "48 hour", ("remote.md",))
    with pytest.raises(ExampleError, match="facts: 48 hour"):
        office.accept(key)
    office.accept(key, although=True)
    assert len(office.rows) == 1


def test_a_fact_that_the_documents_state_is_only_noted(office: Office) -> None:
    key = office.judged(text="Ask your manager early.")
    assert office.kinds(key) == [("known-facts", "notes")]


def test_what_is_taken_back_leaves_the_file_and_what_people_wrote_there_stays(office: Office) -> None:
    office.file.write_text(row("Where is the canteen?", "Rule: on level 2.").rstrip("\n"))
    key = office.judged()
    office.accept(key)
    assert len(office.rows) == 2
    office.desk.reopen(office.domain, key, "rea")
    assert [one["messages"][0]["content"] for one in office.rows] == ["Where is the canteen?"]
    office.accept(key, "Rule: ask at least 24 hours ahead, please.")
    office.desk.reopen(office.domain, key, "rea")
    office.desk.reject(office.domain, key, "rea", "said better elsewhere")
    assert len(office.rows) == 1
    assert office.history.judgement("staff", key).note == "said better elsewhere"


def test_an_answer_judged_anew_replaces_its_row(office: Office) -> None:
    key = office.judged()
    office.accept(key)
    message = office.history.judgement("staff", key).message
    office.history.rate("ann", message, False, "Rule: ask at least 24 hours ahead, in Harbour.")
    office.accept(key)
    assert [one["messages"][-1]["content"] for one in office.rows] == ["Rule: ask at least 24 hours ahead, in Harbour."]


def test_a_crash_between_file_and_decision_is_made_good_by_accepting_again(office: Office) -> None:
    key = office.judged()
    office.accept(key)
    office.history.decide("staff", key, "open", "")
    office.accept(key)
    assert len(office.rows) == 1
    assert office.history.judgement("staff", key).state == "accepted"


def test_reviewers_at_the_same_time_lose_no_row_and_decide_none_twice(office: Office) -> None:
    questions = [f"Is topic {word} in the handbook?" for word in ("parking", "lunch", "badges", "printing", "cycling", "heating")]
    keys = [office.judged(question, "Yes it is. [1]", good=True, correction="") for question in questions]

    def accept(task: tuple[int, str]) -> str:
        try:
            office.accept(task[0], reviewer=task[1], although=True)
        except ExampleError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(accept, [(key, who) for key in keys for who in ("rea", "sam")]))
    assert sorted(one["messages"][0]["content"] for one in office.rows) == sorted(questions)
    assert sum("accepted it already" in line for line in said) == len(keys)


def test_a_reviewer_sees_no_answer_from_what_is_not_theirs(office: Office) -> None:
    (office.workspace.plugins / "board").mkdir()
    (office.workspace.plugins / "board/domain.toml").write_text('name = "board"\n[access]\nask = ["board"]\n')
    plugins = load_plugins(office.workspace)
    plain, mixed = office.judged(), office.judged("Remote days and pay?", also=("board",))
    secret = office.judged("And pay?", citations=(Citation(1, "pay.md", "", None, "x", "x", "board"),))
    desk, domain = office.desk, office.domain
    assert [one.id for one in desk.queue(plugins, domain, User("rea"))] == [plain]
    assert [one.id for one in desk.queue(plugins, domain, LOCAL)] == [plain, mixed, secret]
    with pytest.raises(AccessError, match="that you may review"):
        desk.judgement(plugins, domain, User("rea"), secret)


def test_what_was_asked_before_is_shown_and_taught_only_to_whom_its_documents_are_for(office: Office) -> None:
    office.desk.ledger.put(Document("staff", "pay.md", "The board earns 3 yuan.", "Pay", "en", access=("board",)), "digest", [])
    talk = office.history.start("ann", "pay")
    pay = Citation(1, "pay.md", "", None, "3 yuan", "3 yuan")  # as older answers cite: without the domain's name
    office.history.add("ann", talk, "What does the board earn?", Answer("What does the board earn?", "3 yuan. [1]", "en", domain="staff", citations=(pay,)))
    answer = Answer("And remote?", "Ask your manager 24 hours ahead. [1]", "en", domain="staff", citations=CITED, receipt={"standalone": "And remote days?"})
    office.history.rate("ann", office.history.add("ann", talk, "And remote?", answer), True)
    (listed,) = office.history.queue("staff")
    seen = [len(office.desk.judgement(office.plugins, office.domain, user, listed.id).earlier) for user in (User("rea"), User("bo", frozenset({"board"})))]
    assert seen == [0, 1]
    office.accept(listed.id, reviewer="rea")
    assert [turn["content"] for turn in office.rows[0]["messages"]] == ["And remote?", "Ask your manager 24 hours ahead."]


def test_contact_data_is_known_to_a_reviewer_only_from_documents_that_are_for_them(office: Office) -> None:
    text = "The board is reached at +49 170 5550142."
    chunk = Chunk("staff", "board.md", "Board", "", text, 0, len(text), "en")
    office.desk.ledger.put(Document("staff", "board.md", text, "Board", "en", access=("board",)), "digest", [chunk])
    key = office.judged(correction="Rule: call +49 170 5550142 at least 24 hours ahead.")
    bo, judgement = User("bo", frozenset({"board"})), office.history.judgement("staff", key)
    proposals = [office.desk.proposed(office.domain, user, judgement) for user in (bo, REA, bo)]
    assert ["5550142" in one.answer for one in proposals] == [True, False, True]
    blocked = [any(one.kind == "personal-data" for one in office.desk.objections(office.domain, user, judgement, proposals[0])) for user in (bo, REA)]
    assert blocked == [False, True]
    with pytest.raises(ExampleError, match="personal-data"):
        office.desk.accept(office.plugins, office.domain, REA, key, proposals[0], although=True)


def test_a_domain_outside_the_workspace_or_with_a_cleaned_file_is_not_written_to(office: Office) -> None:
    key = office.judged()
    office.file.with_name("feedback.jsonl.cleaned.jsonl").write_text(row("Q?", "A long answer."))
    with pytest.raises(ExampleError, match="is read in its place"):
        office.accept(key)
    assert office.history.judgement("staff", key).state == "open"


def test_rows_since_the_last_training_are_counted(office: Office) -> None:
    office.accept(office.judged())
    assert office.workspace.adapters.exists() is False

    class Versions:
        def versions(self, domain: str) -> list[AdapterVersion]:
            return [AdapterVersion("starter", domain, 1, Path(), {"created": "2020-01-01T00:00:00+00:00"}), newest]

    newest = AdapterVersion("starter", "staff", 2, Path(), {"created": "2020-02-01T00:00:00+00:00"})
    since = since_training(office.domain, Versions())  # type: ignore[arg-type]
    assert (since.rows, since.version) == (1, "staff@2")
    newest.card["created"] = "2999-01-01T00:00:00+00:00"
    assert since_training(office.domain, Versions()).rows == 0  # type: ignore[arg-type]
    newest.card["read"] = "2020-02-01T00:00:00+00:00"
    assert since_training(office.domain, Versions()).rows == 1, "accepted while it was trained"  # type: ignore[arg-type]
