"""Examples shown before a question, the most similar first: the domain's voice where there is no adapter. Knows no files and no prompt."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assistant.answering.cite import without_marks
from assistant.language import detect
from assistant.records import Example, Kind, Language
from assistant.retrieval.embed import Embedder
from assistant.retrieval.evidence import Fit
from assistant.retrieval.words import tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

MOST = 3
OWN = 0.8
KEPT = 1000  # of a language and kind: what comes first in the files
AT_ONCE = 32  # questions of others are embedded in between
AROUND = 32  # tokens of the label and the roles around an example
LEAST_SAID, SAID_SHARE = 3, 0.1


@dataclass(frozen=True)
class Shot:
    """The first question and answer of an example; ``origin`` is its file and row."""

    question: str
    answer: str
    language: Language
    kind: Kind
    origin: str = ""


@dataclass(frozen=True, eq=False)
class Group:
    """The shots of one language and kind with what they are compared by: vectors where the embedder serves the language, words elsewhere."""

    shots: Sequence[Shot]
    embedder: Embedder | None
    vectors: Any
    vectorizer: Any = None

    def likeness(self, question: str) -> Sequence[float]:
        if self.vectorizer:
            found = (self.vectors @ self.vectorizer.transform([question]).T).toarray()[:, 0]
        else:
            assert self.embedder
            found = self.vectors @ _array([self.embedder.embed_query(question)])[0]
        return [float(one) for one in found]


@dataclass(frozen=True)
class Shots:
    """What may be shown of a domain's examples. ``words`` are those that a good part of the answers say."""

    groups: Mapping[tuple[Language, Kind], Group] = field(default_factory=dict)
    words: frozenset[str] = frozenset()

    def nearest(self, question: str, language: Language, kind: Kind, fit: Fit) -> list[Shot]:
        """Shots of that language and kind that ``fit``, the nearest last; never the question itself."""
        group = self.groups.get((language, kind))
        if group is None or fit.tokens <= 0:
            return []
        likeness, room = group.likeness(question), fit.tokens
        chosen: list[Shot] = []
        for place in sorted(range(len(likeness)), key=lambda place: -likeness[place]):
            shot = group.shots[place]
            cost = fit.count(shot.question) + fit.count(shot.answer) + AROUND
            if cost > room or same_question(shot.question, question):
                continue
            chosen.append(shot)
            room -= cost
            if len(chosen) == fit.items:
                break
        return chosen[::-1]


def shots_of(examples: Iterable[Example], embedder: Embedder | None = None, known: Shots | None = None) -> Shots:
    """Examples ready to choose from; vectors of questions that are ``known`` are taken from there."""
    found: dict[tuple[Language, Kind], list[Shot]] = {}
    for shot in filter(None, map(shot_of, examples)):
        same = found.setdefault((shot.language, shot.kind), [])
        if len(same) < KEPT:
            same.append(shot)
    vectors = _vectors_in(known) if known else {}
    groups = {key: _group(shots, embedder if embedder and key[0] in embedder.languages else None, vectors) for key, shots in found.items()}
    said = [set(tokens(shot.answer)) for (_, kind), shots in found.items() if kind == "answer" for shot in shots]
    return Shots(groups, frozenset(house_words(said)))


def house_words(answers: Collection[Collection[str]]) -> list[str]:
    """Words that a good part of answers, each given as its words, say. In answering they need no evidence; figures always do."""
    counts = Counter(word for words in answers for word in set(words))
    least = max(LEAST_SAID, SAID_SHARE * len(answers))
    return sorted(word for word, count in counts.items() if count >= least and not any(char.isdigit() for char in word))


def same_question(one: str, other: str) -> bool:
    """Whether two questions are the same or nearly so (Jaccard similarity of their words)."""
    left, right = set(tokens(one)), set(tokens(other))
    return one.strip() == other.strip() or (bool(left | right) and len(left & right) / len(left | right) >= OWN)


def shot_of(example: Example) -> Shot | None:
    """None where there is no answer, or not in the question's language."""
    spoken = [turn for turn in example.turns if turn.role != "system"]
    if len(spoken) < 2:
        return None
    question, answer = spoken[0].content, without_marks(spoken[1].content)
    language = detect(question)
    return Shot(question, answer, language, example.kind, example.origin) if detect(answer) == language else None


def _group(shots: Sequence[Shot], embedder: Embedder | None, known: Mapping[str, Any]) -> Group:
    questions = [shot.question for shot in shots]
    if embedder:
        missing = [question for question in dict.fromkeys(questions) if question not in known]
        made = [vector for start in range(0, len(missing), AT_ONCE) for vector in embedder.embed_documents(missing[start : start + AT_ONCE])]
        vectors = {**known, **dict(zip(missing, made, strict=True))}
        return Group(shots, embedder, _array([vectors[question] for question in questions]))
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=_words)
    return Group(shots, None, vectorizer.fit_transform(questions), vectorizer)


def _words(question: str) -> list[str]:
    """Its words; the question itself where it has none, so that there is something to fit."""
    return tokens(question) or [question]


def _vectors_in(shots: Shots) -> dict[str, Any]:
    served = [group for group in shots.groups.values() if group.embedder]
    return {shot.question: vector for group in served for shot, vector in zip(group.shots, group.vectors, strict=True)}


def _array(vectors: Sequence[Any]) -> "Vectors":
    import numpy as np

    return np.array(vectors, dtype=np.float32)
