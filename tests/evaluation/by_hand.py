"""An evaluation of a small library's domain, made by hand: five rungs, eight questions in two languages, scores to check by eye."""

from collections.abc import Mapping
from typing import Any

from assistant.evaluation.results import RUNGS, Answered, Difference, Evaluation, Mean, Rung, Shown
from assistant.evaluation.statistics import mean_interval, more_questions, paired_difference, paired_p

LOANS = Shown("loans-2026.md", "Loans", "A book may be kept for 28 days.", "Readers borrow up to ten books.\nA book may be kept for 28 days.\nIt can be renewed twice.")
FINES = Shown("fees-zh.xlsx", "逾期费用", "逾期每天收取0.2元，最高10元。", "费用表\n逾期每天收取0.2元，最高10元。")
QUESTIONS: tuple[Mapping[str, Any], ...] = (
    {"id": "en-loan", "language": "en", "question": "How long can I keep a novel?", "facts": [["28 days", "four weeks"]], "not_facts": ["21 days"]},
    {"id": "en-renew", "language": "en", "question": "And may I hold on to it for longer?", "facts": ["twice"], "history": [{"role": "user", "content": "How long can I keep a novel?"}]},
    {"id": "en-card", "language": "en", "question": "What do I bring along to get a card?", "facts": ["passport", "proof of address"]},
    {"id": "en-weather", "language": "en", "question": "Will it rain on Sunday?", "refuse": True},
    {"id": "zh-fine", "language": "zh", "question": "书晚还一天要交多少钱？", "facts": ["0.2元"]},
    {"id": "zh-hours", "language": "zh", "question": "周六几点关门？", "facts": ["18:00"]},
    {"id": "zh-lost", "language": "zh", "question": "借的书丢了怎么办？", "facts": ["原价", "工本费"]},
    {"id": "zh-loan", "language": "zh", "question": "一次最多能借几本？", "facts": ["10本"]},
)
FACTS = {
    "plain": (0, 0, 0, None, 0, 0, 0, 0),
    "few-shot": (0, 0, 0.5, None, 0, 0, 0, 0),
    "rag": (1, 1, 0.5, None, 1, 1, 0, 1),
    "lora": (0, 0, 0, None, 0, 0, 0, 1),
    "rag+lora": (1, 1, 1, None, 1, 1, 0.5, 1),
}
FORMAT = {"plain": 0, "few-shot": 0, "rag": 0, "lora": 1, "rag+lora": 1}
SAID = {
    "en-loan": "A book may be kept for 28 days. [1]",
    "zh-fine": "逾期每天收取0.2元，最高10元。[1]",
    "zh-lost": "请按原价赔偿。",
}


def library(**changes: Any) -> Evaluation:
    """The evaluation, with some of its fields replaced."""
    rungs = tuple(_rung(name) for name in RUNGS)
    found = [_difference(score, rungs[2], rungs[4]) for score in ("facts", "format")]
    values: dict[str, Any] = {
        "id": "2026-11-21-0731",
        "domain": "library",
        "split": "dev",
        "base": "starter",
        "adapter": "library@2",
        "questions": QUESTIONS,
        "rungs": rungs,
        "differences": tuple(found),
        "stop_at": "rag+lora",
        "verdict": ("RAG is enough for facts: LoRA adds +14.3 points [0, 28.6].", "Train if the format matters: LoRA adds +100 points there."),
        "created": "2026-11-21T07:31:05+00:00",
        "losses": (*({"step": step, "epoch": step / 10, "loss": 2.0 / (1 + step / 8)} for step in range(0, 31, 2)), {"step": 30, "eval_loss": 0.52}),
        "judged": {"qwen-72b": {"wins": 5, "losses": 1, "ties": 2, "interval": [0.44, 0.97], "s0e": {"base": 5.5, "tuned": 7.25, "verdict": "deploy"}, "parse_failures": 1, "stopped": ""}},
        "rated": {"preferred": 6, "of": 8, "interval": [0.41, 0.93]},
    }
    return Evaluation(**{**values, **changes})


def _rung(name: str) -> Rung:
    answers = {str(question["id"]): _answer(name, question) for question in QUESTIONS}
    scores = {str(question["id"]): _scores(name, at, question) for at, question in enumerate(QUESTIONS)}
    return rung_of(name, answers, scores)


def rung_of(name: str, answers: Mapping[str, Answered], scores: Mapping[str, Mapping[str, float]]) -> Rung:
    """A rung whose means follow from its scores."""
    means = {score: mean_of([of[score] for of in scores.values() if score in of]) for score in dict.fromkeys(key for of in scores.values() for key in of)}
    cost = {"seconds": 1.34, "tokens": 41, "training_seconds": 74.1 if "lora" in name else 0, "memory_bytes": 1_234_000_000}
    return Rung(name, answers, scores, means, cost)


def mean_of(values: list[float]) -> Mean:
    found = mean_interval(values)
    assert found
    return Mean(found.estimate, found.low, found.high, found.n)


def _scores(name: str, at: int, question: Mapping[str, Any]) -> dict[str, float]:
    facts = FACTS[name][at]
    refusal = 1.0 if question.get("refuse") is None or "rag" in name else 0.0
    looked_up = {"supported": 1.0, "hit@5": 1.0, "citation_precision": 1.0} if "rag" in name and facts is not None else {}
    return {**({} if facts is None else {"facts": facts, "format": FORMAT[name]}), "refusal": refusal, "language": 1.0, "length": 0.5 + at / 4, **looked_up}


def _answer(name: str, question: Mapping[str, Any]) -> Answered:
    key, documents = str(question["id"]), "rag" in name
    refused = documents and bool(question.get("refuse"))
    said = SAID.get(key, "好的，请到一楼服务台办理。" if question["language"] == "zh" else "Please ask at the desk on the ground floor.")
    shown = (FINES if question["language"] == "zh" else LOANS,) if documents and not refused else ()
    text = "The documents do not say." if refused else said if documents else "Of course! Happy to help with that."
    return Answered(key, text, refused, shown, shown, "library@2" if "lora" in name else None, 1.25, 0.3, 12, 240 if documents else 60, 1, "nothing found" if refused else "")


def _difference(score: str, under: Rung, over: Rung) -> Difference:
    keys = [key for key, scores in under.scores.items() if score in scores]
    before, after = ([rung.scores[key][score] for key in keys] for rung in (under, over))
    found = paired_difference(before, after)
    assert found
    return Difference(score, under.name, over.name, found.estimate, found.low, found.high, paired_p(before, after), found.n, more_questions(before, after))
