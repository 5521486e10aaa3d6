"""What an evaluation hands from stage to stage: answers, scores, rungs, the whole. Frozen, and as JSON and back."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

RungName = Literal["plain", "few-shot", "rag", "lora", "rag+lora"]
RUNGS: tuple[RungName, ...] = ("plain", "few-shot", "rag", "lora", "rag+lora")
"""The ladder, from the rung that needs nothing to the one that needs documents, examples and training."""


@dataclass(frozen=True)
class Shown:
    """A passage that an answer was given or cites; ``text`` is the sentence, ``passage`` what stands around it."""

    document: str
    heading: str
    text: str
    passage: str = ""


@dataclass(frozen=True)
class Answered:
    """What one rung said to one question. Times in seconds; tokens are the base model's own; ``evidence`` best first. Of the model's sentences
    ``stood`` were shown (None: not counted) and ``replaced`` were not."""

    question: str
    text: str
    refused: bool
    evidence: tuple[Shown, ...] = ()
    cited: tuple[Shown, ...] = ()
    adapter: str | None = None
    seconds: float = 0.0
    first_token: float | None = None
    tokens: int = 0
    prompt_tokens: int = 0
    replaced: int = 0
    reason: str = ""
    stood: int | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Answered":
        shown = {name: tuple(Shown(**item) for item in values[name]) for name in ("evidence", "cited")}
        return cls(**{**values, **shown})


@dataclass(frozen=True)
class Mean:
    """A score's mean over the ``n`` questions that it applies to, with its 95 % interval."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Rung:
    """One rung's answers and what they are worth: ``scores`` by question and score, ``means`` by score, ``cost`` in words and figures.
    ``unsupported`` is the share of all answers' statements that nothing bears out, ``n`` the statements."""

    name: str
    answers: Mapping[str, Answered]
    scores: Mapping[str, Mapping[str, float]]
    means: Mapping[str, Mean]
    cost: Mapping[str, Any]
    unsupported: Mean | None = None


@dataclass(frozen=True)
class Difference:
    """``over`` minus ``under`` on the questions both answered, paired, with its 95 % interval, p value after Holm's correction, and how
    many questions more would show it (0: it shows; None: there is none to show)."""

    score: str
    under: str
    over: str
    points: float
    low: float
    high: float
    p: float
    n: int
    more: int | None = None

    @property
    def better(self) -> bool:
        return self.low > 0 and self.p < 0.05

    @property
    def worse(self) -> bool:
        return self.high < 0 and self.p < 0.05


@dataclass(frozen=True)
class Evaluation:
    """A finished evaluation. ``verdict`` are sentences for people, ``stop_at`` the rung they end with."""

    id: str
    domain: str
    split: str
    base: str
    adapter: str | None
    questions: tuple[Mapping[str, Any], ...]
    rungs: tuple[Rung, ...]
    differences: tuple[Difference, ...]
    stop_at: str
    verdict: tuple[str, ...]
    created: str
    losses: tuple[Mapping[str, Any], ...] = ()
    judged: Mapping[str, Any] = field(default_factory=dict)
    rated: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain values; each rung has ``name``, ``scores``, ``intervals`` and ``cost``, ``answers`` and ``by_question`` beside them."""
        return {
            **{key: value for key, value in asdict(self).items() if key not in {"rungs", "differences"}},
            "rungs": [_rung_as_json(rung) for rung in self.rungs],
            "differences": [{**asdict(one), "better": one.better, "worse": one.worse} for one in self.differences],
        }

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Evaluation":
        rungs = tuple(_rung_of(one) for one in values["rungs"])
        differences = tuple(Difference(**{key: value for key, value in one.items() if key not in {"better", "worse"}}) for one in values["differences"])
        lists = {key: tuple(values[key]) for key in ("questions", "verdict", "losses")}
        return cls(**{**values, **lists, "rungs": rungs, "differences": differences})


def _rung_as_json(rung: Rung) -> dict[str, Any]:
    return {
        "name": rung.name,
        "scores": {score: mean.mean for score, mean in rung.means.items()},
        "intervals": {score: [mean.low, mean.high, mean.n] for score, mean in rung.means.items()},
        "unsupported_statements": asdict(rung.unsupported) if rung.unsupported else None,
        "cost": dict(rung.cost),
        "answers": {key: asdict(answer) for key, answer in rung.answers.items()},
        "by_question": {key: dict(scores) for key, scores in rung.scores.items()},
    }


def _rung_of(values: Mapping[str, Any]) -> Rung:
    means = {score: Mean(values["scores"][score], low, high, n) for score, (low, high, n) in values["intervals"].items()}
    answers = {key: Answered.of(answer) for key, answer in values["answers"].items()}
    share = values.get("unsupported_statements")
    return Rung(values["name"], answers, values["by_question"], means, values["cost"], Mean(**share) if share else None)
