"""assistant import: one file of rows becomes training examples, a document, or both; what is doubtful stays out and is named."""

import json
from pathlib import Path

import pytest

from assistant.errors import ExampleError
from assistant.rows.examples import read_file
from assistant.rows.importing import write_new

ROWS = """question,answer
How long is a <b>booked</b> room kept?,Booked rooms are kept for 15 minutes after the start.
How long is a booked room kept?,Booked rooms are kept for 15 minutes after the start.
Who opens the garage?,um… maybe the front desk opens it.
客用车位一天多少钱？,访客停车每天最多４０元。
What is the name of the guest?,
"""


def test_rows_become_examples_and_a_document(travel) -> None:
    source = write(travel, "desk-log.csv", ROWS)
    outcome = travel.run("import", source, "--domain", "travel", "--as", "both")
    assert outcome.code == 0
    assert "5 rows, 2 used" in outcome.out
    assert "desk-log.csv:4" in outcome.err
    root = travel.workspace.root
    found = read_file(root / "plugins/travel/examples/desk-log.jsonl")
    assert [example.turns[-1].content for example in found.examples] == ["Booked rooms are kept for 15 minutes after the start.", "访客停车每天最多40元。"]
    document = (root / "knowledge/travel/desk-log.md").read_text("utf-8")
    assert document.startswith("# desk log\n\n## How long is a booked room kept?\n\nBooked rooms")
    assert "maybe" not in document


def test_what_an_import_wrote_is_not_overwritten_unasked(travel) -> None:
    source = write(travel, "desk-log.csv", ROWS)
    assert travel.run("import", source, "--domain", "travel").code == 0
    target = travel.workspace.root / "plugins/travel/examples/desk-log.jsonl"
    target.write_text("mine", "utf-8")
    refused = travel.run("import", source, "--domain", "travel")
    assert refused.code == 1
    assert "was not touched" in refused.err
    assert target.read_text("utf-8") == "mine"
    assert travel.run("import", source, "--domain", "travel", "--replace").code == 0
    assert json.loads(target.read_text("utf-8").splitlines()[0])["messages"]


def test_a_table_of_facts_becomes_a_document_only(travel) -> None:
    source = write(travel, "plans.csv", "plan,price\nＰlus,<b>9</b> yuan\nPro, 19 yuan\nPro,19 yuan\n5 | 6,\n")
    assert "nothing to learn from" in travel.run("import", source, "--domain", "travel", "--as", "examples").err
    assert travel.run("import", source, "--domain", "travel", "--as", "documents").code == 0
    assert (travel.workspace.root / "knowledge/travel/plans.csv").read_text("utf-8") == "plan,price\nPlus,9 yuan\nPro,19 yuan\n5 | 6,\n"


def test_bad_input_writes_nothing_and_says_why(travel) -> None:
    root = travel.workspace.root
    before = sorted(root.rglob("*"))
    for name, text, said in (("empty.csv", "question,answer\n", "holds no rows"), ("bad.jsonl", "{not json\n", "not valid JSON"), ("x.exe", "MZ", "no reader for .exe")):
        outcome = travel.run("import", write(travel, name, text), "--domain", "travel")
        assert outcome.code == 1
        assert said in outcome.err
    outside = travel.run("import", write(travel, "a.csv", ROWS), "--domain", "travel", "--name", "../../a")
    assert "cannot be a file's name" in outside.err
    assert [path for path in sorted(root.rglob("*")) if path.suffix in {".jsonl", ".md"} and path not in before] == []


def test_a_lone_doubtful_row_is_no_table_of_facts(travel) -> None:
    outcome = travel.run("import", write(travel, "one.csv", "question,answer\nWho opens it?,um… maybe the desk\n"), "--domain", "travel")
    assert outcome.code == 1
    assert "wavering words" in outcome.err
    assert not (travel.root / "knowledge/travel/one.csv").exists()


def test_an_open_quotation_mark_swallows_no_rows_unseen(travel) -> None:
    outcome = travel.run("import", write(travel, "plans.csv", 'plan,price\nPlus,"9 yuan\nPro,19 yuan\n'), "--domain", "travel")
    assert "plans.csv: a quotation mark in the row of 'Plus' is never closed" in outcome.err
    assert "shorten the cell" in travel.run("import", write(travel, "big.csv", f"plan,price\nPlus,{'9' * 140_000}\n"), "--domain", "travel").err


