"""The hygiene report of `assistant check`: every finding with file, row and remedy; exports apart."""

import io
import json

import openpyxl
import pytest

RAW = (
    "工单号,客户咨询,客服答复\r\n"
    "1,访客的车停在哪里？,访客的车停在P1层的<b>访客区</b>，入口在东门。\r\n"
    "2,访客停车怎么预约,请让接待人在登记系统里填车牌号，前一天１８点前提交。\r\n"
    "3,访客停车怎么预约,请让接待人在登记系统里填车牌号，前一天１８点前提交。\r\n"
    "4,访客停车怎么来预约,请让接待人在登记系统里填车牌号，前一天１８点前提交。\r\n"
    "5,登记要带什么？,请带身份证，姓名：王小样，手机13800138000，前台核对后放行。\r\n"
    "6,晚上能停吗,\r\n"
    "7,周末能停吗？,可能吧，你问问保安。\r\n"
    "8,停车费怎么付？,尊敬的{{姓名}}，出口扫码支付。\r\n"
    "9,月卡怎么办？,月卡在前台办理，须带行驶证和\r\n"
    "10,充电桩在哪里？,The chargers stand on level P2 beside the lift.\r\n"
    "11,摩托车停哪里？,ok\r\n"
    "12,前台周一至周五8点到18点有人值班，周末由保安登记。,前台什么时候有人\r\n"
    "13,会议室的钥匙在前台领取，用完当天归还。,会议室钥匙在哪领？\r\n"
)
KINDS = {
    2: {"html"}, 3: {"width"}, 4: {"width", "duplicate"}, 5: {"width", "near-duplicate"}, 6: {"personal-data"}, 7: {"row"}, 8: {"filler"}, 9: {"placeholder"},
    10: {"truncated"}, 11: {"language"}, 12: {"short"}, 13: {"swapped"}, 14: {"swapped"},
}  # fmt: skip
USED = {2, 3, 6}


def checked(made, *words: str) -> dict:
    return json.loads(made.run("check", "travel", "--json", *words).out)


def files(report: dict) -> dict[str, dict]:
    return {file["file"]: file for file in report["domains"][0]["files"]}


@pytest.fixture
def exported(travel):
    return travel.write({"plugins/travel/examples/raw/visitors.csv": RAW.encode("gb18030")})


def test_each_planted_fault_of_an_export_is_found_in_its_row_and_the_domain_is_clean(exported) -> None:
    report = checked(exported)
    file = files(report)["examples/raw/visitors.csv"]
    found: dict[int, set[str]] = {}
    for finding in file["findings"]:
        found.setdefault(finding["line"], set()).add(finding["kind"])
        assert finding["level"] == "warning"
        assert ";" in finding["text"], "a remedy"
    assert found == KINDS
    left_out = {finding["line"] for finding in file["findings"] if finding["left_out"]}
    assert left_out == set(KINDS) - USED
    assert file["rows"] == {"read": 13, "used": 3, "left_out": 10}
    assert (report["errors"], report["warnings"], report["raw_findings"]) == (0, 0, len(file["findings"]))


def test_exports_are_shown_apart_and_the_last_line_says_so(exported) -> None:
    outcome = exported.run("check", "travel")
    assert outcome.code == 0
    assert "travel, raw exports: 13 rows, 3 used, 10 left out" in outcome.out
    assert outcome.out.splitlines()[-1] == "travel: no errors, no warnings; 15 findings in raw exports"
    assert "13800138000" not in outcome.out


def test_the_same_faults_in_a_file_written_by_hand_are_warnings_and_a_missing_answer_an_error(travel) -> None:
    travel.write({"plugins/travel/examples/visitors.csv": RAW})
    report = checked(travel)
    findings = files(report)["examples/visitors.csv"]["findings"]
    assert [finding["line"] for finding in findings if finding["level"] == "error"] == [7]
    assert {finding["line"] for finding in findings if finding["left_out"]} == {4, 7, 13, 14}
    assert report["raw_findings"] == 0


def test_of_many_findings_of_one_kind_the_first_are_shown_with_their_number(travel) -> None:
    rows = [{"question": f"What is room {number}?", "answer": f"Um… maybe room {number}."} for number in range(1, 31)]
    travel.write({"plugins/travel/examples/rooms.jsonl": "\n".join(json.dumps(row) for row in rows)})
    out = travel.run("check", "travel").out
    assert out.count("wavering words") == 20
    assert "… and 10 more findings of the kind 'filler'; all of them with --json" in out
    assert len(files(checked(travel))["examples/rooms.jsonl"]["findings"]) == 30


def test_a_question_that_is_nearly_taught_is_an_error_in_hand_written_examples_and_left_out_of_exports(travel) -> None:
    asked = {"id": "near", "split": "test", "language": "en", "question": "How do I get a visitor badge for the weekend?", "facts": ["desk"]}
    row = json.dumps({"question": "How do I get a visitor badge for this weekend?", "answer": "Ask the front desk on Friday."})
    questions = travel.read("plugins/travel/questions.jsonl") + json.dumps(asked) + "\n"
    travel.write({"plugins/travel/questions.jsonl": questions, "plugins/travel/examples/raw/asked.jsonl": row})
    report = checked(travel)
    (finding,) = files(report)["examples/raw/asked.jsonl"]["findings"]
    assert (report["errors"], finding["kind"], finding["left_out"]) == (0, "question", True)
    travel.write({"plugins/travel/examples/asked.jsonl": row})
    outcome = travel.run("check", "travel", "--json")
    assert outcome.code == 1
    ((place, text),) = outcome.findings("error")
    assert place == "questions.jsonl:18"
    assert "'near' asks nearly the same" in text
    assert "asked.jsonl:1" in text


