"""What judging costs, and limits that hold."""

import threading
from pathlib import Path

import pytest

from assistant.errors import EvaluationError
from assistant.evaluation.prices import PRICES, Bill, Price, Spending, price_of, read_prices


def test_a_price_is_per_million_tokens() -> None:
    assert Price(2.0, 8.0).of(1_000_000, 500_000) == 6.0
    assert Price(0.15, 0.6).of(2_000, 100) == pytest.approx(0.00036)


def test_a_model_is_known_with_its_hosts_prefix_and_the_date_of_a_snapshot() -> None:
    assert price_of("gpt-4o-mini") == price_of("openai/gpt-4o-mini") == price_of("gpt-4o-mini-2024-07-18") == PRICES["gpt-4o-mini"]
    assert price_of("gpt-4o-minimal") is None
    assert price_of("org/own-judge", {"org/own-judge": Price(1, 2), "own-judge": Price(3, 4)}) == Price(1, 2)


def test_a_teams_prices_stand_over_the_known_ones(tmp_path: Path) -> None:
    file = tmp_path / "prices.toml"
    file.write_text('"gpt-4o" = { prompt = 2, completion = 9.5 }\n"own/judge-8b" = { prompt = 0.0, completion = 0.0 }\n', "utf-8")
    prices = read_prices(file)
    assert prices["gpt-4o"] == Price(2, 9.5)
    assert prices["own/judge-8b"] == Price(0, 0)
    assert prices["gpt-4o-mini"] == PRICES["gpt-4o-mini"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"m" = 3', "m: "),
        ('"m" = { prompt = 1 }', "m.completion: missing"),
        ('"m" = { prompt = -1, completion = 1 }', "m.prompt: Input should be greater than or equal to 0"),
        ('"m" = { prompt = inf, completion = 1 }', "m.prompt: Input should be a finite number"),
        ('"m" = { prompt = 1, completion = 1, cached = 0 }', "m.cached: "),
        ("[[", "cannot be read as prices"),
    ],
)
def test_a_faulty_price_file_is_told(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(EvaluationError) as caught:
        read_prices(file)
    assert said in str(caught.value) and "write one line a model" in str(caught.value)
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_prices(tmp_path)


def test_nothing_goes_out_that_could_pass_a_limit() -> None:
    spending = Spending(max_cost=1.0)
    big = Bill(100, 0.6)
    assert spending.reserve(big)
    spending.settle(big, Bill(50, 0.5))
    assert not spending.reserve(big)
    assert spending.reserve(Bill(100, 0.5))
    assert (spending.tokens, spending.cost) == (50, 0.5)


def test_a_request_waits_for_one_under_way_that_may_turn_out_cheaper() -> None:
    spending, big = Spending(max_tokens=100), Bill(80, None)
    assert spending.reserve(big)
    answers: list[bool] = []
    waiting = threading.Thread(target=lambda: answers.append(spending.reserve(big)))
    waiting.start()
    waiting.join(0.2)
    assert answers == []
    spending.settle(big, Bill(10, None))
    waiting.join(5)
    assert answers == [True]


def test_limits_are_said_and_checked() -> None:
    assert Spending().limits == ""
    assert Spending(0.5, 1000).limits == "0.5 in cost and 1000 tokens"
    for wrong in (-1.0, float("nan")):
        with pytest.raises(EvaluationError, match="give 0 or more"):
            Spending(max_cost=wrong)
