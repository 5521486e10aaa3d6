"""The knowledge tab's handlers on a real index, and the tab in a browser."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from assistant.access import User
from assistant.retrieval.writer import only_writer
from assistant.ui.knowledge.tab import AT_ONCE, KnowledgeTab
from assistant.ui.page.tab import Frame
from tests.ui.conftest import Window, site_of

LEAVE = "# Leave\n\n## Annual leave\n\nEmployees receive 12 days of annual leave a year.\n"
NOBODY: Any = SimpleNamespace()
OPEN = {"domain": "staff", "name": "parking.md"}


@pytest.fixture
def tab(tmp_path: Path) -> Any:
    """The tab on a workspace whose domain only the group ``desk`` may teach; whoever asks is in ``tab.site.visitor``."""
    documents = tmp_path / "plugins" / "staff" / "documents"
    documents.mkdir(parents=True)
    (tmp_path / "plugins/staff/domain.toml").write_text('name = "staff"\n[access]\nteach = ["desk"]\n')
    (documents / "leave.md").write_text(LEAVE)
    site = site_of(tmp_path)
    site.visitor = User("dana", frozenset({"desk"}))
    site.who = lambda request: site.visitor
    found = KnowledgeTab(site)
    with gr.Blocks() as page, gr.Tab("x") as opened:
        found.frame = Frame(page, opened, gr.Radio(["en", "zh"]))
        found.build(found.frame)
    return found


@pytest.fixture
def given(tab: Any, tmp_path: Path) -> Callable[..., str]:
    def write(name: str, text: str | bytes) -> str:
        path = tmp_path / "uploads" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        tab.site.claims.give(tab.site.visitor, path)
        return str(path)

    return write


def listed(tab: Any, find: str = "", language: str = "en") -> str:
    return str(tab.open("staff", find, ("", "", 0), language, NOBODY)[2])


def binned(tab: Any) -> list[tuple[str, str]]:
    return list(tab.open("staff", "", ("", "", 0), "en", NOBODY)[3]["choices"])


def added(tab: Any, files: list[str], replace: bool = False) -> tuple[Any, ...]:
    return tuple(list(tab.add(files, replace, "staff", "en", NOBODY))[-1])


def test_a_file_added_is_listed_opened_and_found_by_words_and_meaning(tab: Any, given: Callable[..., str]) -> None:
    said = added(tab, [given("parking.md", "# Parking\n\nVisitors park on level B2.\n")])[1]
    assert "2 added" in said
    assert "parking.md" in listed(tab)
    key, shown, about, chunks = tab.pick(json.dumps(OPEN), "", "en", NOBODY)[5:9]
    assert (key, shown["visible"]) == (("staff", "parking.md", 0), True)
    assert "in force" in about
    assert "Visitors park on level B2." in chunks
    html = tab.search("Where do visitors park?", "staff", "en", NOBODY)
    assert html.count("<section") == 3
    assert "<mark>Visitors</mark> <mark>park</mark> on level B2." in html


def test_a_damaged_file_is_told_and_the_others_go_in(tab: Any, given: Callable[..., str]) -> None:
    said = added(tab, [given("bad.pdf", b"%PDF-1.7 no"), given("tool.exe", "x"), given("parking.md", "Visitors park on level B2.")])[1]
    assert "bad.pdf: the PDF is damaged" in said
    assert "tool.exe: no reader for .exe" in said
    page = listed(tab)
    assert "parking.md" in page
    assert "cannot be read" in page
    assert "tool.exe" not in page


def test_a_file_of_the_same_name_replaces_only_when_asked_to(tab: Any, given: Callable[..., str]) -> None:
    added(tab, [given("parking.md", "Level B2.")])
    plan, replace, button, _note = tab.plan([given("parking.md", "Level C4.")], "staff", "en", NOBODY)
    assert "replaces the existing one" in plan
    assert (replace["visible"], button["interactive"]) == (True, True)
    assert "tick “Replace documents of the same name”" in added(tab, [given("parking.md", "Level C4.")])[1]
    assert "Level B2." in str(tab.pick(json.dumps(OPEN), "", "en", NOBODY))
    added(tab, [given("parking.md", "Level C4.")], replace=True)
    assert "Level C4." in str(tab.pick(json.dumps(OPEN), "", "en", NOBODY))


def test_a_removed_document_answers_no_more_until_it_is_put_back(tab: Any, given: Callable[..., str]) -> None:
    added(tab, [given("parking.md", "Visitors park on level B2.")])
    assert "parking.md is removed" in list(tab.remove(json.dumps(OPEN), "en", NOBODY))[-1]
    assert "is removed" not in "".join(tab.remove(json.dumps(OPEN), "en", NOBODY))
    assert "level B2" not in tab.search("Where do visitors park?", "staff", "en", NOBODY)
    ((_words, key),) = binned(tab)
    list(tab.put_back(key, "staff", "en", NOBODY))
    assert "<mark>park</mark>" in tab.search("Where do visitors park?", "staff", "en", NOBODY)


def test_the_page_itself_says_which_document_is_to_be_removed(tab: Any, given: Callable[..., str]) -> None:
    added(tab, [given("parking.md", "Level B2."), given("lunch.md", "At noon.")])
    detail = dict(zip(tab.on.detail, tab.pick(json.dumps(OPEN), "", "en", NOBODY)[len(tab.on.list) :], strict=True))
    assert "parking.md" in detail[tab.on.question_sure]
    tab.pick(json.dumps({"domain": "staff", "name": "lunch.md"}), "", "en", NOBODY)
    (click,) = (one for one in tab.frame.page.fns.values() if one.name == "remove")
    assert click.inputs[0] is tab.on.asked and not isinstance(tab.on.asked, gr.State), "what is kept for the page may be another document by now"
    list(tab.remove(detail[tab.on.asked], "en", NOBODY))
    assert "parking.md" not in listed(tab) and "lunch.md" in listed(tab)


def test_who_changes_something_while_another_indexes_is_told_that_it_waits(tab: Any, given: Callable[..., str]) -> None:
    changes = {one.name: one for one in tab.frame.page.fns.values() if one.name in {"index", "add", "remove", "put_back"}}
    assert {one.concurrency_limit for one in changes.values()} == {AT_ONCE} and AT_ONCE > 1, "each is begun, and then waits for the writer"
    assert {name for name, one in changes.items() if one.trigger_mode == "multiple"} == {"add", "remove", "put_back"}
    with only_writer(tab.site.workspace.store):
        waiting = tab.add([given("parking.md", "Level B2.")], False, "staff", "en", NOBODY)
        assert "is indexing this workspace" in next(waiting)[1]
    assert "2 added" in list(waiting)[-1][1]


def test_the_teams_own_documents_are_not_removed_here(tab: Any) -> None:
    with pytest.raises(gr.Error, match="own lie in"):
        list(tab.index("staff", "en", NOBODY)) + list(tab.remove(json.dumps({"domain": "staff", "name": "leave.md"}), "en", NOBODY))
    about = str(tab.pick(json.dumps({"domain": "staff", "name": "leave.md"}), "", "en", NOBODY))
    assert "plugins/staff/documents" in about


def test_chinese_questions_say_why_there_is_no_search_by_meaning(tab: Any, given: Callable[..., str]) -> None:
    added(tab, [given("停车.md", "# 停车\n\n访客停车在B2层。\n")])
    html = tab.search("访客在哪里停车？", "staff", "zh", NOBODY)
    assert "assistant.toml" in html
    assert html.count("<section") == 2
    assert "<mark>访客停车</mark>" in html


def test_names_and_texts_of_files_are_shown_as_text(tab: Any, given: Callable[..., str]) -> None:
    name = "<img src=x onerror=alert(1)>.md"
    added(tab, [given(name, "# <b>bold</b>\n\n<script>alert(1)</script> parking\n")])
    parts = zip([*tab.on.list, *tab.on.detail], tab.pick(json.dumps({"domain": "staff", "name": name}), "", "en", NOBODY), strict=True)
    shown = "".join(part for place, part in parts if isinstance(place, gr.HTML) and isinstance(part, str)) + tab.search("parking", "staff", "en", NOBODY)
    assert shown.count("&lt;img") > 4
    assert "<script" not in shown
    assert "<img" not in shown
    assert "<b>" not in shown


@pytest.mark.parametrize("picked", ["", "[]", "{", '{"domain": 1}', '{"domain": "staff", "name": "../../../etc/passwd"}', "[" * 5000])
def test_a_forged_pick_opens_nothing(tab: Any, picked: str) -> None:
    try:
        detail = tab.pick(picked, "", "en", NOBODY)[5:]
    except gr.Error:
        return
    assert detail[:2] == (("", "", 0), gr.update(visible=False))


def test_who_may_not_teach_sees_and_changes_nothing(tab: Any, given: Callable[..., str]) -> None:
    added(tab, [given("parking.md", "Level B2.")])
    tab.site.visitor = User("eve")
    page = str(tab.open("staff", "", ("staff", "parking.md", 0), "en", NOBODY))
    assert "parking.md" not in page
    for attempt in (
        lambda: tab.pick(json.dumps(OPEN), "", "en", NOBODY),
        lambda: tab.search("level", "staff", "en", NOBODY),
        lambda: added(tab, [given("more.md", "x")]),
        lambda: list(tab.remove(json.dumps(OPEN), "en", NOBODY)),
        lambda: list(tab.put_back("x", "staff", "en", NOBODY)),
        lambda: list(tab.index("staff", "en", NOBODY)),
    ):
        with pytest.raises(gr.Error, match="eve may not teach in staff"):
            attempt()
    assert not (tab.site.workspace.knowledge / "staff/more.md").exists()


def test_what_is_kept_for_others_is_named_nowhere_and_not_put_back(tab: Any) -> None:
    shelf, boss = tab.site.workspace.knowledge / "staff", User("root", frozenset({"admin"}))
    shelf.mkdir(parents=True)
    (shelf / "pay.md").write_text("---\naccess: [board]\n---\nThe board earns 3 yuan.\n")
    (shelf / "odd.md").write_text("---\naccess: [board\n---\nWhat is it?\n")
    (shelf / "list.csv").write_text("name,pay\nann,3\n")
    (shelf / "documents.toml").write_text('["list.csv"]\naccess = ["board"]\n')
    told = listed(tab) + "".join(tab.index("staff", "en", NOBODY)) + listed(tab)
    assert "may not see: 1" in told
    assert not any(name in told for name in ("pay.md", "odd.md", "list.csv"))
    tab.site.visitor = boss
    assert all(name in listed(tab) for name in ("pay.md", "odd.md", "list.csv"))
    for name in ("pay.md", "list.csv"):
        list(tab.remove(json.dumps({"domain": "staff", "name": name}), "en", NOBODY))
    keys = [key for _, key in binned(tab)]
    assert len(keys) == 2
    tab.site.visitor = User("dana", frozenset({"desk"}))
    assert binned(tab) == []
    for key in keys:
        with pytest.raises(gr.Error, match="no longer in the bin"):
            list(tab.put_back(key, "staff", "en", NOBODY))
    tab.site.visitor = User("bo", frozenset({"desk", "board"}))
    for key in keys:
        list(tab.put_back(key, "staff", "en", NOBODY))
    assert "list.csv" in listed(tab)


def test_a_name_that_is_kept_for_others_is_not_taken_over(tab: Any, given: Callable[..., str]) -> None:
    shelf = tab.site.workspace.knowledge / "staff"
    shelf.mkdir(parents=True)
    (shelf / "pay.md").write_text("---\naccess: [board]\n---\nThe board earns 3 yuan.\n")
    list(tab.index("staff", "en", NOBODY))
    assert "kept for other groups" in added(tab, [given("pay.md", "Nothing.")], replace=True)[1]
    assert "3 yuan" in (shelf / "pay.md").read_text()


def test_an_unforeseen_fault_is_told_and_the_page_does_not_wait(tab: Any) -> None:
    tab.knowledge().index = lambda *_, **__: 1 // 0
    assert "ZeroDivisionError); the window of the server" in list(tab.index("staff", "en", NOBODY))[-1]


def test_a_file_that_somebody_else_uploaded_or_nobody_is_not_added(tab: Any, given: Callable[..., str]) -> None:
    others = given("parking.md", "Level B2.")
    tab.site.visitor = User("dan", frozenset({"desk"}))
    for path in (others, "/etc/hostname", str(tab.site.workspace.root / "assistant.toml")):
        for attempt in (lambda path=path: tab.plan([path], "staff", "en", NOBODY), lambda path=path: added(tab, [path])):
            with pytest.raises(gr.Error, match="was not uploaded by you"):
                attempt()
    assert not (tab.site.workspace.knowledge / "staff").exists()


def test_the_tab_lists_documents_and_opens_one_by_keyboard(window: Callable[..., Window]) -> None:
    page = window().page
    page.get_by_role("tab", name="Knowledge").click()
    page.locator("button.pick", has_text="conduct-en.md").focus()
    page.keyboard.press("Enter")
    page.locator("#knowledge-document h2", has_text="conduct-en.md").wait_for()
    assert not page.locator("#knowledge-document").get_by_role("button", name="Remove").is_visible()
