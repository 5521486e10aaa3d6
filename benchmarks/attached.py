"""Asks 120 questions in conversations that hold the page which answers them, the domains' own questions and off-topic ones beside:
``python -m benchmarks.attached [ROWS.jsonl]``. The pages are public ones in ../shared/corpora, half of them to choose the threshold, half to measure.

Each question is put to the files alone and to the domains alone, so that every rule which of them answers can be read off the rows.
"""

import json
import shutil
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

from assistant.answering.ask import Run
from assistant.answering.attached import CLEARLY
from assistant.answering.flow import Ask, Assistant, open_assistant
from assistant.answering.rewrite import rewrite
from assistant.evaluation.expected import all_stated
from assistant.language import detect
from assistant.settings import find_workspace
from benchmarks.domains import interval
from benchmarks.dropped_in import elsewhere
from starter.real_pages import CORPORA, QUESTIONS, document_name, pages

STRANGERS = 3  # questions of each sort put to every page
THRESHOLDS = (0.29, 0.2, 0.15, 0.1, 0.05)


def off_topic() -> list[str]:
    lines = (CORPORA / "intents_en" / "oos_train.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def weighed(assistant: Assistant, conversation: str, question: str, facts: list[Any] | None) -> dict[str, Any]:
    """What the files and what the domains have for the question, and whether the files' answer holds the facts."""
    files = assistant.uploads.domain(conversation)
    assert files
    run = Run(assistant, Ask(question), question, detect(question), Event())
    run.standalone = rewrite(question, ())
    run.route()
    supported = False
    if run.domain:
        run.retrieve()
        supported = run.supported()
    own = Run(assistant, Ask(question, adapter="off"), question, run.language, Event(), standalone=question, domain=files)
    own.retrieve()
    row: dict[str, Any] = {"question": question, "files": own.support, "known": own.signals["known"], "domain": run.support if supported else None}
    if facts is not None:
        own.render()
        *_, answer = own.speak()
        row |= {"right": not answer.refused and all_stated(answer.text, facts), "answer": answer.text}
    return row


def rows(assistant: Assistant, workspace: Path) -> Iterator[dict[str, Any]]:
    by_page: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for asked in map(json.loads, QUESTIONS.read_text("utf-8").splitlines()):
        by_page.setdefault((asked["corpus"], asked["source"]), []).append(asked)
    texts = dict(pages("legal_zh"))
    own, other = [question.question for question in elsewhere()], off_topic()
    for number, ((corpus, source), questions) in enumerate(sorted(by_page.items())):
        conversation = uuid.uuid4().hex
        folder = workspace / ".assistant" / "conversations" / conversation / "documents"
        folder.mkdir(parents=True)
        (folder / document_name(source)).write_text(texts.get(source) or (CORPORA / source).read_text("utf-8"), "utf-8")
        assistant.uploads.begin(conversation, [document_name(source)])
        assistant.uploads.finish()
        place = {"page": f"{corpus}/{source}", "half": number % 2}
        for asked in questions:
            yield place | {"sort": "page"} | weighed(assistant, conversation, asked["question"], asked["facts"])
        for sort, texts_of in (("domain", own), ("off-topic", other)):
            for step in range(STRANGERS):
                yield place | {"sort": sort} | weighed(assistant, conversation, texts_of[(number * STRANGERS + step) % len(texts_of)], None)
        assistant.uploads.forget(conversation)


def by_files(row: dict[str, Any], threshold: float) -> bool:
    return row["files"] >= threshold and row["known"] >= 0.1 and not (row["domain"] is not None and row["domain"] > row["files"] + CLEARLY)


def table(found: list[dict[str, Any]]) -> None:
    print("| half | threshold | page's question: answered by the file | facts in that answer | domain's question taken by the file | off-topic taken |\n" + "| --- " * 6 + "|")
    for half in (0, 1):
        for threshold in THRESHOLDS:
            part = {sort: [row for row in found if row["half"] == half and row["sort"] == sort] for sort in ("page", "domain", "off-topic")}
            taken = {sort: [by_files(row, threshold) for row in those] for sort, those in part.items()}
            right = [took and row["right"] for took, row in zip(taken["page"], part["page"], strict=True)]
            cells = [interval(values) for values in (taken["page"], right, taken["domain"], taken["off-topic"])]
            print(f"| {half} | {threshold} | " + " | ".join(cells) + " |")


def main(to: str = "") -> None:
    with tempfile.TemporaryDirectory() as made:
        workspace = Path(made)
        shutil.copytree(find_workspace().plugins, workspace / "plugins")
        (workspace / "assistant.toml").touch()
        assistant = open_assistant(find_workspace(workspace))
        found = list(rows(assistant, workspace))
        assistant.close()
    table(found)
    if to:
        Path(to).write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in found), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
