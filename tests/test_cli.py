"""What the command line says to odd input: one clear line, never a traceback."""

import subprocess
import sys

import pytest

from assistant import __version__
from assistant.cli import Commands
from assistant.cli.ask import _adapter
from assistant.cli.chat import Talk
from assistant.domain_files import read_glossary, read_questions, read_spec
from assistant.errors import AdapterError, DomainError, SettingsError
from assistant.settings import Workspace, read_settings


def test_bytes_that_are_no_text_reach_ask_and_chat_as_question_marks(workspace) -> None:
    made = workspace()
    for words in (["ask", "-"], ["chat"]):
        done = subprocess.run(
            [sys.executable, "-m", "assistant", *words], input=b"moon \xff\n", capture_output=True, timeout=240,
            env={"ASSISTANT_WORKSPACE": str(made.root), "PYTHONIOENCODING": "utf-8:strict", "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("text", ["²", "٣", "-1", "9" * 5000, ""])
def test_an_adapter_that_is_no_number_is_told(text: str) -> None:
    with pytest.raises(AdapterError, match="possible: current, off, or a version number"):
        _adapter(text)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('chroma_url = "localhost:8000"', "chroma_url: must be empty or start with http"),
        ('base_model = ""', "base_model: is empty"),
        ("threads = " + "9" * 5000, "integer"),
        ("threads = " + "[" * 5000, "nested too deeply"),
    ],
)
def test_settings_that_cannot_be_meant_are_told(workspace, line: str, words: str) -> None:
    made = workspace({"assistant.toml": line})
    with pytest.raises(SettingsError, match=words):
        read_settings(made.root / "assistant.toml")


def test_doctor_tells_bad_settings_once_and_fails(workspace) -> None:
    outcome = workspace({"assistant.toml": "threads = -1"}).run("doctor")
    assert outcome.code == 1
    assert outcome.out == ""
    assert outcome.err.count("threads") == 1


def test_doctor_says_that_the_folder_of_the_embedder_is_missing(workspace) -> None:
    from assistant.cli.doctor import facts
    from assistant.plugins import load_plugins

    space = Workspace(workspace({"assistant.toml": 'embedder = "/nope"\nthreads = 1'}).root)
    found = dict(facts(space, load_plugins(space)))
    assert "the folder /nope is missing" in found["embedder"]
    assert "1 thread (" in found["device"]


# domain files


@pytest.mark.parametrize(
    ("text", "words"),
    [('name = "other"', "is reserved"), ("a = " + "[" * 5000, "nested too deeply"), ("a = " + "9" * 5000, "not valid TOML"), (None, "is a folder")],
)
def test_faults_of_domain_toml_are_told(workspace, text: str | None, words: str) -> None:
    name = "plugins/other/domain.toml" + ("/x" if text is None else "")
    made = workspace({name: text or ""})
    with pytest.raises(DomainError, match=words):
        read_spec(made.root / "plugins/other")


def test_new_refuses_the_reserved_name(workspace) -> None:
    outcome = workspace().run("new", "other")
    assert outcome.code == 1
    assert "questions outside every domain" in outcome.err


def test_a_glossary_field_that_is_too_long_and_deep_questions_are_told(workspace) -> None:
    made = workspace({"g.csv": 'term,meaning,aliases,language\na,b,c,en\nx,"' + "y" * 140_000 + '",,en\n', "q.jsonl": "[" * 100_000, "f/x": ""})
    with pytest.raises(DomainError, match=r"g\.csv:3: field larger than field limit"):
        read_glossary(made.root / "g.csv")
    with pytest.raises(DomainError, match=r"q\.jsonl:1: nested too deeply"):
        read_questions(made.root / "q.jsonl")
    for read in (read_glossary, read_questions):
        with pytest.raises(DomainError, match="is a folder"):
            read(made.root / "f")


# the commands


def test_the_version_is_printed(workspace) -> None:
    assert workspace().run("--version").out == f"assistant {__version__}\n"


def test_an_end_of_input_that_no_prompt_met_keeps_its_traceback() -> None:
    import typer

    app = typer.Typer(cls=Commands)

    @app.command("cut")
    def cut() -> None:
        raise EOFError("file ended")

    @app.command("ask")
    def ask() -> None:
        typer.prompt("name")

    from typer.testing import CliRunner

    assert isinstance(CliRunner().invoke(app, ["cut"]).exception, RuntimeError)
    assert "Aborted" in CliRunner().invoke(app, ["ask"], input="").stderr


def test_without_a_domain_index_and_plugins_say_how_to_make_one(workspace) -> None:
    for command in ("index", "plugins"):
        outcome = workspace().run(command)
        assert outcome.code == 0
        assert "no domain yet; make one with: assistant new NAME" in outcome.out


def test_plugins_in_a_pipe_shows_whole_paths(travel) -> None:
    assert str(travel.root / "plugins/travel") in travel.run("plugins").out


def test_index_fails_when_the_file_just_given_is_not_read(travel) -> None:
    travel.write({"bad.pdf": "no pdf"})
    outcome = travel.run("index", "travel", str(travel.root / "bad.pdf"))
    assert outcome.code == 1
    assert "not read: bad.pdf" in outcome.err
    assert travel.run("index", "travel").code == 0


def test_commands_of_the_chat_confirm(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    lines = iter(["/adapter off", "/adapter", "/adapter on", "/new", "/domain", "/domain auto", "/exit now", "never read"])
    monkeypatch.setattr("builtins.input", lambda _prompt: next(lines))
    Talk(None, None, "travel").run()  # type: ignore[arg-type]
    assert capsys.readouterr().out.splitlines() == ["adapter: off", "adapter: off", "adapter: on", "a new conversation", "domain: travel", "domain: auto"]
    assert next(lines) == "never read"
