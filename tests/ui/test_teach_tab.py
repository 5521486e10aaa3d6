"""The teach tab's handlers with a real history and real files, and the tab in a browser."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from assistant.access import User
from assistant.records import Answer, Citation
from assistant.retrieval.flow import open_knowledge
from assistant.ui.domains.versions import registry_of
from assistant.ui.page.tab import Frame
from assistant.ui.teach.tab import TeachTab
from tests.ui.conftest import Window, site_of

NOBODY: Any = SimpleNamespace()
QUESTION, GIVEN, BETTER = "How early do I ask for a remote day?", "Ask 24 hours ahead. [1]", "Rule: ask your manager 24 hours ahead."
CITED = (Citation(1, "remote.md", "Remote", None, "Ask your manager 24 hours ahead.", "Ask your manager 24 hours ahead.", "staff"),)


class Page:
    """The tab, and what its components hold; ``act`` calls a handler as the page does."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.tab = TeachTab(site)
        with gr.Blocks() as self.blocks, gr.Tab("x") as opened:
            self.tab.build(Frame(self.blocks, opened, gr.Radio(["en", "zh"])))
        self.chosen: list[Any] = ["staff", "open", "all", "", "en"]
        self.shown: dict[Any, Any] = {}

    def act(self, handler: Callable[..., Any], *more: Any) -> None:
        updates = handler(*self.chosen, *more, NOBODY)
        assert len(updates) == len(self.tab.on.all)
        self.shown = dict(zip(self.tab.on.all, updates, strict=True))
        self.chosen[3] = self.shown[self.tab.on.key]

    def open(self, state: str = "open", thumbs: str = "all") -> "Page":
        self.chosen[1:3] = [state, thumbs]
        self.act(self.tab.open)
        return self

    @property
    def html(self) -> str:
        return "".join(value for value in self.shown.values() if isinstance(value, str))

    @property
    def typed(self) -> tuple[str, str]:
        return self.shown[self.tab.on.question]["value"], self.shown[self.tab.on.answer]["value"]


@pytest.fixture
def page(tmp_path: Path) -> Page:
    """The tab on a workspace with two domains, of which the group ``desk`` may teach one."""
    for name, more in (("staff", '[access]\nteach = ["desk"]\n'), ("board", '[access]\nteach = ["board"]\n')):
        (tmp_path / "plugins" / name / "documents").mkdir(parents=True)
        (tmp_path / "plugins" / name / "domain.toml").write_text(f'name = "{name}"\n{more}')
    site = site_of(tmp_path)
    site.visitor = User("rea", frozenset({"desk"}))
    site.who = lambda request: site.visitor
    return Page(site)


def judge(page: Page, question: str = QUESTION, text: str = GIVEN, good: bool = False, correction: str = BETTER, domain: str = "staff") -> int:
    answer = Answer(question, text, "en", domain=domain, adapter="staff@2", citations=CITED)
    history = page.site.history
    history.rate("ann", history.add("ann", history.start("ann", question), question, answer), good, correction, "newer rule")
    return int(history.queue(domain)[-1].id)


def rows(page: Page) -> list[str]:
    file = page.site.workspace.plugins / "staff/examples/feedback.jsonl"
    return [json.loads(line)["messages"][-1]["content"] for line in file.read_text().splitlines()] if file.exists() else []


def test_a_judgement_is_shown_with_its_answer_citation_and_correction(page: Page) -> None:
    judge(page)
    page.open()
    for words in (QUESTION, "Ask 24 hours ahead.", "remote.md", BETTER, "newer rule", "ann on "):
        assert words in page.html
    assert page.typed == (QUESTION, BETTER)


def test_accepting_writes_the_row_and_goes_on_to_the_next(page: Page) -> None:
    first, second = judge(page), judge(page, "Who may work remotely?", "Everybody. [1]", good=True, correction="")
    page.open()
    page.act(page.tab.accept, *page.typed, False)
    assert rows(page) == [BETTER]
    assert page.chosen[3] == f"staff/{second}"
    assert page.shown[page.tab.on.state]["choices"][0] == ("To review (1)", "open")
    assert page.site.history.judgement("staff", first).reviewer == "rea"
    assert "Rows accepted so far: 1" in page.html


def test_a_row_is_filed_under_the_judgement_that_it_was_shown_beside(page: Page) -> None:
    first, second = judge(page), judge(page, "Who may work remotely?", "Everybody. [1]", good=True, correction="")
    page.open()
    texts, key = page.typed, page.chosen[3]
    page.act(page.tab._stepper(1))  # on its way while Accept is pressed
    assert page.chosen[3] == f"staff/{second}"
    for name in ("accept", "reject", "undo", "check"):
        for event in (one for one in page.blocks.fns.values() if one.name == name):
            assert event.inputs[3] is page.tab.on.key and not any(isinstance(one, gr.State) for one in event.inputs), "all of it comes from one page"
    page.chosen[3] = key
    page.act(page.tab.accept, *texts, False)
    assert rows(page) == [BETTER]
    assert [page.site.history.judgement("staff", one).state for one in (first, second)] == ["accepted", "open"]


