"""Sends a judge its requests: several at once, each reply kept by content, within a limit. Knows nothing of what they mean."""

import threading
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import asdict, dataclass, field
from threading import Event
from typing import Any

from assistant.errors import EvaluationError
from assistant.evaluation.judge_model import MAX_TOKENS, Judge, Reply, Unanswered, most_tokens
from assistant.evaluation.prices import Bill, Spending
from assistant.records import Turn, content_id

PATIENCE = 5
"""So many requests in a row without a reply end the judging: the judge is down, or too slow."""

Request = tuple[Turn, ...]
Progress = Callable[[int, int], None]


@dataclass
class Replies:
    """What came back. A request that is neither ``given`` nor ``failed`` was not sent, since the limit was reached."""

    given: dict[str, Reply] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    from_cache: int = 0
    limited: bool = False


def request_key(judge: Judge, request: Request) -> str:
    return "judge " + content_id(dict(judge.identity), [turn.message() for turn in request], MAX_TOKENS)


def ask_all(
    judge: Judge,
    requests: Sequence[Request],
    cache: MutableMapping[str, Any],
    spending: Spending,
    threads: int = 4,
    progress: Progress | None = None,
) -> Replies:
    """The judge's replies by ``request_key``, asked for in order; the same request is sent once. EvaluationError when the judge is lost."""
    wanted = {request_key(judge, request): request for request in requests}
    replies = Replies({key: Reply(**cache[key]) for key in wanted if key in cache})
    replies.from_cache = len(replies.given)
    left = {key: request for key, request in wanted.items() if key not in replies.given}
    sending = _Sending(judge, left, cache, spending, replies, lambda: progress and progress(len(replies.given) + len(replies.failed), len(wanted)))
    sending.run(threads)
    return replies


class _Sending:
    """The requests still to be sent, shared by the threads that send them."""

    def __init__(
        self, judge: Judge, left: dict[str, Request], cache: MutableMapping[str, Any], spending: Spending, replies: Replies, tell: Callable[[], Any]
    ) -> None:
        self._judge, self._cache, self._spending, self._replies, self._tell = judge, cache, spending, replies, tell
        self._left = list(reversed(left.items()))
        self._lock = threading.Lock()
        self._stopped = Event()
        self._fault: BaseException | None = None
        self._in_vain = 0

    def run(self, threads: int) -> None:
        self._tell()
        # Daemons, unlike the threads of an executor, let an interrupted program end while a slow host is still thinking.
        workers = [threading.Thread(target=self._work, daemon=True) for _ in range(min(threads, len(self._left)))]
        try:
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        except BaseException:
            self._stopped.set()
            raise
        if self._fault:
            raise self._fault

    def _work(self) -> None:
        while not self._stopped.is_set():
            with self._lock:
                if not self._left:
                    return
                key, request = self._left.pop()
            try:
                self._send(key, request)
            except BaseException as error:  # reaches who waits in run()
                self._fault = self._fault or error
                self._stopped.set()

    def _send(self, key: str, request: Request) -> None:
        most = self._bill(most_tokens(*(turn.content for turn in request)), MAX_TOKENS)
        if not self._spending.reserve(most):
            with self._lock:
                self._left.clear()
                self._replies.limited = True
            return
        spent = most
        try:
            reply = self._judge.ask(request, self._stopped)
            spent = self._bill(reply.prompt_tokens, reply.completion_tokens)
            self._cache[key] = asdict(reply)
        except Unanswered as error:
            spent = most if error.billed else Bill(0, 0.0)
            self._failed(key, str(error))
        else:
            with self._lock:
                self._replies.given[key] = reply
                self._in_vain = 0
        finally:
            self._spending.settle(most, spent)
        with self._lock:
            self._tell()

    def _failed(self, key: str, reason: str) -> None:
        with self._lock:
            self._replies.failed[key] = reason
            self._in_vain += 1
            lost = self._in_vain >= PATIENCE
        if lost and not self._stopped.is_set():
            raise EvaluationError(
                f"the judge {self._judge.name} left {PATIENCE} requests in a row without a reply ({reason}); what it has judged is kept: "
                "run again when it answers, with a longer time-out or fewer questions at once"
            )

    def _bill(self, prompt_tokens: int, completion_tokens: int) -> Bill:
        price = self._judge.price
        return Bill(prompt_tokens + completion_tokens, price.of(prompt_tokens, completion_tokens) if price else None)
