"""Finds glossary terms that neither a document nor an example uses."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from assistant.checking.finding import Finding
from assistant.checking.glossary import FILE
from assistant.records import Document
from assistant.rows.clean import Fault, Judged


class TermUse:
    """Looks for the terms of the glossary until each is found. ``terms``: term → line of glossary.csv."""

    def __init__(self, terms: Mapping[str, int], documents: Mapping[str, Document | None]) -> None:
        self._missing = {term: (line, _pattern(term)) for term, line in terms.items()}
        for document in documents.values():
            if document:
                self._read(f"{document.title}\n{document.text}")

    def look(self, row: Judged) -> Iterator[Fault]:
        for turn in row.example.turns if row.example and self._missing else ():
            self._read(turn.content)
        return iter(())

    def findings(self) -> list[Finding]:
        text = "is used in no document and no example, so nobody learns to use it; use it where it belongs, or take it out"
        return [Finding("warning", FILE, line, f"{term!r} {text}", "glossary") for term, (line, _) in self._missing.items()]

    def _read(self, text: str) -> None:
        plain = _plain(text)
        for term in [term for term, (_, pattern) in self._missing.items() if pattern.search(plain)]:
            del self._missing[term]


def _plain(text: str) -> str:
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold()


def _pattern(term: str) -> re.Pattern[str]:
    """The term at the beginning of a word, with any ending; short abbreviations stand alone."""
    words = r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", _plain(term).strip()))
    before = r"(?<![a-z0-9])" if re.match("[a-z0-9]", _plain(term)) else ""
    after = r"(?![a-z0-9])" if len(term) <= 3 and term.isascii() else ""
    return re.compile(f"{before}{words}{after}")
