"""The chat's handlers, called as the page calls them: conversations are opened, changed and answered for their owner only."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from assistant.access import User
from assistant.errors import AccessError
from assistant.history import History
from assistant.plugins import load_plugins
from assistant.settings import Workspace
from assistant.ui.chat.running import Running
from assistant.ui.chat.tab import ChatTab
from assistant.ui.page.site import Site
from assistant.ui.page.tab import Frame
from tests.ui.conftest import site_of
from tests.ui.parrot import Parrot, opened


class Named(Site):
    """Who comes says so in the request, as a door would."""

    def who(self, request: Any) -> User:
        if not request.username:
            raise AccessError("log in first")
        return User(request.username)


class Chat:
    """The tab and what one window's page holds."""

    def __init__(self, tab: ChatTab, language: Any, user: str = "ann", session: str = "s1") -> None:
        self.tab = tab
        self.request: Any = SimpleNamespace(username=user, session_hash=session, headers={}, query_params={})
        self.page = {tab.open: "", tab.domain: "", tab.adapter: "on", language: "en", tab.words: "", tab.box: "", tab.sent: ""}
        self.earlier = self.last = self.list = ""

    def take(self, shown: tuple[Any, ...]) -> tuple[Any, ...]:
        for name, update in zip(("earlier", "last", None, None, "list"), shown, strict=False):
            if name and isinstance(update, str):
                setattr(self, name, update)
        if isinstance(shown[2], str):
            self.page[self.tab.open] = shown[2]
        return shown

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        return [self.take(shown) for shown in self.tab.ask(self.page | {self.tab.box: question}, self.request)]

    def press(self, **wanted: Any) -> None:
        """A button inside the conversation or the list."""
        page = self.page | {self.tab.sent: json.dumps(wanted)}
        if wanted["do"] in ("example", "edit", "again", "ask_in"):
            for shown in self.tab.ask_by_button(page, self.request):
                self.take(shown)
        else:
            self.take(self.tab.do(page, self.request))

    @property
    def questions(self) -> list[str]:
        return re.findall(r'"as-typed">([^<]*)<', self.earlier + self.last)

    @property
    def open(self) -> str:
        return self.page[self.tab.open]

    def message(self, question: int) -> int:
        return int(re.findall(r'<article [^>]*data-m="(\d+)"', self.earlier + self.last)[question])

    def answer(self) -> int:
        return int(re.findall(r'class="thumbs"[^>]*data-m="(\d+)"', self.last)[0])


@pytest.fixture
def parrot(tmp_path: Path) -> Parrot:
    for name, ask in (("staff", '["everyone"]'), ("board", '["directors"]')):
        folder = tmp_path / "plugins" / name
        folder.mkdir(parents=True)
        (folder / "domain.toml").write_text(f'name = "{name}"\n[access]\nask = {ask}\n')
    (tmp_path / "assistant.toml").touch()
    workspace = Workspace(tmp_path)
    return Parrot(workspace, load_plugins(workspace))


@pytest.fixture
def site(parrot: Parrot) -> Iterator[Site]:
    assert parrot.workspace and parrot.plugins
    history = History(parrot.workspace.state / "history.sqlite")
    yield Named(parrot.workspace, opened(parrot), parrot.plugins, history)
    history.close()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[ChatTab, Any]:
    """The tab with its components, laid out once; each test gives it a site of its own."""
    tab = ChatTab(site_of(tmp_path_factory.mktemp("laid_out")))
    with gr.Blocks() as page:
        language = gr.Radio(["en", "zh"])
        with gr.Tab("Chat") as opened_tab:
            tab.build(Frame(page, opened_tab, language))
    return tab, language


@pytest.fixture
def window(built: tuple[ChatTab, Any], site: Site) -> Any:
    tab, language = built
    tab.site, tab.running = site, Running()
    return lambda user="ann", session="s1": Chat(tab, language, user, session)


