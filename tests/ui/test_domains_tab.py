"""The domains tab: everybody's cards, the files and routing examples of those who teach, new domains by administrators alone."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from assistant.access import LOCAL, User
from assistant.checking.finding import Checked, Finding, Report
from assistant.plugins import load_plugins
from assistant.ui.domains.cards import cards_html
from assistant.ui.domains.checks import Checks
from assistant.ui.domains.findings import report_html
from assistant.ui.domains.tab import DomainsTab
from tests.ui.conftest import site_of

ASKED: Any = SimpleNamespace(session_hash="s", headers={}, username=None)
ANN, TESS = User("ann"), User("tess", frozenset({"teachers"}))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A domain that tess may teach, one that only directors see, and a broken one."""
    for name, toml in {
        "staff": '[title]\nen = "<b>Staff</b>"\n[routing]\nexamples = ["how long is my leave", "我病了"]\n[access]\nteach = ["teachers"]\n',
        "board": '[routing]\nexamples = ["how long is my leave"]\n[access]\nask = ["directors"]\n',
        "broken": "[titel]\n",
    }.items():
        folder = tmp_path / "plugins" / name
        folder.mkdir(parents=True)
        (folder / "domain.toml").write_text(f'name = "{name}"\n{toml}', "utf-8")
    return tmp_path


def tab_of(root: Path, user: User) -> DomainsTab:
    site = site_of(root)
    site.who = lambda request: user
    return DomainsTab(site)


def test_cards_show_what_one_may_ask_and_faults_are_for_administrators(root: Path) -> None:
    site = site_of(root)
    theirs, ours = cards_html(site, ANN, "en"), cards_html(site, LOCAL, "en")
    assert "&lt;b&gt;Staff" in theirs and "board" not in theirs and "broken" not in theirs
    assert "<code>board</code>" in ours and "titel: unknown key" in ours
    assert "assistant train staff" in theirs


@pytest.mark.parametrize(("user", "folders", "form"), [(ANN, [], False), (TESS, ["staff"], False), (LOCAL, ["broken", "board", "staff"], True)])
def test_each_sees_the_parts_that_are_for_them(root: Path, user: User, folders: list[str], form: bool) -> None:
    _, looking, beginning, choice = tab_of(root, user).show("en", "board", ASKED)
    assert (looking["visible"], beginning["visible"], sorted(choice["choices"])) == (bool(folders), form, sorted(folders))
    assert choice["value"] == ("board" if "board" in folders else None)


@pytest.mark.parametrize("name", ["staff", "board", "broken", "nowhere", "../plugins/staff", "", None])
def test_who_may_not_teach_can_do_nothing_whatever_the_page_sends(root: Path, name: Any) -> None:
    look = tab_of(root, ANN).look
    before = (root / "plugins" / "staff" / "domain.toml").read_bytes()
    for forged in (lambda: look.open(name, "en", ASKED), lambda: list(look.run(name, "en", ASKED)), lambda: look.change(name, "mine", "", "en", ASKED)):
        with pytest.raises(gr.Error):
            forged()
    assert (root / "plugins" / "staff" / "domain.toml").read_bytes() == before


def test_examples_are_changed_in_place_by_those_who_teach(root: Path) -> None:
    look = tab_of(root, TESS).look
    _found, examples, _save, seen, *_ = look.open("staff", "en", ASKED)
    assert examples["value"] == "how long is my leave\n我病了"
    words, text, newer, _ = look.change("staff", "how long is my leave\n\n生病了怎么办\n", seen, "zh", ASKED)
    assert "已保存 2 条" in words and text == "how long is my leave\n生病了怎么办"
    assert load_plugins(look.site.workspace).domain("staff").spec.routing.examples == ["how long is my leave", "生病了怎么办"]
    assert "changed meanwhile" in look.change("staff", "other", seen, "en", ASKED)[0]
    assert "Saved: 1" in look.change("staff", "other", newer, "en", ASKED)[0]


def test_a_check_shows_errors_first_and_names_no_domain_one_may_not_ask(root: Path) -> None:
    *_, html = tab_of(root, TESS).look.run("staff", "en", ASKED)
    assert "No routing example collides" in html and "board" not in html
    *_, ours = tab_of(root, LOCAL).look.run("staff", "en", ASKED)
    assert "Overlaps with other domains: 1" in ours and "board" in ours
    *_, broken = tab_of(root, LOCAL).look.run("broken", "en", ASKED)
    assert "Errors: 1" in broken and "titel" in broken


