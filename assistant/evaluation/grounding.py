"""How well the check of ``answering/check.py`` tells true sentences from false ones: false ones are made of true ones, so that nobody has to label them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.answering.align import unnumbered
from assistant.answering.check import Grounds, unsupported
from assistant.answering.facts import facts, supported
from assistant.domain_files import Question
from assistant.evaluation.perturb import KINDS, Changed, changed
from assistant.evaluation.stated import stated
from assistant.evaluation.statistics import wilson
from assistant.records import Evidence, Language
from assistant.retrieval.words import tokens

Origin = Literal["paraphrase", "verbatim"]
Check = Callable[[str, Grounds], list[str]]


@dataclass(frozen=True)
class TrueAnswer:
    """A sentence that its evidence bears out; ``origin`` says whether somebody wrote it or it stands in the evidence."""

    sentence: str
    grounds: Grounds
    language: Language
    origin: Origin


@dataclass(frozen=True)
class Verdict:
    """One sentence and what the check said of it; ``kind`` is ``true`` or the change. ``agrees``: changed, and yet another piece of the
    evidence holds all of its facts and what was put in, so that it may be true of something else."""

    sentence: str
    language: Language
    origin: Origin
    kind: str
    wrong: tuple[str, ...]
    agrees: bool = False


def repeated(question: Question, evidence: Sequence[Evidence]) -> str | None:
    """The best piece of evidence that holds the question's first fact, without its clause number: an answer word for word."""
    ways = question.facts[:1]
    wanted = [way for fact in ways for way in ([fact] if isinstance(fact, str) else fact)]
    return next((unnumbered(item.text) for item in evidence if any(stated(item.text, way) for way in wanted)), None)


def judge(answers: Iterable[TrueAnswer], seed: int = 0, check: Check = unsupported) -> list[Verdict]:
    """The check's word on every true sentence and on what ``changed`` makes of it."""
    found = []
    for answer in answers:
        found.append(Verdict(answer.sentence, answer.language, answer.origin, "true", tuple(check(answer.sentence, answer.grounds))))
        for false in changed(answer.sentence, answer.language, seed):
            wrong = tuple(check(false.text, answer.grounds))
            found.append(Verdict(false.text, answer.language, answer.origin, false.kind, wrong, agrees(false, answer.grounds)))
    return found


def agrees(false: Changed, grounds: Grounds) -> bool:
    """Whether one piece of the evidence holds every fact and the new words of a changed sentence."""
    said = facts(false.text)
    new = set(tokens(false.after))
    if false.kind in {"negation", "added"} or not (said or new):
        return False

    def holds(item: Evidence) -> bool:
        text = f"{item.heading}\n{item.text}"
        return new <= set(tokens(text)) and all(supported(fact, facts(text), text) for fact in said)

    return any(holds(item) for item in grounds.evidence)


def report(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """For JSON: ``false_alarms`` of the true sentences and ``caught`` of each kind of change, each with n, share and its 95 % Wilson
    interval, for both origins and languages together and apart; ``agreeing``: of those caught, what another piece of evidence agrees with."""
    parts: dict[str, Callable[[Verdict], bool]] = {
        "all": lambda v: True,
        "paraphrase": lambda v: v.origin == "paraphrase",
        "verbatim": lambda v: v.origin == "verbatim",
        "en": lambda v: v.language == "en",
        "zh": lambda v: v.language == "zh",
    }
    return {name: _figures([v for v in verdicts if belongs(v)]) for name, belongs in parts.items()}


def _figures(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    kinds = {kind: [v for v in verdicts if v.kind == kind] for kind in ("true", *KINDS)}
    hard = [v for v in verdicts if v.kind != "true"]
    groups = {
        "number, amount, date": [v for v in hard if v.kind in {"number", "amount", "date"}],
        "the rest": [v for v in hard if v.kind not in {"number", "amount", "date"}],
    }
    return {
        "false_alarms": _share(kinds["true"]),
        "caught": {kind: _share(kinds[kind]) for kind in KINDS} | {name: _share(rows) for name, rows in groups.items()},
        "agreeing": _share([v for v in hard if v.agrees]),
    }


def _share(rows: Sequence[Verdict]) -> dict[str, Any]:
    hits = sum(bool(v.wrong) for v in rows)
    low, high = wilson(hits, len(rows))
    return {"hits": hits, "n": len(rows), "share": hits / len(rows) if rows else None, "interval": [low, high]}
