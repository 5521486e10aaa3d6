"""A follow-up question to one that stands alone, by rules that hold for small base models."""

import re
from collections.abc import Sequence

from assistant.language import detect
from assistant.records import Turn
from assistant.retrieval.words import tokens

_LEANS = re.compile(
    r"^(?:and|but|so|or|what about|how about|what if|then|also|why|really|in that case)\b|\b(?:it|its|that|this|those|these|they|them|there|one|ones|same|else|instead)\b"
    r"|^(?:那|那么|还有|另外|如果是|要是|换成|为什么|然后)|它|他们|这个|那个|这种|那种|这样|那样|上面|呢[？?]?$",
    re.I,
)
_SENTENCE = re.compile(r".*?[.!?](?=\s)|.*?[。！？]", re.S)
FEW_WORDS = 2
WHOLE = 4  # words of a sentence that says what is meant


def rewrite(question: str, history: Sequence[Turn]) -> str:
    """The question with the one before it in front when it leans on it, else as it is."""
    return joined(question, history) if leans(question) else question


def joined(question: str, history: Sequence[Turn]) -> str:
    """The question with the user's last one in front, if there is one."""
    before = asked_before(history)
    return f"{before} {question.strip()}" if before else question


def asked_before(history: Sequence[Turn]) -> str:
    """The user's last question, empty when there is none."""
    return next((turn.content.strip() for turn in reversed(history) if turn.role == "user"), "")


def with_earlier(question: str, history: Sequence[Turn]) -> str | None:
    """The question with the one before it; None when there is none in its language."""
    longer = joined(question, history)
    before = longer.removesuffix(question.strip())
    return longer if before and detect(before) == detect(question) else None


def leans(question: str) -> bool:
    """Whether a question needs the one before: a pronoun, an opening such as 'and' or 那, or hardly a word of its own.

    In a question of several sentences the first decides: what comes after it leans on that."""
    text = question.strip()
    first = found[0] if (found := _SENTENCE.match(text)) and found.end() < len(text) else text
    said = first if len(tokens(first)) >= WHOLE else text
    return bool(_LEANS.search(said)) or len(tokens(said)) < FEW_WORDS