def test_names_that_would_shadow_a_file_or_are_too_long_are_refused(travel) -> None:
    source = write(travel, "a.csv", ROWS)
    assert "in place of another file" in travel.run("import", source, "--domain", "travel", "--name", "dialogues.jsonl.cleaned").err
    assert "too long" in travel.run("import", source, "--domain", "travel", "--name", "n" * 250).err
    assert "is not a file" in travel.run("import", "n" * 400, "--domain", "travel", "--name", "a").err


def test_what_cannot_be_written_leaves_all_files_as_they_were(travel) -> None:
    source = write(travel, "a.csv", ROWS)
    travel.write({"plugins/travel/examples/a.jsonl": "mine"})
    (travel.root / "knowledge/travel/a.md").mkdir(parents=True)
    outcome = travel.run("import", source, "--domain", "travel", "--replace")
    assert "a.md is a folder" in outcome.err
    assert travel.read("plugins/travel/examples/a.jsonl") == "mine"
    (travel.root / "knowledge/other").write_text("x")
    with pytest.raises(ExampleError, match="nothing was imported"):
        write_new([(travel.root / "plugins/travel/examples/b.jsonl", "{}"), (travel.root / "knowledge/other/b.md", "#")])
    assert sorted(path.name for path in (travel.root / "plugins/travel/examples").iterdir()) == ["a.jsonl", "dialogues.jsonl"]


def test_what_another_import_is_writing_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / ".a.jsonl.partial"
    other.write_text("half", "utf-8")
    write_new([(tmp_path / "a.jsonl", "{}")])
    assert sorted(path.name for path in tmp_path.iterdir()) == [other.name, "a.jsonl"]
    assert other.read_text("utf-8") == "half"


def test_a_domain_outside_the_workspace_gets_documents_only(travel, tmp_path: Path) -> None:
    source = write(travel, "a.csv", ROWS)
    (travel.root / "plugins/travel").rename(tmp_path / "travel")
    (travel.root / "plugins/travel").symlink_to(tmp_path / "travel")
    assert "import --as documents" in travel.run("import", source, "--domain", "travel").err
    assert travel.run("import", source, "--domain", "travel", "--as", "documents").code == 0


def test_the_command_takes_a_sheet_a_folder_and_a_part(travel, tmp_path: Path) -> None:
    import openpyxl
    import pyarrow.parquet

    book = openpyxl.Workbook()
    for row in (["question", "answer"], ["How long is a booked room kept?", "Booked rooms are kept for 15 minutes after the start."]):
        book.active.append(row)
    book.active.title = "Desk calls"
    book.create_sheet("Notes").append(["Nothing to see here"])
    book.save(tmp_path / "calls.xlsx")
    outcome = travel.run("import", f"{tmp_path / 'calls.xlsx'}#Desk calls", "--domain", "travel", "--as", "examples")
    assert outcome.code == 0
    assert "1 rows, 1 used" in outcome.out
    assert len(read_file(travel.root / "plugins/travel/examples/calls-Desk_calls.jsonl").examples) == 1
    assert "its sheets: Desk calls, Notes" in travel.run("import", f"{tmp_path / 'calls.xlsx'}#None", "--domain", "travel").err
    folder = tmp_path / "saved"
    folder.mkdir()
    for part, numbers in (("train", range(3)), ("test", range(3, 6))):
        rows = [{"question": f"What is plan {n}?", "answer": f"Plan {n} costs {n} yuan a month."} for n in numbers]
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), folder / f"{part}.parquet")
    outcome = travel.run("import", str(folder), "--domain", "travel", "--as", "both", "--name", "plans")
    assert outcome.code == 0
    assert "not read: test.parquet" in outcome.err
    assert len(read_file(travel.root / "plugins/travel/examples/plans.jsonl").examples) == 3
    assert travel.read("knowledge/travel/plans.md").count("\n## ") == 3


def write(travel, name: str, text: str) -> str:
    path: Path = travel.workspace.root.parent / name
    path.write_text(text, "utf-8")
    return str(path)
