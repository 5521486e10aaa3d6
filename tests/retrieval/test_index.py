"""The index follows the files, survives crashes, and says what it could not read."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from assistant.errors import DocumentError, StoreError, WorkspaceError
from assistant.retrieval.added import add_files
from assistant.retrieval.flow import Fit, Knowledge
from assistant.settings import Workspace

Open = Callable[[], Knowledge]
FIT = Fit(8, 1000, len)


def indexed(knowledge: Knowledge, space: Workspace) -> Knowledge:
    from assistant.plugins import load_plugins

    knowledge.index(load_plugins(space).domain("staff"))
    return knowledge


def staff(space: Workspace):  # type: ignore[no-untyped-def]
    from assistant.plugins import load_plugins

    return load_plugins(space).domain("staff")


def best(knowledge: Knowledge, space: Workspace, question: str) -> str:
    domain = staff(space)
    return knowledge.evidence(domain, question, knowledge.search(domain, question), FIT)[0].text


def test_a_second_run_changes_nothing(open_it: Open, space: Workspace) -> None:
    knowledge = open_it()
    first, second = knowledge.index(staff(space)), knowledge.index(staff(space))
    assert (first.added, first.unchanged) == (4, 0)
    assert (second.added, second.changed, second.removed, second.unchanged) == (0, 0, 0, 4)


def test_changed_and_deleted_files_are_followed(open_it: Open, space: Workspace) -> None:
    knowledge = indexed(open_it(), space)
    folder = space.plugins / "staff/documents"
    (folder / "leave.md").write_text("# Leave\n\nEmployees receive 15 days of annual leave a year.\n")
    (folder / "remote.md").unlink()
    report = knowledge.index(staff(space))
    assert (report.changed, report.removed, report.unchanged) == (1, 1, 2)
    assert "15 days" in best(knowledge, space, "How many days of annual leave?")


def test_the_edition_in_force_answers_and_the_old_one_only_when_asked_for(open_it: Open, space: Workspace) -> None:
    knowledge = indexed(open_it(), space)
    assert "24 hours" in best(knowledge, space, "How many hours ahead must I ask for remote work?")
    domain = staff(space)
    old = knowledge.search(domain, "How many hours ahead did the previous remote work rules want?")
    assert any("48 hours" in passage.chunk.text for passage in old)


def test_chinese_questions_find_chinese_documents(open_it: Open, space: Workspace) -> None:
    knowledge = indexed(open_it(), space)
    assert best(knowledge, space, "年假有几天？") == "员工每年享有12天年假。"
    assert "3天" in best(knowledge, space, "病假证明什么时候交？")


def test_a_chunk_without_vector_and_a_vector_without_chunk_are_mended(open_it: Open, space: Workspace) -> None:
    knowledge = indexed(open_it(), space)
    collection = knowledge.store.collection_name("staff")
    chunk = next(chunk for chunk in knowledge.ledger.chunks("staff") if chunk.language == "en")
    before = knowledge.store.ids(collection)
    knowledge.store.remove(collection, [chunk.id])
    stray = replace(chunk, text="a stray vector of a run that was killed")
    knowledge.store.add(collection, [stray])
    assert knowledge.store.ids(collection) != before
    knowledge.index(staff(space))
    assert knowledge.store.ids(collection) == before


def test_a_lost_lexical_index_is_rebuilt_on_opening(open_it: Open, space: Workspace) -> None:
    import shutil

    indexed(open_it(), space)
    shutil.rmtree(space.store / "lexical")
    assert best(open_it(), space, "年假有几天？") == "员工每年享有12天年假。"


def test_a_second_writer_is_refused(open_it: Open, space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    knowledge = open_it()
    with FileLock(space.store / "writer.lock"), pytest.raises(StoreError, match="another process or window is indexing"):
        knowledge.index(staff(space))


def test_vectors_of_another_embedder_are_refused(open_it: Open, space: Workspace) -> None:
    knowledge = indexed(open_it(), space)
    knowledge.ledger.set_live("staff", "staff--other", "bge:123")
    with pytest.raises(StoreError, match="--rebuild"):
        knowledge.index(staff(space))
    knowledge.index(staff(space), rebuild=True)
    assert best(knowledge, space, "年假有几天？") == "员工每年享有12天年假。"


def test_unreadable_files_are_reported_in_words_and_the_rest_is_indexed(open_it: Open, space: Workspace) -> None:
    folder = space.plugins / "staff/documents"
    (folder / "locked.pdf").write_bytes(encrypted_pdf())
    (folder / "empty.docx").write_bytes(b"")
    (folder / "picture.docx").write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 200)
    (folder / "torn.docx").write_bytes(torn_zip())
    (folder / "binary.md").write_bytes(b"\0\1\2\3" * 50)
    (folder / "program.exe").write_bytes(b"MZ")
    report = open_it().index(staff(space))
    said = {line.split(":")[0]: line for line in report.faults}
    assert report.added == 4
    assert "encrypted" in said["locked.pdf"]
    assert "0 bytes" in said["empty.docx"]
    assert "something else" in said["picture.docx"]
    assert "damaged" in said["torn.docx"]
    assert "binary" in said["binary.md"]
    assert "no reader for .exe" in said["program.exe"]


def test_an_unreadable_file_takes_its_old_content_out_of_the_answers(open_it: Open, space: Workspace) -> None:
    knowledge = indexed(open_it(), space)
    (space.plugins / "staff/documents/leave.md").write_bytes(b"\0\0broken")
    report = knowledge.index(staff(space))
    assert report.faults
    assert not any(chunk.document == "leave.md" for chunk in knowledge.ledger.chunks("staff"))


def test_a_reader_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    from assistant.retrieval.formats import READERS
    from assistant.retrieval.guard import GuardedReader

    slow = tmp_path / "slow.pdf"
    slow.write_bytes(b"%PDF-1.7\n" + b"1 0 obj\n<<>>\nendobj\n" * 400_000)
    reader = GuardedReader(READERS, 1, 50)
    with pytest.raises(DocumentError, match=r"more than 1 s|damaged"):
        reader.read(slow)
    reader.close()


def test_added_files_are_copied_and_found(open_it: Open, space: Workspace, tmp_path: Path) -> None:
    knowledge = open_it()
    extra = tmp_path / "parking.md"
    extra.write_text("# Parking\n\nVisitors park on level B2 for 5 yuan an hour.\n")
    add_files(space, staff(space), knowledge.suffixes, [extra])
    knowledge.index(staff(space))
    assert "level B2" in best(knowledge, space, "Where do visitors park?")
    with pytest.raises(DocumentError, match="is not a file"):
        add_files(space, staff(space), knowledge.suffixes, [tmp_path / "absent.md"])
    with pytest.raises(WorkspaceError, match="outside the workspace"):
        space.inside(Path("../../etc"))


def test_links_that_lead_out_of_the_folder_are_not_followed(open_it: Open, space: Workspace, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("outside") / "secret.md"
    secret.write_text("# Secret\n\nThe safe opens with 4711.\n")
    (space.plugins / "staff/documents/link.md").symlink_to(secret)
    assert open_it().index(staff(space)).added == 4


def test_front_matter_faults_are_said(open_it: Open, space: Workspace) -> None:
    folder = space.plugins / "staff/documents"
    (folder / "date.md").write_text("---\nvalid_from: spring\n---\nText.\n")
    (folder / "key.md").write_text("---\nauthor: me\n---\nText.\n")
    (folder / "language.md").write_text("---\nlanguage: [en]\n---\nText.\n")
    report = open_it().index(staff(space))
    said = "\n".join(report.faults)
    assert "'spring' is not a date" in said
    assert "language.md: a language that is no word is not possible" in said
    assert "key.md" not in said  # other programs have keys of their own
    assert report.added == 5


def encrypted_pdf() -> bytes:
    from pypdf import PdfWriter

    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


def torn_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w:document>" + "x" * 500)
    return out.getvalue()[:300]


def test_what_another_process_indexes_is_found_by_one_that_is_running(open_it: Open, space: Workspace) -> None:
    import os
    import subprocess
    import sys

    knowledge = indexed(open_it(), space)
    assert best(knowledge, space, "When do unused vacation days expire?")
    (space.plugins / "staff/documents/parking.md").write_text("# Parking\n\nVisitors leave their cars on level B2 for 5 yuan an hour.\n")
    for words in (["index"], ["index", "--rebuild"]):
        env = {**os.environ, "ASSISTANT_WORKSPACE": str(space.root)}
        subprocess.run([sys.executable, "-m", "assistant", *words], env=env, check=True, capture_output=True, timeout=120)
        assert "level B2" in best(knowledge, space, "Where can guests put their automobiles?")
        found = knowledge.search(staff(space), "Where can guests put their automobiles?")
        assert any(passage.dense_rank and passage.chunk.document == "parking.md" for passage in found)