@pytest.mark.parametrize("front", ["access: [directors]", "access: [directors"])
def test_a_check_tells_nobody_of_documents_that_are_not_for_them(root: Path, front: str) -> None:
    (root / "plugins/staff/documents").mkdir()
    (root / "plugins/staff/documents/pay.md").write_text(f"---\n{front}\n---\nPay of li.lei@lanwick.example, card 4111 1111 1111 1111.\n")
    *_, ours = tab_of(root, LOCAL).look.run("staff", "en", ASKED)
    assert "pay.md" in ours
    look = tab_of(root, TESS).look
    look.checks.report(LOCAL, "staff")
    for theirs in ("".join(look.run("staff", "en", ASKED)), str(look.open("staff", "en", ASKED))):
        assert "you may not read some of them" in theirs and "pay.md" not in theirs
    assert "有些您无权查看" in "".join(look.run("staff", "zh", ASKED))


def test_a_check_is_kept_until_a_file_changes(root: Path) -> None:
    checks = Checks(site_of(root))
    assert checks.kept(LOCAL, "staff") is None
    report = checks.report(LOCAL, "staff")
    assert checks.kept(LOCAL, "staff") is report
    (root / "plugins" / "staff" / "glossary.csv").write_text("term,meaning,aliases,language\n")
    assert checks.kept(LOCAL, "staff") is None


def test_many_findings_are_folded_and_all_are_text() -> None:
    findings = tuple(Finding("warning", "examples/a.csv", line, f"<script>{line}", "html") for line in range(1, 31))
    html = report_html(Report("staff", Path("staff"), (Checked("examples/a.csv", "<i>30 rows", findings),)), "en")
    assert "Show 22 more" in html and html.count("<li>") == 30
    assert "<script>" not in html and "<i>" not in html


def uploaded(tab: DomainsTab, path: Path) -> list[str]:
    tab.site.claims.give(LOCAL, path)
    return [str(path)]


def begin(tab: DomainsTab, name: str, files: list[str] | None = None, languages: Any = ("en", "zh")) -> str:
    return str(next(tab.wizard.begin(name, list(languages), "Travel", "差旅", "Trips.", "", "book a flight\n订机票", files, "en", ASKED))[0])


def test_an_administrator_makes_a_domain_from_the_form(root: Path, tmp_path: Path) -> None:
    paper = tmp_path / "flights.md"
    paper.write_text("# Flights\n\nFlights are booked 14 days ahead.\n")
    tab = tab_of(root, LOCAL)
    assert "travel can be used" in tab.wizard.look(" travel ", "en", ASKED)
    said = begin(tab, "travel", uploaded(tab, paper))
    assert "questions.jsonl" in said and "Add documents" not in said
    domain = load_plugins(tab.site.workspace).domain("travel")
    assert (domain.title("zh"), domain.spec.routing.examples) == ("差旅", ["book a flight", "订机票"])
    assert (domain.documents / "flights.md").is_file()


@pytest.mark.parametrize(
    ("name", "file", "languages", "words"),
    [
        ("staff", "", ("en",), "there already"),
        ("../evil", "", ("en",), "2 to 40"),
        ("travel", "run.exe", ("en",), "no reader for .exe"),
        ("travel", "empty.md", ("en",), "the file is empty"),
        ("travel", ".hidden.md", ("en",), "hidden"),
        ("travel", "", ("fr",), "at least one language"),
    ],
)
def test_a_form_at_fault_makes_nothing(root: Path, tmp_path: Path, name: str, file: str, languages: Any, words: str) -> None:
    if file:
        (tmp_path / file).write_text("" if "empty" in file else "text")
    tab = tab_of(root, LOCAL)
    assert words in begin(tab, name, uploaded(tab, tmp_path / file) if file else None, languages)
    assert sorted(path.name for path in (root / "plugins").iterdir()) == ["board", "broken", "staff"]


def test_only_files_that_one_uploaded_become_documents(root: Path) -> None:
    tab = tab_of(root, LOCAL)
    assert "not uploaded by you" in begin(tab, "travel", [str(root / "plugins" / "board" / "domain.toml")])
    assert not (root / "plugins" / "travel").exists()


@pytest.mark.parametrize("user", [ANN, TESS])
def test_nobody_else_makes_domains(root: Path, user: User) -> None:
    tab = tab_of(root, user)
    for forged in (lambda: begin(tab, "travel"), lambda: tab.wizard.look("travel", "en", ASKED)):
        with pytest.raises(gr.Error, match="no administrator"):
            forged()
    assert not (root / "plugins" / "travel").exists()
