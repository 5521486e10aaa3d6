"""Examples become rows in the very words of answering: evidence from the real retriever, [n] marks, refusals, plain form.

Knows nothing of tokens beyond a count that it is given. The same examples, documents and seed give the same rows.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from assistant.access import ANYONE, LOCAL, User
from assistant.answering.facts import facts
from assistant.answering.rewrite import rewrite
from assistant.domain import REFUSAL, Domain
from assistant.language import detect
from assistant.prompt import render_prompt
from assistant.records import Evidence, Example, Kind, Language, Passage, Turn, content_id
from assistant.retrieval.flow import Fit
from assistant.training.marks import Marked, house_phrases, mark_answer, quoted_answer
from assistant.training.recipe import Data

Form = Literal["evidence", "plain", "refusal", "general"]
FORMS: tuple[Form, ...] = ("evidence", "plain", "refusal", "general")
LEAST_ROOM = 40
LEAST_EXAMPLES = 5


@dataclass(frozen=True)
class Row:
    """One prompt and the answer to learn. Rows of one ``example`` stay on one side of the held-out split. A ``general`` row is none of the
    domain's: it keeps the base from forgetting."""

    prompt: tuple[Turn, ...]
    answer: str
    example: str
    form: Form
    kind: Kind = "answer"
    key: bool = False

    @property
    def id(self) -> str:
        return content_id([turn.message() for turn in self.prompt], self.answer)


@dataclass(frozen=True)
class Dataset:
    """``left_out`` has one line per example that does not fit the base model. ``general`` are rows against forgetting that are not trained
    on: they show whether the base still answers as it did."""

    train: tuple[Row, ...]
    held_out: tuple[Row, ...]
    left_out: tuple[str, ...] = ()
    general: tuple[Row, ...] = ()

    @property
    def fingerprint(self) -> str:
        return content_id(sorted({row.example for row in (*self.train, *self.held_out)}))

    def forms(self) -> dict[str, int]:
        """How many rows of each form there are, both sides of the split together."""
        forms = [row.form for row in (*self.train, *self.held_out)]
        return {form: forms.count(form) for form in FORMS}


class Searcher(Protocol):
    def search(self, domain: Domain, question: str, limit: int | None = None, user: User = LOCAL) -> list[Passage]: ...

    def evidence(self, domain: Domain, question: str, passages: Sequence[Passage], fit: Fit) -> list[Evidence]: ...


@dataclass(frozen=True)
class Limits:
    """What the base model takes: its evidence, its history, and the tokens of a whole row. One that ``quotes_only`` learns which passages
    to repeat and the house's phrases around them."""

    items: int
    evidence_tokens: int
    history_turns: int
    max_length: int
    count: Callable[[str], int]
    quotes_only: bool = False


@dataclass(frozen=True)
class Asked:
    """One question of an example as said and as it stands alone, its answer, and what was said before as far as the base takes it."""

    example: Example
    said: str
    standalone: str
    answer: str
    history: tuple[Turn, ...]

    @property
    def question(self) -> str:
        """What the prompt asks, as in answering: the words as said where the history stands before them."""
        return self.said if self.history else self.standalone

    @property
    def language(self) -> Language:
        return detect(self.said)


