"""Broken domain folders and plugins: every fault is told at its place, and the rest goes on working."""

import json
import sys
from pathlib import Path

import pytest

from assistant.plugins import load_plugins

SOUND = 'name = "second"\n[title]\nen = "Other"\nzh = "其他"\n'
HOOKS = "from assistant.hookspecs import Domain, hookimpl\n\n"


def checked(made, name: str = "travel"):
    outcome = made.run("check", name, "--json")
    return outcome.code, outcome.findings("error"), outcome.findings("warning")


# domain.toml


def test_a_syntax_error_in_domain_toml_has_its_line_and_the_other_files_are_still_checked(travel) -> None:
    text = travel.read("plugins/travel/domain.toml").replace("passages = 6", "passages = = 6")
    line = next(number for number, content in enumerate(text.splitlines(), 1) if "= = 6" in content)
    travel.write({"plugins/travel/domain.toml": text, "plugins/travel/glossary.csv": "term,meaning\nx,y\n"})
    code, errors, _ = checked(travel)
    assert code == 1
    assert errors[0][0] == f"domain.toml:{line}"
    assert any(place == "glossary.csv" and "columns missing: aliases, language" in text for place, text in errors)


def test_all_faults_of_domain_toml_come_at_once_each_with_its_line(travel) -> None:
    lines = 'name = "trip"\ncolour = "red"\n\n[retrieval]\npassages = 900\n\n[answering]\ntemprature = 1\n'
    travel.write({"plugins/travel/domain.toml": lines})
    _, errors, _ = checked(travel)
    told = {place: text for place, text in errors if place.startswith("domain.toml")}
    assert "make them equal" in told["domain.toml:1"]
    assert told["domain.toml:2"] == "colour: unknown key"
    assert "less than or equal to 50" in told["domain.toml:5"]
    assert told["domain.toml:8"] == "answering.temprature: unknown key"


def test_a_broken_domain_is_left_out_and_the_others_work(workspace) -> None:
    made = workspace({"plugins/second/domain.toml": SOUND, "plugins/travel/domain.toml": "name = "})
    plugins = load_plugins(made.workspace)
    assert list(plugins.domains) == ["second"]
    assert [fault.plugin for fault in plugins.faults] == ["travel"]
    assert made.run("check", "second").code == 0
    assert made.run("check").code == 1


def test_a_folder_without_domain_toml_and_a_misspelt_file_are_told(workspace) -> None:
    made = workspace({"plugins/travel/domian.toml": 'name = "travel"\n'})
    code, errors, warnings = checked(made)
    assert code == 1
    assert errors[0][0] == "domain.toml"
    assert "is missing" in errors[0][1]
    assert ("domian.toml", "is not read; did you mean domain.toml?") in warnings


def test_a_folder_with_documents_and_nothing_else_answers_cites_and_refuses(workspace) -> None:
    made = workspace({"plugins/travel/documents/cars.md": "# Pool cars\n\nA pool car is booked at most 14 days ahead.\n\n公务车最早可以提前14天预订。\n"})
    code, errors, warnings = checked(made)
    assert (code, errors) == (0, [])
    assert any(place == "domain.toml" and "the defaults are in force" in text for place, text in warnings)
    for question in ("How many days ahead is a pool car booked?", "公务车最早可以提前几天预订？"):
        said = made.run("ask", question, "--domain", "travel").out
        assert "14" in said
        assert "cars.md" in said
    assert "cars.md" not in made.run("ask", "Who repairs the photocopier?").out


def test_gaps_are_warnings_and_leave_the_exit_status_0(workspace) -> None:
    code, errors, warnings = checked(workspace({"plugins/second/domain.toml": SOUND}), "second")
    assert (code, errors) == (0, [])
    told = " ".join(text for _, text in warnings)
    for word in ("[description] has no English text", "[routing] has 0 Chinese utterances", "every question is refused", "no adapter can be trained", "nothing can be measured"):
        assert word in told


# prompt.jinja, recipe.toml, questions.jsonl, glossary.csv, documents/


