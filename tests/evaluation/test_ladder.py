"""``assistant evaluate`` on a real workspace with the embedded model: the ladder, its cache, what stops it, and what it compares."""

import json
from pathlib import Path

import pytest

from assistant.answering.shots import shots_of
from assistant.evaluation.questions import near
from assistant.evaluation.results import RUNGS, Difference, Mean, Rung
from assistant.evaluation.verdict import cheapest, stop_at, verdict
from assistant.records import Example, Turn
from assistant.retrieval.evidence import Fit
from assistant.testing.server import openai_server


def reports(made) -> list[Path]:
    return sorted((made.root / ".assistant/evaluation/travel").glob("*/evaluation.json"))


def test_the_ladder_has_figures_a_verdict_and_a_report_and_the_second_run_asks_nothing(travel, monkeypatch: pytest.MonkeyPatch) -> None:
    first = travel.run("evaluate", "travel", "--ladder", "--split", "all", "--json")
    assert first.code == 0
    told = json.loads(first.out)
    names = [rung["name"] for rung in told["rungs"]]
    assert names == ["plain", "few-shot", "rag"]  # no adapter has been trained
    assert {"verdict", "questions", "base", "adapter"} <= told.keys()
    rag = told["rungs"][2]
    assert {"name", "scores", "intervals", "cost"} <= rag.keys()
    low, high, n = rag["intervals"]["facts"]
    assert low <= rag["scores"]["facts"] <= high
    assert n == sum(bool(question["facts"]) and not question["refuse"] for question in told["questions"])
    assert rag["scores"]["facts"] > told["rungs"][0]["scores"]["facts"]
    assert rag["cost"]["answer_tokens"] > 0
    (report,) = reports(travel)
    assert "<script src" not in (report.parent / "report.html").read_text("utf-8")

    from assistant.evaluation.rungs import Ladder

    monkeypatch.setattr(Ladder, "answer", lambda *_: pytest.fail("an answer was made again"))
    second = json.loads(travel.run("evaluate", "travel", "--ladder", "--split", "all", "--json").out)
    assert [rung["scores"] for rung in second["rungs"]] == [rung["scores"] for rung in told["rungs"]]


def test_an_interrupted_evaluation_keeps_its_answers_and_goes_on(travel, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant.evaluation.rungs import Ladder

    real, asked = Ladder.answer, []

    def broken(self, question, rung):
        asked.append(question.id)
        if len(asked) > 6:
            raise KeyboardInterrupt
        return real(self, question, rung)

    monkeypatch.setattr(Ladder, "answer", broken)
    assert "the same command goes on" in travel.run("evaluate", "travel", "--rung", "rag", "--split", "all").err
    assert reports(travel) == []
    before = len(asked)
    monkeypatch.setattr(Ladder, "answer", lambda self, question, rung: asked.append(question.id) or real(self, question, rung))
    assert travel.run("evaluate", "travel", "--rung", "rag", "--split", "all").code == 0
    assert 0 < len(asked[before:]) <= len(set(asked)) - 6


def test_a_limit_not_reached_is_exit_1_and_names_the_score(travel) -> None:
    failed = travel.run("evaluate", "travel", "--rung", "rag", "--fail-under", "facts=1.0,refusal=0.0")
    assert failed.code == 1
    assert "facts" in failed.err


def test_two_evaluations_are_compared(travel) -> None:
    travel.run("evaluate", "travel", "--rung", "rag")
    travel.run("evaluate", "travel", "--rung", "rag", "--split", "dev")
    one, two = (path.parent.name for path in reports(travel))
    said = travel.run("evaluate", "--compare", one, two)
    assert said.code == 0
    assert "Facts" in said.out


def test_a_judge_on_a_local_server_compares_two_rungs_and_is_not_asked_about_one(travel) -> None:
    asked = []

    def judge(body) -> str:
        asked.append(body)
        longer = max("AB", key=lambda side: len(body["messages"][-1]["content"].partition(f"<<<Answer {side}")[2].partition(">>>")[0]))
        return "no idea" if len(asked) % 10 == 0 else json.dumps({"why": "longer", "better": longer, "score": 7})

    with openai_server(judge) as url:
        told = travel.run("evaluate", "travel", "--rung", "plain", "--rung", "rag", "--judge", f"{url}#tiny")
        assert told.code == 0
        assert "tiny" in told.out and "could not be read" in told.out
        (report,) = reports(travel)
        figures = next(iter(json.loads(report.read_text("utf-8"))["judged"].values()))
        assert (figures["under"], figures["over"]) == ("plain", "rag")
        assert figures["parse_failures"] > 0 and figures["tokens"] > 0
        assert "What the judges said" in (report.parent / "report.html").read_text("utf-8")
        asked.clear()
        one = travel.run("evaluate", "travel", "--rung", "rag", "--judge", f"{url}#tiny")
    assert (one.code, asked) == (1, [])
    assert "two rungs are needed" in one.err and "there is only rag" in one.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "which domain?"),
        (("legal",), "travel"),
        (("travel", "--rung", "rocket"), "the ladder has: plain, few-shot, rag, lora, rag+lora"),
        (("travel", "--rung", "lora"), "assistant train travel"),
        (("travel", "--split", "exam"), "--split"),
        (("travel", "--target", "70"), "share of facts"),
        (("travel", "--against", "travel@9"), "no adapter travel@9"),
        (("travel", "--judge", "http://127.0.0.1:9/v1#m"), "127.0.0.1:9"),
        (("travel", "--judge", "somebody"), "is no judge"),
        (("--compare", "a", "b"), "no evaluation 'a'"),
    ],
)
def test_what_cannot_be_evaluated_is_said_plainly(travel, words: tuple[str, ...], said: str) -> None:
    outcome = travel.run("evaluate", *words)
    assert outcome.code == 1
    assert said in outcome.err