class Builder:
    """Makes the rows of one domain for one base model."""

    def __init__(self, domain: Domain, knowledge: Searcher, limits: Limits, data: Data, seed: int) -> None:
        self.domain, self.knowledge, self.limits, self.data, self.seed = domain, knowledge, limits, data, seed
        self.left_out: list[str] = []
        self.phrases: list[str] = []
        self.unquotable = 0

    def build(self, examples: Sequence[Example], validation_share: float, held_out: Sequence[Example] = ()) -> Dataset:
        """``held_out`` are the examples of a validation file: they take the place of the share, and are not learned even if they stand among the others."""
        apart = frozenset(one.id for one in held_out) or held_out_examples([one.id for one in examples if not one.key], validation_share, self.seed)
        examples = list({one.id: one for one in (*examples, *held_out)}.values())
        if self.limits.quotes_only:
            self.phrases = house_phrases([turn.content for one in examples if one.kind == "answer" for turn in one.turns if turn.role == "assistant"])
        rows = [row for example in examples for row in self._rows(example)]
        if self.unquotable:
            self.left_out.append(f"{self.unquotable} answers that no passage bears out: this base model only quotes, and would learn to invent")
        wanted = round(self.data.refusal_share * len(rows))
        chosen = sorted((pair for pair in rows if pair.refusal), key=lambda pair: content_id(self.seed, "refusal", pair.row.id))[:wanted]
        every = [pair.row for pair in rows] + [pair.refusal for pair in chosen if pair.refusal]
        train = tuple(row for row in every if row.example not in apart)
        return Dataset(train, tuple(row for row in every if row.example in apart), tuple(self.left_out))

    def _rows(self, example: Example) -> Iterator["Pair"]:
        for number, asked in enumerate(questions(example, self.limits.history_turns)):
            room = self.limits.max_length - self._length(asked)
            if room < 0:
                limit = self.limits.max_length
                self.left_out.append(f"{example.origin}: {limit - room} tokens, more than max_length = {limit}; shorten it or raise it")
                continue
            for draw in range(max(self.data.repeats, self.data.key_repeats if example.key else 1)):
                chance = random.Random(content_id(self.seed, example.id, number, draw))
                carries = room >= LEAST_ROOM and chance.random() < self.data.passages_share
                if pair := self._pair(asked, self._evidence(asked.standalone, room) if carries else []):
                    yield pair
                else:
                    self.unquotable += 1

    def _pair(self, asked: Asked, evidence: list[Evidence]) -> "Pair | None":
        """The row and its refusal; None when a model that only quotes could not give the answer."""
        marked = self._marked(asked, evidence)
        used = [item for item in evidence if item.n in marked.used]
        if self.limits.quotes_only and (not used or asked.example.kind == "draft"):
            return None
        if evidence and asked.example.kind == "answer" and marked.unsupported:
            evidence = []
        kept = renumbered(self._thinned(evidence, used))
        text = self._marked(asked, kept).text
        row = self._row(asked, kept, text, "evidence" if kept else "plain")
        if not (used and kept) or asked.example.kind == "draft":
            return Pair(row, None)
        said = facts(asked.answer)
        without = renumbered([item for item in evidence if item not in used and not said & facts(item.text)])
        return Pair(row, self._row(asked, without, REFUSAL[asked.language], "refusal") if without else None)

    def _marked(self, asked: Asked, evidence: Sequence[Evidence]) -> Marked:
        if asked.example.kind == "draft":
            return Marked(asked.answer, frozenset(), ())
        if self.limits.quotes_only:
            return quoted_answer(asked.answer, evidence, self.phrases)
        given = "\n".join([asked.standalone, asked.said, *(turn.content for turn in asked.history if turn.role == "user")])
        return mark_answer(asked.answer, evidence, given, self.domain.computed_values(asked.said, evidence))

    def _thinned(self, evidence: list[Evidence], used: list[Evidence]) -> list[Evidence]:
        """The evidence in its order, with at most ``distractors`` sentences beside those used."""
        others = [item for item in evidence if item not in used][: self.data.distractors]
        return [item for item in evidence if item in used or item in others]

    def _evidence(self, question: str, room: int) -> list[Evidence]:
        tokens = self.domain.spec.retrieval.budget_tokens or self.limits.evidence_tokens
        fit = Fit(self.limits.items, min(tokens, room), self.limits.count)
        return self.knowledge.evidence(self.domain, question, self.knowledge.search(self.domain, question, user=ANYONE), fit)

    def _row(self, asked: Asked, evidence: Sequence[Evidence], answer: str, form: Form) -> Row:
        prompt = render_prompt(self.domain, asked.question, evidence, asked.language, asked.example.kind, asked.history)
        return Row(prompt.messages, answer, asked.example.id, form, asked.example.kind, asked.example.key)

    def _length(self, asked: Asked) -> int:
        row = self._row(asked, [], asked.answer, "plain")
        return row_tokens(row.prompt, row.answer, self.limits.count)


@dataclass(frozen=True)
class Pair:
    """A row, and the refusal that its question would deserve without the evidence it used."""

    row: Row
    refusal: Row | None



def row_tokens(prompt: Sequence[Turn], answer: str, count: Callable[[str], int]) -> int:
    """Tokens of a row, with a few for what the chat template puts around each turn."""
    return count("".join(turn.content for turn in prompt) + answer) + 8 * (len(prompt) + 1)


def questions(example: Example, history_turns: int) -> Iterator[Asked]:
    """Each answer of an example with its question made to stand alone and the turns before it that the base can take."""
    spoken = [turn for turn in example.turns if turn.role != "system"]
    for place in range(1, len(spoken), 2):
        before, said = spoken[: place - 1], spoken[place - 1].content
        history = tuple(before[-2 * history_turns :]) if history_turns else ()
        yield Asked(example, said, rewrite(said, before), spoken[place].content, history)


def renumbered(evidence: Sequence[Evidence]) -> list[Evidence]:
    return [replace(item, n=n) for n, item in enumerate(evidence, 1)]


def held_out_examples(ids: Sequence[str], share: float, seed: int) -> frozenset[str]:
    """The examples held out: a choice by hash, so that an example stays on its side when others are added."""
    if not share or len(ids) < LEAST_EXAMPLES:
        return frozenset()
    place = {key: int(content_id(seed, key), 16) / 16**16 for key in ids}
    chosen = {key for key in ids if place[key] < share}
    return frozenset(chosen or {min(place, key=lambda key: place[key])})
