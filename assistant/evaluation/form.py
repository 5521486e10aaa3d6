"""What an answer is beside its facts: given or refused as it should be, in the right language, length, terms and format."""

import re
from collections.abc import Sequence
from typing import Literal

from assistant.answering.cite import without_marks
from assistant.domain import Domain
from assistant.domain_files import Question, Term
from assistant.errors import EvaluationError, PluginError
from assistant.evaluation.stated import stated
from assistant.language import HAN, detect
from assistant.records import Language

Outcome = Literal["answered", "false refusal", "right refusal", "false answer"]
_NO_WORDS = re.compile(r"```.*?```|`[^`]*`|[A-Za-z]+(?:-[A-Za-z]+)+", re.S)  # code; and the "on" of on-call makes no text English
_WORD = re.compile(r"[^\W_\u3400-\u9fff\uf900-\ufaff]+(?:[.,:'’@/-][^\W_\u3400-\u9fff\uf900-\ufaff]+)*")


def outcome(question: Question, refused: bool) -> Outcome:
    """One cell of the table of answerable or not against answered or not (El-Yaniv and Wiener 2010 on selective classification)."""
    if question.refuse:
        return "right refusal" if refused else "false answer"
    return "false refusal" if refused else "answered"


def right_language(text: str, question: Question) -> bool | None:
    """Whether the text, without code and compounds, is in the question's language by ``assistant.language``; None for an empty one."""
    words = _NO_WORDS.sub(" ", without_marks(text)).strip()
    return detect(words) == question.language if words else None


def stands(stood: int | None, replaced: int) -> float | None:
    """Share of the model's sentences that were shown as its own: 0 where it said nothing and was quoted for. None where nobody counted."""
    return None if stood is None else stood / max(stood + replaced, 1)


def length(text: str, language: Language) -> int:
    """Words; in Chinese, characters, with a Latin word or a number for one each. Marks, signs and white space do not count."""
    bare = without_marks(text)
    words = len(_WORD.findall(bare))
    han = HAN.findall(bare)
    return words + (len(han) if language == "zh" else sum(1 for _ in re.finditer(rf"{HAN.pattern}+", bare)))


def length_ratio(text: str, question: Question) -> float | None:
    """Length as a multiple of the reference's; None without a reference."""
    wanted = length(question.reference, question.language)
    return length(text, question.language) / wanted if wanted else None


def terms_used(text: str, question: Question) -> float | None:
    """Share of the terms due (the question's ``terms``) that the answer uses; None where none is due."""
    if not question.terms:
        return None
    return sum(stated(text, term) for term in question.terms) / len(question.terms)


def lay_words(text: str, question: Question, glossary: Sequence[Term]) -> list[str]:
    """Aliases of a term due that stand in the answer in the term's place: an alias beside the term itself only explains it."""
    missing = {term for term in question.terms if not stated(text, term)}
    return [alias for term in glossary if term.term in missing for alias in term.aliases if stated(text, alias)]


def no_lay_word(text: str, question: Question, glossary: Sequence[Term]) -> bool | None:
    """Whether no lay word stands in the place of a term due; None where no term is due."""
    return not lay_words(text, question, glossary) if question.terms else None


def format_kept(text: str, question: Question, domain: Domain) -> bool | None:
    """What ``Domain.check_format`` says of the text without marks, False for an empty one; None for a question without a format.

    EvaluationError for a check that the domain does not have, PluginError for one that fails."""
    if not question.format:
        return None
    bare = without_marks(text).strip()
    try:
        return bool(bare and domain.check_format(question.format, bare))
    except KeyError as error:
        raise EvaluationError(f"question {question.id!r} of {domain.name}: {error.args[0] if error.args else error}; add it to check_format in plugin.py, or take the format out") from error
    except Exception as error:  # a plugin's code may raise anything
        raise PluginError(f"plugin.py of {domain.name}: check_format({question.format!r}) failed: {type(error).__name__}: {error}; mend it") from error