def test_an_answer_is_streamed_alone_and_the_list_comes_once(window: Any) -> None:
    chat = window()
    chat.ask("first question")
    steps = chat.ask("second question")
    assert chat.questions == ["first question", "second question"]
    sent = [[isinstance(one, str) for one in step] for step in steps]
    assert sent[0] == [True, True, True, False, True]
    assert all(one == [False, True, False, False, False] for one in sent[1:])
    assert "second question" not in steps[0][0]
    assert 'aria-busy="false"' in steps[-1][1]


def test_a_page_that_loads_late_leaves_a_question_under_way_alone(window: Any) -> None:
    chat = window()
    steps = chat.tab.ask(chat.page | {chat.tab.box: "first"}, chat.request)
    chat.take(next(steps))
    begun = chat.tab.begin(chat.page, chat.request)
    assert not any(isinstance(one, str) for one in begun[:5])
    *_, shown = (chat.take(step) for step in steps)
    assert [isinstance(one, str) for one in shown] == [True, True, True, False, False], "a welcome that came late is written over"
    assert chat.questions == ["first"]


def test_a_reload_shows_the_conversation_that_the_address_names(window: Any, site: Site) -> None:
    chat = window()
    chat.ask("first")
    chat.request.query_params = {"c": chat.open}
    again = window(session="s2")
    again.request.query_params = {"c": chat.open}
    again.take(again.tab.begin(again.page, again.request))
    assert (again.open, again.questions) == (chat.open, ["first"])
    assert again.last == chat.last
    stranger = window("bob")
    stranger.request.query_params = {"c": chat.open}
    stranger.take(stranger.tab.begin(stranger.page, stranger.request))
    assert (stranger.open, stranger.questions) == ("", [])
    assert "welcome" in stranger.earlier


def test_a_question_is_edited_and_what_followed_is_gone(window: Any, parrot: Parrot) -> None:
    chat = window()
    for question in ("one", "two", "three"):
        chat.ask(question)
    with pytest.raises(gr.Error, match="characters"):
        chat.press(do="edit", m=chat.message(1), text="second " * 2000)
    chat.press(do="edit", m=chat.message(1), text="second")
    assert chat.questions == ["one", "second"]
    assert [turn.content for turn in parrot.asked[-1].history] == ["one", "one"]


def test_the_last_question_is_answered_again_in_place(window: Any, site: Site, parrot: Parrot) -> None:
    chat = window()
    chat.ask("one")
    chat.page[chat.tab.adapter] = "compare"
    chat.press(do="again", m=chat.message(0))
    assert chat.questions == ["one"]
    assert [request.adapter for request in parrot.asked] == ["current", "current", "off"]
    assert len(site.history.exchanges("ann", chat.open)[0].answers) == 2


def test_the_same_question_is_asked_in_another_domain(window: Any, parrot: Parrot) -> None:
    chat = window()
    chat.ask("one")
    chat.press(do="ask_in", m=chat.message(0), domain="staff")
    assert (parrot.asked[-1].domain, chat.questions) == ("staff", ["one"])
    assert parrot.asked[-1].user == User("ann")


def test_a_closed_domain_is_neither_offered_nor_asked_and_nothing_is_cut_before(window: Any, parrot: Parrot) -> None:
    chat = window()
    chat.ask("one")
    assert [value for _, value in chat.tab.choices(chat.page, chat.request)["choices"]] == ["", "staff"]
    chat.page[chat.tab.domain] = "board"
    with pytest.raises(gr.Error, match=r"no domain named .*board.* that ann may ask in"):
        chat.press(do="edit", m=chat.message(0), text="forged")
    chat.page[chat.tab.domain] = "../staff"
    with pytest.raises(gr.Error, match="no domain named"):
        chat.ask("forged")
    assert len(parrot.asked) == 1
    chat.press(do="open", c=chat.open)
    assert chat.questions == ["one"]


def test_a_stopped_answer_keeps_what_was_written(window: Any) -> None:
    chat = window()
    running = chat.tab.ask(chat.page | {chat.tab.box: "wait for it"}, chat.request)
    while "wait </p>" not in chat.last and ">wait" not in chat.last.split("answer-text")[-1]:
        chat.take(next(running))
    chat.tab.stop(chat.request)
    for shown in running:
        chat.take(shown)
    assert "Stopped." in chat.last
    again = window(session="s2")
    again.press(do="open", c=chat.open)
    assert "Stopped." in again.last


