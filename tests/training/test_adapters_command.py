import json

import numpy as np
import pytest
from safetensors.numpy import save_file
from typer.testing import CliRunner, Result

from assistant.cli.adapters import app
from assistant.errors import AdapterError, AssistantError, UnknownDomain
from assistant.models.engine import adapter_key
from assistant.registry import CARD, CONFIG, WEIGHTS, Registry
from assistant.settings import Workspace


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
