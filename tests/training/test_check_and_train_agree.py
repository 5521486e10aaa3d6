"""One truth: what `assistant check` calls used is what `assistant train` learns."""

import json
from collections.abc import Callable

from assistant.checking.flow import check_domain
from assistant.rows.clean import learnable
from assistant.training.flow import prepare
from assistant.training.job import Job, Watch

EXPORT = [
    {"question": "Where is the canteen?", "answer": "<p>On the ground floor of house B.</p>"},
    {"question": "Where is the canteen?", "answer": "On the ground floor of house B."},
    {"question": "So where is the canteen?", "answer": "On the ground floor of house B, beside the lift and the stairs."},
    {"question": "So, where is the canteen?", "answer": "On the ground floor of house B, beside the lift and the stair."},
    {"question": "How long is annual leave?", "answer": "Um… maybe 15 days."},
    {"question": "Who has my badge?", "answer": "Reception has it. Name: Jane Sample, phone +44 7700 900123."},
    {"question": "Is there a gym?", "answer": ""},
    {"question": "What may I ask the desk?", "answer": "Whatever you like."},
    {"messages": [{"role": "assistant", "content": "Hello."}]},
]


def test_check_and_train_use_the_same_rows(job: Callable[..., Job]) -> None:
    work = job()
    folder = work.domain.folder
    (folder / "examples" / "raw").mkdir()
    (folder / "examples" / "raw" / "desk.jsonl").write_text("\n".join(json.dumps(row) for row in EXPORT) + "\nnot json\n", "utf-8")
    (folder / "examples" / "more.jsonl").write_text('{"question": "How long is it?", "answer": "Maybe? [NAME] knows."}\n{"question": "x", "answer": ""}\n', "utf-8")
    asked = {"id": "q", "split": "dev", "language": "en", "question": "What may I ask the desk?"}
    (folder / "questions.jsonl").write_text(json.dumps(asked), "utf-8")
    learned = learnable(work.domain, work.recipe().data.min_answer_characters)
    report = check_domain(work.workspace, work.plugins, folder)
    files = {file.file: file for file in report.files if file.rows and not file.file.endswith("/")}
    out = {(name, found.line) for name, file in files.items() for found in file.findings if found.left_out}
    every = {(name, line) for name, file in files.items() for line in range(1, (file.rows.read if file.rows else 0) + 1)}
    used = {("examples/" + origin, int(line)) for origin, _, line in (example.origin.rpartition(":") for example in learned.examples)}
    assert used == every - out
    assert {line for name, line in used if name.endswith("raw/desk.jsonl")} == {1, 3, 6}
    prepared = prepare(work, Watch())
    assert prepared.examples == len(used) == sum(file.rows.used for file in files.values() if file.rows)
    assert len(prepared.faults) + len(prepared.dropped) == len(out)
    assert not any("900123" in turn.content for example in learned.examples for turn in example.turns)
