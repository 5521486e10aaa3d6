"""A domain from a form: whole or not at all, and free of faults."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.authoring.new import Form, begin_domain
from assistant.checking.flow import check_domain
from assistant.errors import DomainError, WorkspaceError
from assistant.plugins import load_plugins
from assistant.settings import Workspace

FORM = Form("travel", {"en": "Travel", "zh": "差旅"}, {"en": "Answers questions about trips.", "zh": ""}, ["en", "zh"], ["book a flight", "订机票", "book a flight"])


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    (tmp_path / "assistant.toml").touch()
    return Workspace(tmp_path)


def test_it_says_what_the_form_says_and_keeps_the_explanations(space: Workspace, tmp_path: Path) -> None:
    paper = tmp_path / "upload-7"
    paper.write_text("# Flights\n\nFlights are booked 14 days ahead.\n")
    folder = begin_domain(space, load_plugins(space), replace(FORM, documents={"flights.md": paper}))
    plugins = load_plugins(space)
    spec = plugins.domain("travel").spec
    assert (spec.title, spec.routing.examples) == ({"en": "Travel", "zh": "差旅"}, ["book a flight", "订机票"])
    assert spec.description["zh"] == "Answers questions about trips.", "better the other language's words than the sample's"
    text = (folder / "domain.toml").read_text("utf-8")
    assert "Rowan" not in text and "罗文" not in text and "# how many passages" in text
    assert (folder / "documents" / "flights.md").is_file() and not (folder / "plugin.py").exists()
    assert check_domain(space, plugins, folder).found("error") == []
    assert [path.name for path in space.plugins.iterdir()] == ["travel"]


@pytest.mark.parametrize(("name", "words"), [("../x", "2 to 40"), ("Travel!", "try: assistant new travel"), ("other", "router"), ("", "2 to 40"), ("taken", "there already")])
def test_a_name_that_cannot_be_is_refused(space: Workspace, name: str, words: str) -> None:
    (space.plugins / "taken").mkdir(parents=True)
    with pytest.raises(DomainError, match=words):
        begin_domain(space, load_plugins(space), replace(FORM, name=name))
    assert [path.name for path in space.plugins.iterdir()] == ["taken"]


def test_words_from_the_form_cannot_become_settings(space: Workspace) -> None:
    evil = '"\n[access]\nask = []\nx = "'
    begin_domain(space, load_plugins(space), replace(FORM, title={"en": evil}, description={"zh": "'''" + evil}, examples=[evil]))
    spec = load_plugins(space).domain("travel").spec
    assert spec.access.ask == ["everyone"] and spec.title["en"] == spec.title["zh"] == '" [access] ask = [] x = "'


def test_nothing_is_left_of_a_domain_that_could_not_be_finished(space: Workspace, tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="cannot write"):
        begin_domain(space, load_plugins(space), replace(FORM, documents={"gone.md": tmp_path / "gone.md"}))
    assert list(space.plugins.iterdir()) == []
