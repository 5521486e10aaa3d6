from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.domain import Domain
from assistant.fingerprint import folder_fingerprint
from assistant.plugins import load_plugins
from assistant.prompt import prompt_fingerprint
from assistant.settings import Workspace
from assistant.training.staleness import Now, now, sources

BASE = {"weights": "w1", "tokenizer": "t1", "template": "c1"}


def domain_of(workspace: Workspace) -> Domain:
    return load_plugins(workspace).domain("staff")


def card(workspace: Workspace) -> dict[str, object]:
    domain = domain_of(workspace)
    return {"sources": sources(domain, workspace), "prompt": prompt_fingerprint(domain), "base": {"fingerprints": BASE}}


def test_nothing_changed_is_nothing_said(workspace: Workspace) -> None:
    assert now(domain_of(workspace), workspace, BASE).changed_since(card(workspace)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda root: (root / "plugins/staff/examples/more.jsonl").write_text("{}"), ["examples"]),
        (lambda root: (root / "plugins/staff/documents/leave.md").write_text("Annual leave is 16 days."), ["documents"]),
        (lambda root: (root / "plugins/staff/documents/leave.md").rename(root / "plugins/staff/documents/holiday.md"), ["documents"]),
        (lambda root: [(root / "knowledge/staff").mkdir(parents=True), (root / "knowledge/staff/new.md").write_text("New.")], ["documents"]),
        (lambda root: (root / "plugins/staff/prompt.jinja").write_text("{% extends \"default.jinja\" %}{# kinder #}"), ["prompt"]),
        (lambda root: (root / "plugins/staff/examples/.notes.swp").write_text("x"), []),
    ],
    ids=["examples", "a document's text", "a document's name", "an added document", "prompt", "a hidden file"],
)
def test_what_changed_is_named(workspace: Workspace, change: Callable[[Path], object], said: list[str]) -> None:
    before = card(workspace)
    change(workspace.root)
    assert now(domain_of(workspace), workspace, BASE).changed_since(before) == said


def test_another_base_is_named_by_its_part(workspace: Workspace) -> None:
    here = now(domain_of(workspace), workspace, {**BASE, "weights": "w2", "template": "c2"})
    assert here.changed_since(card(workspace)) == ["base", "the base's chat template"]


def test_what_a_card_does_not_say_is_not_called_changed() -> None:
    here = Now({"examples": "e", "documents": "d"}, "p", BASE)
    for told in ({}, {"sources": None, "base": {"fingerprints": None}}, "no card"):
        assert here.changed_since(told) == []
    assert here.changed_since({"data": {"examples": "of rows, not files", "documents": "other"}}) == ["documents"]


def test_a_file_that_moves_between_folders_changes_the_hash(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    (tmp_path / "a/x.md").write_text("text")
    one = folder_fingerprint(tmp_path / "a")
    assert one == folder_fingerprint(tmp_path / "a", tmp_path / "missing")
    (tmp_path / "a/x.md").rename(tmp_path / "a/y.md")
    assert folder_fingerprint(tmp_path / "a") != one