def test_glossary_terms_that_nobody_uses_are_told_at_their_line(travel) -> None:
    glossary = travel.read("plugins/travel/glossary.csv").rstrip("\n") + "\nquayside,where boats lie,,en\n码头,泊船的地方,,zh\n"
    travel.write({"plugins/travel/glossary.csv": glossary})
    number = len(glossary.splitlines())
    findings = files(checked(travel))["glossary.csv"]["findings"]
    assert [(finding["line"], finding["kind"]) for finding in findings] == [(number - 1, "glossary"), (number, "glossary")]
    travel.write({"plugins/travel/examples/boats.jsonl": json.dumps({"question": "Where is it?", "answer": "On the quaysides, beside the 码头 of the old harbour."})})
    assert files(checked(travel))["glossary.csv"]["findings"] == []


def test_answers_that_repeat_a_document_are_a_note_and_no_warning(travel) -> None:
    sentence = next(line for line in travel.read("plugins/travel/documents/rowan-court.md").splitlines() if line.endswith(".") and len(line) > 60)
    travel.write({"plugins/travel/examples/copied.jsonl": json.dumps({"question": "What is the rule, please?", "answer": f"Rule: {sentence}"})})
    report = checked(travel)
    (note,) = files(report)["examples/copied.jsonl"]["notes"]
    assert (note["kind"], note["line"], report["warnings"]) == ("document", 1, 0)
    assert "rowan-court.md" in note["text"]
    assert any("repeat the documents word for word" in note["text"] for note in files(report)["examples/"]["notes"])


def test_rows_too_long_for_the_recipe_and_answers_that_serving_would_cut_are_told(travel) -> None:
    answer = "\n".join(f"Step {number}: open the calendar, choose room {number} and press the green button." for number in range(1, 90))
    travel.write({"plugins/travel/examples/long.jsonl": json.dumps({"question": "How?", "answer": answer})})
    findings = {finding["kind"]: finding["text"] for finding in files(checked(travel))["examples/long.jsonl"]["findings"]}
    assert "more than max_length = 1024" in findings["long"]
    assert "cut off after" in findings["cut"]
    assert "max_new_tokens" in findings["cut"]


def test_a_server_as_base_model_is_no_fault_and_says_that_no_tokens_are_counted(travel) -> None:
    travel.write({"assistant.toml": 'base_model = "http://localhost:9"\nserver_model = "m"\n'})
    report = checked(travel)
    assert report["errors"] == 0
    assert any("not counted" in note["text"] for note in files(report)["examples/"]["notes"])


def test_answers_that_people_turned_down_are_counted_and_no_fault(travel) -> None:
    turns = [{"role": "user", "content": "Where is Birch?"}, {"role": "assistant", "content": "No idea, look for it."}]
    rows = [{"messages": turns, "label": False}, {"messages": turns[:1], "label": True}]
    travel.write({"plugins/travel/examples/liked.json": json.dumps(rows)})
    file = files(checked(travel))["examples/liked.json"]
    assert (file["summary"], file["notes"][0]["row"]) == ("messages with label: 0 rows used, 2 not", 1)
    assert [(finding["level"], finding["row"]) for finding in file["findings"]] == [("error", 2)]
    assert "1 row, such as row 1: its label is false" in travel.run("check", "travel").out


def test_a_workbook_names_sheet_and_row(travel) -> None:
    book, data = openpyxl.Workbook(), io.BytesIO()
    for row in (["Enquiries"], ["Question", "Answer"], ["Who has the key?", "Dear [NAME], the front desk has it."]):
        book.active.append(row)
    book.save(data)
    travel.write({"plugins/travel/examples/raw/desk.xlsx": data.getvalue()})
    (finding,) = files(checked(travel))["examples/raw/desk.xlsx"]["findings"]
    assert (finding["sheet"], finding["line"], finding["kind"]) == ("Sheet", 3, "placeholder")
    assert "examples/raw/desk.xlsx Sheet:3" in travel.run("check", "travel").out


def test_documents_with_template_tags_secret_numbers_or_the_same_text_are_told(travel) -> None:
    text = "# Keys\n\n" + "The keys of the store rooms lie in the cabinet behind the front desk, and each is signed for. " * 4
    travel.write({
        "plugins/travel/documents/tags.md": "# Tags\n\nSee {% page \"keys\" %} and `{{ name }}` for more.\n",
        "plugins/travel/documents/secret.md": "# Secret\n\nThe deposit goes to 6222021234567890128, ask j.reed@corp.example.\n",
        "plugins/travel/documents/keys.md": text,
        "plugins/travel/documents/keys-copy.md": text,
    })  # fmt: skip
    file = files(checked(travel))["documents/"]
    told = {finding["file"]: finding["text"] for finding in file["findings"]}
    assert told["documents/tags.md"].startswith('1 template tags ({% page "keys" %})')
    assert "1 bank card" in told["documents/secret.md"]
    assert "the same text as keys-copy.md" in told["documents/keys.md"]
    assert [note["file"] for note in file["notes"]] == ["documents/secret.md"]


def test_the_json_form_has_the_keys_that_programs_rely_on(exported) -> None:
    report = checked(exported)
    assert set(report) == {"format", "errors", "warnings", "raw_findings", "plugins", "domains"}
    assert report["format"] == 1
    assert set(report["domains"][0]) == {"name", "folder", "files", "fixed"}
    for file in report["domains"][0]["files"]:
        assert set(file) == {"file", "summary", "findings", "notes", "raw", "rows"}
        for finding in (*file["findings"], *file["notes"]):
            assert set(finding) == {"level", "file", "line", "text", "kind", "sheet", "row", "left_out"}
