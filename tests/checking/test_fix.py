"""`assistant check --fix`: cleaned rows beside the originals, never over them."""

import json
import os

import pytest

from assistant.checking.fix import Fixer
from assistant.records import Example, Turn
from assistant.rows.clean import Fault, Judged
from assistant.rows.examples import ExampleFile

RAW = (
    '{"question": "Where is the store room?", "answer": "<p>It is behind the front desk.</p>"}\n'
    '{"question": "Who has its key?", "answer": "Call 13800138000, my name is Jane Sample."}\n'
    '{"question": "Who has its key?", "answer": ""}\n'
)
SWAPPED = "question,answer\nWhere is P1?,Below the ground floor of the house.\n" + (
    "The barrier opens when the camera has read the number plate of the car.,how does the barrier open?\n"
    "The key of the barrier lies at the front desk of the house.,where is the barrier key?\n"
)


@pytest.fixture
def exported(travel):
    return travel.write({"plugins/travel/examples/raw/desk.jsonl": RAW, "plugins/travel/examples/raw/parking.csv": SWAPPED})


def cleaned(made, name: str) -> list[dict]:
    return [json.loads(line) for line in made.read(f"plugins/travel/examples/raw/{name}.cleaned.jsonl").splitlines()]


def test_cleaned_rows_stand_beside_their_source_masked_and_exchanged(exported) -> None:
    outcome = exported.run("check", "travel", "--fix")
    assert outcome.code == 0
    assert "desk.jsonl.cleaned.jsonl: 2 rows (1 without HTML, 1 masked), 1 left out" in outcome.out
    assert "parking.csv.cleaned.jsonl: 3 rows (2 exchanged), 0 left out" in outcome.out
    assert exported.read("plugins/travel/examples/raw/desk.jsonl") == RAW
    first, second = cleaned(exported, "desk.jsonl")
    assert first == {
        "messages": [{"role": "user", "content": "Where is the store room?"}, {"role": "assistant", "content": "It is behind the front desk."}],
        "from": "raw/desk.jsonl:1",
    }
    assert second["messages"][1]["content"] == "Call [phone removed], my name is [name removed]."
    assert cleaned(exported, "parking.csv")[1]["messages"][0]["content"] == "how does the barrier open?"


def test_a_cleaned_file_is_read_once_in_its_sources_place_and_fixing_again_changes_nothing(exported) -> None:
    exported.run("check", "travel", "--fix")
    before = exported.read("plugins/travel/examples/raw/desk.jsonl.cleaned.jsonl")
    outcome = exported.run("check", "travel", "--fix", "--json")
    report = json.loads(outcome.out)
    raw = {file["file"]: file for file in report["domains"][0]["files"] if file["raw"]}
    assert set(raw) == {"examples/raw/", "examples/raw/desk.jsonl.cleaned.jsonl", "examples/raw/parking.csv.cleaned.jsonl"}
    assert raw["examples/raw/"]["rows"] == {"read": 5, "used": 5, "left_out": 0}
    assert "(in place of raw/desk.jsonl)" in raw["examples/raw/desk.jsonl.cleaned.jsonl"]["summary"]
    assert report["domains"][0]["fixed"] == []
    assert exported.read("plugins/travel/examples/raw/desk.jsonl.cleaned.jsonl") == before


def test_a_clean_file_gets_no_copy(travel) -> None:
    outcome = travel.run("check", "travel", "--fix")
    assert "wrote" not in outcome.out
    assert sorted(path.name for path in (travel.root / "plugins/travel/examples").iterdir()) == ["dialogues.jsonl"]


def test_a_changed_source_is_told_and_cleaned_again(exported) -> None:
    exported.run("check", "travel", "--fix")
    exported.write({"plugins/travel/examples/raw/desk.jsonl": RAW + '{"question": "And <b>Birch</b>?", "answer": "On the second floor of the house."}\n'})
    outcome = exported.run("check", "travel")
    assert "examples/raw/desk.jsonl  has changed since it was cleaned" in " ".join(outcome.out.replace("\n", " ").split()).replace("desk.jsonl has", "desk.jsonl  has")
    assert exported.run("check", "travel", "--fix").out.count("wrote examples/raw/desk.jsonl.cleaned.jsonl: 3 rows") == 1
    assert len(cleaned(exported, "desk.jsonl")) == 3
    assert "has changed" not in exported.run("check", "travel").out