@pytest.mark.parametrize(
    ("template", "place", "words"),
    [
        ("{% block system %}{{ langage }}{% endblock %}", "prompt.jinja:2", "unknown name 'langage'"),
        ("{% block system %}{% if %}{% endblock %}", "prompt.jinja:2", "Expected an expression"),
        ("{% block system %}{{ evidence[0].body }}{% endblock %}", "prompt.jinja:2", "has no attribute 'body'"),
        ("{% block system %}{{ 1 + domain }}{% endblock %}", "prompt.jinja:2", "TypeError"),
        ("{% block user %}{{ question }}{% endblock %}", "prompt.jinja", "leaves out the text of the evidence"),
    ],
)
def test_a_broken_prompt_is_told_at_its_line(travel, template: str, place: str, words: str) -> None:
    travel.write({"plugins/travel/prompt.jinja": f'{{% extends "default.jinja" %}}\n{template}\n'})
    _, errors, _ = checked(travel)
    assert [where for where, _ in errors] == [place]
    assert words in errors[0][1]


def test_a_recipe_with_two_faults_is_told_at_both_lines(travel) -> None:
    travel.write({"plugins/travel/recipe.toml": "[lora]\nrank = 0\n\n[training]\nepoch = 3\n"})
    _, errors, _ = checked(travel)
    assert [where for where, _ in errors] == ["recipe.toml:2", "recipe.toml:5"]


def test_bad_questions_are_told_and_the_good_ones_still_checked(travel) -> None:
    rows = [
        '{"id": "a", "split": "dev"',
        '{"id": "b", "split": "later", "language": "en", "question": "Where is it?"}',
        '{"id": "c", "split": "dev", "language": "en", "question": "Where is the panel?", "facts": ["a"], "sources": ["gone.md"]}',
        '{"id": "c", "split": "test", "language": "en", "question": "Which form?", "facts": ["M-2"], "sources": ["rowan-court.md"], "format": "sonnet"}',
        '{"id": "d", "split": "test", "language": "zh", "question": "多少钱？", "facts": ["700元"], "sources": ["rowan-court-zh.md"], "terms": ["月租"]}',
        '["no object"]',
    ]
    travel.write({"plugins/travel/questions.jsonl": "\n".join(rows)})
    _, errors, warnings = checked(travel)
    told = "\n".join(f"{place} {text}" for place, text in errors)
    for words in ("questions.jsonl:1 Expecting", "questions.jsonl:2 split", "questions.jsonl:3 source 'gone.md' is no document",
                  "questions.jsonl:4 format 'sonnet'", "questions.jsonl:4 id 'c' appears twice", "questions.jsonl:6 expected one JSON object"):  # fmt: skip
        assert words in told, words
    assert ("questions.jsonl:5", "fact '700元' stands in none of its sources (rowan-court-zh.md)") in warnings
    assert ("questions.jsonl:5", "term '月租' is not in glossary.csv") in warnings


def test_a_glossary_row_with_a_loose_comma_is_an_error(travel) -> None:
    travel.write({"plugins/travel/glossary.csv": "term,meaning,aliases,language\nbarrier,gate, at the exit,boom,en\n,nothing,,en\n"})
    _, errors, _ = checked(travel)
    assert {place for place, _ in errors} == {"glossary.csv:2", "glossary.csv:3"}


def test_documents_that_cannot_be_read_are_told_one_by_one(travel) -> None:
    travel.write({
        "plugins/travel/documents/empty.md": b"",
        "plugins/travel/documents/fake.pdf": b"not a pdf at all",
        "plugins/travel/documents/song.mp3": b"ID3",
        "plugins/travel/documents/dates.md": "---\nvalid_from: soon\n---\n# Dates\n",
        "plugins/travel/documents/documents.toml": '["gone.pdf"]\ntitle = "Gone"\n',
    })  # fmt: skip
    _, errors, _ = checked(travel)
    told = dict(errors)
    assert "0 bytes" in told["documents/empty.md"]
    assert "the content is something else" in told["documents/fake.pdf"]
    assert "no reader for .mp3" in told["documents/song.mp3"]
    assert "'soon' is not a date" in told["documents/dates.md"]
    assert "no file 'gone.pdf'" in told["documents/documents.toml:1"]


