"""One question from the box to the history, with a real Assistant that answers from a list."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import ModelError
from assistant.history import LOCAL_USER, History
from assistant.records import Answer, Language, Turn
from assistant.ui.chat.conversation import Choice, Conversation, Exchange, Reply, ask, paced
from assistant.ui.chat.keeping import keep, load
from assistant.ui.chat.log import last_html
from assistant.ui.chat.messages import exchange_messages
from assistant.ui.page.opening import Opening
from tests.ui.parrot import Parrot, opened

BOTH = Choice(adapters=("current", "off"))


def last(opening: Opening, question: str, choice: Choice = Choice(), earlier: Conversation = Conversation()) -> Exchange:
    return list(ask(opening, earlier, question, choice, threading.Event()))[-1]


def answer_of(exchange: Exchange, language: Language, titles: dict[str, str]) -> str:
    return exchange_messages(exchange, 0, language, titles)[1]


def test_an_answer_grows_and_ends_with_its_receipt() -> None:
    stages = list(ask(opened(Parrot()), Conversation(), "hello there", Choice(), threading.Event()))
    assert [stage.replies[0].text for stage in stages] == ["", "", "hello ", "hello there ", "hello there"]
    assert stages[-1].replies[0].stage == "answered"


def test_compare_asks_both_ways_and_labels_the_weights_that_answered() -> None:
    parrot = Parrot()
    exchange = last(opened(parrot), "hello", BOTH)
    assert [request.adapter for request in parrot.asked] == ["current", "off"]
    html = answer_of(exchange, "en", {})
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
    assert "shorten it" in answer_of(mendable, "en", {})
    assert "RuntimeError" not in answer_of(bug, "en", {})


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
    assert "no weights; give a folder" in answer_of(exchange, "zh", {})


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


def kept(history: History, key: str, exchange: Exchange) -> Exchange:
    return keep(history, LOCAL_USER, key, replace(exchange, message=history.ask(LOCAL_USER, key, exchange.question)))


def test_a_conversation_comes_back_as_it_was_shown(tmp_path: Path) -> None:
    history = History(tmp_path / "history.sqlite")
    key = history.start(LOCAL_USER, "first")
    opening = opened(Parrot())
    shown = Conversation((kept(history, key, last(opening, "first")), kept(history, key, last(opening, "second", BOTH))), key)
    history.close()
    again = load(History(tmp_path / "history.sqlite"), LOCAL_USER, key)
    assert again == shown
    assert last_html(again, "en", {}) == last_html(shown, "en", {})


def test_what_was_cut_off_is_kept_as_interrupted_and_an_error_is_not_kept(tmp_path: Path) -> None:
    history = History(tmp_path / "history.sqlite")
    key = history.start(LOCAL_USER, "first")
    kept(history, key, Exchange("cut off", (Reply("current", "writing", "half an"),)))
    kept(history, key, last(opened(Parrot()), "bug"))
    first, second = load(history, LOCAL_USER, key).exchanges
    assert [(reply.stage, reply.text) for reply in (*first.replies, *second.replies)] == [("interrupted", "half an"), ("interrupted", "")]
    assert "interrupted" in answer_of(second, "en", {})
    history.close()


def test_an_answer_to_a_conversation_deleted_meanwhile_is_not_kept(tmp_path: Path) -> None:
    history = History(tmp_path / "history.sqlite")
    key = history.start(LOCAL_USER, "first")
    exchange = replace(last(opened(Parrot()), "first"), message=history.ask(LOCAL_USER, key, "first"))
    history.delete(LOCAL_USER, key)
    assert keep(history, LOCAL_USER, key, exchange).replies[0].message is None
    history.close()


def test_a_whole_answer_is_not_replaced_by_a_fragment(tmp_path: Path) -> None:
    history = History(tmp_path / "history.sqlite")
    key = history.start(LOCAL_USER, "first")
    whole = kept(history, key, last(opened(Parrot()), "first"))
    cut_off = replace(whole, replies=(Reply("current", "writing", "half an"),))
    assert keep(history, LOCAL_USER, key, cut_off) == whole
    assert load(history, LOCAL_USER, key).exchanges == (whole,)
    history.close()


def test_a_fast_answer_is_shown_in_few_steps_but_its_first_words_and_end_at_once() -> None:
    stages = list(paced(ask(opened(Parrot()), Conversation(), "word " * 500, Choice(), threading.Event()), every=60))
    assert [(stage.replies[0].stage, stage.replies[0].text[:6]) for stage in stages][-2:] == [("writing", "word "), ("answered", "word w")]
    assert len(stages) <= 4


def test_only_both_answers_from_the_base_are_called_so() -> None:
    exchange = last(opened(Parrot()), "hello", Choice(adapters=("off", "off")))
    assert "no live adapter" in answer_of(exchange, "en", {})
    exchange = last(opened(Parrot()), "hello", BOTH)
    assert "no live adapter" not in answer_of(exchange, "en", {})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_receipt_names_domain_weights_source_and_time(language: Language) -> None:
    html = answer_of(last(opened(Parrot()), "hello"), language, {"parrot": "Parrots"})
    assert "Parrots · parrot@1 · " in html
    assert " s</span>" in html or " 秒</span>" in html


def test_a_voice_by_examples_is_labelled_so_and_is_not_said_to_be_the_bare_base() -> None:
    bare = Answer("q", "Yes.", "en", domain="hr")
    shown = replace(bare, text="Aye!", receipt={"examples": [{"origin": "a.jsonl:1", "question": "May I?"}]})
    exchange = Exchange("q", (Reply("off", "answered", "Yes.", bare), Reply("current", "answered", "Aye!", shown)))
    html = answer_of(exchange, "en", {"hr": "HR"})
    assert html.count("voice by examples") == 2 and "no live adapter" not in html  # the label above, the line below
    assert "语气参照示例" in answer_of(exchange, "zh", {"hr": "HR"})
    assert "voice by examples" in answer_of(replace(exchange, replies=(Reply("current", "answered", "Aye!", replace(shown, receipt={"parts": [shown.receipt]})),)), "en", {})
