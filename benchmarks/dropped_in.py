"""Asks 120 questions over documents that were only dropped in, and 60 that they cannot answer: ``python -m benchmarks.dropped_in [FOLDER]``.

The documents are public pages in ../shared/corpora (``starter/real_pages.py``) in three folders that hold nothing else; only the router is fitted on them.
"""

import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from assistant.answering.flow import Ask, Assistant, open_assistant
from assistant.domain_files import Question
from assistant.evaluation.expected import all_stated
from assistant.plugins import load_plugins
from assistant.settings import find_workspace
from benchmarks.domains import Tally, interval
from starter.real_pages import LANGUAGES, QUESTIONS, document_name, pages

EACH = 10
FOLDERS = {"hr_en": "hr_en", "cloud_en": "cloud", "cloud_zh": "cloud", "legal_zh": "legal_zh"}
MEASURES = ["routed right", "cited passage holds the facts", "facts in the answer", "refused wrongly"]
GIVEN = ", folder chosen"
ELSEWHERE = "questions from elsewhere refused"


def lay_out(workspace: Path) -> None:
    """A workspace with a folder of documents for each subject."""
    workspace.mkdir(parents=True, exist_ok=True)
    for name, folder in FOLDERS.items():
        documents = workspace / "plugins" / folder / "documents"
        documents.mkdir(parents=True, exist_ok=True)
        for source, text in pages(name):
            (documents / document_name(source)).write_text(text, encoding="utf-8")
    (workspace / "assistant.toml").touch()


def elsewhere() -> Iterator[Question]:
    """The first ten questions to answer of each shipped domain in each language."""
    for domain in load_plugins(find_workspace()).domains.values():
        for language in ("en", "zh"):
            asked = (q for q in domain.questions if q.split == "dev" and q.language == language and q.kind == "answer" and not (q.refuse or q.history))
            yield from list(asked)[:EACH]


def ask_all(assistant: Assistant, strangers: list[Question]) -> tuple[dict[str, Tally], list[dict[str, object]]]:
    tallies: dict[str, Tally] = {name: defaultdict(list) for name in [*LANGUAGES, "all"]}
    rows: list[dict[str, object]] = []
    for asked in map(json.loads, QUESTIONS.read_text("utf-8").splitlines()):
        folder = FOLDERS[asked["corpus"]]
        for domain, how in ((None, ""), (folder, GIVEN)):
            answer = assistant.answer(Ask(asked["question"], domain=domain))
            cited = "\n".join(f"{c.text}\n{c.passage}" for c in answer.citations)
            seen = [answer.domain == folder, all_stated(cited, asked["facts"]), all_stated(answer.text, asked["facts"]), answer.refused]
            for measure, value in zip(MEASURES, seen, strict=True):
                tallies[asked["corpus"]][measure + how].append(value)
                tallies["all"][measure + how].append(value)
        rows.append({"id": asked["id"], "question": asked["question"], "facts": asked["facts"], "answer": answer.text, "support": answer.receipt.get("support"), "reason": answer.reason})
    for question in strangers:
        answer = assistant.answer(Ask(question.question))
        tallies["all"][ELSEWHERE].append(answer.refused)
        rows.append({"id": question.id, "question": question.question, "answer": answer.text, "support": answer.receipt.get("support"), "reason": answer.reason})
    return tallies, rows


def run(folder: Path, to: str = "") -> None:
    strangers = list(elsewhere())
    if not (folder / "assistant.toml").exists():
        lay_out(folder)
    assistant = open_assistant(find_workspace(folder))
    tallies, rows = ask_all(assistant, strangers)
    assistant.close()
    names = list(tallies)
    print("| measure | " + " | ".join(names) + " |\n| --- |" + " --- |" * len(names))
    for measure in [*MEASURES, *(measure + GIVEN for measure in MEASURES[1:]), ELSEWHERE]:
        print(f"| {measure} | " + " | ".join(interval(tallies[name][measure]) for name in names) + " |")
    if to:
        Path(to).write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")


def main(folder: str = "", to: str = "") -> None:
    if folder:
        run(Path(folder), to)
        return
    with tempfile.TemporaryDirectory() as made:
        run(Path(made))


if __name__ == "__main__":
    main(*sys.argv[1:])
