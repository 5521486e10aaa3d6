"""assistant import: one file of rows becomes training examples, a document, or both; what is doubtful stays out and is named."""

import json
from pathlib import Path

from assistant.training.examples import read_file

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
    source = write(travel, "plans.csv", "plan,price\nＰlus,<b>9</b> yuan\nPro, 19 yuan\nPro,19 yuan\n")
    assert "nothing to learn from" in travel.run("import", source, "--domain", "travel", "--as", "examples").err
    assert travel.run("import", source, "--domain", "travel", "--as", "documents").code == 0
    assert (travel.workspace.root / "knowledge/travel/plans.csv").read_text("utf-8") == "plan,price\nPlus,9 yuan\nPro,19 yuan\n"


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


def write(travel, name: str, text: str) -> str:
    path: Path = travel.workspace.root.parent / name
    path.write_text(text, "utf-8")
    return str(path)
