"""What is seen of a training, and how Ctrl-C is asked about and heard: real signals to this very process."""

import io
import os
import pty
import signal
import sys
import time
from collections.abc import Iterator
from threading import Event

import pytest
from rich.console import Console

from assistant.cli import session
from assistant.cli.progress import BLOCKS, Bar, duration, sparkline
from assistant.cli.training_display import Display, figures_of
from assistant.cli.training_stop import ASKED_SECONDS, Stopping
from assistant.training.watch import Progress

STEPS = 40


def course() -> Iterator[Progress]:
    yield Progress("examples")
    for step in range(1, STEPS + 1):
        yield Progress("train", step, STEPS, 4 - step / 20, (STEPS - step) * 2.0, 6e-4, 1.234 if step > 20 else None, 812.4, 1.21)
    yield Progress("gate")


def console(terminal: bool, width: int = 100) -> Console:
    return Console(file=io.StringIO(), force_terminal=terminal, width=width, highlight=False, _environ={"TERM": "xterm"})


def written(one: Console) -> str:
    assert isinstance(one.file, io.StringIO)
    return one.file.getvalue()


def test_in_a_pipe_a_training_is_a_dozen_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "err", console(terminal=False))
    with Display("legal") as display:
        for progress in course():
            display.report(progress)
    lines = written(session.err).splitlines()
    assert lines[0] == "legal: examples"
    assert lines[1].startswith("legal: train 1/40 (2%)  loss 3.950")
    assert lines[-2] == "legal: train 40/40 (100%)  loss 2.000  held out 1.234  rate 6.0e-04  812 tokens/s  1.2 GB  0:00 left"
    assert lines[-1] == "legal: gate"
    assert 8 <= len(lines) <= 14
    assert "\x1b" not in written(session.err)


def test_in_a_terminal_one_picture_shows_every_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "err", console(terminal=True, width=120))
    display, drawn = Display("legal"), console(terminal=False, width=120)
    with display:
        for progress in list(course())[:-1]:
            display.report(progress)
        drawn.print(display._draw())
    text = written(drawn)
    for figure in ("legal: train", "40/40", "100%", "loss 2.000", "held out 1.234", "rate 6.0e-04", "812 tokens/s", "1.2 GB", "0:00 left", "█", "▁"):
        assert figure in text
    assert written(session.err).count("legal: train") > 0


def test_only_figures_that_are_there_are_shown() -> None:
    assert figures_of(Progress("train", 1, 2, loss=0.5)) == ["loss 0.500"]
    assert figures_of(Progress("gate")) == []


def test_a_message_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "err", console(terminal=False))
    with Display("legal") as display:
        for step in (1, 2):
            display.report(Progress("train", step, 9, message="checkpoint-8 is damaged; going on from checkpoint-4"))
    assert written(session.err).count("checkpoint-4") == 1


def test_a_bar_whose_total_is_not_known_shows_no_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "err", console(terminal=False))
    bar, texts = Bar("legal"), []
    for stage, done, total in (("train", 12, 12), ("gate", 0, 0), ("gate", 3, 70)):
        bar.show(stage, done, total, seconds_left=9.0)
        drawn = console(terminal=False, width=120)
        drawn.print(bar.lines)
        texts.append(written(drawn).split())
    assert [texts[0][-4:], texts[2][-4:]] == [["12/12", "100%", "0:09", "left"], ["3/70", "4%", "0:09", "left"]]
    assert texts[1][:2] == ["legal:", "gate"] and not any("/" in word or "%" in word for word in texts[1])


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (65.4, "1:05"), (7265, "2:01:05"), (-3, "0:00")])
def test_time_is_written_as_a_clock(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_course_of_figures_is_a_row_of_blocks() -> None:
    assert sparkline([]) == ""
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7]) == BLOCKS
    assert sparkline([3, 3, 3]) == "▁▁▁"
    assert sparkline([1.0, float("nan"), 2.0]) == "▁█"
    long = sparkline(list(range(1000)), width=16)
    assert (len(long), long[0], long[-1]) == (16, "▁", "█")


# Ctrl-C


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Display:
    monkeypatch.setattr(session, "err", console(terminal=False))
    shown = Display("legal")
    shown.report(Progress("train", 3, 9))
    return shown


def press(number: int = signal.SIGINT) -> None:
    os.kill(os.getpid(), number)
    time.sleep(0.01)


def test_in_a_terminal_the_first_press_asks_and_the_second_stops(display: Display) -> None:
    stop = Event()
    with Stopping(display, stop, terminal=True):
        assert display.asking() == ""
        press()
        assert not stop.is_set()
        assert display.asking().startswith("Stop and save?")
        press()
        assert stop.is_set()
        assert "a checkpoint saved" in display.asking()
        with pytest.raises(KeyboardInterrupt):
            press()
    assert display.asking() == ""


def test_a_question_that_is_not_answered_is_withdrawn(display: Display, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = Event()
    with Stopping(display, stop, terminal=True):
        press()
        later = time.monotonic() + ASKED_SECONDS + 1
        monkeypatch.setattr(time, "monotonic", lambda: later)
        assert display.asking() == ""
        press()
        assert not stop.is_set(), "it is asked anew"


def test_enter_goes_on(display: Display, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs) as terminal, Stopping(display, Event(), terminal=True) as stopping:
        monkeypatch.setattr(sys, "stdin", terminal)
        press()
        assert stopping.question()
        os.write(ours, b"\n")
        time.sleep(0.05)
        assert not stopping.question()
        assert not stopping.stop.is_set()
    os.close(ours)


@pytest.mark.parametrize(("number", "terminal"), [(signal.SIGINT, False), (signal.SIGTERM, False), (signal.SIGTERM, True)])
def test_without_a_terminal_and_for_sigterm_it_stops_without_asking(display: Display, number: int, terminal: bool) -> None:
    stop = Event()
    with Stopping(display, stop, terminal):
        press(number)
    assert stop.is_set()
    assert ("a checkpoint saved" in written(session.err)) is True


def test_before_anything_is_trained_ctrl_c_just_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "err", console(terminal=False))
    shown, stop = Display("legal"), Event()
    shown.report(Progress("examples"))
    with pytest.raises(KeyboardInterrupt), Stopping(shown, stop, terminal=True):
        press()
    assert not stop.is_set()


def test_after_training_the_second_press_ends_it_where_it_stands(display: Display) -> None:
    display.report(Progress("gate"))
    with Stopping(display, Event(), terminal=True):
        press()
        assert display.asking().startswith("Stop? What was trained is kept.")
        with pytest.raises(KeyboardInterrupt):
            press()


def test_signals_are_given_back(display: Display) -> None:
    before = signal.getsignal(signal.SIGINT)
    with Stopping(display, Event()):
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before
