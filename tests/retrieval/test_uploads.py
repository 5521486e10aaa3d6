"""Files of a conversation: taken in, read, searched for it alone, forgotten with it."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from assistant.domain_files import Term
from assistant.errors import DocumentError
from assistant.plugins import load_plugins
from assistant.retrieval.flow import Knowledge, open_knowledge
from assistant.retrieval.uploaded import MOST_FILES, domain_name, files_of, forget_files
from assistant.retrieval.uploads import Uploads
from tests.retrieval.attaching import attach, take

ONE, OTHER = uuid.uuid4().hex, uuid.uuid4().hex
RULES = "# Harbour rules\n\n## Berths\n\nA berth in the north basin costs 42 EUR a night.\n\n## Quiet\n\nEngines are off after 22:00.\n"


@pytest.fixture
def knowledge(workspace: Callable[..., Any]) -> Iterator[Knowledge]:
    space = workspace().workspace
    opened = open_knowledge(space, load_plugins(space))
    yield opened
    opened.close()


@pytest.fixture
def uploads(knowledge: Knowledge) -> Uploads:
    return Uploads(knowledge.workspace, knowledge)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "given" / "harbour rules.md"
    path.parent.mkdir()
    path.write_text(RULES, "utf-8")
    return path


def said(knowledge: Knowledge, uploads: Uploads, conversation: str, question: str) -> list[str]:
    domain = uploads.domain(conversation)
    return [passage.chunk.text for passage in knowledge.search(domain, question)] if domain else []


def test_a_file_is_read_with_progress_and_found_in_its_conversation_alone(knowledge: Knowledge, uploads: Uploads, rules: Path) -> None:
    stages = [found[0] for found in attach(uploads, ONE, [rules])]
    assert stages[0].stage in ("waiting", "reading", "indexing")
    assert (stages[-1].name, stages[-1].stage, stages[-1].passages) == ("harbour rules.md", "ready", 2)
    assert any("42 EUR" in text for text in said(knowledge, uploads, ONE, "What does a berth cost?"))
    assert uploads.domain(OTHER) is None
    assert domain_name(ONE) not in load_plugins(knowledge.workspace).domains


def test_what_cannot_be_read_says_why_and_the_rest_is_read(uploads: Uploads, rules: Path) -> None:
    broken, program = rules.with_name("broken.pdf"), rules.with_name("tool.exe")
    broken.write_bytes(b"%PDF-1.7 nothing")
    program.write_bytes(b"MZ")
    *_, found = attach(uploads, ONE, [broken, program, rules])
    told = {upload.name: (upload.stage, upload.fault) for upload in found}
    assert told["harbour rules.md"][0] == "ready"
    assert told["broken.pdf"][0] == "fault" and "PDF" in told["broken.pdf"][1]
    assert told["tool.exe"][0] == "refused" and "no reader for .exe" in told["tool.exe"][1]


def test_a_file_of_the_same_name_takes_the_place_of_the_former(knowledge: Knowledge, uploads: Uploads, rules: Path) -> None:
    list(attach(uploads, ONE, [rules]))
    rules.write_text(RULES.replace("42", "55"), "utf-8")
    *_, found = attach(uploads, ONE, [rules])
    assert [upload.stage for upload in found] == ["ready"]
    assert "55 EUR" in said(knowledge, uploads, ONE, "berth north basin")[0]


def test_of_two_files_of_one_name_that_come_together_the_second_is_refused(knowledge: Knowledge, uploads: Uploads, rules: Path) -> None:
    other = rules.parent / "other" / rules.name
    other.parent.mkdir()
    other.write_text(RULES.replace("42", "55"), "utf-8")
    *_, found = attach(uploads, ONE, [rules, other, rules])
    assert [(upload.name, upload.stage) for upload in found] == [(rules.name, "ready"), (rules.name, "refused")]
    assert "another file of this name" in found[1].fault
    uploads.detach(ONE, rules.name)
    assert [upload.stage for upload in uploads.listed(ONE)] == ["ready"], "what was taken stays when what was refused is put away"
    assert "42 EUR" in said(knowledge, uploads, ONE, "berth north basin")[0]


def test_a_conversation_takes_only_so_many_files(uploads: Uploads, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.txt" for number in range(MOST_FILES + 1)]
    for path in files:
        path.write_text(f"Box {path.stem} holds ropes.", "utf-8")
    *_, found = attach(uploads, ONE, files)
    assert [upload.stage for upload in found].count("ready") == MOST_FILES
    assert found[-1].stage == "refused" and str(MOST_FILES) in found[-1].fault


@pytest.mark.parametrize("name", [".hidden.md", "x" * 250 + ".md", "tab\there.md"])
def test_names_that_cannot_be_kept_are_refused(uploads: Uploads, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if len(name) < 250:
        path.write_text("text", "utf-8")
    *_, found = attach(uploads, ONE, [path])
    assert [upload.stage for upload in found] == ["refused"]


def test_no_other_name_than_a_conversation_key_makes_a_path(uploads: Uploads) -> None:
    for key in ("../../etc", "a" * 31, "A" * 32, ""):
        with pytest.raises(DocumentError, match="no conversation"):
            uploads.listed(key)


def test_a_removed_file_is_no_longer_found(uploads: Uploads, rules: Path) -> None:
    list(attach(uploads, ONE, [rules]))
    uploads.detach(ONE, "harbour rules.md")
    assert list(uploads.watch(ONE))[-1] == []
    assert uploads.domain(ONE) is None


def test_nothing_of_a_forgotten_conversation_is_left(knowledge: Knowledge, uploads: Uploads, rules: Path) -> None:
    list(attach(uploads, ONE, [rules]))
    uploads.forget(ONE)
    assert files_of(knowledge.workspace, ONE) == {}
    uploads.finish()
    assert knowledge.ledger.domains() == set()
    assert not (knowledge.workspace.store / "lexical" / domain_name(ONE)).exists()
    assert [entry.name for entry in knowledge.store._client.list_collections()] == []


def test_leftovers_of_conversations_that_are_gone_are_swept(knowledge: Knowledge, uploads: Uploads, rules: Path) -> None:
    for key in (ONE, OTHER):
        list(attach(uploads, key, [rules]))
    forget_files(knowledge.workspace, ONE)  # as if the program had ended right after
    uploads.sweep(lambda: {ONE, OTHER})
    assert knowledge.ledger.domains() == {domain_name(OTHER)}
    uploads.sweep(set)
    assert knowledge.ledger.domains() == set()
    assert files_of(knowledge.workspace, OTHER) == {}


def test_what_another_program_deleted_is_swept_while_the_app_runs(knowledge: Knowledge, uploads: Uploads, rules: Path) -> None:
    there = {ONE, OTHER}
    uploads.sweep_again(0)  # nobody has said yet which conversations there are
    for key in there:
        list(attach(uploads, key, [rules]))
    uploads.sweep(lambda: there)
    there = {OTHER}
    forget_files(knowledge.workspace, ONE)
    uploads.sweep_again()
    uploads.finish()
    assert knowledge.ledger.domains() == {domain_name(ONE), domain_name(OTHER)}, "not at every look"
    uploads.sweep_again(0)
    uploads.finish()
    assert knowledge.ledger.domains() == {domain_name(OTHER)}
    assert list(files_of(knowledge.workspace, OTHER)) == ["harbour rules.md"]


def test_what_a_stopped_program_left_unread_is_read_when_the_conversation_is_opened(knowledge: Knowledge, rules: Path) -> None:
    folder = knowledge.workspace.state / "conversations" / ONE / "documents"
    folder.mkdir(parents=True)
    (folder / "rules.md").write_text(RULES, "utf-8")
    *_, found = Uploads(knowledge.workspace, knowledge).watch(ONE)
    assert [upload.stage for upload in found] == ["ready"]


def test_an_upload_waits_for_another_writer_instead_of_failing(knowledge: Knowledge, uploads: Uploads, rules: Path) -> None:
    with FileLock(knowledge.workspace.store / "writer.lock"):
        take(uploads, ONE, [rules])
        take(uploads, OTHER, [rules])
        assert [upload.stage for upload in uploads.listed(ONE)] == ["waiting"]
    for key in (ONE, OTHER):
        assert [upload.stage for upload in list(uploads.watch(key))[-1]] == ["ready"]


@pytest.fixture
def boxes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Five files, each of which takes a whole turn."""
    monkeypatch.setattr("assistant.retrieval.uploads.TURN", 0.0)
    monkeypatch.setattr("assistant.retrieval.uploads.BETWEEN", 0.2)
    files = [tmp_path / f"{number}.txt" for number in range(5)]
    for path in files:
        path.write_text(f"Box {path.stem} holds ropes.", "utf-8")
    return files


