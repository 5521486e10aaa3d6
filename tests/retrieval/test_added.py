"""Documents are added, replaced, removed and put back while the index answers; the list says how each stands."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from assistant.access import User
from assistant.domain import Domain
from assistant.errors import DocumentError
from assistant.plugins import load_plugins
from assistant.retrieval.added import add_files, added_files, put_back, refusal, remove, removed
from assistant.retrieval.flow import Knowledge
from assistant.retrieval.ledger import Ledger
from assistant.retrieval.listing import Listed, listing
from assistant.settings import Workspace

TODAY = date(2026, 6, 1)
QUESTION = "How many days of annual leave are there?"


@pytest.fixture
def staff(space: Workspace) -> Domain:
    return load_plugins(space).domain("staff")


@pytest.fixture
def given(tmp_path: Path) -> Callable[..., Path]:
    """``given("parking.md", text)`` is a file as somebody uploads it."""

    def write(name: str, text: str) -> Path:
        folder = tmp_path / "given"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
        return folder / name

    return write


def listed(space: Workspace, domain: Domain) -> dict[str, Listed]:
    ledger = Ledger(space.store / "ledger.sqlite")
    try:
        return {one.name: one for one in listing(space, ledger, domain, TODAY)}
    finally:
        ledger.close()


def test_the_list_says_how_each_document_stands(open_it: Callable[[], Knowledge], space: Workspace, staff: Domain, given: Callable[..., Path]) -> None:
    (staff.documents / "damaged.pdf").write_bytes(b"%PDF-1.7 nothing")
    (staff.documents / "rules-2027.md").write_text("Valid from 2027-01-01\n\nEverything is new.\n")
    open_it().index(staff)
    add_files(space, staff, [".md"], [given("parking.md", "Visitors park on level B2."), given("leave.md", "Leave is 15 days.")])
    found = listed(space, staff)
    assert {name: one.state for name, one in found.items()} == {
        "damaged.pdf": "unreadable", "leave.md": "in_force", "parking.md": "waiting", "remote-2024.md": "superseded", "remote.md": "in_force",
        "rules-2027.md": "not_yet", "年假.md": "in_force",
    }  # fmt: skip
    assert "the PDF is damaged" in found["damaged.pdf"].fault
    assert (found["parking.md"].added, found["remote.md"].added, found["leave.md"].hides) == (True, False, True)
    assert (found["remote.md"].title, found["remote.md"].valid_from, found["年假.md"].language, found["年假.md"].chunks) == ("Remote work", "2026-01-01", "zh", 2)
    (staff.documents / "remote.md").unlink()
    assert listed(space, staff)["remote.md"].state == "gone"


def test_a_document_kept_for_a_group_is_not_listed_for_others(open_it: Callable[[], Knowledge], space: Workspace, staff: Domain) -> None:
    (staff.documents / "pay.md").write_text("---\naccess: [board]\n---\nThe board earns 3 yuan.\n")
    knowledge = open_it()
    knowledge.index(staff)
    names = [[one.name for one in listing(space, knowledge.ledger, staff, TODAY, user)] for user in (User("ann"), User("bo", frozenset({"board"})))]
    assert set(names[1]) - set(names[0]) == {"pay.md"}


def test_a_replaced_or_removed_document_can_be_put_back(space: Workspace, staff: Domain, given: Callable[..., Path]) -> None:
    add_files(space, staff, [".md"], [given("parking.md", "Level B2.")])
    add_files(space, staff, [".md"], [given("parking.md", "Level C4.")])
    (old,) = removed(space, staff)
    key = remove(space, staff, "parking.md")
    assert added_files(space, staff) == {}
    assert put_back(space, staff, key) == "parking.md"
    assert added_files(space, staff)["parking.md"].read_text() == "Level C4."
    put_back(space, staff, old.key)
    assert added_files(space, staff)["parking.md"].read_text() == "Level B2."
    assert [one.name for one in removed(space, staff)] == ["parking.md"]
    with pytest.raises(DocumentError, match="no longer in the bin"):
        put_back(space, staff, old.key)


def test_a_workspace_reached_by_a_link_is_as_any_other(space: Workspace, given: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(space.root, target_is_directory=True)
    linked = Workspace(tmp_path / "link")
    domain = load_plugins(linked).domain("staff")
    add_files(linked, domain, [".md"], [given("parking.md", "Level B2.")])
    assert put_back(linked, domain, remove(linked, domain, "parking.md")) == "parking.md"
    assert list(added_files(linked, domain)) == ["parking.md"]


@pytest.mark.parametrize("name", ["leave.md", "../../plugins/staff/documents/leave.md", "absent.md", ".leave.md.partial", ""])
def test_only_what_was_added_is_removed(space: Workspace, staff: Domain, name: str) -> None:
    with pytest.raises(DocumentError, match="the team's own lie in"):
        remove(space, staff, name)
    assert (staff.documents / "leave.md").exists()


@pytest.mark.parametrize("key", ["../..", "20260101T000000-00000000", "", "."])
def test_only_what_lies_in_the_bin_is_put_back(space: Workspace, staff: Domain, key: str) -> None:
    with pytest.raises(DocumentError, match="no longer in the bin"):
        put_back(space, staff, key)


def test_a_file_that_cannot_be_added_says_why(given: Callable[..., Path], tmp_path: Path) -> None:
    assert "no reader for .exe; readable: .md" in refusal(given("tool.exe", "x"), [".md"], 1)
    assert "0 bytes" in refusal(given("empty.md", ""), [".md"], 1)
    assert "the limit is 1 (setting max_file_mb)" in refusal(given("big.md", "x" * 2**21), [".md"], 1)
    assert "rename it" in refusal(given(".hidden.md", "x"), [".md"], 1)
    assert "is not a file" in refusal(tmp_path / "absent.md", [".md"], 1)
    assert refusal(given("手册 2026.md", "x"), [".md"], 1) == ""


def test_what_one_window_adds_the_other_finds_at_its_next_question(open_it: Callable[[], Knowledge], space: Workspace, staff: Domain, given: Callable[..., Path]) -> None:
    here, there = open_it(), open_it()
    here.index(staff)
    before = there.topics("staff")
    assert "12 days" in there.search(staff, QUESTION)[0].chunk.text
    add_files(space, staff, here.suffixes, [given("leave.md", "# Leave\n\n## Annual leave\n\nEmployees receive 17 days of annual leave a year.\n")])
    here.index(staff)
    for knowledge in (here, there):
        best = knowledge.search(staff, QUESTION)[0]
        assert "17 days" in best.chunk.text
        assert best.dense_rank == 1
    assert there.topics("staff") is not before
    assert any("17 days" in topic for topic in there.topics("staff"))
    there.index(staff)  # writes after the other wrote: nothing of it is lost
    remove(space, staff, "leave.md")
    there.index(staff)
    assert "12 days" in here.search(staff, QUESTION)[0].chunk.text


def test_the_legs_of_a_search_carry_their_ranks(open_it: Callable[[], Knowledge], staff: Domain) -> None:
    knowledge = open_it()
    knowledge.index(staff)
    legs = knowledge.legs(staff, "How many remote days are possible?")
    assert legs.dense
    assert {passage.chunk.document for passage in legs.fused} - {passage.chunk.document for passage in legs.found} == {"remote-2024.md"}
    assert [passage.lexical_rank for passage in legs.fused if passage.lexical_rank] != []
    chinese = knowledge.legs(staff, "年假有几天？")
    assert not chinese.dense
    assert all(passage.dense_rank is None for passage in chinese.fused)
    assert "休假" in chinese.words  # the glossary's other name
