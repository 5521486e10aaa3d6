"""Judges on a real OpenAI-compatible server, asked by the real client."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.responses import HTMLResponse, JSONResponse

from assistant.domain import Domain
from assistant.domain_files import Question, read_spec
from assistant.errors import EvaluationError, PluginError
from assistant.evaluation.cache import Cache
from assistant.evaluation.judge import judged, judged_line
from assistant.evaluation.judge_model import BaseJudge, JudgeName, ServerJudge, open_judge, parse_judge
from assistant.evaluation.prices import Price, Spending
from assistant.evaluation.results import Answered, Mean, Rung
from assistant.models.engine import ModelInfo
from assistant.models.local import LocalEngine
from assistant.settings import Settings
from assistant.testing.models import tiny_llama
from assistant.testing.server import openai_server

ASKED = [
    ("en", "How long may a bicycle be borrowed?", "14 days", "You may keep a bicycle for 14 days.", "You may keep a bicycle for quite a while, please ask at the desk whenever you like."),
    ("en", "What does a lost key cost?", "25 euros", "A lost key costs 25 euros.", "A lost key has to be paid for by the person who has lost it, as everybody knows."),
    ("en", "When does the workshop close?", "6 pm", "The workshop closes at 6 pm.", "The workshop is open every day and closes in the evening, when the last visitor has gone home."),
    ("zh", "自行车最多能借几天？", "14天", "最多可以借14天。", "自行车可以借比较长的一段时间，具体多久请到前台向工作人员咨询，谢谢。"),
    ("zh", "钥匙丢了要赔多少？", "25欧元", "赔25欧元。", "钥匙丢了当然是要照价赔偿的，每个人都应该妥善保管好自己借的东西。"),
]  # fmt: skip
QUESTIONS = [
    Question(id=f"q{n}", split="dev", language=language, question=question, facts=[fact]).model_dump()  # type: ignore[arg-type]
    for n, (language, question, fact, _good, _long) in enumerate(ASKED)
]
TOGETHER = re.compile(r"<<<(\S+ ?[AB]?) (\w{6})\n(.*?)\n\1 \2>>>", re.S)
Answer = Callable[[dict[str, Any]], Any]


def rung(name: str, texts: list[str], facts: float) -> Rung:
    answers = {f"q{n}": Answered(f"q{n}", text, False) for n, text in enumerate(texts)}
    return Rung(name, answers, {key: {"facts": facts} for key in answers}, {"facts": Mean(facts, facts, facts, len(texts))}, {})


VAGUE = rung("rag", [long for *_, long in ASKED], 0.0)
EXACT = rung("rag+lora", [good for *_, good, _long in ASKED], 1.0)
RUNGS = (VAGUE, EXACT)


@pytest.fixture
def desk(tmp_path: Path) -> Domain:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "domain.toml").write_text('name = "desk"\n[title]\nen = "Bicycle desk"\nzh = "单车服务台"\n[description]\nen = "Lends bicycles."\n', "utf-8")
    return Domain(folder, read_spec(folder))


def shown(body: dict[str, Any]) -> list[str]:
    """The answers in the order a judge reads them: two to compare, or one to score."""
    return [text for _name, _hash, text in TOGETHER.findall(body["messages"][1]["content"])]


def by(worth: Callable[[str], float]) -> Answer:
    """A judge to whom an answer is worth so much, from 1 to 10."""

    def answer(body: dict[str, Any]) -> str:
        worths = [worth(text) for text in shown(body)]
        if len(worths) == 1:
            return f"Let me see.\n```json\n{json.dumps({'why': 'because', 'score': worths[0]})}\n```"
        better = "tie" if worths[0] == worths[1] else "AB"[worths[1] > worths[0]]
        return f'Here you are: {{"why": "because {better}", "better": "{better}"}} I hope that helps.'

    return answer


EXACTNESS = by(lambda text: 9 if any(char.isdigit() for char in text) else 6)


def judge_at(url: str, model: str = "tiny", timeout: float = 20, retries: int = 2, price: Price | None = None) -> ServerJudge:
    return ServerJudge(JudgeName(url, model), {"tiny": price} if price else {}, timeout, retries)


def figures(answer: Answer, domain: Domain, judge: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    with openai_server(answer) as url:
        found = judged([judge_at(url, **(judge or {}))], domain, QUESTIONS, RUNGS, options.pop("cache", {}), **options)
    return next(iter(found.values()))


def test_a_judge_prefers_what_is_better_whichever_stands_first(desk: Domain) -> None:
    found = figures(EXACTNESS, desk)
    assert (found["wins"], found["losses"], found["ties"], found["judged"]) == (5, 0, 0, 5)
    assert found["share"] == 1.0
    assert found["interval"] == pytest.approx([0.5655, 1.0], abs=1e-3)
    assert found["agreement"] | {"n": 5, "agree": 5, "share": 1.0} == found["agreement"]
    assert found["parse_failures"] == found["unanswered"] == 0
    assert found["tokens"] == found["prompt_tokens"] + found["completion_tokens"] > 1000
    assert not found["estimated_tokens"]
    assert json.loads(json.dumps(found)) == found
    assert judged_line("tiny", found) == "tiny prefers rag+lora to rag: 5 wins of rag+lora, 0 losses, 0 ties (100 % of those decided, 95 % interval 57 % to 100 %)."


def test_s0e_gives_means_of_marks_and_one_of_three_verdicts(desk: Domain) -> None:
    assert figures(EXACTNESS, desk)["s0e"] == {"base": 6.0, "tuned": 9.0, "improvement": 50.0, "verdict": "deploy", "n": 5, "unmarked": 0}
    assert figures(by(lambda _text: 7), desk)["s0e"]["verdict"] == "improve data or method"
    assert "s0e" not in figures(EXACTNESS, desk, marks=False)


def test_a_judge_that_always_says_a_wins_nothing(desk: Domain) -> None:
    found = figures(lambda body: '{"better": "A", "why": "it comes first"}', desk, marks=False)
    assert (found["wins"], found["losses"], found["ties"]) == (0, 0, 5)
    assert found["by_position"] == {"A": 5, "B": 0}
    assert found["agreement"]["agree"] == 0
    assert judged_line("tiny", found) == "tiny sees no difference between rag and rag+lora; 5 of the ties because it chose by position."


def test_a_judge_that_likes_length_is_seen_to_disagree_with_the_facts(desk: Domain) -> None:
    found = figures(by(lambda text: min(10, len(text.encode()) / 12)), desk, marks=False)
    assert (found["wins"], found["losses"]) == (0, 5)
    assert found["agreement"]["share"] == 0.0
    assert found["agreement"]["kappa"] == 0.0
    assert found["agreement"]["against_the_facts"][0] == "q0: because A"


def test_nonsense_is_counted_and_shown_and_averages_nothing(desk: Domain) -> None:
    found = figures(lambda body: "Both are fine, I would say 5, or perhaps A?", desk)
    assert (found["wins"], found["losses"], found["ties"], found["judged"]) == (0, 0, 0, 0)
    assert found["share"] is None
    assert found["parse_failures"] == 20
    assert found["unreadable"][0] == "q0: 'Both are fine, I would say 5, or perhaps A?'"
    assert found["s0e"] == {"base": None, "tuned": None, "improvement": None, "verdict": None, "n": 0, "unmarked": 5}
    assert judged_line("tiny", found) == "tiny said nothing that can be used; 20 of its replies could not be read."


def test_one_unreadable_order_leaves_the_question_out(desk: Domain) -> None:
    found = figures(lambda body: "hm" if "14" in shown(body)[0] else EXACTNESS(body), desk, marks=False)
    assert (found["wins"], found["judged"], found["parse_failures"]) == (3, 3, 2)


def test_same_answers_are_a_tie_without_a_question(desk: Domain) -> None:
    asked = []
    with openai_server(lambda body: asked.append(body) or EXACTNESS(body)) as url:
        found = judged([judge_at(url)], desk, QUESTIONS, (EXACT, EXACT), {}, marks=False)[f"tiny at {url}"]
    assert (found["ties"], found["same_answers"], len(asked)) == (5, 5, 0)


def failing(first: list[Any], then: Answer = EXACTNESS) -> tuple[Answer, list[dict[str, Any]]]:
    """Answers by these responses before it answers well, and the bodies it got."""
    got: list[dict[str, Any]] = []
    lock = threading.Lock()

    def answer(body: dict[str, Any]) -> Any:
        with lock:
            got.append(body)
            response = first.pop(0) if first else None
        return response or then(body)

    return answer, got


def refusal(status: int, message: str = "no", code: str | None = None) -> JSONResponse:
    return JSONResponse({"error": {"message": message, "code": code}}, status_code=status, headers={"retry-after": "0"})


def test_too_many_requests_and_server_faults_are_tried_again(desk: Domain) -> None:
    answer, got = failing([refusal(429), refusal(503), refusal(500)])
    found = figures(answer, desk, judge={"retries": 3}, marks=False)
    assert (found["wins"], found["unanswered"], len(got)) == (5, 0, 13)
    answer, got = failing([refusal(503) for _ in range(3)])
    found = figures(answer, desk, judge={"retries": 2}, marks=False, threads=1)
    assert (found["wins"], found["reasons"], len(got)) == (4, ["HTTP 503 after 3 attempts"], 12)


def test_other_faults_are_not_tried_again_and_are_counted_apart(desk: Domain) -> None:
    answer, got = failing([refusal(400, "the prompt is too long")])
    found = figures(answer, desk, marks=False)
    assert (found["wins"], found["unanswered"], len(got)) == (4, 1, 10)
    assert found["reasons"] == ["Error code: 400 - the prompt is too long"]


def test_credit_that_is_used_up_ends_at_once(desk: Domain) -> None:
    answer, got = failing([refusal(429, "You exceeded your current quota", "insufficient_quota") for _ in range(99)])
    with pytest.raises(EvaluationError, match="has no credit left"):
        figures(answer, desk, threads=1)
    assert len(got) == 1


def test_parameters_a_server_refuses_are_left_out(desk: Domain) -> None:
    def strict(body: dict[str, Any]) -> Any:
        if "max_tokens" in body:
            return refusal(400, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.")
        if "temperature" in body:
            return refusal(400, "Unsupported value: 'temperature' does not support 0 with this model.")
        return EXACTNESS(body)

    assert figures(strict, desk, threads=1, marks=False)["wins"] == 5


def test_a_slow_judge_is_given_up_in_time(desk: Domain) -> None:
    def slow(body: dict[str, Any]) -> str:
        time.sleep(1.5)
        return "{}"

    started = time.perf_counter()
    with pytest.raises(EvaluationError, match=r"5 requests in a row without a reply \(no reply within 0.2 s\).*with a longer time-out"):
        figures(slow, desk, judge={"timeout": 0.2})
    assert time.perf_counter() - started < 10


def test_one_slow_reply_is_counted_and_the_rest_goes_on(desk: Domain) -> None:
    def sometimes(body: dict[str, Any]) -> Any:
        if "14" in shown(body)[0] and body["messages"][0]["content"].startswith("You"):
            time.sleep(3)
        return EXACTNESS(body)

    found = figures(sometimes, desk, judge={"timeout": 2}, marks=False)
    assert (found["wins"], found["unanswered"], found["reasons"]) == (4, 1, ["no reply within 2 s"])


def test_what_stands_in_the_way_of_a_judge_is_said(desk: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
    away = judge_at("http://127.0.0.1:9/v1")
    for attempt in (away.check, lambda: judged([away], desk, QUESTIONS, RUNGS, {})):
        with pytest.raises(EvaluationError, match=r"no judge answers at http://127\.0\.0\.1:9/v1 .*leave the judge out"):
            attempt()
    with openai_server(EXACTNESS) as url, pytest.raises(EvaluationError, match=r"has no model 'other' to judge .*it lists: tiny"):
        judged([judge_at(url, "other")], desk, QUESTIONS, RUNGS, {})
    monkeypatch.setenv("DESK_KEY", "wrong")
    with openai_server(lambda body: refusal(401)) as url, pytest.raises(EvaluationError, match=r"refuses the key \(HTTP 401\); put a valid one into DESK_KEY"):
        judged([ServerJudge(parse_judge(f"{url}#tiny,key=DESK_KEY"), {}, 20, 0)], desk, QUESTIONS, RUNGS, {})


def test_a_page_instead_of_a_completion_is_told(desk: Domain) -> None:
    with pytest.raises(EvaluationError, match=r"5 requests in a row without a reply \(no chat completion came back"):
        figures(lambda body: HTMLResponse("<h1>Welcome</h1>"), desk)
    with pytest.raises(EvaluationError, match="no chat completion came back"):
        figures(lambda body: JSONResponse({"choices": []}), desk)


def test_a_second_run_asks_nothing_even_when_the_server_is_gone(desk: Domain, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.sqlite")
    with openai_server(EXACTNESS) as url:
        first = judged([judge_at(url)], desk, QUESTIONS, RUNGS, cache)
    again = judged([judge_at(url)], desk, QUESTIONS, RUNGS, cache)
    name = f"tiny at {url}"
    assert (first[name].pop("from_cache"), again[name].pop("from_cache")) == (0, 20)
    assert first == again
    cache.close()


def test_several_questions_are_judged_at_once(desk: Domain) -> None:
    meeting = threading.Barrier(3, timeout=10)

    def together(body: dict[str, Any]) -> str:
        meeting.wait()
        return EXACTNESS(body)

    with openai_server(together) as url:
        assert judged([judge_at(url)], desk, QUESTIONS[:3], RUNGS, {}, marks=False, threads=3)[f"tiny at {url}"]["wins"] == 3


def test_a_cost_limit_is_not_passed_and_the_next_run_goes_on(desk: Domain) -> None:
    cache: dict[str, Any] = {}
    price = Price(prompt=1.0, completion=10.0)
    whole = figures(EXACTNESS, desk, judge={"price": price})
    limit = whole["cost"] / 2 + price.of(2500, 1024)  # what one request may reserve comes on top
    spending = Spending(max_cost=limit)
    with openai_server(EXACTNESS) as url:
        judge = judge_at(url, price=price)
        part = judged([judge], desk, QUESTIONS, RUNGS, cache, spending)[judge.name]
        assert 0 < spending.cost <= limit
        assert spending.cost == pytest.approx(part["cost"])
        assert re.fullmatch(rf"stopped after [1-4] of 5 questions at the limit of {limit:g} in cost", part["stopped"])
        assert 0 < part["wins"] < 5
        assert part["stopped"] in judged_line("tiny", part)
        rest = judged([judge], desk, QUESTIONS, RUNGS, cache, Spending())[judge.name]
    assert (rest["wins"], rest["stopped"], rest["cost"]) == (5, "", whole["cost"])


def test_without_a_price_tokens_are_limited(desk: Domain) -> None:
    spending = Spending(max_tokens=4_000)
    found = figures(EXACTNESS, desk, spending=spending)
    assert 0 < spending.tokens == found["tokens"] <= 4_000
    assert found["cost"] is None
    assert "at the limit of 4000 tokens" in found["stopped"]
    with pytest.raises(EvaluationError, match=r"no price is known for tiny at .*limit tokens"):
        figures(EXACTNESS, desk, spending=Spending(max_cost=1))


def test_a_server_that_counts_no_tokens_is_reckoned_by_the_most(desk: Domain) -> None:
    def uncounted(body: dict[str, Any]) -> JSONResponse:
        choice = {"index": 0, "message": {"role": "assistant", "content": EXACTNESS(body)}, "finish_reason": "stop"}
        return JSONResponse({"id": "x", "object": "chat.completion", "created": 0, "model": "tiny", "choices": [choice]})

    found = figures(uncounted, desk)
    assert found["estimated_tokens"]
    assert found["tokens"] > 2 * figures(EXACTNESS, desk)["tokens"]


def test_an_interrupted_judging_goes_on_where_it_was(desk: Domain) -> None:
    cache: dict[str, Any] = {}

    def interrupt(done: int, of: int) -> None:
        assert of == 20
        if done == 3:
            raise KeyboardInterrupt

    with openai_server(EXACTNESS) as url:
        with pytest.raises(KeyboardInterrupt):
            judged([judge_at(url)], desk, QUESTIONS, RUNGS, cache, threads=1, progress=interrupt)
        assert len(cache) == 3
        assert judged([judge_at(url)], desk, QUESTIONS, RUNGS, cache)[f"tiny at {url}"]["from_cache"] == 3


def test_several_judges_stand_side_by_side(desk: Domain) -> None:
    with openai_server(EXACTNESS) as one, openai_server(by(lambda text: min(10, len(text.encode()) / 12))) as other:
        found = judged([judge_at(one), judge_at(other)], desk, QUESTIONS, RUNGS, {}, marks=False)
    assert {name: (each["wins"], each["losses"]) for name, each in found.items()} == {f"tiny at {one}": (5, 0), f"tiny at {other}": (0, 5)}


def test_rungs_without_a_common_question_are_an_error(desk: Domain) -> None:
    with pytest.raises(EvaluationError, match="no question was answered by both plain and rag"):
        judged([], desk, QUESTIONS, (Rung("plain", {}, {}, {}, {}), VAGUE), {})


class Strict(Domain):
    def rubric(self, language: str) -> str:
        return "Only rhymes count." if language == "en" else "只看押韵。"


class Broken(Domain):
    def rubric(self, language: str) -> str:
        raise ZeroDivisionError("rhymes")


def test_the_rubric_is_the_domains_own(desk: Domain) -> None:
    seen: list[str] = []

    def listening(body: dict[str, Any]) -> str:
        seen.append(body["messages"][0]["content"])
        return EXACTNESS(body)

    figures(listening, desk, marks=False)
    assert any("Bicycle desk. Lends bicycles." in text and "(\"The passages do not say.\")" in text for text in seen)
    assert any("助手：单车服务台" in text and "Lends" not in text.partition("评判标准")[0] for text in seen)
    seen.clear()
    figures(listening, Strict(desk.folder, desk.spec), marks=False)
    assert {"Only rhymes count." in text or "只看押韵。" in text for text in seen} == {True}
    with pytest.raises(PluginError, match=r"plugin\.py of desk: rubric\('en'\) failed: ZeroDivisionError: rhymes; mend it"):
        figures(listening, Broken(desk.folder, desk.spec))


class Choosy:
    """An engine that says what it is told; with ``quotes_only`` as small as the starter."""

    def __init__(self, says: str, quotes_only: bool = False) -> None:
        self.says = says
        self.info = ModelInfo("small", "small", 2048, 512, 8, 0, True, "cpu", "float32", "", quotes_only=quotes_only)

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def stream(self, *_: Any) -> Iterator[str]:
        yield from self.says

    def serve(self, version: Any) -> str:
        raise NotImplementedError

    def close(self) -> None: ...


def test_the_local_base_judges_for_nothing(desk: Domain) -> None:
    judge = open_judge(parse_judge("base"), lambda: Choosy('{"better": "tie", "score": 7}'))
    found = judged([judge], desk, QUESTIONS, RUNGS, {}, Spending(max_cost=0))["base (small)"]
    assert (found["ties"], found["s0e"]["tuned"], found["cost"], found["stopped"]) == (5, 7.0, 0.0, "")


def test_a_base_that_only_quotes_does_not_judge() -> None:
    with pytest.raises(EvaluationError, match="small only chooses and repeats passages, it cannot judge; set base_model to a larger model"):
        BaseJudge(Choosy("", quotes_only=True))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("http://localhost:8000/v1#tiny", JudgeName("http://localhost:8000/v1", "tiny")),
        ("http://localhost:11434#qwen2.5:7b", JudgeName("http://localhost:11434/v1", "qwen2.5:7b")),
        ("https://judge.example/api/v3/#org/Model-8B,key=DESK_KEY", JudgeName("https://judge.example/api/v3", "org/Model-8B", "DESK_KEY")),
        (" base ", JudgeName()),
    ],
)
def test_a_judge_is_named_by_address_and_model(text: str, meant: JudgeName) -> None:
    assert parse_judge(text) == meant


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gpt-4o", "'gpt-4o' is no judge; write http://localhost:8000/v1#MODEL"),
        ("ftp://host/v1#m", "is no judge"),
        ("http://[::1#m", "is no judge"),
        ("http://localhost:8000/v1", "which model shall judge at http://localhost:8000/v1"),
        ("http://localhost:8000/v1#m,key=", "which model shall judge"),
        ("https://me:secret@host/v1#m", "put the key into OPENAI_API_KEY"),
        ("https://host/v1?api_key=secret#m", "put the key into OPENAI_API_KEY"),
        ("https://host/v1#m,key=sk-secret", "is no name of a variable"),
    ],
)
def test_what_is_no_judge_is_said_without_repeating_a_key(text: str, said: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        parse_judge(text)
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_key_that_is_named_must_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DESK_KEY", raising=False)
    with pytest.raises(EvaluationError, match="DESK_KEY is not set; put the key of the judge tiny at http://host/v1 into it"):
        open_judge(parse_judge("http://host/v1#tiny,key=DESK_KEY"), lambda: Choosy(""))


def test_a_base_that_reads_too_little_is_told(desk: Domain, tmp_path: Path) -> None:
    engine = LocalEngine(Settings(base_model=str(tiny_llama(tmp_path / "base")), device="cpu"))
    with pytest.raises(EvaluationError, match=r"the judge base .* left 5 requests in a row without a reply \(the prompt has \d+ tokens and .* reads 1024"):
        judged([open_judge(parse_judge("base"), lambda: engine)], desk, QUESTIONS, RUNGS, {})
    engine.close()
