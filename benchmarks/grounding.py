"""What the check of written answers catches: true sentences (``grounding.jsonl``, and the evidence's own) and false ones made of them.

``python -m benchmarks.grounding [dev|test] [--missed]``: ``dev`` is for mending the check, ``test`` for its figures.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.answering.check import Grounds
from assistant.answering.rewrite import rewrite
from assistant.evaluation.grounding import TrueAnswer, judge, repeated, report
from assistant.evaluation.perturb import KINDS
from assistant.plugins import load_plugins
from assistant.records import Turn
from assistant.retrieval.flow import Fit, open_knowledge
from assistant.settings import find_workspace

LARGE = Fit(24, 2400, lambda text: len(text) // 3 if text.isascii() else len(text))  # what a base that writes is given
COLUMNS = ["all", "paraphrase", "verbatim", "en", "zh"]


def answers(split: str) -> Iterator[TrueAnswer]:
    """The split's true sentences, each with the evidence that its question finds."""
    rows = [json.loads(line) for line in Path(__file__).with_name("grounding.jsonl").read_text("utf-8").splitlines()]
    written = {(row["domain"], row["question"]): row["sentence"] for row in rows}
    space = find_workspace()
    plugins = load_plugins(space)
    knowledge = open_knowledge(space, plugins)
    for domain in plugins.domains.values():
        knowledge.index(domain)
        for question in (q for q in domain.questions if q.split == split and q.facts and q.kind == "answer"):
            asked = rewrite(question.question, [Turn(turn.role, turn.content) for turn in question.history])
            evidence = knowledge.evidence(domain, asked, knowledge.search(domain, asked), LARGE)
            grounds = Grounds(evidence, f"{asked}\n{question.question}")
            if sentence := written.get((domain.name, question.id)):
                yield TrueAnswer(sentence, grounds, question.language, "paraphrase")
            if verbatim := repeated(question, evidence):
                yield TrueAnswer(verbatim, grounds, question.language, "verbatim")
    knowledge.close()


def table(figures: dict[str, Any]) -> str:
    lines = ["| | " + " | ".join(COLUMNS) + " |", "| --- |" + " --- |" * len(COLUMNS)]
    lines.append("| false alarms on true sentences | " + " | ".join(shown(figures[name]["false_alarms"]) for name in COLUMNS) + " |")
    for kind in ["number, amount, date", "the rest", *KINDS]:
        lines.append(f"| caught: {kind} | " + " | ".join(shown(figures[name]["caught"][kind]) for name in COLUMNS) + " |")
    lines.append("| of all: another piece of evidence agrees | " + " | ".join(shown(figures[name]["agreeing"]) for name in COLUMNS) + " |")
    return "\n".join(lines)


def shown(share: dict[str, Any]) -> str:
    if not share["n"]:
        return "–"
    low, high = share["interval"]
    return f"{share['hits']}/{share['n']} = {share['share']:.1%} [{low:.1%}, {high:.1%}]"


def main(split: str = "test", more: str = "") -> None:
    verdicts = judge(answers(split))
    print(table(report(verdicts)))
    for verdict in verdicts if more == "--missed" else []:
        if (verdict.kind == "true") == bool(verdict.wrong):
            print(f"{verdict.kind}{' (agrees)' if verdict.agrees else ''}: {verdict.sentence} {'; '.join(verdict.wrong)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
