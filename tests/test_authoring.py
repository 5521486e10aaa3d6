"""assistant init, new and check: what people get to start from, and that it is sound."""

import json
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from assistant import hookspecs
from assistant.authoring.new import TEMPLATE
from assistant.cli.init import EXAMPLES, settings_text
from assistant.domain_files import DomainSpec, Question
from assistant.plugins import load_plugins
from assistant.settings import Settings, read_settings
from assistant.training.recipe import AUTO, Recipe
from assistant.training.recipe_file import read_recipe

ROOT = Path(__file__).parents[1]


# new


def test_a_new_domain_has_no_fault(travel) -> None:
    outcome = travel.run("check", "travel", "--json")
    assert outcome.code == 0
    assert outcome.findings() == []


def test_a_new_domain_holds_every_file_in_both_languages(travel) -> None:
    domain = load_plugins(travel.workspace).domain("travel")
    assert domain.title("zh") == "Rowan Court"
    assert {question.language for question in domain.questions} == {"en", "zh"}
    assert {question.split for question in domain.questions} == {"dev", "test"}
    assert sum(question.refuse for question in domain.questions) >= 4
    assert any(question.history for question in domain.questions)
    assert len(domain.questions) >= 12
    assert len((domain.examples / "dialogues.jsonl").read_text("utf-8").splitlines()) >= 12
    assert len(list(domain.documents.iterdir())) == 2
    assert "@" not in (domain.folder / "domain.toml").read_text("utf-8")


def test_the_new_domain_toml_explains_every_key() -> None:
    text = (TEMPLATE / "domain.toml").read_text("utf-8")
    for key, field in DomainSpec.model_fields.items():
        assert key in text, key
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            assert f"[{key}]" in text
            for inner in field.annotation.model_fields:
                assert f"\n{inner} = " in text or f"\n# {inner} = " in text, f"{key}.{inner}"


def test_the_new_recipe_holds_every_setting_at_its_default(tmp_path: Path) -> None:
    recipe = TEMPLATE / "recipe.toml"
    for base in ("starter", "Qwen--Qwen2.5-0.5B-Instruct"):
        here, none = read_recipe(recipe, base), read_recipe(tmp_path / "none.toml", base)
        assert here == none
        assert here.auto == none.auto == set(AUTO)
    values = tomllib.loads(recipe.read_text("utf-8"))
    for table, field in Recipe.model_fields.items():
        assert set(values[table]) == set(field.annotation.model_fields)
    for line in recipe.read_text("utf-8").partition("[base.")[0].splitlines():
        assert "=" not in line or "#" in line, f"no effect beside: {line}"


def test_the_new_plugin_works_once_its_marks_are_taken_away(travel) -> None:
    lines = travel.read("plugins/travel/plugin.py").splitlines()
    code = "\n".join(line.removeprefix("# ").removeprefix("#") if line.startswith("#") else line for line in lines if "other hooks" not in line)
    travel.write({"plugins/travel/plugin.py": code})
    outcome = travel.run("check", "travel", "--json")
    assert outcome.findings() == []
    plugins = load_plugins(travel.workspace)
    assert ".log" in plugins.loaders
    assert travel.run("rooms").out == "Alder 6, Birch 10, Cedar 24\n"
    assert plugins.domain("travel").computed_values("A visitor stays 7 hours", []) == ["20 yuan"]


@pytest.mark.parametrize("name", ["Travel Desk", "../up", "x", "9lives", "旅行", "a" * 41, "with-dash"])
def test_a_bad_name_is_refused_in_words_and_writes_nothing(workspace, name: str) -> None:
    made = workspace()
    outcome = made.run("new", name)
    assert outcome.code == 1
    assert "lower-case letters, digits and _" in outcome.err
    assert not (made.root / "plugins").exists()


def test_a_bad_name_comes_with_a_good_one(workspace) -> None:
    assert "try: assistant new travel_desk" in workspace().run("new", "Travel Desk").err


