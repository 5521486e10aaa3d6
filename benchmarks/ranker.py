"""Fits the ranker of evidence on the domains' training examples and tries it on the dev questions of a domain it has not seen:
``python -m benchmarks.ranker [write]``. ``write`` replaces assistant/retrieval/ranker.json.

A sentence is right for a question when the example's answer rests on it (as ``training/marks.py`` finds it). Only questions in languages that the
embedder does not serve are learned from and tried; the loss is that of a choice among one question's sentences.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.answering.cite import mark
from assistant.answering.facts import facts, supported
from assistant.answering.rewrite import rewrite
from assistant.answering.speak import split_ready
from assistant.domain import Domain
from assistant.evaluation.expected import all_stated
from assistant.language import detect
from assistant.plugins import load_plugins
from assistant.records import Evidence, Turn
from assistant.retrieval import rank
from assistant.retrieval.clues import NAMES, clues
from assistant.retrieval.evidence import Candidate, candidates, needs
from assistant.retrieval.flow import Knowledge, open_knowledge
from assistant.rows.examples import read_examples
from assistant.settings import find_workspace
from assistant.training.dataset import questions
from assistant.training.marks import house_phrases

RIDGE = 0.02
FIRST, LATER = 1.0, 0.6
RANKS = (1, 2, 3, 5, 8)
WRITTEN_DIGITS = 4


@dataclass(frozen=True)
class Pool:
    """A question's sentences: ``rows`` their clues; ``right`` how right each is, -1 where that is open."""

    domain: str
    found: list[Candidate]
    rows: Any
    right: Sequence[float] = ()
    facts: Sequence[str | list[str]] = ()


def pool(knowledge: Knowledge, domain: Domain, question: str, right: str = "", phrases: Sequence[str] = (), wanted_facts: Any = ()) -> Pool:
    passages = knowledge.search(domain, question)
    idf = knowledge.view(domain.name).lexical.idf
    wanted = needs(question, domain, idf)
    found = candidates(question, passages, wanted)
    return Pool(domain.name, found, clues(question, wanted, passages, found, idf), rightness(right, phrases, found) if right else (), wanted_facts)


def rightness(answer: str, phrases: Sequence[str], found: Sequence[Candidate]) -> list[float]:
    """The sentence that each sentence of the answer rests on; others that hold all its facts are open."""
    lines = [Evidence(n, one.chunk, one.sentence.text, 0, 0, 0.0) for n, one in enumerate(found)]
    values = [0.0] * len(found)
    worth = FIRST
    ready, rest = split_ready(answer)
    for sentence in (one.strip() for one in [*ready, rest]):
        said = sentence[len(next((phrase for phrase in phrases if sentence.startswith(phrase)), "")) :]
        wanted = facts(said)
        holders = {line.n for line in lines if wanted and all(supported(fact, facts(line.text), line.text) for fact in wanted)}
        best = mark(said, lines)[:1] if said else []
        if not best or (wanted and not any(supported(fact, facts(lines[best[0]].text), lines[best[0]].text) for fact in wanted)):
            continue
        for n in holders:
            values[n] = values[n] or -1.0
        values[best[0]] = max(values[best[0]], worth)
        worth = LATER
    return values


def taught(knowledge: Knowledge, domain: Domain) -> Iterator[Pool]:
    read = [one for one in read_examples(domain.examples).examples if one.kind == "answer"]
    phrases = house_phrases([turn.content for one in read for turn in one.turns if turn.role == "assistant"])
    for asked in (asked for one in read for asked in questions(one, 0)):
        if detect(asked.standalone) not in knowledge.embedder.languages:
            yield pool(knowledge, domain, asked.standalone, asked.answer, phrases)


def tried(knowledge: Knowledge, domain: Domain) -> Iterator[Pool]:
    for one in domain.questions:
        asked = rewrite(one.question, [Turn(turn.role, turn.content) for turn in one.history])
        if one.split == "dev" and one.kind == "answer" and one.facts and not one.refuse and detect(asked) not in knowledge.embedder.languages:
            yield pool(knowledge, domain, asked, wanted_facts=one.facts)


def fitted(pools: Sequence[Pool]) -> Any:
    """Weights that make the right sentences likely among those of their question, with a ridge penalty on scaled clues."""
    import numpy as np
    from scipy.optimize import minimize

    sets = [(one.rows[use], right[use]) for one in pools if len(one.right) for right in [np.array(one.right)] for use in [right >= 0]]
    sets = [(rows, right) for rows, right in sets if (right == FIRST).any() and (right == 0).any()]
    every = np.vstack([rows for rows, _ in sets])
    scale = every.std(0) + 1e-6
    starts = np.cumsum([0, *(len(rows) for rows, _ in sets[:-1])])
    of = np.repeat(np.arange(len(sets)), [len(rows) for rows, _ in sets])
    right, scaled = np.concatenate([right for _, right in sets]), (every - every.mean(0)) / scale

    def loss(line: Any) -> tuple[float, Any]:
        odds = scaled @ line
        power = np.exp(odds - np.maximum.reduceat(odds, starts)[of])
        total, good = np.add.reduceat(power, starts), np.add.reduceat(power * right, starts)
        slope = scaled.T @ (power / total[of] - power * right / good[of])
        return float(np.log(total / good).mean() + RIDGE * line @ line), slope / len(sets) + 2 * RIDGE * line

    return minimize(loss, np.zeros(len(NAMES)), jac=True, method="L-BFGS-B").x / scale


def hits(pools: Sequence[Pool], line: Any = None) -> list[int]:
    """Questions whose facts stand in the 1, 2, 3, 5, 8 best sentences; by coverage alone without ``line``."""
    counts = [0] * len(RANKS)
    for one in pools:
        order = sorted(range(len(one.found)), key=lambda i: -float(one.rows[i] @ line)) if line is not None else range(len(one.found))
        texts = [f"{one.found[i].chunk.title}\n{one.found[i].chunk.heading}\n{one.found[i].sentence.text}" for i in order]
        counts = [count + all_stated("\n".join(texts[:k]), one.facts) for count, k in zip(counts, RANKS, strict=True)]
    return counts


def main(write: str = "") -> None:
    space = find_workspace()
    domains = load_plugins(space)
    knowledge = open_knowledge(space, domains)
    learned = [one for domain in domains.domains.values() for one in taught(knowledge, domain)]
    asked = [one for domain in domains.domains.values() for one in tried(knowledge, domain)]
    knowledge.close()
    for name in domains.domains:
        own = [one for one in asked if one.domain == name]
        line = fitted([one for one in learned if one.domain != name])
        print(f"{name}: {len(own)} questions, facts in the {RANKS} best: by coverage {hits(own)}, by the others' ranker {hits(own, line)}")
    if write == "write":
        weights = {name: round(float(value), WRITTEN_DIGITS) for name, value in zip(NAMES, fitted(learned), strict=True)}
        Path(rank.__file__).with_name(rank.FILE).write_text(json.dumps({"weights": weights, "fitted_on": f"{len(learned)} answers of {', '.join(domains.domains)}"}, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
