"""What was measured, as the quality tab shows it: the newest whole evaluation, one's own domains, nothing as HTML."""

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.access import User
from assistant.errors import AccessError
from assistant.evaluation.report import DATA, PAGE, as_json, evaluations
from assistant.evaluation.results import Evaluation
from assistant.evaluation.runs import latest_evaluation
from assistant.records import Document
from assistant.registry import CONFIG, WEIGHTS, Registry
from assistant.retrieval.ledger import LEDGER, Ledger
from assistant.settings import Workspace
from assistant.ui.page.files import add_files
from assistant.ui.quality.across import refusal_html, routing_html
from assistant.ui.quality.reports import report_page
from assistant.ui.quality.tab import QualityTab
from assistant.ui.quality.trend import trend_html
from tests.evaluation.by_hand import library
from tests.ui.conftest import site_of

ASKED: Any = SimpleNamespace(session_hash="s", headers={}, username=None)
ROUTING = {
    "accuracy": 0.9, "accuracy_interval": [0.8, 0.95], "in_scope": 40, "oos_recall": 0.7, "out_of_scope": 20, "created": "2026-11-21T08:00:00",
    "confusion": {"library": {"library": 17, "board": 2, "oos": 1}},
    "to_fix": [{"text": "<b>closing time", "label": "library", "taken_for": "board", "probability": 0.8}, {"text": "of the board", "label": "board", "taken_for": "library", "probability": 0.9}],
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, ask in (("library", '["everyone"]'), ("board", '["directors"]')):
        folder = tmp_path / "plugins" / name
        folder.mkdir(parents=True)
        (folder / "domain.toml").write_text(f'name = "{name}"\n[access]\nask = {ask}\n')
    return tmp_path


def keep(root: Path, evaluation: Evaluation, minutes: int) -> Path:
    folder = evaluations(Workspace(root), evaluation.domain) / evaluation.id
    folder.mkdir(parents=True)
    (folder / DATA).write_text(as_json(evaluation), "utf-8")
    os.utime(folder / DATA, (1e9 + 60 * minutes, 1e9 + 60 * minutes))
    return folder / DATA


def shown(root: Path, user: User, chosen: str | None = None, language: Any = "en") -> tuple[Any, str]:
    site = site_of(root)
    site.who = lambda request: user
    return QualityTab(site).show(chosen, language, ASKED)


def test_the_newest_evaluation_that_can_be_read_is_shown(root: Path) -> None:
    keep(root, library(id="one", stop_at="rag"), 1)
    keep(root, library(id="two"), 2)
    keep(root, library(id="three"), 3).write_text("{half", "utf-8")
    newest = latest_evaluation(Workspace(root), "library")
    assert newest and newest.id == "two"
    assert latest_evaluation(Workspace(root), "board") is None


def test_the_ladder_has_scores_with_intervals_and_the_verdict(root: Path) -> None:
    keep(root, library(), 1)
    html = shown(root, User("ann"))[1]
    for part in ("Stop at: RAG + LoRA", "RAG is enough for facts", "8 questions (dev) on starter, library@2", "Facts stated", "n 7", "Plain prompt"):
        assert part in html
    chinese = shown(root, User("ann"), language="zh")[1]
    assert "建议采用：RAG + LoRA" in chinese and "事实齐全" in chinese and "仅提示词" in chinese


def test_the_worst_questions_say_what_was_expected_and_what_was_missed(root: Path) -> None:
    keep(root, library(), 1)
    html = shown(root, User("ann"))[1]
    assert "借的书丢了怎么办？" in html and "原价; 工本费" in html
    assert "Falls short on: Facts stated 50 %" in html


def test_before_anything_is_measured_the_command_stands_there(root: Path) -> None:
    html = shown(root, User("ann"))[1]
    for command in ("assistant evaluate library --ladder", "assistant evaluate --routing", "assistant evaluate --refusal"):
        assert f"<code>{command}</code>" in html


def test_another_teams_domain_is_neither_offered_nor_shown(root: Path) -> None:
    keep(root, library(domain="board"), 1)
    choice, html = shown(root, User("ann"), "board")
    assert choice["choices"] == [("library", "library")] and choice["value"] == "library"
    assert "8 questions" not in html
    assert "8 questions" in shown(root, User("dora", frozenset({"directors"})), "board")[1]
    with pytest.raises(AccessError):
        site_of(root).domain(User("ann"), "board", "ask")


def test_a_whole_report_is_for_those_who_may_ask_every_domain(root: Path) -> None:
    kept = keep(root, library(), 1)
    (kept.parent / PAGE).write_text("<h1>whole</h1><script>alert(1)</script>")
    (root / "secret.html").write_text("secret")
    site = site_of(root)
    users = {"ann": User("ann"), "dora": User("dora", frozenset({"directors"}))}
    site.who = lambda request: users[request.headers["x-user"]]
    app = FastAPI()
    add_files(app, site)
    client = TestClient(app)
    whole = client.get(f"/reports/library/{kept.parent.name}", headers={"x-user": "dora"})
    assert whole.status_code == 200 and "whole" in whole.text
    assert "default-src 'none'" in whole.headers["content-security-policy"] and "sandbox" in whole.headers["content-security-policy"]
    assert client.get(f"/reports/library/{kept.parent.name}", headers={"x-user": "ann"}).status_code == 403
    assert client.get(f"/reports/board/{kept.parent.name}", headers={"x-user": "ann"}).status_code == 403
    for forged in ("..", "%2e%2e", "..%2f..%2f..%2fsecret", "nothing", "report.html"):
        assert client.get(f"/reports/library/{forged}", headers={"x-user": "dora"}).status_code == 404
    assert "reports/library/" in shown(root, users["dora"], "library")[1]
    assert "reports/library/" not in shown(root, users["ann"], "library")[1]


def test_answers_and_report_are_for_those_who_may_read_every_document(root: Path) -> None:
    kept = keep(root, library(), 1)
    (kept.parent / PAGE).write_text("<h1>whole</h1>")
    site = site_of(root)
    Ledger(site.workspace.store / LEDGER).put(Document("library", "pay.md", "3 yuan", "Pay", "en", access=("desk",)), "digest", [])
    dora, desk = User("dora", frozenset({"directors"})), User("desk", frozenset({"directors", "desk"}))
    for user, whole in ((dora, False), (desk, True)):
        html = shown(root, user, "library")[1]
        assert "Stop at: RAG + LoRA" in html
        assert ("借的书丢了怎么办？" in html, "reports/library/" in html, "kept for groups" in html) == (whole, whole, not whole)
    with pytest.raises(AccessError, match="every document"):
        report_page(site, dora, "library", kept.parent.name)
    assert report_page(site, desk, "library", kept.parent.name) == kept.parent / PAGE


def test_routing_names_no_domain_that_the_user_may_not_ask() -> None:
    html = routing_html(ROUTING, "library", ["library"], "en")
    assert "17 / 20" in html and "another domain" in html
    assert "board" not in html
    assert "taken for board" in routing_html(ROUTING, "library", ["library", "board"], "en")


def test_what_people_wrote_is_text() -> None:
    assert "&lt;b&gt;closing time" in routing_html(ROUTING, "library", ["library"], "en")


def test_refusals_are_told_for_the_domain_and_for_all() -> None:
    rate = {"hits": 2, "n": 20, "share": 0.1, "interval": [0.03, 0.3]}
    found = {name: {"false_answers": rate, "false_refusals": rate} for name in ("library", "pooled")}
    html = refusal_html({**found, "created": "2026-11-21"}, "library", "en")
    assert html.count("2 / 20 = 10 % [3 %, 30 %]") == 4
    assert refusal_html(found | {"library": {}}, "nowhere", "zh").count("<tr>") == 2


def test_the_trend_takes_a_version_without_a_gate_from_the_next_ones(tmp_path: Path) -> None:
    registry = Registry(tmp_path, "starter")
    gate = {"against": "library@1", "scores": {"facts": {"before": 0.5, "after": 0.75}}, "reasons": ["better on <facts>"]}
    for card in ({"held_out": {"candidate": 0.4}}, {"held_out": {"candidate": 0.3}, "gate": gate}):
        partial = registry.begin("library")
        (partial / WEIGHTS).write_bytes(b"weights")
        (partial / CONFIG).write_text("{}")
        registry.publish(partial, json.loads(json.dumps(card)))
    html = trend_html(registry.versions("library"), 2, "en")
    assert "50 %" in html and "75 %" in html and "0.300" in html
    assert html.count("<svg") == 2 and html.count("<circle") == 4
    assert "better on &lt;facts&gt;" in html
    assert html.count(">live<") == 1
    assert trend_html([], None, "en") == ""


def test_damaged_measurements_leave_the_tab_standing(root: Path) -> None:
    folder = root / ".assistant" / "measured"
    folder.mkdir(parents=True)
    (folder / "routing.json").write_text("[1]")
    (folder / "refusal.json").write_text("not json")
    assert "assistant evaluate --routing" in shown(root, User("ann"))[1]
