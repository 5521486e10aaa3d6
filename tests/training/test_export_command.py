"""``assistant adapters export`` and ``prove`` as a person types them, in a workspace with one trained version."""

import json
from pathlib import Path

import pytest
import typer
from quick_adapter import DATA, quick_adapter
from typer.testing import CliRunner, Result

from assistant.cli.adapters_export import export, prove
from assistant.errors import AdapterError, AssistantError
from assistant.models.engine import adapter_key
from assistant.models.source import fingerprints
from assistant.registry import CONFIG, WEIGHTS, Registry
from assistant.settings import Settings
from assistant.testing.models import tiny_llama
from assistant.testing.server import openai_server
from assistant.training.parity.golden import FILE, golden, golden_rows, save_golden
from assistant.training.student import open_student

app = typer.Typer()
app.command("export")(export)
app.command("prove")(prove)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("command") / "base")


@pytest.fixture
def root(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with staff@1, live, its golden prompts beside its weights."""
    monkeypatch.setenv("ASSISTANT_WORKSPACE", str(tmp_path))
    monkeypatch.delenv("LLAMA_CPP_DIR", raising=False)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    (tmp_path / "assistant.toml").write_text(f'base_model = "{base}"\nthreads = 1\n')
    (tmp_path / "plugins" / "staff" / "documents").mkdir(parents=True)
    (tmp_path / "plugins" / "staff" / "domain.toml").write_text('name = "staff"\n')
    registry = Registry(tmp_path / "adapters", adapter_key(str(base)))
    partial = registry.begin("staff")
    model = quick_adapter(base, tmp_path / "trained", steps=60)
    for name in (WEIGHTS, CONFIG):
        (partial / name).write_bytes((tmp_path / "trained" / name).read_bytes())
    save_golden(golden(model, open_student(Settings(base_model=str(base), threads=1)), golden_rows(DATA)), partial / FILE)
    registry.use(registry.publish(partial, {"base": {"fingerprints": fingerprints(base)}}), "for the test")
    return tmp_path


def asked(*words: str) -> Result:
    result = CliRunner().invoke(app, list(words))
    if isinstance(result.exception, AssistantError):
        raise result.exception
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize("form", ["peft", "merged", "ollama", "gguf"])
def test_every_form_is_written_to_the_workspace_and_says_what_was_proved(root: Path, form: str) -> None:
    said = asked("export", "staff", "--to", form).output
    folder = root / "exports" / f"staff-1-{form}"
    assert f"staff@1 is in {folder}" in said
    assert "same (largest difference" in said
    assert json.loads((folder / "export.json").read_text())["version"] == "staff@1"
    assert (folder / "config.json").is_file() == (form == "merged")


def test_the_rows_for_openai_have_their_price(root: Path, tmp_path: Path) -> None:
    examples = root / "plugins" / "staff" / "examples"
    examples.mkdir()
    pairs = [(f"How early do I ask for day {n}?", f"Rule {n}: ask your manager {n + 3} hours ahead.") for n in range(14)]
    rows = [{"messages": [{"role": "user", "content": q}, {"role": "assistant", "content": a}]} for q, a in pairs]
    (examples / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    said = asked("export", "staff", "--to", "openai", "--out", str(tmp_path / "rows"), "--epochs", "2").output
    assert "× 2 epochs on gpt-4.1-mini-2025-04-14: about 0." in said
    assert len((tmp_path / "rows" / "train.jsonl").read_text().splitlines()) >= 10
    with pytest.raises(AdapterError, match="not a version"):
        asked("export", "staff@1", "--to", "openai")


def test_nothing_is_exported_when_the_upload_could_not_follow(root: Path) -> None:
    with pytest.raises(AdapterError, match="HF_TOKEN"):
        asked("export", "staff", "--to", "peft", "--push", "owner/staff")
    assert not (root / "exports").exists()


@pytest.mark.parametrize("name", ["../staff@1", "staff@../1", "staff@9", "nobody@1"])
def test_a_wrong_name_is_an_error_for_people(root: Path, name: str) -> None:
    with pytest.raises(AssistantError):
        asked("export", name, "--to", "peft")
    assert not (root / "exports").exists()


def test_a_version_is_proved_again_and_another_on_a_server_is_not(root: Path) -> None:
    said = asked("prove", "staff@1").output
    assert [line.split(":")[0] for line in said.splitlines()] == ["files", "reload", "merged", "served"]
    with openai_server(lambda body: "Something else.") as url, pytest.raises(AdapterError, match="does not answer as it did"):
        asked("prove", "staff@1", "--at", url, "--model", "tiny")
