"""Checks questions.jsonl: rows, sources, formats and terms that exist, splits and languages, and overlap with what is taught."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from assistant.checking.finding import Checked, Finding, faults_of, located
from assistant.checking.spec import LANGUAGES
from assistant.domain import Domain
from assistant.domain_files import Question, Term, read_questions
from assistant.errors import DomainError
from assistant.plugins import safe_mode
from assistant.records import Document
from assistant.rows.similar import normalised
from assistant.rows.taught import Match, Numbered, Questions, readable_questions

FILE = "questions.jsonl"
Taught = Sequence[tuple[str, Match]]


def check_questions(domain: Domain, documents: Mapping[str, Document | None], terms: Sequence[Term], taught: Taught) -> Checked:
    """``taught``: the examples that ask a measured question too."""
    path = domain.folder / FILE
    faults: list[str] = []
    try:
        read_questions(path)
    except DomainError as error:
        faults = faults_of(error)
    if not path.exists():
        return Checked(FILE, "", (Finding("warning", FILE, None, "is missing, so nothing can be measured; write a dozen questions, dev and test"),))
    rows = readable_questions(path)
    found = located(FILE, faults)
    for line, question in rows:
        found += [Finding("error", FILE, line, text) for text in _errors(question, domain, documents)]
        found += [Finding("warning", FILE, line, text) for text in _warnings(question, domain, documents, terms)]
    found += _given_away(rows, taught, domain.spec.routing.examples)
    return Checked(FILE, _summary(rows), (*sorted(found, key=lambda finding: finding.line or 0), *_gaps(domain, rows)))


def _given_away(rows: Numbered, taught: Taught, utterances: Sequence[str]) -> list[Finding]:
    """Questions that an example or a routing utterance asks too, each once."""
    questions = Questions(rows)
    routed = ((f"a routing utterance in domain.toml ({text!r})", match) for text in utterances if (match := questions.asked_by(text)))
    found: dict[int, Finding] = {}
    for origin, match in (*taught, *routed):
        text = f"{match.id!r} {match.words} {origin}; a question that was taught measures nothing, so reword one of them"
        found.setdefault(match.line, Finding("error", FILE, match.line, text, "question"))
    return list(found.values())


def _errors(question: Question, domain: Domain, documents: Mapping[str, Document | None]) -> Iterator[str]:
    for name in question.sources:
        if name not in documents:
            yield f"source {name!r} is no document of the domain; it has: {', '.join(documents) or 'none'}"
    if question.format and not safe_mode():
        try:
            domain.check_format(question.format, question.reference)
        except KeyError:
            yield f"format {question.format!r}: the domain has no such check; add it to check_format in plugin.py"
        except Exception as error:  # a plugin's code may raise anything
            yield f"format {question.format!r}: check_format failed ({type(error).__name__}: {error}); mend plugin.py"
    if question.refuse and question.facts:
        yield "refuse is true, yet facts are expected; take one of them out"


def _warnings(question: Question, domain: Domain, documents: Mapping[str, Document | None], terms: Sequence[Term]) -> Iterator[str]:
    if question.language not in domain.spec.languages:
        yield f"its language {question.language!r} is not among the domain's ({', '.join(domain.spec.languages)})"
    if not (question.refuse or question.facts or question.format or question.reference):
        yield "nothing says what a good answer is; give facts, format or reference, or refuse: true"
    if question.facts and question.kind == "answer" and not question.format:
        yield from _unsupported(question, documents)
    known = {normalised(name) for term in terms for name in (term.term, *term.aliases)}
    for term in question.terms:
        if known and normalised(term) not in known:
            yield f"term {term!r} is not in glossary.csv"


def _unsupported(question: Question, documents: Mapping[str, Document | None]) -> Iterator[str]:
    """Facts that stand in none of the named documents."""
    read = [document for name in question.sources if (document := documents.get(name))]
    if not read or len(read) < len(question.sources):
        return
    text = normalised(" ".join(document.text for document in read))
    for fact in question.facts:
        if not any(normalised(wording) in text for wording in ([fact] if isinstance(fact, str) else fact)):
            yield f"fact {fact!r} stands in none of its sources ({', '.join(question.sources)})"


def _summary(rows: Numbered) -> str:
    splits = Counter(question.split for _line, question in rows)
    spoken = Counter(question.language for _line, question in rows)
    refusals = sum(question.refuse for _line, question in rows)
    counts = f"{splits['dev']} dev, {splits['test']} test; {spoken['en']} en, {spoken['zh']} zh; {refusals} to refuse"
    width = round(98 / math.sqrt(splits["test"])) if splits["test"] else 100  # 1.96 standard errors of a share of one half
    return f"{len(rows)} questions ({counts}); a share of {splits['test']} test questions is sure to about ±{min(width, 50)} points"


def _gaps(domain: Domain, rows: Numbered) -> Iterator[Finding]:
    for split, use in (("dev", "cures, thresholds and the gate"), ("test", "published figures")):
        if not any(question.split == split for _line, question in rows):
            yield Finding("warning", FILE, None, f"no question has split {split!r}; {use} need some")
    if rows and not any(question.refuse for _line, question in rows):
        yield Finding("warning", FILE, None, 'no question has "refuse": true, so wrong answers to foreign questions go unmeasured')
    for language in domain.spec.languages:
        if rows and not any(question.language == language for _line, question in rows):
            yield Finding("warning", FILE, None, f"no {LANGUAGES[language]} question")
