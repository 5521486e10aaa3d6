"""Finds routing utterances that another installed domain's utterances all but repeat: the router cannot tell such questions apart."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from assistant.checking.finding import Finding
from assistant.domain import Domain
from assistant.domain_files import read_text

FILE = "domain.toml"
ALIKE = 0.6  # cosine of pieces of words: from here on two utterances differ in a word or an ending
NEARER = 0.45  # enough to be taken for another domain's where none of its own is as near


def collisions(domain: Domain, others: Sequence[Domain]) -> Iterator[Finding]:
    """A warning for each utterance of the domain that collides with one of another domain, at its line."""
    own = list(dict.fromkeys(domain.spec.routing.examples))
    foreign = [(text, other.name) for other in others if other.name != domain.name for text in other.spec.routing.examples]
    if not any(map(pieces, own)) or not foreign:
        return
    text = read_text(domain.folder / FILE)
    across, within = _likeness(own, [text for text, _name in foreign])
    for number, utterance in enumerate(own):
        nearest = int(across[number].argmax())
        likeness = float(across[number, nearest])
        if likeness >= ALIKE or (likeness >= NEARER and likeness > float(within[number])):
            said, name = foreign[nearest]
            remedy = "reword one of them, or leave such questions to one domain"
            yield Finding("warning", FILE, _line(text, utterance), f"utterance {utterance!r} collides with {said!r} of {name}; {remedy}", "collision")


def _likeness(own: Sequence[str], foreign: Sequence[str]) -> tuple[Any, Any]:
    """Cosine of each own utterance to each foreign one, and to the nearest other one of its own."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    grams = TfidfVectorizer(analyzer=pieces, sublinear_tf=True).fit([*own, *foreign])
    rows = grams.transform(own)
    among = (rows @ rows.T).toarray()
    among[range(len(own)), range(len(own))] = 0.0
    return (rows @ grams.transform(foreign).T).toarray(), among.max(axis=1)


def pieces(text: str) -> list[str]:
    """Two to four letters of a word, one or two Chinese characters."""
    words = [f" {word} " for word in re.findall(r"[a-z0-9']+", text.lower())]
    letters = [word[at : at + size] for word in words for size in (2, 3, 4) for at in range(len(word) - size + 1)]
    runs = re.findall(r"[\u4e00-\u9fff]+", text)
    return letters + [run[at : at + size] for run in runs for size in (1, 2) for at in range(len(run) - size + 1)]


def _line(text: str, utterance: str) -> int | None:
    return next((number for number, line in enumerate(text.splitlines(), 1) if utterance in line), None)