def test_broken_rows_of_examples_have_file_and_row(travel) -> None:
    long = "Nothing is decided here, um, ask again."
    travel.write({
        "plugins/travel/examples/rows.jsonl": '{"question": "Where?"}\n{"question": "When?", "answer": ""}\nnot json\n{"question": "Who?", "answer": "' + long + '"}\n',
        "plugins/travel/examples/table.csv": "问题,答案\n在哪里？,在一楼。\n多少？,\n",
        "plugins/travel/examples/list.json": '[{"question": "Why?", "answer": "Because."}, 7]',
        "plugins/travel/examples/twice.txt": "Q: Who?\nA: " + long + "\n",
        "plugins/travel/examples/picture.png": b"\x89PNG",
    })  # fmt: skip
    _, errors, warnings = checked(travel)
    assert {place for place, _ in errors} == {
        "examples/rows.jsonl:1", "examples/rows.jsonl:2", "examples/rows.jsonl:3", "examples/table.csv:3", "examples/list.json", "examples/picture.png",
    }  # fmt: skip
    told = dict(warnings)
    assert "wavering words 'um'" in told["examples/rows.jsonl:4"]
    assert any(place == "examples/twice.txt:1" and "the same as rows.jsonl:4" in text for place, text in warnings)


# plugin.py


@pytest.mark.parametrize(
    ("code", "place", "words"),
    [
        ("raise RuntimeError('no licence')", "plugin.py:3", "RuntimeError: no licence"),
        ("def broken(:", "plugin.py:3", "SyntaxError"),
        ("@hookimpl\ndef register_domain(register):\n    pass", "plugin.py:4", "unknown hook 'register_domain'"),
        ("@hookimpl\ndef register_loaders(registr):\n    pass", "plugin.py:4", "'registr'"),
        ("def register_loaders(register):\n    pass", "plugin.py:3", "write @hookimpl above it"),
        ("@hookimpl\ndef register_loaders(register):\n    register('.log', 5)", "plugin.py:5", "needs a function, got int"),
        ("class A(Domain):\n    pass\n\nclass B(Domain):\n    pass", "plugin.py", "several Domain subclasses (A, B); keep one"),
        ("class A(Domain):\n    def __init__(self, folder, spec):\n        raise ValueError('no')", "plugin.py:5", "ValueError: no"),
    ],
)
def test_a_broken_plugin_is_told_at_its_line_and_the_others_work(travel, code: str, place: str, words: str) -> None:
    travel.write({"plugins/travel/plugin.py": HOOKS + code + "\n", "plugins/second/domain.toml": SOUND})
    _, errors, _ = checked(travel)
    assert [where for where, _ in errors] == [place]
    assert words in errors[0][1]
    assert "ASSISTANT_SAFE_MODE=1" in errors[0][1]
    plugins = load_plugins(travel.workspace)
    assert "second" in plugins.domains
    assert [fault.plugin for fault in plugins.faults] == ["travel"]


def test_a_broken_plugin_is_told_beside_a_broken_domain_toml(travel) -> None:
    travel.write({"plugins/travel/domain.toml": 'name = "travel"\nbad = 1\n', "plugins/travel/plugin.py": "import nonsense_that_is_not_there\n"})
    _, errors, _ = checked(travel)
    assert {"domain.toml:2", "plugin.py:1"} <= {place for place, _ in errors}


def test_a_plugin_that_fails_in_its_methods_spoils_no_check(travel) -> None:
    code = "class A(Domain):\n    def clean_example(self, example):\n        1 / 0\n\n    def clean_document(self, document):\n        1 / 0\n"
    travel.write({"plugins/travel/plugin.py": HOOKS + code})
    _, errors, warnings = checked(travel)
    assert ("documents/rowan-court.md", "clean_document of travel failed (ZeroDivisionError: division by zero)") in errors
    assert sum("clean_example of travel failed" in text for _, text in warnings) == 18


