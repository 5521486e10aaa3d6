"""Judges beside the scores: two rungs compared with positions swapped, S0e's marks from 1 to 10, and how far a judge agrees with the facts found.

Knows neither how a judge is reached nor the words it reads.
"""

from collections import Counter
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from assistant.domain import Domain
from assistant.errors import EvaluationError
from assistant.evaluation.before_after import before_after
from assistant.evaluation.figures import percent
from assistant.evaluation.judge_ask import Progress, Replies, Request, ask_all, request_key
from assistant.evaluation.judge_model import Judge, Reply
from assistant.evaluation.judge_words import comparison, description, grading, read_better, read_score, read_why
from assistant.evaluation.prices import PRICE_LINE, Spending
from assistant.evaluation.results import Answered, Rung
from assistant.evaluation.statistics import wilson

Outcome = Literal["win", "loss", "tie", "by position", "unparsed", "unanswered"]
EXAMPLES = 3
EXCERPT = 120


@dataclass(frozen=True)
class Case:
    """A question (a row of questions.jsonl) that both rungs answered; ``facts_gain`` is the facts score of ``over`` minus that of ``under``."""

    question: Mapping[str, Any]
    under: Answered
    over: Answered
    facts_gain: float
    compared: tuple[Request, Request]
    graded: tuple[Request, Request]

    @property
    def same(self) -> bool:
        return self.under.text.strip() == self.over.text.strip()

    def requests(self, marks: bool) -> tuple[Request, ...]:
        return (() if self.same else self.compared) + (self.graded if marks else ())


@dataclass(frozen=True)
class Judged:
    """A case with what a judge made of it, seen from ``over``; ``first`` is the position (A, B) preferred in both orders of a tie ``by position``."""

    case: Case
    outcome: Outcome
    first: str = ""
    why: str = ""


