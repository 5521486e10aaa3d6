"""What scores and rungs are called and how their values are written. A score of a plugin that is not listed keeps its own name."""

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.evaluation.scores import DEPTH, SCORES

MAIN = ("facts", "format", "refusal", "supported")
"""The scores that a verdict rests on: each has its panel in the picture of the ladder."""
GROUPS = {
    "Facts and refusals": ("facts", "all_facts", "no_wrong_fact", "supported", "stands", "refusal"),
    "Form": ("format", "terms", "no_lay_word", "language", "length"),
    "Retrieval and citations": ("citation_precision", "citation_recall", f"hit@{DEPTH}", f"recall@{DEPTH}", "mrr", f"ndcg@{DEPTH}", "context_precision"),
    "Against the reference": ("chrf", "rouge_l"),
}
OTHER = "Other measures"
_ORDER = [name for names in GROUPS.values() for name in names]
_TITLES = {"refusal": "Refusal right", "stands": "Own words stand", "mrr": "MRR", f"ndcg@{DEPTH}": f"nDCG@{DEPTH}", "chrf": "chrF", "rouge_l": "ROUGE-L"}
_RUNGS = {"plain": "Plain prompt", "few-shot": "Few-shot", "rag": "RAG", "rag+few-shot": "RAG + few-shot", "lora": "LoRA", "rag+lora": "RAG + LoRA"}


@dataclass(frozen=True)
class Meaning:
    """A score in words. ``judges``: it is a share of which more is better; otherwise it is a multiple that only describes."""

    name: str
    title: str
    says: str
    group: str
    judges: bool = True


def meaning_of(score: str) -> Meaning:
    """A score in words; one that is not known here, such as a plugin's, is taken for a share of which more is better."""
    plain = " ".join(score.replace("_", " ").split()) or score
    title = _TITLES.get(score) or plain[:1].upper() + plain[1:]
    group = next((group for group, names in GROUPS.items() if score in names), OTHER)
    known = SCORES.get(score)
    return Meaning(score, title, known.words if known else "a measure of its own", group, known is None or known.higher_is_better is not None)


def in_order(scores: Iterable[str]) -> list[str]:
    """Scores by what they are about; then those that are not known here, by name."""
    return sorted(set(scores), key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))


def rung_title(name: str) -> str:
    return _RUNGS.get(name, name)