def test_a_cleaned_file_that_somebody_edited_is_never_overwritten(exported) -> None:
    exported.run("check", "travel", "--fix")
    mine = json.dumps({"question": "Where is the store room?", "answer": "Behind the front desk, second door."})
    exported.write({"plugins/travel/examples/raw/desk.jsonl.cleaned.jsonl": mine, "plugins/travel/examples/raw/desk.jsonl": RAW + RAW})
    outcome = exported.run("check", "travel", "--fix")
    assert "left examples/raw/desk.jsonl.cleaned.jsonl as it is" in outcome.out
    assert exported.read("plugins/travel/examples/raw/desk.jsonl.cleaned.jsonl") == mine
    exported.write({"plugins/travel/examples/.cleaned.json": "{broken"})
    exported.run("check", "travel", "--fix")
    assert exported.read("plugins/travel/examples/raw/desk.jsonl.cleaned.jsonl") == mine


def test_files_written_by_hand_keep_what_is_only_doubtful(travel) -> None:
    rows = ['{"question": "Is <b>Alder</b> free?", "answer": "Um… maybe it is free."}', '{"question": "Who am I?", "answer": "", "kind": "draft"}']
    travel.write({"plugins/travel/examples/more.jsonl": "\n".join(rows)})
    travel.run("check", "travel", "--fix")
    lines = travel.read("plugins/travel/examples/more.jsonl.cleaned.jsonl").splitlines()
    assert [json.loads(line)["messages"][1]["content"] for line in lines] == ["Um… maybe it is free."]


def test_a_source_that_was_put_right_by_hand_is_read_itself_again(exported) -> None:
    exported.run("check", "travel", "--fix")
    exported.write({"plugins/travel/examples/raw/desk.jsonl": '{"question": "Where is the store room?", "answer": "It is behind the front desk."}\n'})
    assert "removed examples/raw/desk.jsonl.cleaned.jsonl" in exported.run("check", "travel", "--fix").out
    assert not (exported.root / "plugins/travel/examples/raw/desk.jsonl.cleaned.jsonl").exists()
    assert "has changed" not in exported.run("check", "travel").out


def test_what_cannot_be_written_is_said_and_leaves_nothing_behind(exported) -> None:
    raw = exported.root / "plugins/travel/examples/raw"
    (raw / "desk.jsonl.cleaned.jsonl").mkdir()
    outcome = exported.run("check", "travel", "--fix")
    assert outcome.code == 1
    assert "cannot write beside" in outcome.err
    assert [path.name for path in raw.iterdir() if path.name.endswith(".partial")] == []


def test_a_source_that_changes_while_it_is_read_gets_no_cleaned_file(exported) -> None:
    path = exported.root / "plugins/travel/examples/raw/desk.jsonl"
    file, fixer = ExampleFile(path, "raw/desk.jsonl", export=True), Fixer(path.parents[1], frozenset())
    example = Example((Turn("user", "Who?"), Turn("assistant", "Me.")))
    fixer.take(Judged(file, "raw/desk.jsonl:1", "", example, (Fault("html", ""),), example))
    path.write_text("half a")
    fixer.close(file)
    assert "changed while it was read" in fixer.report[0]
    assert sorted(one.name for one in path.parent.iterdir()) == ["desk.jsonl", "parking.csv"]


def test_file_names_that_are_no_text_can_be_shown(exported) -> None:
    (exported.root / "plugins/travel/examples/raw" / os.fsdecode(b"bad\xff.csv")).write_text(SWAPPED)
    assert json.loads(exported.command("check", "travel", "--json", PYTHONIOENCODING="utf-8").out)["errors"] == 0
