import json
from pathlib import Path

import openpyxl
import pytest

from assistant.training.examples import read_examples, read_file
from assistant.training.shapes import example_of

TWO_TURNS = [("user", "Hello?"), ("assistant", "Yes.")]
SHAPES = {
    "messages": {"messages": [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Yes."}]},
    "messages in parts": {"messages": [{"role": "user", "content": [{"type": "text", "text": "Hello?"}]}, {"role": "assistant", "content": "Yes."}]},
    "prompt and completion": {"prompt": "Hello?", "completion": "Yes."},
    "prompt as messages": {"prompt": [{"role": "user", "content": "Hello?"}], "completion": [{"role": "assistant", "content": "Yes."}]},
    "Alpaca": {"instruction": "Hello?", "input": "", "output": "Yes."},
    "ShareGPT": {"conversations": [{"from": "human", "value": "Hello?"}, {"from": "gpt", "value": "Yes."}]},
    "turns": {"conversation": [{"input": "Hello?", "output": "Yes."}]},
    "question and answer": {"Question": "Hello?", "Answer": "Yes."},
    "query and response": {"query": "Hello?", "response": "Yes."},
    "Chinese columns": {"问题": "Hello?", "答案": "Yes."},
}
BROKEN = {
    "the answer is missing": {"question": "Hello?", "answer": " "},
    "the question is missing": {"instruction": "", "output": "Yes."},
    "no known columns": {"a1": "Hello?", "b2": "Yes."},
    "role 'robot'": {"messages": [{"role": "robot", "content": "Hello?"}]},
    "turn 2 .assistant. is empty": {"messages": [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": ""}]},
    "the assistant's turn at the end": {"messages": [{"role": "user", "content": "Hello?"}]},
    "must be a list of turns": {"messages": "Hello?"},
    "turn 1 of conversation lacks output": {"conversation": [{"input": "Hello?", "output": ""}]},
    "kind is 'letter'": {"question": "Hello?", "answer": "Yes.", "kind": "letter"},
    "history must be a list": {"instruction": "Hello?", "output": "Yes.", "history": "Hi"},
}


@pytest.mark.parametrize("row", SHAPES.values(), ids=SHAPES.keys())
def test_every_common_shape_gives_the_same_turns(row: dict[str, object]) -> None:
    assert [(turn.role, turn.content) for turn in example_of(row, "x").turns] == TWO_TURNS


@pytest.mark.parametrize(("reason", "row"), BROKEN.items())
def test_a_broken_row_says_what_is_wrong(reason: str, row: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=reason):
        example_of(row, "x")


def test_alpaca_keeps_system_history_and_input() -> None:
    row = {"instruction": "Translate", "input": "Haus", "output": "house", "system": "Be brief.", "history": [["Hi", "Hello"]]}
    turns = [(turn.role, turn.content) for turn in example_of(row, "x").turns]
    assert turns == [("system", "Be brief."), ("user", "Hi"), ("assistant", "Hello"), ("user", "Translate\nHaus"), ("assistant", "house")]


def test_a_bad_line_is_reported_and_the_rest_is_used(tmp_path: Path) -> None:
    lines = [json.dumps(SHAPES["messages"]), "{broken", "[1]", json.dumps(BROKEN["the answer is missing"]), json.dumps(SHAPES["Alpaca"])]
    (tmp_path / "rows.jsonl").write_text("\n".join(lines), "utf-8")
    found = read_examples(tmp_path)
    assert [example.origin for example in found.examples] == ["rows.jsonl:1", "rows.jsonl:5"]
    assert [fault.split(": ")[0] for fault in found.faults] == ["rows.jsonl:2", "rows.jsonl:3", "rows.jsonl:4"]


def test_a_line_separator_within_a_text_does_not_cut_the_row(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(json.dumps({"question": "a\u2028b", "answer": "Yes."}, ensure_ascii=False) + "\n", "utf-8")
    assert read_file(tmp_path / "rows.jsonl").examples[0].turns[0].content == "a\u2028b"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_is_read_in_the_encodings_that_office_programs_write(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "rows.csv").write_bytes("问题,答案\n年假几天？,每年15天。\n".encode(encoding))
    found = read_file(tmp_path / "rows.csv")
    assert [turn.content for turn in found.examples[0].turns] == ["年假几天？", "每年15天。"]


def test_a_csv_row_is_named_by_its_line_even_after_cells_of_several_lines(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text('instruction,input,output\nHello?,,"Yes.\nReally."\nAnd?,,\n', "utf-8")
    found = read_file(tmp_path / "rows.csv")
    assert found.examples[0].turns[1].content == "Yes.\nReally."
    assert found.faults == ('rows.csv:4: the answer is missing; fill "output"',)


def test_a_workbook_may_have_a_title_above_its_columns(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Front desk 2026"], [], ["No", "问题", "答案"], [1, "Hello?", "Yes."], [2, "And?", None]):
        book.active.append(row)
    book.save(tmp_path / "rows.xlsx")
    found = read_file(tmp_path / "rows.xlsx")
    assert [turn.content for turn in found.examples[0].turns] == ["Hello?", "Yes."]
    assert found.faults == ('rows.xlsx Sheet:5: the answer is missing; fill "答案"',)


def test_plain_text_has_conversations_between_empty_lines(tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text("Q: Hello?\nA: Yes.\n\nReally.\nQ: And?\nA: No.\n\n问：你好？\n答：好。\n", "utf-8")
    first, second = read_file(tmp_path / "rows.txt").examples
    assert [turn.content for turn in first.turns] == ["Hello?", "Yes.\n\nReally.", "And?", "No."]
    assert [turn.content for turn in second.turns] == ["你好？", "好。"]
    assert second.origin == "rows.txt:8"


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.jsonl", b"\xff\xfe\xff\x00\xd8\x00"), ("b.json", b"{"), ("c.xlsx", b"PK nonsense"), ("d.csv", b"x,y\n1,2\n"), ("e.pdf", b"%PDF"), ("f.txt", b"")],
)
def test_a_file_that_cannot_be_used_is_one_fault(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    found = read_examples(tmp_path)
    assert found.examples == ()
    assert len(found.faults) == 1
    assert found.faults[0].startswith(name)