def test_safe_mode_loads_no_code(travel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    witness = tmp_path / "ran"
    travel.write({"plugins/travel/plugin.py": f"open({str(witness)!r}, 'w').close()\n"})
    monkeypatch.setenv("ASSISTANT_SAFE_MODE", "1")
    assert "travel" in load_plugins(travel.workspace).domains
    assert travel.run("check", "travel").code == 0
    assert not witness.exists()
    monkeypatch.delenv("ASSISTANT_SAFE_MODE")
    load_plugins(travel.workspace)
    assert witness.exists()


# installed plugins


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """``installed(code, files)`` puts a tiny package with an entry point on the path."""

    def install(code: str) -> Path:
        site = tmp_path / "site"
        info = site / "rowan_plugin-1.2.dist-info"
        info.mkdir(parents=True)
        (site / "rowan_plugin.py").write_text(code)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: rowan-plugin\nVersion: 1.2\n")
        (info / "entry_points.txt").write_text("[assistant]\nrowan = rowan_plugin\n")
        monkeypatch.syspath_prepend(str(site))
        monkeypatch.delitem(sys.modules, "rowan_plugin", raising=False)
        return site

    return install


BRINGS = HOOKS + "from pathlib import Path\n\n@hookimpl\ndef register_domains(register):\n    register(Path(__file__).parent / 'rowan_domains' / 'second')\n"


def test_an_installed_package_brings_domains(workspace, installed) -> None:
    site = installed(BRINGS)
    (site / "rowan_domains/second").mkdir(parents=True)
    (site / "rowan_domains/second/domain.toml").write_text(SOUND, "utf-8")
    made = workspace()
    plugins = load_plugins(made.workspace)
    assert plugins.domain("second").title("en") == "Other"
    assert next((source.name, source.version, source.hooks) for source in plugins.sources) == ("rowan", "1.2", ("register_domains",))
    assert made.run("check", "second", "--json").code == 0
    assert "is already installed from" in made.run("new", "second").err


def test_a_name_clash_leaves_the_second_out_and_says_so(workspace, installed) -> None:
    site = installed(BRINGS)
    (site / "rowan_domains/second").mkdir(parents=True)
    (site / "rowan_domains/second/domain.toml").write_text(SOUND, "utf-8")
    made = workspace({"plugins/second/domain.toml": SOUND})
    plugins = load_plugins(made.workspace)
    assert plugins.domain("second").folder == made.root / "plugins/second"
    assert "already installed from" in plugins.faults[0].message
    code, errors, _ = checked(made, "second")
    assert code == 1
    assert "already installed from" in errors[0][1]


def test_an_installed_plugin_that_fails_is_left_out_and_fails_the_check(workspace, installed) -> None:
    installed("raise ImportError('no libmagic')\n")
    made = workspace({"plugins/second/domain.toml": SOUND})
    assert "second" in load_plugins(made.workspace).domains
    outcome = made.run("check", "--json")
    assert outcome.code == 1
    assert "no libmagic" in json.loads(outcome.out)["plugins"][0]["message"]
    assert made.run("check", "second").code == 0


def test_two_plugins_with_one_command_name_clash(workspace) -> None:
    code = HOOKS + "@hookimpl\ndef register_commands(register):\n    register('rooms', print)\n"
    made = workspace({
        "plugins/second/domain.toml": SOUND, "plugins/second/plugin.py": code,
        "plugins/third/domain.toml": SOUND.replace("second", "third"), "plugins/third/plugin.py": code,
    })  # fmt: skip
    faults = load_plugins(made.workspace).faults
    assert [(fault.plugin, fault.where) for fault in faults] == [("third", "register_commands")]
    assert "'rooms' is already registered" in faults[0].message
    _, errors, _ = checked(made, "third")
    assert errors[0][0] == "plugin.py:5"
