"""The thread that owns a model: batches, streams, survives failures, and changes between batches."""

import threading
import time

import pytest

from assistant.errors import ModelError
from assistant.models.engine import Sampling
from assistant.models.worker import Request, Worker

GREEDY = Sampling()


def request(text: str, sampling: Sampling = GREEDY) -> Request:
    return Request([ord(char) for char in text], None, sampling, threading.Event())


def shout(requests: list[Request]) -> None:
    for one in requests:
        one.pieces.put("".join(chr(token) for token in one.tokens).upper())


def test_a_request_gets_its_own_pieces() -> None:
    worker = Worker(shout, batch_size=4)
    sent = [worker.submit(request(text)) for text in ("a", "b", "c")]
    assert ["".join(one.read()) for one in sent] == ["A", "B", "C"]
    worker.close()


def test_a_failing_batch_reaches_its_askers_and_the_thread_lives_on() -> None:
    def fail_on_x(requests: list[Request]) -> None:
        if any(one.tokens == [ord("x")] for one in requests):
            raise ValueError("no x please")
        shout(requests)

    worker = Worker(fail_on_x, batch_size=1)
    bad, good = worker.submit(request("x")), worker.submit(request("y"))
    with pytest.raises(ModelError, match="no x please"):
        list(bad.read())
    assert list(good.read()) == ["Y"]
    worker.close()


def test_waiting_requests_are_batched_and_unlike_sampling_is_not_mixed() -> None:
    sizes: list[list[float]] = []
    gate = threading.Event()

    def slow(requests: list[Request]) -> None:
        gate.wait(5)
        sizes.append([one.sampling.temperature for one in requests])
        shout(requests)

    worker = Worker(slow, batch_size=8)
    first = worker.submit(request("0"))
    time.sleep(0.05)
    others = [worker.submit(request(str(i), Sampling(temperature=t))) for i, t in enumerate([0.0, 0.7, 0.0, 0.7, 0.0])]
    gate.set()
    for one in [first, *others]:
        list(one.read())
    assert sizes == [[0.0], [0.0, 0.0, 0.0], [0.7, 0.7]]
    worker.close()


def test_a_cancelled_request_that_waits_is_never_generated() -> None:
    seen: list[list[int]] = []
    gate = threading.Event()

    def slow(requests: list[Request]) -> None:
        gate.wait(5)
        seen.extend(one.tokens for one in requests)

    worker = Worker(slow, batch_size=1)
    first, second = worker.submit(request("a")), worker.submit(request("b"))
    second.cancelled.set()
    gate.set()
    assert list(first.read()) == []
    assert list(second.read()) == []
    assert seen == [[ord("a")]]
    worker.close()


def test_changes_run_in_the_models_thread_and_raise_where_they_were_asked_for() -> None:
    worker = Worker(shout, batch_size=1)
    assert worker.change(lambda: threading.current_thread().name) == "model"
    with pytest.raises(KeyError):
        worker.change(lambda: {}["missing"])
    worker.close()
