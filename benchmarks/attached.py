"""Asks 120 questions in conversations that hold the page which answers them, the domains' own questions and off-topic ones beside:
``python -m benchmarks.attached [ROWS.jsonl]``. The pages are public ones in ../shared/corpora, half of them to choose the threshold, half to measure.

Each question is put to the files alone and to the domains alone, so that every rule which of them answers can be read off the rows.
Chosen for both languages: the thresholds that let the files answer most rightly while they take at most ``MOST_TAKEN`` of the other questions.
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
from assistant.answering.route import out_of_domain
from assistant.evaluation.expected import all_stated
from assistant.language import detect
from assistant.retrieval.uploaded import ENOUGH, KNOWN
from assistant.settings import find_workspace
from benchmarks.domains import interval
from benchmarks.dropped_in import elsewhere
from starter.real_pages import CORPORA, QUESTIONS, document_name, pages

STRANGERS = 3  # questions of each sort put to every page, in its language
SUPPORTS = (0.29, 0.2, 0.15, 0.12, 0.1, 0.08, 0.07, 0.06, 0.05, 0.03)
KNOWNS = (0.1, 0.07, 0.05, 0.03, 0.0)
MOST_TAKEN = 0.03
HEAD = "| language | from a support of | with so many words known | page's question: answered by the file | facts in that answer | domain's question taken by the file | off-topic taken |"
Rule = tuple[float, float]  # support of the files, share of the question's words that they know


def off_topic() -> dict[str, list[str]]:
    """By language; the Chinese ones are those that the router learns what belongs nowhere from, which retrieval never sees."""
    lines = (CORPORA / "intents_en" / "oos_train.jsonl").read_text("utf-8").splitlines()
    return {"en": [json.loads(line)["text"] for line in lines], "zh": [text for text in out_of_domain() if detect(text) == "zh"]}


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
    own: dict[str, list[str]] = {"en": [], "zh": []}
    for question in elsewhere():
        own[question.language].append(question.question)
    other = off_topic()
    for number, ((corpus, source), questions) in enumerate(sorted(by_page.items())):
        conversation = uuid.uuid4().hex
        folder = workspace / ".assistant" / "conversations" / conversation / "documents"
        folder.mkdir(parents=True)
        (folder / document_name(source)).write_text(texts.get(source) or (CORPORA / source).read_text("utf-8"), "utf-8")
        assistant.uploads.begin(conversation, [document_name(source)])
        assistant.uploads.finish()
        language = questions[0]["language"]
        place = {"page": f"{corpus}/{source}", "half": number % 2, "language": language}
        for asked in questions:
            yield place | {"sort": "page"} | weighed(assistant, conversation, asked["question"], asked["facts"])
        for sort, texts_of in (("domain", own), ("off-topic", other)):
            for step in range(STRANGERS):
                yield place | {"sort": sort} | weighed(assistant, conversation, texts_of[language][(number * STRANGERS + step) % len(texts_of[language])], None)
        assistant.uploads.forget(conversation)


def by_files(row: dict[str, Any], rule: Rule) -> bool:
    return row["files"] >= rule[0] and row["known"] >= rule[1] and not (row["domain"] is not None and row["domain"] > row["files"] + CLEARLY)


def strangers(found: list[dict[str, Any]], rule: Rule) -> float:
    """The share of questions that are not for the files and answered by them all the same."""
    taken = [by_files(row, rule) for row in found if row["sort"] != "page"]
    return sum(taken) / len(taken)


def chosen(found: list[dict[str, Any]]) -> Rule:
    """On the half for choosing: most right answers, in both languages few strangers; the strictest where several are as good."""
    languages = [[row for row in found if row["language"] == language] for language in ("en", "zh")]
    possible = [(support, known) for support in SUPPORTS for known in KNOWNS if all(strangers(rows, (support, known)) <= MOST_TAKEN for rows in languages)]
    return max(possible, key=lambda rule: sum(by_files(row, rule) and row["right"] for row in found if row["sort"] == "page"))


def line(found: list[dict[str, Any]], language: str, rule: Rule) -> str:
    part = {sort: [row for row in found if row["sort"] == sort and row["language"] in language] for sort in ("page", "domain", "off-topic")}
    taken = {sort: [by_files(row, rule) for row in those] for sort, those in part.items()}
    right = [took and row["right"] for took, row in zip(taken["page"], part["page"], strict=True)]
    cells = [interval(values) for values in (taken["page"], right, taken["domain"], taken["off-topic"])]
    return f"| {language} | {rule[0]} | {rule[1]} | " + " | ".join(cells) + " |"


def table(found: list[dict[str, Any]]) -> None:
    halves = [[row for row in found if row["half"] == half] for half in (0, 1)]
    rule = chosen(halves[0])
    for name, half, rules in (("to choose", halves[0], [(support, known) for support in SUPPORTS for known in KNOWNS]), ("to measure", halves[1], [(0.29, 0.1), (0.1, 0.1), rule])):
        print(f"{name}:\n{HEAD}\n" + "| --- " * 7 + "|")
        for language in ("en", "zh", "en, zh"):
            print("\n".join(line(half, language, one) for one in rules))
    print(f"chosen: support {rule[0]}, known {rule[1]}; the product has {ENOUGH} and {KNOWN}")


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
