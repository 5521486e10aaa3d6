import json
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from assistant.rows.examples import ExampleFile, example_files, read_examples, read_file, read_rows
from assistant.rows.shapes import example_of, line_of

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
    "columns with more in their names": {"No.": 7, "Question (customer)": "Hello?", "Answer time": "10:30", "Agent's answer": "Yes."},
    "Chinese columns of a help desk": {"问题类型": "闲聊", "客户咨询": "Hello?", "答复时间": "10:30", "客服答复": "Yes."},
    "turns as text in a cell": {"messages": '[{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Yes."}]'},
    "preference pair": {"prompt": "Hello?", "chosen": "Yes.", "rejected": "No."},
    "preference pair of messages": {"chosen": [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Yes."}], "rejected": []},
    "preference pair in ShareGPT": {"conversations": [{"from": "human", "value": "Hello?"}], "chosen": {"from": "gpt", "value": "Yes."}, "rejected": {"from": "gpt", "value": "No."}},
    "preference pair in Alpaca": {"instruction": "Hello?", "input": "", "chosen": "Yes.", "rejected": "No."},
    "answer people liked": {"messages": [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Yes."}], "label": True},
    "a bare pair in turns": {"conversation": [{"human": "Hello?", "assistant": "Yes."}]},
    "texts that alternate": {"dialog": ["Hello?", "Yes."]},
    "turns as Python prints them": {"messages": "[{'role': 'user', 'content': 'Hello?'}, {'role': 'assistant', 'content': 'Yes.'}]"},
    "a conversation in lines": {"对话内容": "客户：Hello?\n客服：Yes."},
    "turns named by a column of titles": {"conversation": "Greeting", "question": "Hello?", "answer": "Yes."},
    "tool steps in ShareGPT": {"conversations": [
        {"from": "human", "value": "Hello?"}, {"from": "function_call", "value": "{}"}, {"from": "observation", "value": "{}"}, {"from": "gpt", "value": "Yes."},
    ], "tools": "[]"},
    "tool steps in messages": {"messages": [
        {"role": "user", "content": "Hello?"}, {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]}, {"role": "tool", "content": "{}"},
        {"role": "assistant", "content": "Yes."},
    ]},
}  # fmt: skip
BROKEN = {
    "the answer is missing": {"question": "Hello?", "answer": " "},
    "the question is missing": {"instruction": "", "output": "Yes."},
    "fill .answer": {"question": "Hello?", "answer": float("nan")},
    'fill "答案"': {"问题": "Hello?", "答案": "NULL"},
    "no known columns": {"a1": "Hello?", "b2": "Yes."},
    "role 'robot'": {"messages": [{"role": "robot", "content": "Hello?"}]},
    "turn 2 .assistant. is empty": {"messages": [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": ""}]},
    "the assistant's turn at the end": {"messages": [{"role": "user", "content": "Hello?"}]},
    "must be a list of turns": {"messages": "Hello?"},
    "turn 1 of conversation lacks output": {"conversation": [{"input": "Hello?", "output": ""}]},
    "kind is 'letter'": {"question": "Hello?", "answer": "Yes.", "kind": "letter"},
    "history must be a list": {"instruction": "Hello?", "output": "Yes.", "history": "Hi"},
    "an answer that people turned down": {"prompt": "Hello?", "completion": "No.", "label": False},
    "fill chosen": {"prompt": "Hello?", "chosen": "", "rejected": "No."},
    "the answer is missing; add": {"conversations": [{"from": "human", "value": "Hello?"}, {"from": "function_call", "value": "{}"}]},
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


HISTORIES = ([["Hi", "Hello"]], [{"question": "Hi", "answer": "Hello"}], [{"user": "Hi", "assistant": "Hello"}], ["Hi", "Hello"], '[["Hi", "Hello"]]', "[('Hi', 'Hello')]")


@pytest.mark.parametrize("history", HISTORIES, ids=str)
def test_earlier_pairs_of_a_row_are_read_however_they_are_written(history: object) -> None:
    row = {"instruction": "And?", "output": "Yes.", "history": history}
    assert [turn.content for turn in example_of(row, "x").turns] == ["Hi", "Hello", "And?", "Yes."]


def test_a_row_marked_as_key_is_a_key_example_and_stays_one_when_written() -> None:
    marked = [example_of({"question": "Hello?", "answer": "Yes.", "key": value}, "x") for value in (True, "TRUE", "x", "是", False, "no", "row-17", 1, None)]
    assert [example.key for example in marked] == [True] * 4 + [False] * 5
    assert len({example.id for example in marked}) == 1
    assert example_of(json.loads(line_of(marked[0])), "x").key
    assert not example_of(json.loads(line_of(marked[4])), "x").key


def test_what_was_said_before_and_after_a_tool_step_is_one_answer() -> None:
    said = [("human", "Hello?"), ("gpt", "Let me look."), ("function_call", "{}"), ("observation", "{}"), ("gpt", "Yes.")]
    turns = example_of({"conversations": [{"from": role, "value": text} for role, text in said]}, "x").turns
    assert [(turn.role, turn.content) for turn in turns] == [("user", "Hello?"), ("assistant", "Let me look.\nYes.")]


def test_conversation_turns_are_unrolled_under_their_system_text() -> None:
    row = {"conversation": [{"system": "Be brief.", "input": "Hi", "output": "Hello"}, {"input": "Bye?", "output": "Bye."}]}
    assert [turn.role for turn in example_of(row, "x").turns] == ["system", "user", "assistant", "user", "assistant"]


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


PAIR = {"question": "Hello?", "answer": "Yes."}
TURNS = SHAPES["messages"]["messages"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("a.json", {"version": 2, "data": {"rows": [PAIR]}}),
        ("b.json", {"f1": PAIR}),
        ("c.json", {"question": ["Hello?"], "answer": ["Yes."]}),
        ("d.json", {"question": {"0": "Hello?"}, "answer": {"0": "Yes."}}),
        ("e.json", [TURNS]),
        ("f.json", [["Hello?", "Yes."]]),
        ("g.jsonl", TURNS),
        ("h.jsonl", [PAIR]),
        ("i.ndjson", PAIR),
    ],
    ids=["a list inside objects", "rows under ids", "columns", "columns as pandas writes them", "lists of turns", "pairs", "turns a line", "a whole list", "ndjson"],
)
def test_json_is_read_wherever_it_keeps_its_rows(tmp_path: Path, name: str, value: object) -> None:
    (tmp_path / name).write_text(json.dumps(value), "utf-8")
    found = read_file(tmp_path / name)
    assert [[turn.content for turn in example.turns] for example in found.examples] == [["Hello?", "Yes."]]
    assert not found.faults


def test_json_and_lines_of_json_under_each_others_names_are_read(tmp_path: Path) -> None:
    (tmp_path / "lines.json").write_text(f"{json.dumps(PAIR)}\n{json.dumps(PAIR)}\n{{broken\n", "utf-8")
    (tmp_path / "pretty.jsonl").write_text(json.dumps([PAIR, PAIR], indent=1), "utf-8")
    lines, pretty = (read_file(tmp_path / name) for name in ("lines.json", "pretty.jsonl"))
    assert (len(lines.examples), len(pretty.examples)) == (2, 2)
    assert [fault.split(": ")[0] for fault in lines.faults] == ["lines.json:3"]
    assert not pretty.faults


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_tab_separated_rows_are_read_with_and_without_a_mark(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "rows.tsv").write_bytes("问题\t答案\n年假几天，几时？\t15天，每年。\n".encode(encoding))
    assert [turn.content for turn in read_file(tmp_path / "rows.tsv").examples[0].turns] == ["年假几天，几时？", "15天，每年。"]


def test_typographers_signs_of_western_excel_are_read_as_they_were_typed(tmp_path: Path) -> None:
    said = "It’s “fine” – a résumé may go to the café’s desk until 5 o’clock, €2 a copy…"
    (tmp_path / "rows.csv").write_bytes(f'question,answer\nMay I hand in my résumé?,"{said}"\n'.encode("cp1252"))
    assert read_file(tmp_path / "rows.csv").examples[0].turns[1].content == said


@pytest.mark.parametrize(
    ("encoding", "text", "named"),
    [
        ("euc_jp", "年次有給休暇は何日ありますか。入社後六か月で十日付与されます。", "EUC-JP"),
        ("shift_jis", "年次有給休暇は何日ありますか。入社後六か月で十日付与されます。", "Shift-JIS"),
        ("euc_kr", "연차 휴가는 며칠입니까? 연차 휴가는 일년에 십오일 입니다.", "EUC-KR"),
        ("big5", "特別休假有幾天？每年十五天。請在系統中申請，主管核准後生效。", "Big5"),
    ],
)
def test_another_encoding_is_named_and_never_learned_as_nonsense(tmp_path: Path, encoding: str, text: str, named: str) -> None:
    (tmp_path / "rows.csv").write_bytes(f"question,answer\n{text},{text}\n".encode(encoding))
    found = read_file(tmp_path / "rows.csv")
    assert not found.examples
    assert f"it looks like {named}); save it as UTF-8" in found.faults[0]


@pytest.mark.parametrize("sign", [";", "\t"])
def test_commas_in_the_texts_do_not_hide_the_sign_between_the_columns(tmp_path: Path, sign: str) -> None:
    rows = [("question", "answer"), ("How, when, and where, please?", "At the desk, in house B, each day.")]
    (tmp_path / "rows.csv").write_text("\n".join(map(sign.join, rows)), "utf-8")
    assert [turn.content for turn in read_file(tmp_path / "rows.csv").examples[0].turns] == list(rows[1])


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


def test_a_header_of_two_merged_lines_and_several_sheets_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first, second, notes = book.active, book.create_sheet("五月"), book.create_sheet("说明")
    for row in (["Enquiries 2026"], ["No.", "Question", "Handled", None], [None, None, "Answer", "Date"], [1, "Hello?", "Yes.", None]):
        first.append(row)
    first.merge_cells("A1:D1")
    first.merge_cells("B2:B3")
    first.merge_cells("C2:D2")
    for row in (["客户咨询", None], ["问题", "答案"], ["在吗？", "在。"]):
        second.append(row)
    notes.append(["This sheet explains the others."])
    book.save(tmp_path / "rows.xlsx")
    found = read_file(tmp_path / "rows.xlsx")
    assert [(example.origin, example.turns[0].content, example.turns[1].content) for example in found.examples] == [
        ("rows.xlsx Sheet:4", "Hello?", "Yes."), ("rows.xlsx 五月:3", "在吗？", "在。"),
    ]  # fmt: skip
    (fault,) = found.faults
    assert fault.startswith("rows.xlsx 说明: this sheet is not read")


def test_a_sheet_is_read_alone_when_it_is_named_and_one_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for title in ("April", "May 2026"):
        sheet = book.create_sheet(title)
        for row in (["question", "answer"], [f"What of {title}?", "Yes."]):
            sheet.append(row)
    book.save(tmp_path / "calls.xlsx")
    (only,) = read_rows(ExampleFile(tmp_path / "calls.xlsx", "calls.xlsx", sheet="May 2026"))
    assert (only.origin, only.example and only.example.turns[0].content) == ("calls.xlsx May 2026:2", "What of May 2026?")
    (wrong,) = read_rows(ExampleFile(tmp_path / "calls.xlsx", "calls.xlsx", sheet="June"))
    assert wrong.fault == "has no sheet 'June'; its sheets: Sheet, April, May 2026"
    (tmp_path / "rows.csv").write_text("question,answer\nHello?,Yes.\n")
    assert "leave out #May" in next(read_rows(ExampleFile(tmp_path / "rows.csv", "rows.csv", sheet="May"))).fault


def test_exports_come_last_and_a_cleaned_file_is_read_in_its_sources_place(tmp_path: Path) -> None:
    row = json.dumps(SHAPES["messages"])
    (tmp_path / "raw").mkdir()
    for name in ("raw/orders.jsonl", "raw/orders.jsonl.cleaned.jsonl", "raw/.orders.jsonl.partial", "words.jsonl", "zebra.jsonl"):
        (tmp_path / name).write_text(row, "utf-8")
    files = example_files(tmp_path)
    assert [file.name for file in files] == ["words.jsonl", "zebra.jsonl", "raw/orders.jsonl.cleaned.jsonl"]
    assert [(file.export, file.source) for file in files] == [(False, ""), (False, ""), (True, "raw/orders.jsonl")]
    assert [file.name for file in example_files(tmp_path, afresh={"raw/orders.jsonl"})][-1] == "raw/orders.jsonl"
    assert read_examples(tmp_path).examples[-1].origin == "raw/orders.jsonl.cleaned.jsonl:1"


def test_plain_text_has_conversations_between_empty_lines(tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text("Q: Hello?\nA: Yes.\n\nReally.\nQ: And?\nA: No.\n\n问：你好？\n答：好。\n", "utf-8")
    first, second = read_file(tmp_path / "rows.txt").examples
    assert [turn.content for turn in first.turns] == ["Hello?", "Yes.\n\nReally.", "And?", "No."]
    assert [turn.content for turn in second.turns] == ["你好？", "好。"]
    assert second.origin == "rows.txt:8"


def test_plain_text_may_be_numbered_marked_up_and_in_several_languages(tmp_path: Path) -> None:
    parts = ["Q1: Hello?\nA1: Yes.", "**Q:** Hello?\n**A:** Yes.", "1. 问：Hello?\n答：Yes.", "問：Hello?\n答：Yes.", "Customer: Hello?\nAgent: Yes.", "客户：Hello?\n客服：Yes."]
    (tmp_path / "rows.txt").write_text("\n\n".join(parts), "utf-8")
    found = read_file(tmp_path / "rows.txt")
    assert [[turn.content for turn in example.turns] for example in found.examples] == [["Hello?", "Yes."]] * len(parts)


def test_a_party_named_within_an_answer_begins_no_turn(tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text("问：写一份收据\n答：收据\n客户：张三\n客服：李四\n金额：五元\n", "utf-8")
    (example,) = read_file(tmp_path / "rows.txt").examples
    assert example.turns[1].content == "收据\n客户：张三\n客服：李四\n金额：五元"


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


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("鑰匙遺失了怎麼辦？請聯絡櫃檯辦理補發手續".encode("big5"), "neither UTF-8 nor GB18030"),
        ("question,answer\nWho?,Me.\n".encode("utf-16-le"), "zero bytes"),
        (b'question,answer\nWho?,"Me\nWhat?,This.\nHow?,So.\n', "line 2: a quotation mark is opened there and never closed"),
        (f"question,answer\nWho?,{'x' * 140_000}\n".encode(), "shorten the cell"),
        (b"messages\n" + b"[" * 100_000 + b"\n", "must be a list of turns"),
    ],
    ids=["Big5", "UTF-16 without a mark", "an open quotation mark", "a huge cell", "nested too deeply"],
)
def test_a_table_that_cannot_be_read_soundly_is_reported_and_not_learned(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "table.csv").write_bytes(data)
    found = read_file(tmp_path / "table.csv")
    assert not found.examples
    assert said in found.faults[0]


def test_rows_before_an_open_quotation_mark_are_read(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text('question,answer\nWho?,Me.\nWhat?,"This\nHow?,So.\n')
    found = read_file(tmp_path / "table.csv")
    assert [example.turns[-1].content for example in found.examples] == ["Me."]
    assert "table.csv: line 3: a quotation mark" in found.faults[0]


def test_objects_in_place_of_texts_and_halves_of_characters_do_no_harm(tmp_path: Path) -> None:
    rows = [{"question": "Who?", "answer": {"a": 1}}, {"question": "Who\x00?", "answer": "Me \ud83d."}]
    (tmp_path / "rows.json").write_text(json.dumps({"meta": [{"version": 2}], "rows": rows}))
    found = read_file(tmp_path / "rows.json")
    assert [turn.content for example in found.examples for turn in example.turns] == ["Who?", "Me \ufffd."]
    assert "row 1: {'a': 1} stands where a text belongs" in found.faults[0]


def test_workbooks_with_a_wrong_size_and_dates_are_read_and_damaged_ones_reported(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["question", "answer"], ["When?", datetime(2026, 3, 1)]):
        book.active.append(row)
    book.save(tmp_path / "whole.xlsx")
    sheet = "xl/worksheets/sheet1.xml"
    for name, change in (("small", lambda text: text.replace(b'ref="A1:B2"', b'ref="A1"')), ("cut", lambda text: text[: len(text) // 2])):
        with zipfile.ZipFile(tmp_path / "whole.xlsx") as source, zipfile.ZipFile(tmp_path / f"{name}.xlsx", "w") as target:
            for part in source.namelist():
                target.writestr(part, change(source.read(part)) if part == sheet else source.read(part))
    assert [example.turns[-1].content for example in read_file(tmp_path / "small.xlsx").examples] == ["2026-03-01"]
    assert "cannot be read as .xlsx" in read_file(tmp_path / "cut.xlsx").faults[0]