def test_an_existing_folder_is_never_touched(workspace) -> None:
    made = workspace({"plugins/travel/notes.txt": "mine"})
    outcome = made.run("new", "travel")
    assert outcome.code == 1
    assert "was not touched" in outcome.err
    assert [path.name for path in (made.root / "plugins/travel").iterdir()] == ["notes.txt"]


def test_a_title_with_quotes_and_line_breaks_stays_one_toml_text(workspace) -> None:
    made = workspace()
    made.run("new", "travel", "--title", 'The "Rowan"\n\\ Court')
    assert load_plugins(made.workspace).domain("travel").title("en") == 'The "Rowan" \\ Court'


def test_the_command_says_a_fault_in_one_line_and_exits_1(workspace) -> None:
    outcome = workspace().command("new", "No Good!")
    assert outcome.code == 1
    assert outcome.err.count("\n") == 1
    assert outcome.err.startswith("assistant: 'No Good!' cannot be")


# init


def test_init_makes_a_workspace_with_every_setting_explained(workspace, tmp_path: Path) -> None:
    outcome = workspace().run("init", str(tmp_path / "new"))
    assert outcome.code == 0
    text = (tmp_path / "new/assistant.toml").read_text("utf-8")
    for name, field in Settings.model_fields.items():
        assert f"\n# {name} = " in text
        assert (field.description or "")[:30] in text
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"assistant.toml", "plugins", "knowledge", "adapters", "README.md", ".gitignore"}


def test_the_settings_that_init_writes_are_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ASSISTANT_{name.upper()}", raising=False)
    active = "\n".join(line.removeprefix("# ") for line in settings_text().splitlines() if " = " in line)
    (tmp_path / "assistant.toml").write_text(active)
    assert read_settings(tmp_path / "assistant.toml") == Settings()


def test_init_overwrites_nothing(workspace, tmp_path: Path) -> None:
    made, there = workspace(), tmp_path / "there"
    (there / "plugins/own").mkdir(parents=True)
    assert "already has plugins" in made.run("init", str(there)).err
    assert [path.name for path in there.iterdir()] == ["plugins"]
    assert "workspace already" in made.run("init", str(made.root)).err
    (tmp_path / "file").write_text("x")
    assert "is a file" in made.run("init", str(tmp_path / "file")).err


def test_init_with_examples_brings_domains_that_load(workspace, tmp_path: Path) -> None:
    made, target = workspace(), tmp_path / "new"
    assert made.run("init", str(target), "--examples").code == 0
    assert {path.name for path in (target / "plugins").iterdir()} == set(EXAMPLES)
    outcome = made.run("plugins", ASSISTANT_WORKSPACE=str(target))
    assert all(name in outcome.out for name in EXAMPLES)
    assert "left out" not in outcome.err


# check


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_shipped_domains_have_no_fault(name: str, workspace) -> None:
    outcome = workspace().run("check", name, "--json", ASSISTANT_WORKSPACE=str(ROOT))
    assert outcome.code == 0
    assert outcome.findings("error") == []


def test_check_of_an_unknown_domain_names_the_known_ones(travel) -> None:
    outcome = travel.run("check", "travl")
    assert outcome.code == 1
    assert "no domain named 'travl'; plugins/ has: travel" in outcome.err


def test_check_says_ok_for_each_sound_file(travel) -> None:
    lines = travel.run("check").out.splitlines()
    for file in ("domain.toml", "prompt.jinja", "recipe.toml", "plugin.py", "documents/", "glossary.csv", "examples/dialogues.jsonl", "questions.jsonl"):
        assert any(line.split()[:2] == ["ok", file] for line in lines), file
    assert "messages: 18 rows used, 0 not" in "\n".join(lines)
    assert "9 en, 9 zh" in "\n".join(lines)
    assert lines[-1] == "travel: no errors, no warnings"


