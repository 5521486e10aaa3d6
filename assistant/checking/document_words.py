"""Checks the words of the documents: personal data, template tags that no program filled in, garbled characters, the same text twice."""

from collections import Counter
from collections.abc import Iterator, Mapping

from assistant.checking.finding import Finding, Level
from assistant.personal_data import find_personal_data
from assistant.records import Document
from assistant.rows.similar import normalised
from assistant.rows.text import prose
from assistant.rows.wording import GARBLED, TEMPLATE

FOLDER = "documents/"
WHOLE = 200
SECRET = ("identity number", "bank card")


def check_words(documents: Mapping[str, Document]) -> tuple[list[Finding], list[Finding]]:
    """Findings, and notes on contact data, which documents may well publish."""
    found: list[Finding] = []
    notes: list[Finding] = []
    seen: dict[str, str] = {}
    for name, document in documents.items():
        found += _remains(name, document)
        for finding in _personal(name, document.text):
            (notes if finding.level == "note" else found).append(finding)
        words = normalised(document.text)
        same = seen.setdefault(words, name)
        if same != name and len(words) >= WHOLE:
            text = f"holds the same text as {same}; keep one, or every sentence is found twice"
            found.append(Finding("warning", FOLDER + name, None, text, "duplicate"))
    return found, notes


def _remains(name: str, document: Document) -> Iterator[Finding]:
    words = prose(document.text)
    if tags := TEMPLATE.findall(words):
        text = f"{len(tags)} template tags ({', '.join(dict.fromkeys(tags[:2]))}) would be quoted as they stand; export the page as readers see it"
        yield Finding("warning", FOLDER + name, None, text, "placeholder")
    if garbled := GARBLED.search(words):
        yield Finding("warning", FOLDER + name, None, f"garbled characters {garbled[0]!r}; save it again as UTF-8", "encoding")


def _personal(name: str, text: str) -> Iterator[Finding]:
    kinds = Counter(one.kind for one in find_personal_data(text))
    secret: dict[str, int] = {kind: number for kind, number in kinds.items() if kind in SECRET}
    contact: dict[str, int] = {kind: number for kind, number in kinds.items() if kind not in SECRET}
    told: tuple[tuple[Level, dict[str, int], str], ...] = (
        ("warning", secret, "whoever may ask can be shown it; take it out or mask it"),
        ("note", contact, "is it meant for all who may ask?"),
    )
    for level, chosen, remedy in told:
        if chosen:
            said = ", ".join(f"{number} {kind}{'es' if kind.endswith('s') else 's'}" if number > 1 else f"1 {kind}" for kind, number in chosen.items())
            yield Finding(level, FOLDER + name, None, f"personal data ({said}): {remedy}", "personal-data")