def test_a_window_closed_in_the_middle_leaves_an_interrupted_answer_that_can_be_asked_again(window: Any, parrot: Parrot) -> None:
    chat = window()
    running = chat.tab.ask(chat.page | {chat.tab.box: "wait for it"}, chat.request)
    while "answer-text" not in chat.last:
        chat.take(next(running))
    running.close()
    parrot.go_on.set()
    again = window(session="s2")
    again.press(do="open", c=chat.open)
    assert "interrupted" in again.last and 'data-act="again"' in again.last
    again.press(do="again", m=again.message(0))
    assert "interrupted" not in again.last


def test_a_window_closed_after_its_user_logged_out_stops_the_model(window: Any) -> None:
    chat = window()
    running = chat.tab.ask(chat.page | {chat.tab.box: "wait for it"}, chat.request)
    while "answer-text" not in chat.last:
        chat.take(next(running))
    chat.request.username = ""
    with pytest.raises(gr.Error, match="log in first"):
        chat.tab.stop(chat.request)
    chat.tab.leave(chat.request)
    assert list(running)[-1] == (gr.skip(),) * 5
    again = window(session="s2")
    again.press(do="open", c=chat.open)
    assert "Stopped." in again.last


def test_another_conversation_opened_in_the_middle_sees_nothing_of_the_answer(window: Any) -> None:
    chat = window()
    chat.ask("one")
    first = chat.open
    chat.tab.clear(chat.page, chat.request)
    chat.page[chat.tab.open] = ""
    running = chat.tab.ask(chat.page | {chat.tab.box: "wait for it"}, chat.request)
    chat.take(next(running))
    second = chat.open
    chat.press(do="open", c=first)
    assert all(not isinstance(one, str) for shown in running for one in shown)
    assert chat.questions == ["one"]
    chat.press(do="open", c=second)
    assert chat.questions == ["wait for it"]


def test_two_windows_of_one_user_do_not_mix(window: Any) -> None:
    left, right = window(), window(session="s2")
    running = left.tab.ask(left.page | {left.tab.box: "wait for it"}, left.request)
    left.take(next(running))
    right.ask("another")
    right.tab.stop(right.request)
    assert right.questions == ["another"]
    assert left.open != right.open
    left.tab.stop(left.request)
    for shown in running:
        left.take(shown)
    assert left.questions == ["wait for it"]


def test_conversations_are_listed_searched_renamed_and_deleted(window: Any) -> None:
    chat = window()
    chat.ask("days of leave")
    first = chat.open
    chat.press(do="rename", c=first, text="<b>Leave</b>")
    chat.take(chat.tab.clear(chat.page, chat.request))
    chat.ask("差旅标准")
    assert re.findall(r'class="title">([^<]*)<', chat.list) == ["差旅标准", "&lt;b&gt;Leave&lt;/b&gt;"]
    chat.page[chat.tab.words] = "LEAVE"
    assert re.findall(r'class="title">([^<]*)<', chat.tab.search(chat.page, chat.request)) == ["&lt;b&gt;Leave&lt;/b&gt;"]
    chat.page[chat.tab.words] = "nothing of the kind"
    assert "No conversation contains these words" in chat.tab.search(chat.page, chat.request)
    chat.page[chat.tab.words] = ""
    chat.press(do="delete", c=first)
    assert chat.questions == ["差旅标准"] and first not in chat.list
    chat.press(do="delete", c=chat.open)
    assert (chat.open, chat.questions) == ("", [])


def test_all_conversations_of_one_user_are_deleted_with_their_files_and_nobody_elses(window: Any) -> None:
    ann, bob = window(), window("bob", "s2")
    bob.ask("hello")
    ann.ask("one")
    both = {ann.open}
    ann.take(ann.tab.clear(ann.page, ann.request))
    ann.ask("two")
    both.add(ann.open)
    ann.press(do="delete_all")
    assert (ann.open, ann.questions) == ("", [])
    assert "data-c=" not in ann.list and "delete_all" not in ann.list
    assert ann.tab.site.opening.result().uploads.forgotten == both
    bob.press(do="open", c=bob.open)
    assert bob.questions == ["hello"]


