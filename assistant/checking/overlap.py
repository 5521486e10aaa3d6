"""Finds answers that only repeat the domain's documents: an adapter learns by heart what retrieval finds anyway."""

import re
from collections.abc import Iterator, Mapping

from assistant.records import Document
from assistant.rows.clean import Fault, Judged
from assistant.rows.similar import normalised

SHARE = 0.8
LEAST = 24
_SENTENCE = re.compile(r"(?<=[。！？!?；;])|(?<=\.)\s|\n")
_LABEL = re.compile(r"^[\s>*#|-]*(?:[^：:]{1,24}[：:]\s*)?")


class DocumentOverlap:
    """Compares the sentences of answers with those of the documents, word for word once signs, width and case are put aside."""

    def __init__(self, documents: Mapping[str, Document | None]) -> None:
        self._named: dict[str, str] = {}
        for name, document in documents.items():
            for sentence, _label in _sentences(document.text) if document else ():
                self._named.setdefault(sentence, name)

    def look(self, row: Judged) -> Iterator[Fault]:
        if row.example is None or not self._named:
            return
        said = [sentence for turn in row.example.turns if turn.role == "assistant" for sentence in _sentences(turn.content)]
        length = sum(len(whole) for whole, _ in said)
        same = [(whole, self._named.get(whole) or self._named.get(rest)) for whole, rest in said]
        share = sum(len(whole) for whole, name in same if name) / max(length, 1)
        if length >= LEAST and share >= SHARE:
            names = ", ".join(dict.fromkeys(name for _, name in same if name))
            yield Fault("document", f"{share:.0%} of the answer stands word for word in {names}; retrieval quotes that already, so let it show your form")


def _sentences(text: str) -> Iterator[tuple[str, str]]:
    """Each sentence in plain letters, whole and without a label before it."""
    for part in _SENTENCE.split(text):
        if whole := normalised(part):
            label = _LABEL.match(part)
            yield whole, normalised(part[label.end() :]) if label else whole
