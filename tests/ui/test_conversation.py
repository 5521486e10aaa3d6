"""One question from the box to the history, with a real Assistant that answers from a list."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import ModelError, QuestionError
from assistant.history import LOCAL_USER, History
from assistant.records import Answer, Turn
from assistant.ui.chat.conversation import Choice, Conversation, Exchange, ask, remember
from assistant.ui.chat.messages import conversation_messages
from assistant.ui.page.opening import Opening

BOTH = Choice(adapters=("current", "off"))


class Parrot:
    """Says the question back word by word, under the adapter's name when it is on; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list = []  # type: ignore[type-arg]
        self.closed = False

    def ask(self, request, cancelled: threading.Event) -> Iterator[str | Answer]:  # type: ignore[no-untyped-def]
        self.asked.append(request)
        if request.question == "too long":
            raise QuestionError("the question is too long; shorten it")
        if request.question == "bug":
            raise RuntimeError("a bug")
        for word in request.question.split():
            if cancelled.is_set():
                break
            yield word + " "
        adapter = "parrot@1" if request.adapter == "current" else None
        yield Answer(request.question, request.question, "en", domain="parrot", adapter=adapter)

    def close(self) -> None:
        self.closed = True


def opened(parrot: Parrot) -> Opening:
    opening = Opening(lambda: parrot)  # type: ignore[arg-type,return-value]
    opening.start()
    opening.wait(10)
    return opening


def last(opening: Opening, question: str, choice: Choice = Choice(), earlier: Conversation = Conversation()) -> Exchange:
    return list(ask(opening, earlier, question, choice, threading.Event()))[-1]


def test_an_answer_grows_and_ends_with_its_receipt() -> None:
    stages = list(ask(opened(Parrot()), Conversation(), "hello there", Choice(), threading.Event()))
    assert [stage.replies[0].text for stage in stages] == ["", "", "hello ", "hello there ", "hello there"]
    assert stages[-1].replies[0].stage == "answered"


def test_compare_asks_both_ways_and_labels_the_weights_that_answered() -> None:
    parrot = Parrot()
    exchange = last(opened(parrot), "hello", BOTH)
    assert [request.adapter for request in parrot.asked] == ["current", "off"]
    html = conversation_messages(Conversation((exchange,)), "en", {})[1]["content"]
    assert html.index('<div class="label">parrot@1') < html.index('<div class="label">Base model')


def test_a_later_question_carries_the_earlier_turns() -> None:
    parrot = Parrot()
    opening = opened(parrot)
    earlier = Conversation((last(opening, "first"), last(opening, "too long")))
    last(opening, "second", earlier=earlier)
    assert parrot.asked[-1].history == (Turn("user", "first"), Turn("assistant", "first"))


def test_stopping_keeps_what_was_written() -> None:
    cancelled = threading.Event()
    running = ask(opened(Parrot()), Conversation(), "one two three", BOTH, cancelled)
    stages = [next(running) for _ in range(3)]
    cancelled.set()
    stages += list(running)
    assert [reply.stage for reply in stages[-1].replies] == ["stopped"]
    assert stages[2].replies[0].text == "one "


def test_a_closed_page_cancels_the_model() -> None:
    cancelled = threading.Event()
    running = ask(opened(Parrot()), Conversation(), "one two three", Choice(), cancelled)
    next(running)
    running.close()
    assert cancelled.is_set()


def test_an_error_people_can_mend_is_shown_and_a_bug_is_not() -> None:
    opening = opened(Parrot())
    mendable, bug = last(opening, "too long"), last(opening, "bug")
    assert "shorten it" in conversation_messages(Conversation((mendable,)), "en", {})[1]["content"]
    assert "RuntimeError" not in conversation_messages(Conversation((bug,)), "en", {})[1]["content"]


def test_a_question_waits_for_the_model_and_says_so() -> None:
    gate = threading.Event()
    parrot = Parrot()
    opening = Opening(lambda: gate.wait(10) and parrot)  # type: ignore[arg-type,return-value]
    opening.start()
    running = ask(opening, Conversation(), "hello", Choice(), threading.Event())
    assert next(running).replies[0].stage == "starting"
    gate.set()
    assert list(running)[-1].replies[0].stage == "answered"


def test_a_model_that_cannot_be_opened_says_why() -> None:
    def fail() -> Parrot:
        raise ModelError("no weights; give a folder")

    opening = Opening(fail)  # type: ignore[arg-type]
    opening.start()
    exchange = last(opening, "hello")
    assert "no weights; give a folder" in conversation_messages(Conversation((exchange,)), "zh", {})[1]["content"]


def test_a_mended_problem_is_gone_at_the_next_question() -> None:
    parrots: list[Parrot] = []

    def fail_once() -> Parrot:
        if not parrots:
            parrots.append(Parrot())
            raise ModelError("another process is indexing; try again")
        return parrots[0]

    opening = Opening(fail_once)  # type: ignore[arg-type]
    opening.start()
    opening.wait(10)
    assert opening.problem
    while last(opening, "hello").replies[0].stage == "cannot_start":  # its thread may still be ending
        time.sleep(0.02)
    assert opening.problem is None


def test_closing_while_opening_closes_what_comes() -> None:
    gate = threading.Event()
    parrot = Parrot()
    opening = Opening(lambda: gate.wait(10) and parrot)  # type: ignore[arg-type,return-value]
    opening.start()
    opening.close()
    gate.set()
    opening.wait(10)
    for _ in range(100):
        if parrot.closed:
            break
        time.sleep(0.02)
    assert parrot.closed


def test_answers_are_kept_for_their_user_only(tmp_path: Path) -> None:
    history = History(tmp_path / "history.sqlite")
    opening = opened(Parrot())
    kept = remember(history, LOCAL_USER, Conversation(), last(opening, "first"))
    kept = remember(history, LOCAL_USER, kept, last(opening, "bug"))
    assert kept.key
    assert [turn.content for turn in history.turns(LOCAL_USER, kept.key)] == ["first", "first"]
    assert history.conversations("another") == []
    assert len(kept.exchanges) == 2
    history.close()


def test_only_both_answers_from_the_base_are_called_so() -> None:
    exchange = last(opened(Parrot()), "hello", Choice(adapters=("off", "off")))
    assert "no live adapter" in conversation_messages(Conversation((exchange,)), "en", {})[1]["content"]
    exchange = last(opened(Parrot()), "hello", BOTH)
    assert "no live adapter" not in conversation_messages(Conversation((exchange,)), "en", {})[1]["content"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_receipt_names_domain_weights_source_and_time(language: str) -> None:
    html = conversation_messages(Conversation((last(opened(Parrot()), "hello"),)), language, {"parrot": "Parrots"})[1]["content"]  # type: ignore[arg-type]
    assert "Parrots · parrot@1 · " in html
    assert " s</span>" in html or " 秒</span>" in html