def test_questions_that_are_missing_malformed_or_taught_stop_it(travel) -> None:
    path = "plugins/travel/questions.jsonl"
    rows = travel.read(path)
    example = json.loads(travel.read("plugins/travel/examples/dialogues.jsonl").splitlines()[0])
    taught = {"id": "taught", "split": "test", "language": "en", "question": example["messages"][0]["content"], "facts": ["x"]}
    travel.write({path: rows + json.dumps(taught) + "\n"})
    assert "taught stands in dialogues.jsonl" in travel.run("evaluate", "travel").err
    travel.write({path: rows + '{"id": 1\n'})
    assert "questions.jsonl" in travel.run("evaluate", "travel").err
    travel.write({path: ""})
    assert "no test question" in travel.run("evaluate", "travel").err
    (travel.root / path).unlink()
    assert "is missing" in travel.run("evaluate", "travel").err


def example(question: str, answer: str = "Yes.") -> Example:
    return Example((Turn("user", question), Turn("assistant", answer)), origin=question[:8])


def test_shots_are_near_of_the_same_language_and_never_the_question_itself() -> None:
    examples = [
        example("How many days of annual leave do I have?"),
        example("Where is the canteen?"),
        example("年假有几天？", "有。"),
        example("How many days is the annual leave"),
    ]
    shots, room = shots_of(examples), Fit(4, 1000, len)
    nearest = shots.nearest("How many days of annual leave do I have", "en", "answer", room)
    assert [shot.question for shot in nearest] == ["Where is the canteen?"]
    assert [shot.question for shot in shots.nearest("我的年假怎么申请？", "zh", "answer", room)] == ["年假有几天？"]
    assert shots.nearest("我的年假怎么申请？", "zh", "answer", Fit(4, 5, len)) == []
    assert near(["how many days of annual leave do I have", "Who?"], examples) == ["How many", ""]


def rungs(**facts: float) -> list[Rung]:
    return [Rung(name, {}, {}, {"facts": Mean(share, share - 0.1, share + 0.1, 50)}, {}) for name, share in facts.items()]


def step(under: str, over: str, score: str, points: float, width: float = 0.05) -> Difference:
    shows = abs(points) > width
    return Difference(score, under, over, points, points - width, points + width, 0.001 if shows else 0.4, 50, 0 if shows else 90)


def test_the_verdict_stops_where_nothing_above_is_better() -> None:
    ladder = rungs(**{"plain": 0.1, "rag": 0.8, "rag+lora": 0.81})
    steps = [step("plain", "rag", "facts", 0.7), step("rag", "rag+lora", "facts", 0.01), step("rag", "rag+lora", "format", 0.0), step("plain", "rag+lora", "facts", 0.7)]
    assert stop_at(ladder, steps) == "rag"
    said = verdict(ladder, steps, "rag")
    assert said[0].startswith("RAG is enough: LoRA on top adds +1.0")
    assert said[1:] == ["Plain prompt → RAG, facts: +70.0 [65.0, 75.0] points, better (n = 50); about 90 questions more would show +1.0 points of RAG + LoRA",
                        "format: about 90 questions more would show +0.0 points of RAG + LoRA"]  # fmt: skip
    better = [*steps[:2], step("rag", "rag+lora", "format", 0.4)]
    assert stop_at(ladder, better) == "rag+lora"
    harmful = [*better, step("rag", "rag+lora", "supported", -0.2)]
    assert stop_at(ladder, harmful) == "rag"


def test_the_verdict_has_one_line_for_each_score_that_matters() -> None:
    names = ["plain", "few-shot", "rag", "lora", "rag+lora"]
    pairs = [(under, over) for at, under in enumerate(names) for over in names[at + 1 :]]
    points = {"plain": 0.0, "few-shot": 0.0, "rag": 0.6, "lora": 0.0, "rag+lora": 0.6}
    steps = [step(under, over, score, points[over] - points[under]) for under, over in pairs for score in ("facts", "refusal", "terms")]
    steps += [step(under, over, "format", 0.4 if "lora" in over else 0.0) for under, over in pairs]
    said = verdict(rungs(**dict.fromkeys(names, 0.5)), steps, stop_at(rungs(**dict.fromkeys(names, 0.5)), steps))
    assert said[0].startswith("Go all the way to RAG + LoRA")
    assert said[1:] == ["RAG → RAG + LoRA, format: +40.0 [35.0, 45.0] points, better (n = 50)"]


def test_the_cheapest_rung_that_reaches_a_target() -> None:
    ladder = rungs(**{"plain": 0.1, "few-shot": 0.65, "rag": 0.8, "rag+lora": 0.9})
    assert "RAG is the cheapest rung" in cheapest(ladder, 0.7, "", 1)
    assert "none reaches it" in cheapest(ladder, 0.85, "none", 7_000_000_000)
    assert "RAG + LoRA is the cheapest" in cheapest(ladder, 0.85, "none", 7_000_000)
    assert RUNGS[-1] == "rag+lora"
