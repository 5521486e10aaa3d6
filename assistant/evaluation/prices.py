"""What judging costs: prices of hosted models, and a limit that is not passed. Knows nothing of judges or questions."""

import re
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from assistant.errors import EvaluationError
from assistant.settings import explain

Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
PRICE_LINE = '"model-name" = { prompt = 0.15, completion = 0.60 }'
SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True)
class Price:
    """Per million tokens, in US dollars unless a price file of another currency is used; ``training`` is for fine-tuning, None where it is not offered."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    prompt: Amount
    completion: Amount
    training: Amount | None = None

    def of(self, prompt_tokens: int, completion_tokens: int) -> float:
        return (self.prompt * prompt_tokens + self.completion * completion_tokens) / 1e6


FREE = Price(0.0, 0.0)
# OpenAI's list prices as last known, April 2026, those of supervised fine-tuning too; not looked up since: hosts change theirs, a price file overrides these
PRICES: dict[str, Price] = {
    "gpt-4.1": Price(2.0, 8.0, 25.0),
    "gpt-4.1-mini": Price(0.4, 1.6, 5.0),
    "gpt-4.1-nano": Price(0.1, 0.4, 1.5),
    "gpt-4o": Price(2.5, 10.0, 25.0),
    "gpt-4o-mini": Price(0.15, 0.6, 3.0),
    "gpt-5": Price(1.25, 10.0),
    "gpt-5-mini": Price(0.25, 2.0),
    "gpt-5-nano": Price(0.05, 0.4),
}


def read_prices(path: Path) -> dict[str, Price]:
    """The known prices with those of a TOML file over them, one line a model; EvaluationError with every fault of the file."""
    try:
        values: Any = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise EvaluationError(f"{path} cannot be read as prices ({error}); write one line a model: {PRICE_LINE}") from None
    try:
        return PRICES | TypeAdapter(dict[str, Price]).validate_python(values)
    except ValidationError as error:
        raise EvaluationError(f"{path}: {'; '.join(explain(error))}; write one line a model: {PRICE_LINE}") from None


def price_of(model: str, prices: Mapping[str, Price] = PRICES) -> Price | None:
    """By its name, then without its host's prefix (``openai/``) and the date of a snapshot (``-2024-07-18``); None when unknown."""
    names = (model, model.rsplit("/", 1)[-1], SNAPSHOT.sub("", model.rsplit("/", 1)[-1]))
    return next((prices[name] for name in names if name in prices), None)


@dataclass(frozen=True)
class Bill:
    """Tokens of one request and what they cost; ``cost`` is None where no price is known."""

    tokens: int
    cost: float | None


class Spending:
    """Spent so far, by all judges together, against a limit; usable from several threads.

    A request reserves the most that it can take before it is sent, so the limit holds whatever comes back.
    """

    def __init__(self, max_cost: float | None = None, max_tokens: int | None = None) -> None:
        for name, limit in (("cost", max_cost), ("tokens", max_tokens)):
            if limit is not None and not limit >= 0:
                raise EvaluationError(f"the limit of {name} for judges is {limit}; give 0 or more, or leave it out")
        self.max_cost = max_cost
        self.max_tokens = max_tokens
        self.tokens = 0
        self.cost = 0.0
        self._pending: list[Bill] = []
        self._changed = threading.Condition()

    @property
    def limits(self) -> str:
        """In words, for messages; empty without a limit."""
        cost = f"{self.max_cost:g} in cost" if self.max_cost is not None else ""
        tokens = f"{self.max_tokens} tokens" if self.max_tokens is not None else ""
        return " and ".join(filter(None, (cost, tokens)))

    def reserve(self, most: Bill) -> bool:
        """Whether a request of that size may go out; waits while requests under way may still turn out cheaper than reserved."""
        with self._changed:
            self._changed.wait_for(lambda: self._fits(most) or not self._pending)
            fits = self._fits(most)
            if fits:
                self._pending.append(most)
            return fits

    def settle(self, reserved: Bill, spent: Bill) -> None:
        with self._changed:
            self._pending.remove(reserved)
            self.tokens += spent.tokens
            self.cost += spent.cost or 0.0
            self._changed.notify_all()

    def _fits(self, most: Bill) -> bool:
        tokens = self.tokens + most.tokens + sum(bill.tokens for bill in self._pending)
        cost = self.cost + (most.cost or 0.0) + sum(bill.cost or 0.0 for bill in self._pending)
        return (self.max_tokens is None or tokens <= self.max_tokens) and (self.max_cost is None or cost <= self.max_cost)
