"""What speaks against teaching a row: measured questions given away, personal data, repeats, form, and facts that belong to documents."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.answering.facts import Fact, borne, facts, supported
from assistant.domain import Domain
from assistant.history.feedback import Judgement
from assistant.records import Example, Told
from assistant.rows.clean import Cleaner, judged
from assistant.rows.examples import ExampleFile, Read
from assistant.rows.repeats import Repeats

Weight = Literal["blocks", "asks", "notes"]
BLOCKING = {"row", "roles", "empty", "short", "plugin", "question", "duplicate", "personal-data"}
NOTED = {"html", "width", "known-facts"}
SHOWN = 6


@dataclass(frozen=True)
class Objection:
    """``kind`` as in docs/checking.md, or ``facts``, ``known-facts``, ``refusal``, ``cut``; ``text`` in words; ``documents`` are where facts belong."""

    kind: str
    text: str
    documents: tuple[str, ...] = ()

    @property
    def weight(self) -> Weight:
        return "blocks" if self.kind in BLOCKING else "notes" if self.kind in NOTED else "asks"


def form_objections(example: Example, domain: Domain, shortest: int, published: Set[str]) -> tuple[Example, list[Objection]]:
    """The row as it would be learned, its words clean, and what the check of examples says of it."""
    cleaner = Cleaner(domain, shortest, published)
    row = cleaner.judge(Read(example.origin, example), ExampleFile(Path(), example.origin))
    found = [Objection(fault.kind, fault.text) for fault in row.faults]
    if row.asks:
        text = f"{row.asks.words} {row.asks.id!r} in questions.jsonl:{row.asks.line}; what measures is not taught"
        found.append(Objection("question", Told(text, "measured", id=row.asks.id, line=row.asks.line, likeness=f"{row.asks.near:.0%}")))
    return row.example or example, found


def repeats_of(domain: Domain, shortest: int, published: Set[str]) -> Repeats:
    """The examples that are learned already, to be compared with."""
    found = Repeats()
    for row in judged(domain, shortest, published):
        if row.example:
            found.take(row.example)
    return found


def repeat_objections(example: Example, known: Repeats, own: str) -> list[Objection]:
    """``own`` is where an earlier form of the same row stands, which the new one replaces."""
    same, near = known.exact(example), known.near(example)
    if same and same != own:
        return [Objection("duplicate", Told(f"the same as {same}, which is learned already", "learned", origin=same))]
    if near and near[0] != own and same != own:
        return [Objection("near-duplicate", Told(f"nearly the same as {near[0]} (Jaccard {near[1]:.2f})", "nearly-learned", origin=near[0], likeness=f"{near[1]:.2f}"))]
    return []


def fact_objections(judgement: Judgement, example: Example, passages: Sequence[str], documents: Sequence[str]) -> list[Objection]:
    """Facts of the taught answer that the given one did not state. ``passages``: what the documents say to the question; ``documents``: where it stands."""
    given = "\n".join([str(judgement.answer.get("text", "")), judgement.question, *(turn.content for turn in example.turns[:-1])])
    known = facts(given)
    new = [fact for fact in facts(example.turns[-1].content) if not supported(fact, known, given)]
    text = "\n".join(passages)
    borne_out = frozenset[Fact]().union(*(borne(passage) for passage in passages))
    missing = [fact for fact in new if not supported(fact, borne_out, text)]
    if missing:
        return [Objection("facts", _named(missing), tuple(dict.fromkeys(documents)))]
    return [Objection("known-facts", _named(new), tuple(dict.fromkeys(documents)))] if new else []


def other_objections(judgement: Judgement, example: Example, domain: Domain, count: Callable[[str], int] | None) -> list[Objection]:
    """``count`` counts a text's tokens, where a model is there to count them."""
    found = []
    if judgement.answer.get("refused") and not judgement.correction.strip() and example.turns[-1].content == str(judgement.answer.get("text", "")).strip():
        found.append(Objection("refusal", Told("the answer is a refusal; a training makes refusals of its own", "a-refusal")))
    most = domain.spec.answering.max_new_tokens
    if count and (length := count(example.turns[-1].content)) > most:
        text = f"the answer has {length} tokens, served it would be cut after {most} ([answering] max_new_tokens)"
        found.append(Objection("cut", Told(text, "cut-off", length=length, most=most)))
    return found


def _named(found: Sequence[Fact]) -> str:
    said = sorted({f"{fact.value} {fact.unit}".strip() for fact in found})
    return ", ".join(said[:SHOWN]) + (" …" if len(said) > SHOWN else "")
