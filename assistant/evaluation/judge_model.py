"""Who judges: a model on any OpenAI-compatible server, or the local base model. Knows nothing of rubrics, questions or scores."""

import os
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from threading import Event
from typing import Any, Protocol
from urllib.parse import urlsplit

from assistant.errors import AssistantError, EvaluationError
from assistant.evaluation.prices import FREE, PRICES, Price, price_of
from assistant.models.engine import Engine, Sampling
from assistant.records import Prompt, Turn

BASE = "base"
KEY = "OPENAI_API_KEY"
MAX_TOKENS = 1024
LONGEST_PAUSE = 60.0
FORM = "http://localhost:8000/v1#MODEL (with ,key=VARIABLE behind it when the key is not in OPENAI_API_KEY) or 'base'"


@dataclass(frozen=True)
class JudgeName:
    """A judge as a person writes it; ``url`` and ``model`` are empty for the local base model."""

    url: str = ""
    model: str = ""
    key_variable: str = KEY

    def __str__(self) -> str:
        return f"{self.model} at {self.url}" if self.url else BASE


@dataclass(frozen=True)
class Reply:
    """What a judge said. Tokens are the server's own count, or an estimate where it gives none."""

    text: str
    prompt_tokens: int
    completion_tokens: int
    estimated: bool = False


class Unanswered(Exception):
    """One request without a reply; the next may get one. ``billed``: the host may charge for it all the same."""

    def __init__(self, reason: str, billed: bool = False) -> None:
        super().__init__(reason)
        self.billed = billed


class Judge(Protocol):
    """``identity`` is all that its replies depend on, ``price`` None when unknown."""

    name: str
    identity: Mapping[str, Any]
    price: Price | None

    def check(self) -> None:
        """EvaluationError when it cannot be reached; costs nothing."""
        ...

    def ask(self, messages: Sequence[Turn], stopped: Event) -> Reply:
        """Its reply; Unanswered when there is none this time, EvaluationError when there will be none."""
        ...

    def close(self) -> None: ...


def parse_judge(text: str) -> JudgeName:
    """``http://localhost:8000/v1#model-name``, the same with ``,key=VARIABLE`` behind it, or ``base``; keys never stand in it."""
    if text.strip() == BASE:
        return JudgeName()
    address, _, named = text.strip().partition("#")
    model, _, key = named.partition(",key=")
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"}:
        raise EvaluationError(f"{text!r} is no judge; write {FORM}")
    if parts.username or parts.query:
        raise EvaluationError(f"the judge at {host} has a key or options in its URL; put the key into {KEY}, and write {FORM}")
    if key and not key.strip().isidentifier():
        raise EvaluationError(f"what stands behind key= is no name of a variable; put the key into the environment, and its variable's name there: {FORM}")
    if not model.strip() or ("," in named and not key.strip()):
        raise EvaluationError(f"which model shall judge at {address}? write {FORM}")
    url = address.rstrip("/") + ("" if parts.path.strip("/") else "/v1")
    return JudgeName(url, model.strip(), key.strip() or KEY)


def open_judge(
    name: JudgeName, engine: Callable[[], Engine], prices: Mapping[str, Price] = PRICES, timeout: float = 60, retries: int = 4
) -> Judge:
    """A judge to ask; ``engine`` opens the local base model and is only called for ``base``. ``timeout`` in seconds."""
    return ServerJudge(name, prices, timeout, retries) if name.url else BaseJudge(engine())


class BaseJudge:
    """The local base model, without any adapter."""

    def __init__(self, engine: Engine) -> None:
        info = engine.info
        if info.quotes_only:
            raise EvaluationError(f"{info.name} only chooses and repeats passages, it cannot judge; set base_model to a larger model, or name a server: {FORM}")
        self._engine = engine
        self.name = f"{BASE} ({info.name})"
        self.identity: Mapping[str, Any] = asdict(replace(info, reason=""))
        self.price = None if info.device == "server" else FREE

    def check(self) -> None:
        """It is open already."""

    def ask(self, messages: Sequence[Turn], stopped: Event) -> Reply:
        prompt = Prompt(tuple(messages), (), "answer", "en")
        try:
            text = "".join(self._engine.stream(prompt, None, Sampling(max_new_tokens=MAX_TOKENS), stopped))
        except AssistantError as error:
            raise Unanswered(str(error)) from None
        if stopped.is_set():
            raise Unanswered("interrupted")
        count = self._engine.count_tokens
        return Reply(text, sum(count(turn.content) for turn in messages), count(text), estimated=self.price is None)

    def close(self) -> None:
        """The engine belongs to who opened it."""


