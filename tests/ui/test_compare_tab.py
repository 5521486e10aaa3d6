"""Comparing two ways of answering: both at once, words that differ, blind choices, and nobody else's domains."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.access import User
from assistant.errors import AccessError, AdapterError, QuestionError
from assistant.records import Answer
from assistant.registry import CONFIG, WEIGHTS, Registry
from assistant.ui.compare.blind import Pair, Side, Waiting, counted, same
from assistant.ui.compare.marks import marked
from assistant.ui.compare.panes import Shown, panes_html
from assistant.ui.compare.streams import Pane, side_by_side
from assistant.ui.compare.tab import CompareTab
from assistant.ui.compare.ways import Way, ways_in
from assistant.ui.compare.words import kept_html
from assistant.ui.page.tab import Frame
from tests.ui.conftest import site_of

BASE = {"name": "base", "base": "starter", "base_sha256": "0123456789abcdef"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, ask in (("staff", '["everyone"]'), ("board", '["directors"]')):
        folder = tmp_path / "plugins" / name
        folder.mkdir(parents=True)
        (folder / "domain.toml").write_text(f'name = "{name}"\n[access]\nask = {ask}\n')
    return tmp_path


@pytest.fixture
def registry(root: Path) -> Registry:
    """Two published versions of staff, the first of them live; their weights are never loaded here."""
    found = Registry(root / "adapters", "starter")
    for _ in range(2):
        partial = found.begin("staff")
        (partial / WEIGHTS).write_bytes(b"weights")
        (partial / CONFIG).write_text("{}")
        found.publish(partial, {"domain": "staff"})
    found.use(found.version("staff", 1), "for the test")
    return found


def answer(text: str, **values: Any) -> Answer:
    return Answer(question="How long is leave?", text=text, language="en", domain="staff", timings={"generate": 1.0}, **values)


def side(way: Way, text: str, adapter: str | None = None) -> Side:
    weights = {**BASE, "name": adapter, "sha256": "f" * 64} if adapter else BASE
    return Side(way, Pane("answered", text, answer(text, adapter=adapter)), weights)


def pair(left: Side, right: Side) -> Pair:
    return Pair("staff", "How long is leave?", "starter", left, right)


def request(session: str = "s1") -> Any:
    return SimpleNamespace(session_hash=session, headers={}, username=None)


def test_a_domain_offers_base_and_every_version_with_and_without_documents(registry: Registry) -> None:
    ways = ways_in(registry, "staff")
    assert [way.key for way in ways.all] == ["documents:off", "documents:1", "documents:2", "alone:off", "alone:1", "alone:2"]
    assert ways.usual() == ("documents:off", "documents:1")
    assert ways.title(Way(1), "en") == "staff@1 (live) · with documents"
    assert ways.title(Way("off", False), "zh") == "基础模型 · 不检索文档"


def test_without_a_domain_the_live_version_of_whatever_domain_it_is(registry: Registry) -> None:
    assert [way.key for way in ways_in(registry, "").all] == ["documents:off", "documents:current", "alone:off", "alone:current"]


def test_a_base_that_takes_no_adapters_is_compared_with_and_without_documents(registry: Registry) -> None:
    assert ways_in(registry, "staff", takes_adapters=False).usual() == ("documents:off", "alone:off")


def test_a_base_that_takes_no_adapters_is_compared_with_and_without_the_domains_examples(registry: Registry) -> None:
    ways = ways_in(registry, "staff", takes_adapters=False, examples=True)
    assert ways.usual() == ("documents:off", "documents:current")
    assert ways.title(Way("current"), "en") == "Voice by examples · with documents"
    shown = Side(Way("current"), Pane("answered", "Aye!", answer("Aye!")), {**BASE, "examples": 3})
    asked = pair(side(Way("off"), "Yes."), shown)
    assert not same(asked, registry)
    kept = asked.preference("right", registry)
    assert (kept.left_is, kept.right_is, kept.adapter) == ("rag", "rag+few-shot", "no adapter")
    assert "RAG + few-shot" in kept_html({"base": "rag", "tuned": kept.right_is, "questions": 1, "raters": 1, "prefer_tuned": 1, "prefer_base": 0, "ties": 0}, "en")
    html = panes_html([Shown("", one.pane, one.weights) for one in asked.sides], "en")
    assert "no adapter, base starter 01234567" in html and "voice by examples (3), base starter 01234567" in html


@pytest.mark.parametrize("forged", ["documents:9", "documents:../../x", "", None, ["alone:off"], "alone:True"])
def test_a_way_that_was_not_offered_is_refused(registry: Registry, forged: Any) -> None:
    with pytest.raises(QuestionError, match="no way to answer"):
        ways_in(registry, "staff").way(forged)


def test_both_sides_speak_at_once_and_each_keeps_its_own_words() -> None:
    first, second = Event(), Event()

    def left() -> Iterator[str | Answer]:
        yield "left "
        first.set()
        assert second.wait(10), "the right side was not asked meanwhile"
        yield answer("left side")

    def right() -> Iterator[str | Answer]:
        assert first.wait(10)
        second.set()
        yield "right "
        yield answer("right side")

    *_, last = side_by_side([left, right], Event())
    assert [(pane.stage, pane.text) for pane in last] == [("answered", "left side"), ("answered", "right side")]


def test_one_side_that_fails_leaves_the_other_its_answer() -> None:
    def fails() -> Iterator[str | Answer]:
        yield "half "
        raise AdapterError("staff@2 is damaged; train again")

    *_, last = side_by_side([fails, lambda: iter([answer("whole")])], Event())
    assert [(pane.stage, pane.text) for pane in last] == [("problem", "half "), ("answered", "whole")]
    html = panes_html([Shown("A", last[0]), Shown("B", last[1], BASE)], "en")
    assert "staff@2 is damaged" in html and "no adapter, base starter 01234567" in html


def test_leaving_stops_both_sides() -> None:
    cancelled = Event()

    def endless() -> Iterator[str | Answer]:
        while not cancelled.is_set():
            yield "word "

    growing = side_by_side([endless, endless], cancelled)
    next(growing)
    growing.close()
    assert cancelled.is_set()


def test_words_that_differ_are_marked_in_both_languages_and_citations_are_not() -> None:
    shown = marked('<p>Leave is 15 days &amp; more.<a class="mark" href="#x">1</a></p>', "<p>Leave is 12 days &amp; more.</p>")
    assert shown == '<p>Leave is <mark class="differs">15</mark> days &amp; more.<a class="mark" href="#x">1</a></p>'
    assert re.findall("differs\">([^<]*)", marked("<p>年假为15天。</p>", "<p>年假是15天。</p>")) == ["为"]


def test_what_a_model_writes_stays_text_when_it_is_marked() -> None:
    left, right = Pane("answered", "", answer("<img src=x onerror=alert(1)> yes")), Pane("answered", "", answer("no"))
    panes = [Pane("answered", pane.answer.text, pane.answer) for pane in (left, right) if pane.answer]
    html = panes_html([Shown("<b>title</b>", panes[0], BASE), Shown("B", panes[1], BASE)], "en")
    assert set(re.findall(r"<(\w+)", html)) <= {"div", "section", "h2", "p", "mark", "span"}


def test_a_blind_pane_hides_all_that_tells_it_from_the_other() -> None:
    told = side(Way(1), "Fifteen days [1].", "staff@1")
    html = panes_html([Shown("Answer A", told.pane, blind=True), Shown("Answer B", side(Way("off"), "x").pane, blind=True)], "en")
    assert "staff@1" not in html and "no adapter" not in html and "citation" not in html


def test_a_choice_counts_with_those_of_an_evaluation(root: Path, registry: Registry) -> None:
    history = site_of(root).history
    shown = pair(side(Way(1), "tuned", "staff@1"), side(Way("off"), "bare"))
    for user, choice in (("ann", "left"), ("bob", "left"), ("cy", "neither")):
        kept = shown.preference(choice, registry)  # type: ignore[arg-type]
        history.prefer(user, kept)
    assert (kept.left_is, kept.right_is, kept.adapter) == ("rag+lora", "rag", "staff@1")
    counts = counted(history, kept)
    assert (counts["tuned"], counts["prefer_tuned"], counts["prefer_base"], counts["raters"]) == ("rag+lora", 1, 0, 3)


def test_two_versions_are_kept_by_their_names(registry: Registry) -> None:
    kept = pair(side(Way(1), "one", "staff@1"), side(Way(2), "two", "staff@2")).preference("tie", registry)
    assert (kept.left_is, kept.right_is, kept.adapter) == ("rag+lora staff@1", "rag+lora staff@2", "staff@1 + staff@2")


def test_a_live_version_that_did_not_speak_is_the_base_again(registry: Registry) -> None:
    silent = pair(side(Way("current"), "bare"), side(Way("off"), "bare"))
    assert same(silent, registry)
    assert not same(pair(side(Way("off"), "bare"), side(Way("off", False), "alone")), registry)


def test_a_pair_waits_for_its_own_session_only() -> None:
    waiting = Waiting()
    waiting.put(("ann", "s1"), pair(side(Way("off"), "a"), side(Way("off", False), "b")))
    assert waiting.take(("bob", "s1")) is None
    assert waiting.take(("ann", "s2")) is None
    assert waiting.take(("ann", "s1"))
    assert waiting.take(("ann", "s1")) is None


def test_pages_close_while_others_ask(root: Path) -> None:
    tab, ended = CompareTab(site_of(root)), Event()
    two = pair(side(Way("off"), "a"), side(Way("off", False), "b"))

    def ask(user: str) -> None:
        for number in range(3000):
            key = (user, f"s{number}")
            tab._waiting.put(key, two)
            tab._running.end(key, tab._running.begin(key))
        ended.set()

    askers = [Thread(target=ask, args=(user,)) for user in ("ann", "bob")]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for asker in askers:
            asker.start()
        while not ended.is_set():
            tab.leave(request("s1"))
    finally:
        sys.setswitchinterval(interval)
        for asker in askers:
            asker.join()
    mine, theirs = tab._running.begin(("ann", "s1")), tab._running.begin(("ann", "s2"))
    tab.leave(request("s1"))
    assert (mine.is_set(), theirs.is_set()) == (True, False)


class As:
    """The site as another user sees it."""

    def __init__(self, site: Any, user: User) -> None:
        site.who = lambda request: user
        self.tab = CompareTab(site)


def test_only_domains_that_the_user_may_ask_are_offered_or_asked(root: Path, registry: Registry) -> None:
    from assistant.ui.compare.asking import home_of

    site, user = site_of(root), User("ann")
    domain, left, _right = As(site, user).tab.offer("board", "", "", "en", request())
    assert [name for _, name in domain["choices"]] == ["", "staff"]
    assert domain["value"] == "" and left["value"] == "documents:off"
    with pytest.raises(AccessError, match="no domain named 'board' that ann may ask"):
        home_of(site, user, None, "How long?", "board")  # type: ignore[arg-type]


def test_the_tab_builds_in_both_languages(root: Path) -> None:
    import gradio as gr

    tab = CompareTab(site_of(root))
    with gr.Blocks() as page:
        language = gr.Radio(["en", "zh"], value="en")
        with gr.Tab("compare") as opened:
            worded = tab.build(Frame(page, opened, language))
    assert all(one.update(language) for one in worded for language in ("en", "zh"))
