"""Which of a domain's questions are asked, and what stops an evaluation before it starts."""

from collections.abc import Sequence
from pathlib import Path

from assistant.answering.shots import same_question
from assistant.domain import Domain
from assistant.domain_files import Question
from assistant.errors import EvaluationError
from assistant.records import Example
from assistant.retrieval.words import tokens

SPLITS = ("dev", "test", "all")
SHOWN = 5


def choose(domain: Domain, split: str, examples: Sequence[Example]) -> list[Question]:
    """The questions of a split, in the file's order; DomainError for a faulty file, EvaluationError for none, or for one that the examples give away."""
    path = domain.folder / "questions.jsonl"
    if split not in SPLITS:
        raise EvaluationError(f"--split is {split!r}; possible are {', '.join(SPLITS)}")
    if not path.is_file():
        raise EvaluationError(f"{path} is missing; without questions nothing can be measured. Its fields are in docs/domain-files.md, a start: assistant new NAME")
    chosen = [question for question in domain.questions if split in (question.split, "all")]
    if not chosen:
        there = {question.split for question in domain.questions}
        raise EvaluationError(f"{path} has no {split} question (it has {', '.join(sorted(there)) or 'none at all'}); add some, or give --split")
    _not_taught(path, chosen, examples)
    return chosen


def _not_taught(path: Path, chosen: Sequence[Question], examples: Sequence[Example]) -> None:
    taught = near([question.question for question in chosen], examples)
    lines = [f"{question.id} stands in {origin}" for question, origin in zip(chosen, taught, strict=True) if origin]
    if lines:
        more = f" and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
        raise EvaluationError(
            f"{path}: {len(lines)} questions are examples too, so an adapter knows their answers: {'; '.join(lines[:SHOWN])}{more}; "
            "reword one side or delete it (assistant check lists them all)"
        )


def near(questions: Sequence[str], examples: Sequence[Example]) -> list[str]:
    """For each question the place of an example that asks the same or nearly so, "" for none."""
    asked: dict[str, list[tuple[str, str]]] = {}
    for example in examples:
        for turn in example.turns:
            if turn.role == "user":
                for word in set(tokens(turn.content)) or {turn.content.strip()}:
                    asked.setdefault(word, []).append((turn.content, example.origin or example.id))
    found = []
    for question in questions:
        candidates = {pair for word in set(tokens(question)) or {question.strip()} for pair in asked.get(word, ())}
        found.append(min((origin for text, origin in candidates if same_question(text, question)), default=""))
    return found