def test_a_judgement_is_shown_again_and_can_be_changed(window: Any) -> None:
    chat = window()
    chat.ask("one")
    message = chat.answer()
    chat.press(do="rate", m=message, good=False, correction='two "2"', reason="wrong")
    assert 'data-good="false" aria-pressed="true"' in chat.last
    assert 'data-correction="two &quot;2&quot;" data-reason="wrong"' in chat.last
    chat.press(do="rate", m=message, good=True)
    assert 'data-good="true" aria-pressed="true"' in chat.last and 'data-good="false" aria-pressed="false"' in chat.last


def test_nobody_reaches_what_is_anothers(window: Any) -> None:
    ann, bob = window(), window("bob", "s2")
    ann.ask("a secret")
    bob.ask("hello")
    own = bob.open
    for wanted in (
        {"do": "open", "c": ann.open},
        {"do": "rename", "c": ann.open, "text": "mine"},
        {"do": "delete", "c": ann.open},
        {"do": "rate", "m": ann.answer(), "good": False},
        {"do": "edit", "m": ann.message(0), "text": "forged"},
        {"do": "again", "m": ann.message(0)},
    ):
        with pytest.raises(gr.Error):
            bob.press(**wanted)
    bob.page[bob.tab.open] = ann.open
    with pytest.raises(gr.Error, match="no such conversation of yours"):
        bob.ask("what did she say?")
    bob.press(do="open", c=own)
    assert "secret" not in bob.list + bob.earlier + bob.last
    ann.press(do="open", c=ann.open)
    assert ann.questions == ["a secret"]


@pytest.mark.parametrize("sent", ["", "{}", "[]", "{", '{"do": "drop"}', '{"do": "open", "c": 3}', '{"do": "open", "path": "/etc"}', "null", '{"do": "rate", "m": 9223372036854775808}', '{"do": "rate", "m": -1}'])
def test_what_no_button_sends_is_refused_in_words(window: Any, sent: str) -> None:
    chat = window()
    for handler in (chat.tab.do, lambda *values: list(chat.tab.ask_by_button(*values))):
        with pytest.raises(gr.Error, match="reload the page"):
            handler(chat.page | {chat.tab.sent: sent}, chat.request)


def test_who_may_ask_no_domain_is_told_whom_to_ask(window: Any, parrot: Parrot) -> None:
    assert parrot.plugins
    del parrot.plugins.domains["staff"]
    assert "An administrator can add you to a group" in window().tab.clear(window().page, window().request)[0]
    del parrot.plugins.domains["board"]
    assert "in a terminal: assistant new NAME" in window().tab.clear(window().page, window().request)[0]


def test_nobody_without_a_name_gets_an_answer(window: Any) -> None:
    chat = window("")
    for attempt in (lambda: chat.ask("hello"), lambda: chat.press(do="open", c="x"), lambda: chat.tab.begin(chat.page, chat.request)):
        with pytest.raises(gr.Error, match="log in first"):
            attempt()


def test_markup_stays_text_everywhere(window: Any) -> None:
    chat = window()
    trick = "<img src=x onerror=alert(1)>\"'`${7*7} {{this}}"
    chat.ask(trick)
    chat.press(do="rate", m=chat.answer(), good=False, correction=trick, reason=trick)
    chat.take(chat.tab.do(chat.page | {chat.tab.sent: json.dumps({"do": "open", "c": chat.open})}, chat.request))
    for html in (chat.earlier, chat.last, chat.list):
        assert "<img" not in html
        assert not re.search(r'="[^"]*onerror=alert\(1\)>', html)


def test_the_page_is_worded_again_in_the_other_language(window: Any) -> None:
    chat = window()
    chat.ask("one")
    page = chat.page | {next(key for key in chat.page if chat.page[key] == "en"): "zh"}
    earlier, last, *_ = chat.tab.reword(page, chat.request)
    assert "秒" in last and "对话内容" in earlier
