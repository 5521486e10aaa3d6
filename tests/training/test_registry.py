from pathlib import Path

import pytest

from assistant.errors import AdapterError
from assistant.records import AdapterVersion
from assistant.registry import WEIGHTS, Registry


def published(registry: Registry) -> AdapterVersion:
    partial = registry.begin("staff")
    (partial / WEIGHTS).write_bytes(b"weights")
    return registry.publish(partial, {"made": "here"})


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "adapters", "starter")


def test_a_published_version_is_listed_but_not_live(registry: Registry) -> None:
    assert published(registry).served_name == "staff@1"
    assert [version.number for version in registry.versions("staff")] == [1]
    assert registry.current("staff") is None


def test_a_crash_before_the_card_leaves_nothing_and_the_number_is_used_again(registry: Registry) -> None:
    partial = registry.begin("staff")
    (partial / WEIGHTS).write_bytes(b"half")
    assert registry.versions("staff") == []
    assert published(registry).number == 1


def test_a_folder_without_weights_is_not_published(registry: Registry) -> None:
    with pytest.raises(AdapterError, match="safetensors"):
        registry.publish(registry.begin("staff"), {})


def test_rollback_goes_back_and_again_forth(registry: Registry) -> None:
    first, second = published(registry), published(registry)
    registry.use(first, "first")
    registry.use(second, "better")
    assert registry.rollback("staff").number == 1
    live = registry.current("staff")
    assert live and live.number == 1
    assert [move["event"] for move in registry.decisions("staff")] == ["use", "use", "use"]


def test_without_another_live_version_rollback_is_refused(registry: Registry) -> None:
    registry.use(published(registry), "only one")
    with pytest.raises(AdapterError, match="no other live version"):
        registry.rollback("staff")


@pytest.mark.parametrize("text", ["", "latest", "../0001", "9999"])
def test_a_damaged_pointer_is_an_error_that_says_what_to_do(registry: Registry, text: str) -> None:
    registry.use(published(registry), "first")
    (registry.folder("staff") / "CURRENT").write_text(text)
    with pytest.raises(AdapterError, match="assistant adapters"):
        registry.current("staff")


def test_a_live_version_that_lost_its_weights_is_an_error(registry: Registry) -> None:
    version = published(registry)
    registry.use(version, "first")
    (version.folder / WEIGHTS).unlink()
    with pytest.raises(AdapterError, match="missing or damaged"):
        registry.current("staff")


@pytest.mark.parametrize("name", ["../staff", "..", "a/b", "", "a b", "staff\n", "/etc"])
def test_a_name_that_leaves_the_folder_is_refused(registry: Registry, name: str) -> None:
    with pytest.raises(AdapterError, match="not a name"):
        registry.folder(name)
    with pytest.raises(AdapterError, match="not a name"):
        Registry(registry.root, name).versions("staff")


def test_an_unknown_version_names_those_there_are(registry: Registry) -> None:
    published(registry)
    with pytest.raises(AdapterError, match="staff@1"):
        registry.version("staff", 7)
