"""Asks every test question of the installed domains through the whole way and reports what came, with 95 % Wilson intervals."""

import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import psutil

from assistant.answering.flow import Ask, Assistant, open_assistant
from assistant.answering.rewrite import rewrite
from assistant.answering.voice import Adapter
from assistant.domain import Domain
from assistant.domain_files import Question
from assistant.evaluation.expected import all_stated
from assistant.evaluation.findable import Place
from assistant.evaluation.results import Shown
from assistant.evaluation.statistics import wilson
from assistant.evaluation.unsupported import House, evidence_of, failing, grounds_of
from assistant.records import Answer, Turn
from assistant.retrieval.flow import Fit
from assistant.settings import find_workspace

Tally = dict[str, list[bool]]
STATEMENTS = "unsupported statements"
MEASURES = ["routed right", "evidence hit@5", "cited passage holds the facts", "facts in the answer", "must-refuse refused", "refused wrongly", "from the model", STATEMENTS]


def ask(assistant: Assistant, question: Question, adapter: Adapter) -> Answer:
    history = tuple(Turn(turn.role, turn.content) for turn in question.history)
    return assistant.answer(Ask(question.question, history, adapter=adapter))


def evidence_hit(assistant: Assistant, domain: Domain, question: Question) -> bool:
    """Whether the five best sentences for the question, with their headings, hold every fact."""
    asked = rewrite(question.question, [Turn(turn.role, turn.content) for turn in question.history])
    found = assistant.knowledge.evidence(domain, asked, assistant.knowledge.search(domain, asked), Fit(5, 10_000, len))
    return all_stated("\n".join(f"{item.heading}\n{item.text}" for item in found), question.facts)


def unsupported(assistant: Assistant, question: Question, answer: Answer) -> list[bool]:
    """Of each statement shown whether it is borne out by nothing; an answer of two domains part by part, each by its own evidence."""
    whole = {"domain": answer.domain, "text": answer.text, "refused": answer.refused, "kind": answer.kind, "question": answer.question, **answer.receipt}
    found: list[bool] = []
    for part in answer.receipt.get("parts", [whole]):
        if part["refused"]:
            continue
        domain = assistant.plugins.domains[part["domain"]]
        places: list[Place] = [*(Shown(one["document"], one["heading"], one["text"]) for one in part["evidence"]), *answer.citations]
        version = assistant.registry.current(domain.name) if answer.adapter else None
        house = House.of(version.card) if version else House()
        computed = domain.computed_values(part["question"], evidence_of(places))
        found += failing(part["text"], grounds_of(places, question, computed, house), part["kind"] == "draft")
    return found


def score(domain: Domain, question: Question, answer: Answer, tally: Tally) -> None:
    if question.refuse:
        tally["must-refuse refused"].append(answer.refused)
        return
    tally["routed right"].append(answer.domain == domain.name)
    tally["refused wrongly"].append(answer.refused)
    if not answer.refused:
        tally["from the model"].append(answer.source == "model")
    tally["facts in the answer"].append(all_stated(answer.text, question.facts))
    if question.kind == "answer":
        tally["cited passage holds the facts"].append(all_stated("\n".join(f"{c.text}\n{c.passage}" for c in answer.citations), question.facts))


def interval(values: list[bool], digits: int = 0) -> str:
    if not values:
        return "–"
    low, high = wilson(sum(values), len(values))
    return f"{sum(values)}/{len(values)} = {sum(values) / len(values):.{digits}%} [{low:.{digits}%}, {high:.{digits}%}]"


def run(split: str = "test", adapter: Adapter = "current") -> dict[str, Any]:
    assistant = open_assistant(find_workspace())
    tallies: dict[str, Tally] = {name: defaultdict(list) for name in [*assistant.plugins.domains, "all"]}
    rows, seconds, tokens = [], 0.0, 0
    for domain in assistant.plugins.domains.values():
        for question in (q for q in domain.questions if q.split == split):
            started = time.perf_counter()
            answer = ask(assistant, question, adapter)
            said = unsupported(assistant, question, answer)
            for name in (domain.name, "all"):
                score(domain, question, answer, tallies[name])
                tallies[name][STATEMENTS] += said
            if question.facts and not question.refuse and question.kind == "answer":
                hit = evidence_hit(assistant, domain, question)
                for name in (domain.name, "all"):
                    tallies[name]["evidence hit@5"].append(hit)
            seconds += answer.timings.get("generate", 0.0)
            tokens += assistant.engine.count_tokens(answer.text) if not answer.refused else 0
            rows.append({"id": question.id, "question": question.question, "refuse": question.refuse, "facts": question.facts, "answer": answer.text,
                         "domain": answer.domain, "refused": answer.refused, "reason": answer.reason, "source": answer.source,
                         "cited": [c.document for c in answer.citations], "replaced": answer.receipt.get("replaced"), "support": answer.receipt.get("support"),
                         "unsupported": sum(said), "statements": len(said), "right": None if question.refuse else all_stated(answer.text, question.facts), "seconds": time.perf_counter() - started})  # fmt: skip
    assistant.close()
    memory = psutil.Process().memory_info().rss / 2**20
    return {"tallies": tallies, "rows": rows, "tokens_per_second": tokens / seconds if seconds else 0.0, "memory_mb": memory}


def table(result: dict[str, Any]) -> str:
    names = list(result["tallies"])
    lines = ["| measure | " + " | ".join(names) + " |", "| --- |" + " --- |" * len(names)]
    lines += [f"| {measure} | " + " | ".join(interval(result["tallies"][name][measure], 1 if measure == STATEMENTS else 0) for name in names) + " |" for measure in MEASURES]
    return "\n".join(lines)


def main(split: str = "test", adapter: str = "current", to: str = "") -> None:
    result = run(split, int(adapter) if adapter.isdigit() else "off" if adapter == "off" else "current")
    print(table(result))
    print(f"\nshown text: {result['tokens_per_second']:.0f} tokens/s; memory of the process {result['memory_mb']:.0f} MB")
    if to:
        Path(to).write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in result["rows"]), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
