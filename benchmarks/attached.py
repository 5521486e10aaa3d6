"""Asks 120 questions in conversations that hold the page which answers them, the domains' own questions and off-topic ones beside:
``python -m benchmarks.attached HALF [SUPPORT KNOWN SURE]``. The pages are public ones in ../shared/corpora: half 0 to choose the thresholds, half 1 to measure.

Without thresholds those of the product hold. Chosen for both languages: those with the most right answers from the file while in neither language it
answers more than 3 % of the other questions.
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

from assistant.answering import attached
from assistant.answering.ask import Run
from assistant.answering.flow import Ask, Assistant, answered, open_assistant
from assistant.answering.rewrite import rewrite
from assistant.answering.route import out_of_domain
from assistant.evaluation.expected import all_stated
from assistant.language import detect
from assistant.records import Answer
from assistant.retrieval import uploaded
from assistant.settings import find_workspace
from benchmarks.domains import interval
from benchmarks.dropped_in import elsewhere
from starter.real_pages import CORPORA, QUESTIONS, document_name, pages

STRANGERS = 3  # questions of each sort put to every page, in its language
HEAD = "| language | page's question answered by the file | facts in that answer | domain's question answered by the file | off-topic answered |"


def off_topic() -> dict[str, list[str]]:
    """By language; the Chinese ones are those that the router learns what belongs nowhere from, which retrieval never sees."""
    lines = (CORPORA / "intents_en" / "oos_train.jsonl").read_text("utf-8").splitlines()
    return {"en": [json.loads(line)["text"] for line in lines], "zh": [text for text in out_of_domain() if detect(text) == "zh"]}


def by_page() -> list[list[dict[str, Any]]]:
    """The questions of each page, in the pages' order."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for asked in map(json.loads, QUESTIONS.read_text("utf-8").splitlines()):
        found.setdefault((asked["corpus"], asked["source"]), []).append(asked)
    return [questions for _, questions in sorted(found.items())]


def rows(assistant: Assistant, workspace: Path, half: int) -> Iterator[dict[str, Any]]:
    """For each question its sort and language, whether the file answered, and whether with the facts."""
    texts, strangers = dict(pages("legal_zh")), {"domain": {"en": [], "zh": []}, "off-topic": off_topic()}
    for question in elsewhere():
        strangers["domain"][question.language].append(question.question)
    for number, questions in enumerate(by_page()):
        if number % 2 != half:
            continue
        source, language = questions[0]["source"], questions[0]["language"]
        conversation = uuid.uuid4().hex
        folder = workspace / ".assistant" / "conversations" / conversation / "documents"
        folder.mkdir(parents=True)
        (folder / document_name(source)).write_text(texts.get(source) or (CORPORA / source).read_text("utf-8"), "utf-8")
        assistant.uploads.begin(conversation, [document_name(source)])
        assistant.uploads.finish()
        for asked in questions:
            yield {"sort": "page", "language": language} | tried(assistant, conversation, asked["question"], asked["facts"])
        for sort, by_language in strangers.items():
            those = by_language[language]
            for step in range(STRANGERS):
                yield {"sort": sort, "language": language} | tried(assistant, conversation, those[(number * STRANGERS + step) % len(those)])
        assistant.uploads.forget(conversation)


def tried(assistant: Assistant, conversation: str, question: str, facts: list[Any] | None = None) -> dict[str, Any]:
    files = assistant.uploads.domain(conversation)
    assert files
    run = Run(assistant, Ask(question, attached=files), question, detect(question), Event(), standalone=rewrite(question, ()))
    run.route()
    *_, answer = attached.from_files(run, answered) or [None]  # what a domain answers instead is not asked for
    own = isinstance(answer, Answer) and not answer.refused
    return {"own": own, "right": own and facts is not None and all_stated(answer.text, facts)}


def line(found: list[dict[str, Any]], language: str) -> str:
    of = {sort: [row for row in found if row["sort"] == sort and row["language"] in language] for sort in ("page", "domain", "off-topic")}
    cells = [[row["own"] for row in of["page"]], [row["right"] for row in of["page"]], *([row["own"] for row in of[sort]] for sort in ("domain", "off-topic"))]
    return f"| {language} | " + " | ".join(map(interval, cells)) + " |"


def main(half: str, *thresholds: str) -> None:
    if thresholds:
        uploaded.ENOUGH, uploaded.KNOWN, attached.SURE = map(float, thresholds)
    with tempfile.TemporaryDirectory() as made:
        workspace = Path(made)
        shutil.copytree(find_workspace().plugins, workspace / "plugins")
        (workspace / "assistant.toml").touch()
        assistant = open_assistant(find_workspace(workspace))
        found = list(rows(assistant, workspace, int(half)))
        assistant.close()
    print(f"support {uploaded.ENOUGH}, known {uploaded.KNOWN}, sure {attached.SURE}\n{HEAD}\n" + "| --- " * 5 + "|")
    print("\n".join(line(found, language) for language in ("en", "zh", "en, zh")))


if __name__ == "__main__":
    main(*sys.argv[1:])