class ServerJudge:
    """Over HTTP by the openai client. Only 429 and 5xx are tried again, after a pause that doubles or that the server asks for."""

    def __init__(self, name: JudgeName, prices: Mapping[str, Price], timeout: float, retries: int) -> None:
        import openai

        key = os.environ.get(name.key_variable, "")
        if not key and name.key_variable != KEY:
            raise EvaluationError(f"{name.key_variable} is not set; put the key of the judge {name} into it")
        self._client = openai.OpenAI(base_url=name.url, api_key=key or "none", timeout=timeout, max_retries=0)
        self._who, self._timeout, self._retries = name, timeout, retries
        self._options: dict[str, Any] = {"temperature": 0, "max_tokens": MAX_TOKENS}
        self.name = str(name)
        self.identity: Mapping[str, Any] = {"url": name.url, "model": name.model}
        self.price = price_of(name.model, prices)

    def check(self) -> None:
        import openai

        try:
            self._client.models.list()
        except (openai.APIConnectionError, openai.AuthenticationError, openai.PermissionDeniedError) as error:
            raise self._fatal(error) from None
        except (openai.OpenAIError, ValueError):
            return  # a server need not list its models

    def ask(self, messages: Sequence[Turn], stopped: Event) -> Reply:
        import openai

        for attempt in range(self._retries + 1):
            try:
                return self._reply(self._complete(messages), messages)
            except (openai.RateLimitError, openai.InternalServerError) as error:
                if error.code == "insufficient_quota":
                    raise EvaluationError(f"the judge {self.name} has no credit left ({error.message}); what it has judged is kept") from None
                if attempt == self._retries or stopped.wait(_pause(error.response.headers.get("retry-after", ""), attempt)):
                    raise Unanswered(f"HTTP {error.status_code} after {attempt + 1} attempts") from None
            except openai.APITimeoutError:
                raise Unanswered(f"no reply within {self._timeout:g} s", billed=True) from None
            except (openai.APIConnectionError, openai.AuthenticationError, openai.PermissionDeniedError, openai.NotFoundError) as error:
                raise self._fatal(error) from None
            except openai.APIStatusError as error:
                raise Unanswered(f"{error.message:.200}") from None
            except (openai.OpenAIError, ValueError) as error:
                raise Unanswered(f"no chat completion came back ({error!s:.200})", billed=True) from None
        raise Unanswered("not asked")

    def close(self) -> None:
        self._client.close()

    def _complete(self, messages: Sequence[Turn]) -> Any:
        import openai

        rows: Any = [turn.message() for turn in messages]
        options = self._options
        while True:
            try:
                return self._client.chat.completions.create(model=self._who.model, messages=rows, **options)
            except openai.BadRequestError as error:
                fewer = _without_refused(options, error.message)
                if fewer == options:
                    raise
                self._options = options = fewer

    def _reply(self, answer: Any, messages: Sequence[Turn]) -> Reply:
        choices = getattr(answer, "choices", None)
        if not choices or not choices[0].message:
            raise Unanswered("no chat completion came back", billed=True)
        text, usage = choices[0].message.content or "", answer.usage
        if usage and usage.prompt_tokens:
            return Reply(text, usage.prompt_tokens, usage.completion_tokens or 0)
        return Reply(text, most_tokens(*(turn.content for turn in messages)), most_tokens(text), estimated=True)

    def _fatal(self, error: Any) -> EvaluationError:
        status = getattr(error, "status_code", None)
        if status in {401, 403}:
            return EvaluationError(f"the judge {self.name} refuses the key (HTTP {status}); put a valid one into {self._who.key_variable}")
        if status == 404:
            return EvaluationError(f"{self._who.url} has no model {self._who.model!r} to judge ({error.message:.200}); {self._listed()}")
        reason = error.__cause__ or error
        return EvaluationError(f"no judge answers at {self._who.url} ({reason}); start it, correct the URL, or leave the judge out")

    def _listed(self) -> str:
        import openai

        try:
            return "it lists: " + ", ".join(sorted(model.id for model in self._client.models.list())[:20])
        except (openai.OpenAIError, ValueError, AttributeError):
            return "name one that it has behind the #"


def most_tokens(*texts: str) -> int:
    """More tokens than texts have in any byte-level vocabulary, the chat template's own included."""
    return sum(len(text.encode()) + 16 for text in texts)


def _without_refused(options: dict[str, Any], message: str) -> dict[str, Any]:
    """The options without the one a server's message refuses; newer hosted models take another name for the limit and no temperature."""
    if "max_tokens" in options and "max_completion_tokens" in message:
        return {**{name: value for name, value in options.items() if name != "max_tokens"}, "max_completion_tokens": options["max_tokens"]}
    return {name: value for name, value in options.items() if name != "temperature" or "temperature" not in message}


def _pause(asked: str, attempt: int) -> float:
    """Seconds before the next attempt; a little uneven, so that threads do not come back together."""
    try:
        wanted = float(asked)
    except ValueError:
        wanted = 0.5 * 2**attempt
    return min(max(wanted, 0.0), LONGEST_PAUSE) * random.uniform(1.0, 1.25)
