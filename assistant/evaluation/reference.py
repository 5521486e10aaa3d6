"""Likeness to a question's ``reference``, for both languages. A good answer may be worded otherwise: read these beside the facts, never alone."""

import re
import unicodedata

from assistant.answering.cite import without_marks
from assistant.domain_files import Question

_UNIT = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|\d+(?:[.,:]\d+)*|[^\W\d_\u3400-\u9fff\uf900-\ufaff]+")


class Units:
    """The tokenizer that rouge-score is given, since its own drops every Han character: lower-case words, numbers, single Han characters."""

    def tokenize(self, text: str) -> list[str]:
        return _UNIT.findall(unicodedata.normalize("NFKC", text).lower())


def chrf(text: str, question: Question) -> float | None:
    """chrF2, in [0, 1]: F-score of character 1- to 6-grams, recall weighing twice (Popović 2015, by sacrebleu); None without a reference."""
    if not question.reference:
        return None
    from sacrebleu.metrics.chrf import CHRF

    return float(CHRF().sentence_score(without_marks(text), [question.reference]).score) / 100


def rouge_l(text: str, question: Question) -> float | None:
    """ROUGE-L, in [0, 1]: F-score of the longest common subsequence (Lin 2004, by rouge-score) of words and Han characters; None without a reference."""
    if not question.reference:
        return None
    from rouge_score.rouge_scorer import RougeScorer

    return float(RougeScorer(["rougeL"], tokenizer=Units()).score(question.reference, without_marks(text))["rougeL"].fmeasure)
