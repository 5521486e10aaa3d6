"""Turns that stand in rows of their own become one conversation, in tables and in lines of JSON."""

import json
from pathlib import Path

import openpyxl
import pytest

from assistant.rows.examples import ExampleFile, Read, read_rows


def read(path: Path, text: str | bytes) -> list[Read]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_rows(ExampleFile(path, path.name)))


def said(row: Read) -> list[str]:
    return [turn.content for turn in row.example.turns] if row.example else []


MESSAGES = """conversation_id,role,content
1,user,Hello?
1,assistant,Yes.
2,user,Is it open?
1,user,And
1,user,tomorrow?
2,assistant,"From nine, daily."
1,assistant,No.
"""


def test_messages_of_one_conversation_are_joined_wherever_they_stand(tmp_path: Path) -> None:
    first, second = read(tmp_path / "log.csv", MESSAGES)
    assert said(first) == ["Hello?", "Yes.", "And\ntomorrow?", "No."]
    assert (first.origin, first.shape) == ("log.csv:2", "role, content by conversation")
    assert said(second) == ["Is it open?", "From nine, daily."]
    assert second.origin == "log.csv:4"


def test_a_chinese_chat_log_in_a_workbook_is_read_without_its_greeting_and_what_nobody_answered(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    rows = (["会话编号", "角色", "内容"], [7, "客服", "您好，请讲。"], [7, "客户", "年假几天？"], [7, "客服", "15天。"], [7, "客户", "谢谢"])
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "log.xlsx")
    (row,) = read_rows(ExampleFile(tmp_path / "log.xlsx", "log.xlsx"))
    assert said(row) == ["年假几天？", "15天。"]


def test_pairs_of_one_session_are_joined_in_the_order_of_their_turns(tmp_path: Path) -> None:
    joined, alone = read(tmp_path / "log.csv", "session_id,turn,question,answer,key\na,2,And?,No.,x\na,1,Hello?,Yes.,\nb,1,Hi,Ho.,\n")
    assert said(joined) == ["Hello?", "Yes.", "And?", "No."]
    assert joined.example and joined.example.key
    assert said(alone) == ["Hi", "Ho."]
    assert alone.example and not alone.example.key


def test_lines_of_json_that_share_a_conversation_are_joined_and_the_others_stay(tmp_path: Path) -> None:
    rows = [
        {"thread_id": "t", "speaker": "customer", "text": "Hello?"},
        {"question": "Hi", "answer": "Ho."},
        {"thread_id": "t", "speaker": "agent", "text": "Yes."},
    ]
    pair, joined = read(tmp_path / "log.jsonl", "\n".join(map(json.dumps, rows)))
    assert (said(pair), pair.origin) == (["Hi", "Ho."], "log.jsonl:2")
    assert (said(joined), joined.origin) == (["Hello?", "Yes."], "log.jsonl:1")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1,robot,Beep", "the role is 'robot'; possible: system, user, assistant"),
        ("1,user,", "the message is empty; fill it or delete the row"),
    ],
)
def test_a_bad_message_is_named_with_its_line_and_only_its_conversation_is_left_out(tmp_path: Path, line: str, reason: str) -> None:
    bad, good = read(tmp_path / "log.csv", f"conversation_id,role,content\n1,user,Hello?\n{line}\n1,assistant,Yes.\n2,user,Hi\n2,assistant,Ho.\n")
    assert bad.origin == "log.csv:3"
    assert bad.fault.startswith(reason)
    assert bad.fault.endswith("its conversation is left out")
    assert said(good) == ["Hi", "Ho."]


def test_messages_without_a_conversation_say_which_column_to_add(tmp_path: Path) -> None:
    (row,) = read(tmp_path / "log.jsonl", json.dumps({"role": "user", "content": "Hello?"}))
    assert "add a column conversation_id" in row.fault


def test_a_conversation_that_nobody_answered_is_a_fault(tmp_path: Path) -> None:
    (row,) = read(tmp_path / "log.csv", "conversation_id,role,content\n1,user,Hello?\n")
    assert "the answer is missing" in row.fault
