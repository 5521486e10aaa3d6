"""All scores of one answered question under their names; each is a function of its own module, which names its source. Asks no model.

A score that does not apply to a question is left out, never counted as 0. A false refusal states no fact, uses no term and keeps no format.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.domain import Domain
from assistant.domain_files import Question
from assistant.errors import PluginError
from assistant.evaluation.cited import citation_precision, citation_recall
from assistant.evaluation.expected import all_facts, facts_share, no_wrong_fact
from assistant.evaluation.findable import Findable, Place, findable, from_sources
from assistant.evaluation.form import format_kept, length_ratio, no_lay_word, outcome, right_language, stands, terms_used
from assistant.evaluation.reference import chrf, rouge_l
from assistant.evaluation.results import Answered, Shown
from assistant.evaluation.retrieved import context_precision, hit_at, ndcg_at, recall_at, reciprocal_rank
from assistant.evaluation.unsupported import PLAIN, House, evidence_of, grounds_of, unsupported_share
from assistant.records import Chunk

DEPTH = 5  # k of hit@k, recall@k and nDCG@k


@dataclass(frozen=True)
class Score:
    """What a score says, in words for reports; ``higher_is_better`` is None for one that only describes."""

    words: str
    higher_is_better: bool | None = True


SCORES: Mapping[str, Score] = {
    "facts": Score("share of the expected facts stated"),
    "all_facts": Score("every expected fact stated"),
    "no_wrong_fact": Score("none of the wrong facts stated"),
    "refusal": Score("answered what can be answered, refused what cannot"),
    "supported": Score("share of statements that passages, question or formulas bear out"),
    "stands": Score("share of the model's sentences that stood the check"),
    "citation_precision": Score("share of cited passages to the point"),
    "citation_recall": Score("share of the findable facts that a cited passage holds"),
    "format": Score("the format asked for is kept"),
    "terms": Score("share of the terms due that are used"),
    "no_lay_word": Score("no lay word in the place of a term due"),
    "language": Score("in the question's language"),
    "length": Score("length as a multiple of the reference's", None),
    "chrf": Score("chrF2 against the reference"),
    "rouge_l": Score("ROUGE-L against the reference"),
    f"hit@{DEPTH}": Score(f"the first {DEPTH} passages hold every findable fact"),
    f"recall@{DEPTH}": Score(f"share of the findable facts in the first {DEPTH} passages"),
    "mrr": Score("1 / rank of the first passage that holds a fact"),
    f"ndcg@{DEPTH}": Score(f"nDCG of the first {DEPTH} passages, by share of facts"),
    "context_precision": Score("mean precision at the ranks of relevant passages"),
}


def scores(
    question: Question, answer: Answered, domain: Domain, chunks: Sequence[Chunk], with_documents: bool = True, house: House = PLAIN
) -> dict[str, float]:
    """By name, each in [0, 1] but ``length``. ``chunks`` are all of the domain's documents; an answer given without looking them up
    (``with_documents`` False) has no retrieval or citations, and its statements are compared with the question's sources. ``house``: give every rung that is compared the same."""
    wanted = findable(question, chunks)
    sources = frozenset(question.sources)
    places: Sequence[Place] = (*answer.evidence, *answer.cited) if with_documents else _whole(chunks, sources)
    found: dict[str, float | None] = {
        "facts": facts_share(answer.text, question),
        "all_facts": all_facts(answer.text, question),
        "no_wrong_fact": no_wrong_fact(answer.text, question),
        "refusal": outcome(question, answer.refused) in ("answered", "right refusal"),
        "supported": None if answer.refused else _supported(answer.text, question, places, domain, house),
        "stands": None if answer.refused else stands(answer.stood, answer.replaced),
        "language": right_language(answer.text, question),
        **({} if question.refuse else _form(answer, question, domain)),
        **(_documents(answer, question, wanted) if with_documents else {}),
    }
    return {name: float(found[name] or 0) for name in SCORES if found.get(name) is not None}


def _form(answer: Answered, question: Question, domain: Domain) -> dict[str, float | None]:
    said = "" if answer.refused else answer.text
    return {
        "format": format_kept(said, question, domain),
        "terms": terms_used(said, question),
        "no_lay_word": no_lay_word(said, question, domain.glossary),
        "length": None if answer.refused else length_ratio(said, question),
        "chrf": chrf(said, question),
        "rouge_l": rouge_l(said, question),
    }


def _documents(answer: Answered, question: Question, wanted: Findable | None) -> dict[str, float | None]:
    cited = {
        "citation_precision": citation_precision(answer.text, answer.cited, question),
        "citation_recall": citation_recall(answer.cited, wanted),
    }
    return cited | (retrieval_scores(answer.evidence, wanted) if wanted else {})


def retrieval_scores(places: Sequence[Place], wanted: Findable, left: Sequence[Chunk] = ()) -> dict[str, float | None]:
    """Of passages, best first. ``left``: the chunks that were not found, for nDCG's ideal order."""
    held = [wanted.held(place) for place in places]
    missed = [things for chunk in left if (things := wanted.held(chunk))]
    return {
        f"hit@{DEPTH}": hit_at(held, wanted.count, DEPTH),
        f"recall@{DEPTH}": recall_at(held, wanted.count, DEPTH),
        "mrr": reciprocal_rank(held),
        f"ndcg@{DEPTH}": ndcg_at(held, wanted.count, DEPTH, missed),
        "context_precision": context_precision(held),
    }


def _supported(text: str, question: Question, places: Sequence[Place], domain: Domain, house: House) -> float | None:
    try:
        computed = domain.computed_values(question.question, evidence_of(places))
    except Exception as error:  # a plugin's code may raise anything
        raise PluginError(f"plugin.py of {domain.name}: computed_values failed: {type(error).__name__}: {error}; mend it") from error
    share = unsupported_share(text, grounds_of(places, question, computed, house), question.kind == "draft")
    return None if share is None else 1 - share


def _whole(chunks: Sequence[Chunk], sources: frozenset[str]) -> list[Shown]:
    """The passages of the question's sources as if they had been found."""
    return [Shown(chunk.document, f"{chunk.title} › {chunk.heading}", "", chunk.text) for chunk in chunks if from_sources(chunk.document, sources)]
