"""People's blind preferences between two rungs' answers: asked in a dialogue, kept in the history, counted. Knows no terminal."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.errors import EvaluationError
from assistant.evaluation.figures import p_value, percent
from assistant.evaluation.results import Evaluation, Rung
from assistant.evaluation.statistics import wilson
from assistant.history import History, Preference, Vote

Choice = Literal["left", "right", "tie", "skip", "quit"]
CHOICES: dict[str, Choice] = {
    "a": "left", "b": "right", "t": "tie", "tie": "tie", "=": "tie", "s": "skip", "skip": "skip", "q": "quit", "quit": "quit",
}  # fmt: skip
ASK = "Which is better? A, B, tie, skip, quit: "
NO_ADAPTER = "no adapter"


@dataclass(frozen=True)
class BlindPair:
    """Two answers to a question in the order they are shown; the names of their rungs are for the record, not for the rater."""

    question: Mapping[str, Any]
    left_is: str
    left_text: str
    right_is: str
    right_text: str


def blind_pairs(evaluation: Evaluation, base: str, tuned: str) -> list[BlindPair]:
    """The questions that two rungs answered differently, sides by chance (always the same for a question's id).

    EvaluationError when a rung is missing, or when no answers differ.
    """
    one, other = _rung(evaluation, base), _rung(evaluation, tuned)
    pairs = []
    for question in evaluation.questions:
        key = question["id"]
        if key in one.answers and key in other.answers:
            sides = [(rung.name, rung.answers[key].text.strip()) for rung in (one, other)]
            random.Random(key).shuffle(sides)
            if sides[0][1] != sides[1][1]:
                pairs.append(BlindPair(question, *sides[0], *sides[1]))
    if not pairs:
        raise EvaluationError(f"{base} and {tuned} answered no question differently, so there is nothing to choose; evaluate other rungs")
    return pairs


def rate(
    evaluation: Evaluation,
    pairs: Sequence[BlindPair],
    history: History,
    user: str,
    ask: Callable[[str], str],
    say: Callable[[str], None],
) -> int:
    """Ask ``user`` about each pair not rated yet, until the end or ``quit`` (also the end of input); how many were rated now.

    ``ask`` shows a text and returns the line typed, ``say`` shows a text. A pair is asked again once its answers have changed.
    """
    rated = {_texts(one) for one in history.preferences(user, evaluation.domain)}
    todo = [(pair, one) for pair in pairs if _texts(one := _preference(evaluation, pair, "tie")) not in rated]
    if len(todo) < len(pairs):
        say(f"{len(pairs) - len(todo)} of {len(pairs)} are rated already.")
    done = 0
    for count, (pair, _) in enumerate(todo, 1):
        say(_shown(pair, f"{count} of {len(todo)}"))
        choice = _choice(ask, say)
        if choice == "quit":
            break
        if choice != "skip":
            history.prefer(user, _preference(evaluation, pair, choice))
            done += 1
    return done


def summary(votes: Iterable[Vote], base: str, tuned: str, model: str, adapter: str | None) -> dict[str, Any]:
    """Counts for ``Evaluation.rated``: the votes between two rungs of that model and adapter.

    The unit is the question: several people's votes on one are decided by their majority (a draw is a tie), since they are not independent.
    ``share`` of the questions without ties on which ``tuned`` is preferred, with Wilson's interval; ``p`` by the two-sided sign test.
    """
    from scipy.stats import binomtest

    wanted = [one for one in votes if {one.left_is, one.right_is} == {base, tuned} and (one.base, one.adapter) == (model, adapter or NO_ADAPTER)]
    margins: Counter[str] = Counter()
    for vote in wanted:
        chosen = {"left": vote.left_is, "right": vote.right_is}.get(vote.choice)
        margins[vote.question] += (chosen == tuned) - (chosen == base)
    wins, losses = sum(margin > 0 for margin in margins.values()), sum(margin < 0 for margin in margins.values())
    decided = wins + losses
    return {
        "base": base,
        "tuned": tuned,
        "adapter": adapter or NO_ADAPTER,
        "raters": len({vote.rater for vote in wanted}),
        "votes": len(wanted),
        "questions": len(margins),
        "prefer_tuned": wins,
        "prefer_base": losses,
        "ties": len(margins) - decided,
        "share": wins / decided if decided else None,
        "interval": list(wilson(wins, decided)),
        "p": float(binomtest(wins, decided, 0.5).pvalue) if decided else 1.0,
    }


def verdict_line(rated: Mapping[str, Any]) -> str:
    """What people said, in one sentence of the verdict."""
    base, tuned = rated["base"], rated["tuned"]
    if not rated["votes"]:
        return f"Nobody has compared {tuned} with {base} yet; people's word counts most: assistant evaluate --rate."
    who = f"{rated['raters']} {'person' if rated['raters'] == 1 else 'people'}, not knowing which was which,"
    ties = f"{rated['ties']} {'tie' if rated['ties'] == 1 else 'ties'}"
    decided = rated["prefer_tuned"] + rated["prefer_base"]
    if not decided:
        return f"People: {who} found {tuned} and {base} equally good on {_questions(rated['questions'])}."
    low, high = rated["interval"]
    figures = f"{percent(rated['share'], 0)}, 95 % interval {percent(low, 0)} to {percent(high, 0)}; {ties}; sign test p {_equals(rated['p'])}"
    if rated["p"] >= 0.05:
        return f"People: {who} showed no clear preference; {tuned} over {base} on {rated['prefer_tuned']} of {_questions(decided)} ({figures})."
    liked, other, count = (tuned, base, rated["prefer_tuned"]) if rated["share"] > 0.5 else (base, tuned, rated["prefer_base"])
    about = figures if liked == tuned else f"for {tuned} {figures}"
    return f"People: {who} preferred {liked} to {other} on {count} of {_questions(decided)} ({about})."


def _rung(evaluation: Evaluation, name: str) -> Rung:
    found = next((rung for rung in evaluation.rungs if rung.name == name), None)
    if not found:
        raise EvaluationError(f"this evaluation has no rung {name!r}; it has: {', '.join(rung.name for rung in evaluation.rungs)}")
    return found


def _preference(evaluation: Evaluation, pair: BlindPair, choice: Literal["left", "right", "tie"]) -> Preference:
    return Preference(
        evaluation.domain, pair.question["id"], evaluation.base, evaluation.adapter or NO_ADAPTER,
        pair.left_is, pair.left_text, pair.right_is, pair.right_text, choice,
    )  # fmt: skip


def _texts(one: Preference) -> tuple[str, ...]:
    return (*one.pair, *sorted((one.left_text, one.right_text)))


def _shown(pair: BlindPair, count: str) -> str:
    """The pair for a rater: no rung, no adapter, no time."""
    earlier = [f"{turn['role']}: {turn['content']}" for turn in pair.question.get("history") or ()]
    asked = "\n".join([*earlier, pair.question["question"]])
    silent = "(no answer)"
    return f"\n{count}\n{asked}\n\n--- A ---\n{pair.left_text or silent}\n\n--- B ---\n{pair.right_text or silent}\n"


def _choice(ask: Callable[[str], str], say: Callable[[str], None]) -> Choice:
    while True:
        try:
            typed = ask(ASK)
        except (EOFError, KeyboardInterrupt):
            return "quit"
        choice = CHOICES.get(typed.strip().casefold())
        if choice:
            return choice
        say(f"{typed.strip()!r} is no choice; type A, B, tie, skip or quit.")


def _questions(count: int) -> str:
    return f"{count} question{'' if count == 1 else 's'}"


def _equals(p: float) -> str:
    shown = p_value(p)
    return shown if shown.startswith("<") else f"= {shown}"
