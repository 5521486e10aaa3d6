"""Questions that are really two, to two domains: ``python -m benchmarks.two_domains [dev|test]``.

Counts whether both are asked, whether both answer, whether the facts of both come, and how many of the domains' own questions are taken for two.
"""

import json
import sys
from pathlib import Path

from assistant.answering.flow import Ask, Assistant, open_assistant
from assistant.evaluation.expected import all_stated
from assistant.settings import find_workspace
from benchmarks.domains import interval


def taken_for_two(assistant: Assistant, split: str) -> list[bool]:
    """Of the split's questions that stand alone and are to be answered."""
    asked = [q for domain in assistant.plugins.domains.values() for q in domain.questions if q.split == split and not q.refuse and not q.history]
    return [bool(assistant.router.route(question.question).also) for question in asked]


def main(split: str = "test") -> None:
    assistant = open_assistant(find_workspace())
    found: dict[str, list[bool]] = {"routed to both": [], "both answer": [], "facts of both": [], "facts of one at least": []}
    for row in map(json.loads, Path(__file__).with_name("two_domains.jsonl").read_text("utf-8").splitlines()):
        if row["split"] != split:
            continue
        answer = assistant.answer(Ask(row["question"]))
        stated = [all_stated(answer.text, facts) for facts in row["facts"].values()]
        found["routed to both"].append({answer.route.domain, *answer.route.also} == set(row["domains"]))
        found["both answer"].append({answer.domain, *answer.also} == set(row["domains"]))
        found["facts of both"].append(all(stated))
        found["facts of one at least"].append(any(stated))
        print(f"{'ok ' if all(stated) else '-- '}{row['question']}\n{answer.text}\n")
    for name, values in {**found, "one domain's question taken for two": taken_for_two(assistant, split)}.items():
        print(f"{name}: {interval(values)}")
    assistant.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
