"""Expected facts: what of a question's ``facts`` an answer states, and whether it states one of its ``not_facts``.

Source: the question file itself; matching by ``stated``. Nuggets of the same kind are counted in TREC's question answering track (Voorhees 2003).
"""

from collections.abc import Sequence

from assistant.domain_files import Question
from assistant.evaluation.stated import stated

Entry = str | list[str]


def wordings(entry: Entry) -> list[str]:
    """The alternatives of an entry of ``facts``, any of which will do."""
    return [entry] if isinstance(entry, str) else entry


def entry_stated(text: str, entry: Entry) -> bool:
    return any(stated(text, wording) for wording in wordings(entry))


def all_stated(text: str, facts: Sequence[Entry]) -> bool:
    """Whether every fact, in one of its wordings, stands in the text."""
    return all(entry_stated(text, entry) for entry in facts)


def facts_share(text: str, question: Question) -> float | None:
    """Share of the expected facts that the answer states, in [0, 1]; None where none is expected."""
    if not question.facts:
        return None
    return sum(entry_stated(text, entry) for entry in question.facts) / len(question.facts)


def all_facts(text: str, question: Question) -> bool | None:
    """Whether the answer states every expected fact; None where none is expected."""
    return all_stated(text, question.facts) if question.facts else None


def no_wrong_fact(text: str, question: Question) -> bool | None:
    """Whether none of ``not_facts`` (last year's price) stands in the answer; None where none is named."""
    return not any(stated(text, wording) for wording in question.not_facts) if question.not_facts else None