def judged(
    judges: Sequence[Judge],
    domain: Domain,
    questions: Sequence[Mapping[str, Any]],
    rungs: tuple[Rung, Rung],
    cache: MutableMapping[str, Any],
    spending: Spending | None = None,
    marks: bool = True,
    threads: int = 4,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Figures by judge for ``Evaluation.judged``: of ``rungs`` the second (tuned) against the first (base), on the questions both answered.

    ``spending`` limits all judges together; what is in ``cache`` costs nothing. ``marks``: S0e's form too. EvaluationError without a common
    question, when a cost limit meets an unknown price, or when a judge is lost; what it judged until then is in the cache.
    """
    spending = spending or Spending()
    cases = _cases(domain, questions, *rungs)
    for judge in judges:
        if spending.max_cost is not None and judge.price is None:
            raise EvaluationError(f"no price is known for {judge.name}, so its cost cannot be limited; limit tokens, or write a price file with {PRICE_LINE}")
    found = {}
    for judge in judges:
        replies = ask_all(judge, [request for case in cases for request in case.requests(marks)], cache, spending, threads, progress)
        found[judge.name] = _Figures(judge, cases, replies, marks).all(rungs, spending)
    return found


def judged_line(judge: str, figures: Mapping[str, Any]) -> str:
    """A judge's word in one sentence."""
    over, under, decided = figures["over"], figures["under"], figures["wins"] + figures["losses"]
    if not decided:
        said = f"{judge} sees no difference between {under} and {over}" if figures["ties"] else f"{judge} said nothing that can be used"
    else:
        low, high = figures["interval"]
        clear = f"prefers {over} to {under}" if low > 0.5 else f"prefers {under} to {over}" if high < 0.5 else f"has no clear preference between {under} and {over}"
        share = f"{percent(figures['share'], 0)} of those decided, 95 % interval {percent(low, 0)} to {percent(high, 0)}"
        said = f"{judge} {clear}: {figures['wins']} wins of {over}, {figures['losses']} losses, {figures['ties']} ties ({share})"
    by_position = sum(figures["by_position"].values())
    said += f"; {by_position} of the ties because it chose by position" if by_position else ""
    failures = f"; {figures['parse_failures']} of its replies could not be read" if figures["parse_failures"] else ""
    return f"{said}{failures}{'; ' + figures['stopped'] if figures['stopped'] else ''}."


def _cases(domain: Domain, questions: Sequence[Mapping[str, Any]], under: Rung, over: Rung) -> list[Case]:
    found = []
    for question in questions:
        key = question["id"]
        one, other = under.answers.get(key), over.answers.get(key)
        if one and other:
            facts = [rung.scores.get(key, {}).get("facts") for rung in (under, over)]
            gain = 0.0 if facts[0] is None or facts[1] is None else facts[1] - facts[0]
            described = description(domain, question)
            compared = (comparison(described, question, one, other), comparison(described, question, other, one))
            found.append(Case(question, one, other, gain, compared, (grading(described, question, one), grading(described, question, other))))
    if not found:
        raise EvaluationError(f"no question was answered by both {under.name} and {over.name}, so there is nothing to judge; run both rungs")
    return found


class _Figures:
    """One judge's replies as figures."""

    def __init__(self, judge: Judge, cases: Sequence[Case], replies: Replies, marks: bool) -> None:
        self.judge, self.cases, self.replies, self.marks = judge, cases, replies, marks

    def all(self, rungs: tuple[Rung, Rung], spending: Spending) -> dict[str, Any]:
        verdicts = [one for case in self.cases if (one := self._verdict(case))]
        counts = Counter(one.outcome for one in verdicts)
        wins, losses = counts["win"], counts["loss"]
        unread = self._unread()
        return {
            "under": rungs[0].name,
            "over": rungs[1].name,
            "questions": len(self.cases),
            "judged": wins + losses + counts["tie"] + counts["by position"],
            "wins": wins,
            "losses": losses,
            "ties": counts["tie"] + counts["by position"],
            "share": wins / (wins + losses) if wins + losses else None,
            "interval": list(wilson(wins, wins + losses)),
            "same_answers": sum(one.case.same for one in verdicts),
            "by_position": {"A": sum(one.first == "A" for one in verdicts), "B": sum(one.first == "B" for one in verdicts)},
            "agreement": _agreement(verdicts),
            **({"s0e": self._marks()} if self.marks else {}),
            "parse_failures": len(unread),
            "unreadable": unread[:EXAMPLES],
            "unanswered": len(self.replies.failed),
            "reasons": sorted(set(self.replies.failed.values()))[:EXAMPLES],
            **self._spent(),
            "stopped": self._stopped(spending),
        }

    def _reply(self, request: Request) -> Reply | None:
        return self.replies.given.get(request_key(self.judge, request))

    def _asked(self, requests: Sequence[Request]) -> bool:
        keys = [request_key(self.judge, request) for request in requests]
        return all(key in self.replies.given or key in self.replies.failed for key in keys)

    def _verdict(self, case: Case) -> Judged | None:
        """None where the limit came first. A preference counts only when both orders agree."""
        if case.same:
            return Judged(case, "tie")
        if not self._asked(case.compared):
            return None
        one, other = (self._reply(request) for request in case.compared)
        if not one or not other:
            return Judged(case, "unanswered")
        first, second = read_better(one.text), read_better(other.text)
        if not first or not second:
            return Judged(case, "unparsed")
        if first == second:
            return Judged(case, "tie") if first == "tie" else Judged(case, "by position", first)
        if "tie" in (first, second):
            return Judged(case, "tie")
        return Judged(case, "win" if second == "A" else "loss", why=read_why(one.text))

    def _marks(self) -> dict[str, Any]:
        answered = [case for case in self.cases if all(self._reply(request) for request in case.graded)]
        sides = [[read_score(reply.text) if (reply := self._reply(case.graded[side])) else None for case in answered] for side in (0, 1)]
        return asdict(before_after(*sides))

    def _unread(self) -> list[str]:
        """Every reply that says no preference or no mark, with its question."""
        found = {}
        for case in self.cases:
            for request in case.requests(self.marks):
                reply = self._reply(request)
                read = read_better if request in case.compared else read_score
                if reply and read(reply.text) is None:
                    found[request_key(self.judge, request)] = f"{case.question['id']}: {' '.join(reply.text.split())[:EXCERPT]!r}"
        return list(found.values())

    def _spent(self) -> dict[str, Any]:
        """Tokens and cost of all replies, those of earlier runs included."""
        given, price = self.replies.given.values(), self.judge.price
        prompt, completion = sum(reply.prompt_tokens for reply in given), sum(reply.completion_tokens for reply in given)
        cost = price.of(prompt, completion) if price else None
        return {
            "tokens": prompt + completion, "prompt_tokens": prompt, "completion_tokens": completion,
            "estimated_tokens": any(reply.estimated for reply in given), "cost": cost, "from_cache": self.replies.from_cache,
        }  # fmt: skip

    def _stopped(self, spending: Spending) -> str:
        if not self.replies.limited:
            return ""
        done = sum(self._asked(case.requests(self.marks)) for case in self.cases)
        return f"stopped after {done} of {len(self.cases)} questions at the limit of {spending.limits}"


def _agreement(verdicts: Sequence[Judged]) -> dict[str, Any]:
    """Where one rung has more of the expected facts: how often the judge prefers that one, and Cohen's kappa (Cohen 1960; a tie agrees with neither)."""
    from sklearn.metrics import cohen_kappa_score

    told = [one for one in verdicts if one.case.facts_gain and one.outcome not in {"unparsed", "unanswered"}]
    facts = ["win" if one.case.facts_gain > 0 else "loss" for one in told]
    said = [one.outcome if one.outcome in {"win", "loss"} else "tie" for one in told]
    agree = sum(map(str.__eq__, facts, said))
    against = [one for one, fact, word in zip(told, facts, said, strict=True) if word != "tie" and word != fact]
    return {
        "n": len(told),
        "agree": agree,
        "share": agree / len(told) if told else None,
        "interval": list(wilson(agree, len(told))),
        "kappa": float(cohen_kappa_score(facts, said)) if len({*facts, *said}) > 1 else None,
        "against_the_facts": [f"{one.case.question['id']}: {one.why[:EXCERPT]}" for one in against[:EXAMPLES]],
    }