def test_what_speaks_against_a_row_is_said_and_nothing_is_written(page: Page) -> None:
    judge(page)
    page.open()
    page.act(page.tab.accept, QUESTION, "Rule: ask your manager 48 hours ahead.", False)
    assert "facts: 48 hour" in page.html
    assert 'data-name="remote.md"' in page.html
    assert page.shown[page.tab.on.although]["visible"]
    assert page.shown[page.tab.on.question] == gr.skip()
    assert rows(page) == []
    page.act(page.tab.accept, QUESTION, "Rule: ask your manager 48 hours ahead.", True)
    assert rows(page) == ["Rule: ask your manager 48 hours ahead."]


def test_what_only_documents_for_others_say_is_not_told_by_the_check(page: Page) -> None:
    pay = page.site.workspace.plugins / "staff/documents/pay.md"
    pay.write_text("---\naccess: [board]\n---\n# Remote\n\nFrom June on ask your manager 72 hours ahead for a remote day.\n")
    with closing(open_knowledge(page.site.workspace, page.site.plugins)) as knowledge:
        knowledge.index(page.site.plugins.domain("staff"))
        opened = SimpleNamespace(knowledge=knowledge, workspace=page.site.workspace, plugins=page.site.plugins, engine=SimpleNamespace(count_tokens=len))
        opened.registry = registry_of(page.site)
        page.site.opening = SimpleNamespace(ready=opened)
        judge(page)
        guess, told = "Rule: ask your manager 72 hours ahead.", []
        for groups in ({"desk"}, {"desk", "board"}):
            page.site.visitor = User("rea", frozenset(groups))
            page.open()
            told.append(page.tab.check(*page.chosen, QUESTION, guess, NOBODY)[0])
        assert ["already say: 72 hour" in one for one in told] == [False, True]
        page.site.visitor = User("rea", frozenset({"desk"}))
        page.act(page.tab.accept, QUESTION, guess, False)
        assert "facts: 72 hour" in page.html and rows(page) == []


def test_a_decision_is_taken_back_from_its_list(page: Page) -> None:
    judge(page)
    page.open()
    page.act(page.tab.accept, *page.typed, False)
    page.open("accepted")
    assert "Decided by rea on" in page.html
    assert (page.shown[page.tab.on.row]["visible"], page.shown[page.tab.on.decided]["visible"]) == (False, True)
    page.act(page.tab.undo)
    assert rows(page) == []
    page.open()
    page.act(page.tab.reject, "said better in the handbook")
    page.open("rejected")
    assert "said better in the handbook" in page.html


def test_a_row_that_is_still_taught_after_a_new_judgement_is_named(page: Page) -> None:
    message = page.site.history.judgement("staff", judge(page)).message
    page.open()
    page.act(page.tab.accept, *page.typed, False)
    page.site.history.rate("ann", message, False, "Rule: ask your manager early.")
    assert "still used for training until you accept or reject it again" in page.open().html
    page.act(page.tab.reject, "")
    assert rows(page) == []


def test_the_queue_is_stepped_through_and_filtered(page: Page) -> None:
    keys = [judge(page, f"Question number {number}?", good=number == 2, correction="") for number in range(3)]
    page.open()
    steps = []
    for step in (1, 1, 1, -1):
        page.act(page.tab._stepper(step))
        steps.append(page.chosen[3])
    assert steps == [f"staff/{keys[number]}" for number in (1, 2, 2, 1)]
    page.open(thumbs="up")
    assert page.chosen[3] == f"staff/{keys[2]}"
    assert "1 of 1" in page.html


def test_words_of_people_and_models_are_shown_as_text(page: Page) -> None:
    trick = '<img src=x onerror="alert(1)">[link](javascript:alert(1))'
    judge(page, trick, trick, correction=trick)
    page.open()
    assert "<img" not in page.html
    assert 'href="javascript' not in page.html


def test_who_may_not_teach_a_domain_reads_and_decides_nothing_of_it(page: Page) -> None:
    own, others = judge(page), judge(page, "What does the board earn?", "3 yuan", domain="board")
    page.chosen[0] = "board"
    page.open()
    assert page.chosen[3] == f"staff/{own}"  # the first domain that they may teach
    page.site.visitor = User("eve")
    assert page.open().chosen[3] == ""
    assert QUESTION not in page.html
    page.site.visitor = User("rea", frozenset({"desk"}))
    for key in (f"board/{others}", f"staff/{others}", "staff/999", f"staff/{'9' * 5000}", "staff/x", f"../../{own}", "", None):
        page.chosen[3] = key
        for handler, more in ((page.tab.accept, (QUESTION, BETTER, True)), (page.tab.reject, ("",)), (page.tab.undo, ()), (page.tab.check, (QUESTION, BETTER))):
            with pytest.raises(gr.Error, match=r"may not teach|that you may review|no domain named"):
                handler(*page.chosen, *more, NOBODY)
    assert rows(page) == []
    assert page.site.history.judgement("board", others).state == "open"


def test_nothing_to_review_says_where_feedback_comes_from(page: Page) -> None:
    assert "under the answers in the chat" in page.open().html
    page.chosen[4] = "zh"
    assert "好评和差评按钮" in page.open().html


def test_the_tab_opens_in_both_languages(window: Callable[..., Window]) -> None:
    opened = window(locale="zh-CN", width=390)
    opened.tab("teach")
    opened.page.get_by_text("待审阅").first.wait_for()
    assert not opened.too_wide()
