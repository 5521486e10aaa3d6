import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from typer.testing import CliRunner, Result

from assistant.cli.adapters import app
from assistant.errors import AdapterError, AssistantError, UnknownDomain
from assistant.models.engine import adapter_key
from assistant.plugins import load_plugins
from assistant.registry import CARD, CONFIG, WEIGHTS, Registry
from assistant.settings import Workspace
from assistant.training.staleness import sources


@pytest.fixture
def registry(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Two versions of the domain, the second live."""
    monkeypatch.setenv("ASSISTANT_WORKSPACE", str(workspace.root))
    made = Registry(workspace.adapters, adapter_key(workspace.settings.base_model))
    for number in (1, 2):
        partial = made.begin("staff")
        save_file({"a": np.zeros(2, dtype=np.float32)}, partial / WEIGHTS)
        (partial / CONFIG).write_text("{}")
        card = {"created": "2026-11-20T10:00:00+00:00", "rows": {"train": 90 + number}, "held_out": {"candidate": 1.5}, "recipe": {"lora": {"rank": 8}}}
        made.use(made.publish(partial, card), "for the test")
    return made


def asked(*words: str) -> Result:
    result = CliRunner().invoke(app, list(words))
    if isinstance(result.exception, AssistantError):
        raise result.exception
    return result


@pytest.mark.parametrize("words", [[], ["list"], ["list", "staff"]])
def test_the_list_marks_the_live_version(registry: Registry, words: list[str]) -> None:
    lines = asked(*words).output.splitlines()
    assert ["candidate" in line for line in lines if "staff@1" in line] == [True]
    assert ["live" in line and "92" in line for line in lines if "staff@2" in line] == [True]


@pytest.mark.parametrize("words", [["staff@1"], ["staff", "1"]])
def test_a_version_is_named_either_way(registry: Registry, words: list[str]) -> None:
    asked("use", *words)
    live = registry.current("staff")
    assert live and live.number == 1
    assert '"train": 91' in asked("show", *words).output


def test_rollback_puts_the_one_before_live(registry: Registry) -> None:
    assert "staff@1 is live again" in asked("rollback", "staff").output


@pytest.mark.parametrize("words", [["use", "staff@9"], ["use", "staff@x"], ["show", "staff@²"], ["show", "staff@" + "9" * 5000]])
def test_a_wrong_name_is_an_error_for_people(registry: Registry, words: list[str]) -> None:
    with pytest.raises(AdapterError):
        asked(*words)


def test_a_damaged_version_is_not_put_live(registry: Registry) -> None:
    (registry.version("staff", 1).folder / WEIGHTS).unlink()
    with pytest.raises(AdapterError, match="damaged"):
        asked("use", "staff@1")


def test_a_version_with_a_damaged_header_is_not_put_live(registry: Registry) -> None:
    (registry.version("staff", 1).folder / WEIGHTS).write_bytes(b"\xff" * 64)
    with pytest.raises(AdapterError, match="staff@1 is damaged"):
        asked("use", "staff@1")
    live = registry.current("staff")
    assert live and live.number == 2


@pytest.mark.parametrize("words", [["list", "nope"], ["rollback", "nope"], ["show", "../staff"], ["use", "nope@1"]])
def test_a_domain_that_is_not_there_is_unknown(registry: Registry, words: list[str]) -> None:
    with pytest.raises(UnknownDomain, match="no domain named"):
        asked(*words)


def test_a_card_with_gaps_is_listed(registry: Registry) -> None:
    path = registry.version("staff", 1).folder / CARD
    path.write_text(json.dumps({"held_out": None, "rows": None, "recipe": {"lora": None}, "created": None}))
    assert "staff@1" in asked("list").output


# removing, comparing, what is out of date, importing


def test_remove_asks_and_stays_where_the_answer_is_no(registry: Registry) -> None:
    refused = CliRunner().invoke(app, ["remove", "staff@1"], input="n\n")
    assert "staff@1 stays" in refused.stdout
    assert "staff@1 is removed" in CliRunner().invoke(app, ["remove", "staff@1"], input="y\n").stdout
    assert [version.number for version in registry.versions("staff")] == [2]


def test_the_live_version_is_removed_only_by_force(registry: Registry) -> None:
    with pytest.raises(AdapterError, match="staff@2 is live"):
        asked("remove", "staff@2", "--yes")
    said = asked("remove", "staff@2", "--yes", "--force").stdout
    assert "no live version now" in said and "there is: staff@1" in said
    assert registry.current("staff") is None


def test_remove_wants_a_version_by_name(registry: Registry) -> None:
    with pytest.raises(AdapterError, match="which version of staff"):
        asked("remove", "staff", "--yes")
    assert len(registry.versions("staff")) == 2


def rewrite(registry: Registry, number: int, **values: object) -> None:
    path = registry.version("staff", number).folder / CARD
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_compare_shows_what_differs_and_the_figures_of_both(registry: Registry) -> None:
    rewrite(registry, 1, recipe={"lora": {"rank": 4}, "training": {"seed": 7}}, seconds=81.25)
    rewrite(registry, 2, recipe={"lora": {"rank": 8}, "training": {"seed": 7}}, seconds=60.5)
    lines = [line.split() for line in asked("compare", "staff@1", "staff@2").stdout.splitlines()]
    assert ["recipe.lora.rank", "4", "8"] in lines
    assert not any(line[:1] == ["recipe.training.seed"] for line in lines)
    assert ["rows.train", "91", "92"] in lines
    assert ["seconds", "81.25", "60.5"] in lines
    assert any(line[0] == "staff@2" and line[-3:] == ["for", "the", "test"] for line in lines if line)


def test_compare_as_json_and_with_the_live_version(registry: Registry) -> None:
    found = json.loads(asked("compare", "staff@1", "staff", "--json").stdout)
    assert found["versions"] == ["staff@1", "staff@2"]
    assert found["figures"]["rows.train"] == ["91", "92"]


def test_the_list_says_what_changed_since_a_version_was_trained(registry: Registry, workspace: Workspace) -> None:
    domain = load_plugins(workspace).domain("staff")
    rewrite(registry, 2, sources=sources(domain, workspace))
    assert "changed since" in asked("list").stdout and "documents" not in asked("list").stdout
    (workspace.plugins / "staff/documents/leave.md").write_text("Annual leave is 16 days.")
    listed = CliRunner().invoke(app, ["list"])
    [line] = [line for line in listed.stdout.splitlines() if "staff@2" in line]
    assert line.rstrip().endswith("documents")
    assert "assistant train staff" in listed.stderr
    assert {one["version"]: one["changed_since"] for one in json.loads(asked("list", "--json").stdout)["versions"]} == {"staff@1": [], "staff@2": ["documents"]}
    assert "changed since it was trained: documents" in asked("show", "staff@2").stdout


def test_import_refuses_an_adapter_that_does_not_fit_and_lists_nothing(registry: Registry, tmp_path: Path) -> None:
    source = tmp_path / "offer"
    source.mkdir()
    save_file({"a": np.zeros(2, dtype=np.float32)}, source / WEIGHTS)
    (source / CONFIG).write_text(json.dumps({"peft_type": "LORA", "r": 4, "target_modules": ["q_proj"]}))
    with pytest.raises(AdapterError, match="offer does not fit"):
        asked("import", str(source), "--domain", "staff")
    assert len(registry.versions("staff")) == 2
    with pytest.raises(UnknownDomain):
        asked("import", str(source), "--domain", "../staff")


def test_a_version_whose_parity_failed_is_not_put_live(registry: Registry) -> None:
    rewrite(registry, 1, parity=[{"name": "reload", "passed": True, "cause": ""}, {"name": "served", "passed": False, "cause": "other tokenizer"}])
    with pytest.raises(AdapterError, match="staff@1 does not answer as it was trained: served: other tokenizer"):
        asked("use", "staff@1")
    live = registry.current("staff")
    assert live and live.number == 2