def test_a_question_that_was_taught_is_an_error_whatever_its_signs(travel) -> None:
    taught = {"id": "again", "split": "dev", "language": "en", "question": "how early can I reserve a ROOM", "facts": ["30 days"]}
    routed = {"id": "routed", "split": "test", "language": "zh", "question": "访客停车怎么收费？", "facts": ["5元"]}
    rows = travel.read("plugins/travel/questions.jsonl")
    travel.write({"plugins/travel/questions.jsonl": rows + json.dumps(taught) + "\n" + json.dumps(routed) + "\n"})
    outcome = travel.run("check", "travel", "--json")
    assert outcome.code == 1
    (first, text), (second, other) = outcome.findings("error")
    assert (first, second) == ("questions.jsonl:18", "questions.jsonl:19")
    assert "'again' asks the same as dialogues.jsonl:1" in text
    assert "a routing utterance in domain.toml" in other


def test_a_follow_up_is_only_the_same_after_the_same_question(travel) -> None:
    turns = [("user", "Where is Alder?"), ("assistant", "On the first floor."), ("user", "And Birch?"), ("assistant", "On the second floor.")]
    row = {"messages": [{"role": role, "content": text} for role, text in turns]}
    asked = {"id": "b", "split": "dev", "language": "en", "question": "And Birch?", "facts": ["10"], "sources": ["rowan-court.md"]}
    before = {"role": "assistant", "content": "It has 6 seats."}
    history = [{"role": "user", "content": "How many seats has Alder?"}, before]
    questions = travel.read("plugins/travel/questions.jsonl")
    travel.write({
        "plugins/travel/examples/more.jsonl": json.dumps(row),
        "plugins/travel/questions.jsonl": questions + json.dumps({**asked, "history": history}),
    })  # fmt: skip
    assert travel.run("check", "travel", "--json").findings("error") == []
    same = [{"role": "user", "content": "Where is Alder?"}, before]
    travel.write({"plugins/travel/questions.jsonl": questions + json.dumps({**asked, "history": same})})
    assert "asks the same as more.jsonl:1" in travel.run("check", "travel", "--json").findings("error")[0][1]


def test_each_shape_of_examples_is_named(travel) -> None:
    travel.write({
        "plugins/travel/examples/a.csv": "instruction,input,output\nWhere is P1?,,Below the ground floor.\n",
        "plugins/travel/examples/b.txt": "Q: Where is the panel?\nA: Beside the door.\n\n问：面板在哪里？\n答：在门旁。\n",
        "plugins/travel/examples/c.json": json.dumps([{"conversations": [{"from": "human", "value": "Who?"}, {"from": "gpt", "value": "The front desk."}]}]),
    })  # fmt: skip
    files = {f["file"]: f["summary"] for f in json.loads(travel.run("check", "--json").out)["domains"][0]["files"]}
    assert files["examples/a.csv"] == "instruction, input, output: 1 rows used, 0 not"
    assert files["examples/b.txt"] == "lines Q: and A:: 2 rows used, 0 not"
    assert files["examples/c.json"] == "conversations: 1 rows used, 0 not"
    assert files["examples/"].startswith("22 examples (12 en, 10 zh)")


# docs


@pytest.mark.parametrize("model", [*DomainSpec.model_fields, *Recipe.model_fields])
def test_the_docs_name_every_key_of_a_table(model: str) -> None:
    text = (ROOT / "docs/domain-files.md").read_text("utf-8")
    field = {**DomainSpec.model_fields, **Recipe.model_fields}[model]
    keys = field.annotation.model_fields if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel) else [model]
    for key in keys:
        assert f"`{key}`" in text or f"`[{key}]`" in text, key


def test_the_docs_name_every_key_of_questions_and_every_hook_and_method() -> None:
    files, plugins = ((ROOT / "docs" / name).read_text("utf-8") for name in ("domain-files.md", "plugins.md"))
    for key in Question.model_fields:
        assert f"`{key}`" in files
    for hook in (name for name in vars(hookspecs) if name.startswith("register_")):
        assert f"`{hook}(register)`" in plugins
    for method in ("clean_example", "clean_document", "split_document", "check_answer", "computed_values", "check_format"):
        assert f"`{method}(" in plugins
        assert hasattr(hookspecs.Domain, method)