def test_others_write_between_the_files_of_a_conversation(knowledge: Knowledge, uploads: Uploads, boxes: list[Path], tmp_path: Path) -> None:
    (tmp_path / "6.txt").touch()
    take(uploads, ONE, [*boxes, tmp_path / "6.txt"])
    take(uploads, OTHER, boxes[:1])
    *_, there = ([upload.stage for upload in uploads.listed(ONE)] for _ in uploads.watch(OTHER))
    assert [upload.stage for upload in uploads.listed(OTHER)] == ["ready"]
    assert "waiting" in there, "the other conversation's files were not all read first"
    *_, found = uploads.watch(ONE)
    assert [upload.stage for upload in found] == ["ready"] * 5 + ["fault"]
    assert len(knowledge.ledger.entries(domain_name(ONE))) == 5


def test_a_conversation_forgotten_between_two_files_leaves_nothing(knowledge: Knowledge, uploads: Uploads, boxes: list[Path]) -> None:
    take(uploads, ONE, boxes)
    for found in uploads.watch(ONE):
        if any(upload.stage == "ready" for upload in found):
            uploads.forget(ONE)
            break
    uploads.finish()
    assert knowledge.ledger.domains() == set()
    assert not (knowledge.workspace.store / "lexical" / domain_name(ONE)).exists()


def test_what_a_file_says_of_its_validity_does_not_hide_it_from_its_owner(knowledge: Knowledge, uploads: Uploads, rules: Path) -> None:
    rules.write_text(f"---\nvalid_until: 2001-01-01\n---\n{RULES}", "utf-8")
    list(attach(uploads, ONE, [rules]))
    assert said(knowledge, uploads, ONE, "What does a berth cost?")


def test_the_domains_terms_lead_from_a_chinese_question_to_an_english_file(knowledge: Knowledge, rules: Path) -> None:
    terms = [Term(term="berth", meaning="", aliases=["泊位"], language="en")]
    plain, widened = Uploads(knowledge.workspace, knowledge), Uploads(knowledge.workspace, knowledge, lambda: terms)
    list(attach(plain, ONE, [rules]))
    assert said(knowledge, plain, ONE, "泊位多少钱？") == []
    assert "42 EUR" in said(knowledge, widened, ONE, "泊位多少钱？")[0]
