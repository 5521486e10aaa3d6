"""A judged answer as the training row that it would become. Reads no files."""

from collections.abc import Set
from dataclasses import dataclass, replace
from typing import Any

from assistant.answering.cite import without_marks
from assistant.history.feedback import Judgement
from assistant.personal_data import mask_personal_data
from assistant.records import Example, Turn, content_id

FILE = "feedback.jsonl"


@dataclass(frozen=True)
class Proposal:
    """Question and answer as a reviewer may edit them. ``masked``: personal data was taken out of what people wrote."""

    question: str
    answer: str
    masked: bool = False


def proposed(judgement: Judgement, published: Set[str] = frozenset()) -> Proposal:
    """As corrected, or, without a correction, the answer that was given, without its marks."""
    written = judgement.correction.strip() or without_marks(str(judgement.answer.get("text", ""))).strip()
    question, answer = (mask_personal_data(text, published) for text in (judgement.question, written))
    return Proposal(question, answer, (question, answer) != (judgement.question, written))


def example_of(judgement: Judgement, proposal: Proposal) -> Example:
    """The row; the turns before it stand in it only where the question cannot be understood without them."""
    turns = (*_before(judgement), Turn("user", proposal.question.strip()), Turn("assistant", proposal.answer.strip()))
    return Example(turns, "draft" if judgement.answer.get("kind") == "draft" else "answer", FILE)


def with_before(judgement: Judgement, published: Set[str]) -> Judgement:
    """The same with personal data masked in the turns before it."""

    def masked(turn: Turn) -> Turn:
        return Turn(turn.role, mask_personal_data(turn.content, published))

    return replace(judgement, earlier=tuple(replace(one, turns=(masked(one.turns[0]), masked(one.turns[1]))) for one in judgement.earlier))


def _before(judgement: Judgement) -> tuple[Turn, ...]:
    standalone = (judgement.answer.get("receipt") or {}).get("standalone") or judgement.question
    if standalone == judgement.question:
        return ()
    return tuple(Turn(turn.role, without_marks(turn.content)) for one in judgement.earlier[-1:] for turn in one.turns)


def lesson_id(judgement: Judgement) -> str:
    """The same for the same answer, however often it is judged; message ids alone are given anew when conversations are deleted."""
    return content_id(judgement.message, judgement.question, judgement.answer.get("text", ""))


def provenance(judgement: Judgement, proposal: Proposal, reviewer: str, when: str, published: Set[str] = frozenset()) -> dict[str, Any]:
    """Where a row comes from; not who asked."""
    first = proposed(judgement, published)
    unchanged = (proposal.question.strip(), proposal.answer.strip()) == (first.question, first.answer)
    made = "edited" if not unchanged else "corrected" if judgement.correction.strip() else "confirmed"
    return {
        "from": "feedback", "lesson": lesson_id(judgement), "message": judgement.message, "made": made,
        "reviewer": reviewer, "accepted": when, "adapter": judgement.answer.get("adapter"),
    }  # fmt: skip
