"""Citations at the level of passages: is what an answer cites to the point, and does it cite what it says? After ALCE (Gao et al. 2023),
with facts and words in place of its entailment model. ``cited[0]`` is what the mark [1] leads to."""

from collections.abc import Sequence

from assistant.answering.check import WORDS
from assistant.answering.cite import ENOUGH, MARK, without_marks
from assistant.answering.facts import borne, facts, supported
from assistant.answering.speak import split_ready
from assistant.domain_files import Question
from assistant.evaluation.expected import entry_stated
from assistant.evaluation.findable import Findable, Place
from assistant.retrieval.words import tokens


def citation_precision(text: str, cited: Sequence[Place], question: Question) -> float | None:
    """Share of the cited passages that state an expected fact or bear out a sentence whose mark leads there; None without citations."""
    if question.refuse or not cited:
        return None
    right = [_states_expected(place, question) or any(bears_out(place, said) for said in marked(text, n)) for n, place in enumerate(cited, 1)]
    return sum(right) / len(right)


def citation_recall(cited: Sequence[Place], wanted: Findable | None) -> float | None:
    """Share of the expected facts findable in the sources that some cited passage states; None where nothing is to be found.

    An answer that cites nothing, a false refusal among them, has 0."""
    if wanted is None:
        return None
    return len(frozenset().union(*(wanted.held(place) for place in cited))) / wanted.count


def marked(text: str, n: int) -> list[str]:
    """The sentences that carry the mark [n], without marks."""
    ready, rest = split_ready(text)
    return [without_marks(one).strip() for one in (*ready, rest) if str(n) in MARK.findall(one)]


def bears_out(place: Place, sentence: str) -> bool:
    """Whether a passage holds one of the sentence's hard facts and some of its words; of a sentence without facts, most of its words."""
    around = f"{place.heading}\n{place.text}\n{place.passage}"
    words = set(tokens(sentence))
    share = len(words & set(tokens(around))) / len(words) if words else 1.0
    said, known = facts(sentence), borne(around)
    if not said:
        return share >= WORDS
    return share >= ENOUGH and any(supported(fact, known, around) for fact in said)


def _states_expected(place: Place, question: Question) -> bool:
    return any(entry_stated(text, entry) for entry in question.facts for text in (place.heading, place.text, place.passage))
