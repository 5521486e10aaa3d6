"""What a person cannot do is said in the page's language, wherever the handler learns which that is."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import psutil
import pytest
from starlette.requests import Request

from assistant.access import User
from assistant.errors import AssistantError
from assistant.models.fit import prompt_fault
from assistant.models.server import ServerEngine
from assistant.records import Answer, case_of, message
from assistant.settings import Settings
from assistant.training.background import Sitting, begin, latest
from assistant.training.promote import promote
from assistant.ui.about.tab import AboutTab
from assistant.ui.chat.around import told_around
from assistant.ui.chat.attach import Attach
from assistant.ui.chat.tab import ChatTab
from assistant.ui.compare.tab import CompareTab
from assistant.ui.domains.tab import DomainsTab
from assistant.ui.knowledge.tab import KnowledgeTab
from assistant.ui.page.said import said
from assistant.ui.page.tab import Frame
from assistant.ui.teach.tab import TeachTab
from assistant.ui.texts.told import told
from assistant.ui.train.tab import TrainTab
from tests.ui.conftest import site_of

DANA = User("dana", frozenset({"desk"}))
ENGLISH = 'lang="en"'


def asked(header: str = "") -> gr.Request:
    """A request of a browser that prefers those languages."""
    made = gr.Request(Request({"type": "http", "headers": [(b"accept-language", header.encode())], "query_string": b""}))
    made.session_hash = "s1"
    return made


@pytest.fixture
def site(tmp_path: Path) -> Any:
    """Two domains: dana may do everything in one, and nothing but ask in the other."""
    for name, access in (("staff", 'teach = ["desk"]\ntrain = ["desk"]\npromote = ["desk"]'), ("board", 'teach = ["board"]\ntrain = ["board"]\npromote = ["board"]')):
        folder = tmp_path / "plugins" / name
        (folder / "documents").mkdir(parents=True)
        (folder / "domain.toml").write_text(f'name = "{name}"\n[routing]\nexamples = ["how long is my leave"]\n[access]\n{access}\n', "utf-8")
    found = site_of(tmp_path)
    found.visitor = DANA
    found.who = lambda request: found.visitor
    return found


def built(kind: Any, site: Any) -> tuple[Any, Any]:
    """A tab, and the switch of the page that it stands on."""
    tab = kind(site)
    with gr.Blocks() as page, gr.Tab("x") as opened:
        switch = gr.Radio(["en", "zh"], elem_id="language")
        tab.build(Frame(page, opened, switch))
    return tab, switch


def refused(call: Any, *values: Any) -> str:
    """The words that the page shows."""
    with pytest.raises(gr.Error) as raised:
        list(call(*values))
    return str(raised.value.message)


@pytest.mark.parametrize(
    ("switch", "header", "chinese"),
    [("zh", "en", True), ("en", "zh", False), (None, "zh-CN,zh;q=0.9", True), (None, "de", False), ("<b>", "zh", False)],
)
def test_the_switch_decides_and_without_it_the_browser(site: Any, switch: str | None, header: str, chinese: bool) -> None:
    def alone(request: gr.Request) -> None:
        site.domain(DANA, "nowhere", "ask")

    def with_switch(language: str, request: gr.Request) -> None:
        site.domain(DANA, "nowhere", "ask")

    words = refused(said(alone), asked(header)) if switch is None else refused(said(with_switch), switch, asked(header))
    assert ("没有 dana 可以提问的领域“nowhere”；可用的领域：board, staff" in words or "可用的领域：staff, board" in words) == chinese
    assert ("there is no domain named" in words) != chinese


def test_the_switch_is_found_among_all_that_stands_on_the_page(site: Any) -> None:
    tab, switch = built(ChatTab, site)
    page = {tab.open: "0" * 32, tab.domain: "", tab.adapter: "on", switch: "zh", tab.words: "", tab.box: "en", tab.sent: ""}
    assert refused(tab.ask, page, asked("en")) == "您没有这个对话"
    assert refused(tab.ask, page | {tab.box: "x" * 9000, tab.open: ""}, asked()).startswith("问题有 9000 个字符，上限是")
    assert refused(tab.do, page | {tab.sent: "{}"}, asked()) == "页面发来的内容与当前版本不符；请重新加载页面后再试"
    assert refused(tab.ask, page | {switch: "en"}, asked("zh")) == "there is no such conversation of yours"


def test_what_is_not_known_in_chinese_says_that_it_is_english() -> None:
    def unknown(language: str) -> None:
        raise AssistantError("<script> is new")

    assert refused(said(unknown), "zh") == f"<span {ENGLISH}>&lt;script&gt; is new</span>"
    assert refused(said(unknown), "en") == "&lt;script&gt; is new"


def test_every_tab_refuses_in_chinese(site: Any, tmp_path: Path) -> None:
    tabs = {kind: built(kind, site)[0] for kind in (KnowledgeTab, TeachTab, TrainTab, DomainsTab, CompareTab, AboutTab)}
    here = asked("en")
    may_not = "dana 在 board 中没有“{}”权限；有此权限的用户组：board"
    assert refused(tabs[KnowledgeTab].index, "board", "zh", here).startswith(may_not.format("teach"))
    assert refused(tabs[KnowledgeTab].put_back, "x", "staff", "zh", here) == "已移除的文档中没有它；可能已有人放回"
    assert refused(tabs[KnowledgeTab].plan, ["/etc/passwd"], "staff", "zh", here).startswith("这个文件不是您上传的")
    assert refused(tabs[TrainTab].choose, "board", "1", "zh", here).startswith("dana 在 board 中没有“")
    assert refused(tabs[TrainTab].choose, "staff", "x", "zh", here) == "“x”不是版本号；请从列表中选择"
    assert refused(tabs[TrainTab].choose, "staff", "7", "zh", here) == "基础模型 starter 没有适配器 staff@7；现有：—"
    assert refused(tabs[DomainsTab].look.run, "board", "zh", here) == "dana 不能查看“board”的文件；可以查看的：staff"
    assert refused(tabs[DomainsTab].wizard.look, "x", "zh", here) == "dana 不是管理员；只有“admin”组的成员可以这样做"
    assert refused(tabs[AboutTab].go_back, "zh", here).startswith("dana 不是管理员")
    assert refused(Attach(site).show, "0" * 32, "zh", here) == "您没有这个对话"
    too_many = [str(tmp_path / f"{number}.md") for number in range(21)]
    for path in too_many:
        Path(path).write_text("x")
        site.claims.give(DANA, path)
    assert "21" in (words := refused(Attach(site).attach, too_many, "", "zh", here)) and ENGLISH not in words


def test_examples_that_cannot_be_kept_and_names_that_cannot_be_had_are_told_in_chinese(site: Any) -> None:
    tab = built(DomainsTab, site)[0]
    assert "刚刚被他人或编辑器修改过" in tab.look.change("staff", "another one", "stale", "zh", asked())[0]
    assert "最多 300 个字符" in tab.look.change("staff", "x" * 400, "stale", "zh", asked())[0]
    question = {"id": "q1", "split": "dev", "language": "en", "question": "How long is my leave?"}
    (site.plugins.domains["staff"].folder / "questions.jsonl").write_text(json.dumps(question) + "\n")
    measured = tab.look.change("staff", "how long is my leave?", "stale", "zh", asked())[0]
    assert "用于评测的题目不能用来学习" in measured and "第 1 行的评测题 q1" in measured and ENGLISH not in measured
    site.visitor = User("local", frozenset({"admin"}))
    for name, words in (("Trip Plans", "；可以用 trip_plans"), ("other", "不能作领域名"), ("staff", "已存在，未作改动")):
        told_so = tab.wizard.look(name, "zh", asked())
        assert words in told_so and ENGLISH not in told_so


def test_a_training_under_way_and_versions_that_cannot_go_live_are_told_in_chinese(site: Any, tmp_path: Path) -> None:
    sittings = tmp_path / ".assistant" / "runs" / "board" / "sittings"
    sittings.mkdir(parents=True)
    other = Sitting("board", "ben", "train", (), os.getpid(), psutil.Process().create_time(), "2026-01-01", sittings / "1.json")
    other.file.write_text(json.dumps({key: value for key, value in asdict(other).items() if key != "file"}))
    assert latest(site.workspace, "board", "train") == other
    with pytest.raises(AssistantError) as raised:
        begin(site.workspace, site.plugins, site.plugins.domains["staff"], DANA, "train")
    assert told(message(raised.value), "zh") == "“board”正在训练（由ben发起）；请等它结束，或停止它，再重新开始"
    version: Any = SimpleNamespace(folder=tmp_path / "0001", served_name="staff@1", domain="staff", card={})
    with pytest.raises(AssistantError) as raised:
        promote(SimpleNamespace(), version, "chosen")  # type: ignore[arg-type]
    assert told(message(raised.value), "zh").startswith("staff@1 已损坏（")


def test_a_base_model_that_cannot_be_reached_is_told_in_chinese() -> None:
    with pytest.raises(AssistantError) as raised:
        ServerEngine(Settings(base_model="http://127.0.0.1:9/v1"))
    assert told(message(raised.value), "zh").startswith("http://127.0.0.1:9/v1 没有 OpenAI 兼容的服务器应答（")


def test_an_adapter_left_out_of_an_answer_is_explained_in_chinese() -> None:
    version: Any = SimpleNamespace(served_name="staff@2", domain="staff", card={"prompt": "old"})
    why = prompt_fault(version, "new")
    receipt = json.loads(json.dumps({"silenced": why, "silenced_told": case_of(why)}))
    html = told_around(Answer("q", "a", "zh", domain="staff", receipt=receipt), 1.0, "0-0", "zh", {})
    assert "此回答没有使用该领域的适配器：staff@2 是用另一个 prompt.jinja 训练的" in html
    assert "was trained with another prompt.jinja" in told_around(Answer("q", "a", "en", domain="staff", receipt=receipt), 1.0, "0-0", "en", {})
