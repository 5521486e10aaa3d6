from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from assistant.errors import AdapterError
from assistant.records import AdapterVersion
from assistant.registry import CONFIG, WEIGHTS, Registry, card_value, damage


def write_adapter(folder: Path) -> None:
    """The files of an adapter that can be opened: a tiny tensor and an empty configuration."""
    save_file({"a": np.zeros(2, dtype=np.float32)}, folder / WEIGHTS)
    (folder / CONFIG).write_text("{}")


def published(registry: Registry) -> AdapterVersion:
    partial = registry.begin("staff")
    write_adapter(partial)
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


def test_versions_put_live_at_the_same_time_are_put_live_one_after_the_other(registry: Registry) -> None:
    versions = [published(registry) for _ in range(4)]
    with ThreadPoolExecutor(4) as people:
        list(people.map(lambda turn: registry.use(versions[turn % 4], "chosen"), range(24)))
    moves = registry.decisions("staff")
    assert [move["before"] for move in moves] == [None, *(f"{move['version']:04d}" for move in moves[:-1])]
    live = registry.current("staff")
    assert live and live.number == moves[-1]["version"]
    assert list(registry.folder("staff").glob(".CURRENT*")) == []


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


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", "٠٠٠١".encode(), b"9" * 5000])
def test_a_garbage_pointer_is_told_and_mended_by_use(registry: Registry, content: bytes) -> None:
    version = published(registry)
    (registry.folder("staff") / "CURRENT").write_bytes(content)
    with pytest.raises(AdapterError, match="assistant adapters use staff N"):
        registry.current("staff")
    registry.use(version, "mended")
    live = registry.current("staff")
    assert live and live.number == 1


def test_folders_and_files_in_each_others_place_are_told(registry: Registry, tmp_path: Path) -> None:
    version = published(registry)
    (registry.folder("staff") / "CURRENT").mkdir()
    for attempt in (lambda: registry.current("staff"), lambda: registry.use(version, "x"), lambda: registry.rollback("staff")):
        with pytest.raises(AdapterError, match="is a folder; remove it"):
            attempt()
    (tmp_path / "file").write_text("")
    with pytest.raises(AdapterError, match="move that file away"):
        Registry(tmp_path / "file", "starter").current("staff")


@pytest.mark.parametrize("line", ["nonsense", "[]", "{}", "[" * 100_000, "\udcff"])
def test_a_garbage_decision_is_told_with_its_line(registry: Registry, line: str) -> None:
    registry.use(published(registry), "first")
    with (registry.folder("staff") / "decisions.jsonl").open("a", errors="surrogateescape") as file:
        file.write(line + "\n")
    with pytest.raises(AdapterError, match=r"decisions\.jsonl:2: .* is no decision"):
        registry.rollback("staff")


def test_a_damaged_version_is_told_and_passed_over_in_rollback(registry: Registry) -> None:
    first, second, third = (published(registry) for _ in range(3))
    for version in (first, second, third):
        registry.use(version, "next")
    assert damage(second) == ""
    (second.folder / WEIGHTS).write_bytes(b"\xff" * 64)
    assert WEIGHTS in damage(second)
    assert registry.rollback("staff").number == 1
    (first.folder / CONFIG).write_text("{")
    assert CONFIG in damage(first)


def test_a_card_with_gaps_has_no_value_there() -> None:
    card = {"held_out": None, "rows": {"train": 3}, "recipe": "x"}
    assert card_value(card, "held_out", "candidate") is None
    assert card_value(card, "recipe", "lora", "rank") is None
    assert card_value(card, "rows", "train") == 3


# removing


def test_a_removed_version_is_gone_and_its_number_is_not_given_again(registry: Registry) -> None:
    first, second = published(registry), published(registry)
    registry.use(first, "first")
    assert registry.remove(second) is False
    assert not second.folder.exists()
    assert [version.number for version in registry.versions("staff")] == [1]
    assert published(registry).served_name == "staff@3"
    live = registry.current("staff")
    assert live and live.number == 1


def test_the_live_version_is_removed_only_by_force_and_then_none_is_live(registry: Registry) -> None:
    version = published(registry)
    registry.use(version, "first")
    with pytest.raises(AdapterError, match=r"staff@1 is live; .* --force"):
        registry.remove(version)
    assert registry.versions("staff") == [version]
    assert registry.remove(version, force=True) is True
    assert registry.current("staff") is None
    assert registry.versions("staff") == []


def test_what_a_crash_left_is_neither_listed_nor_kept(registry: Registry) -> None:
    version = published(registry)
    registry.note("staff", {"event": "remove", "version": 1, "live": False})
    version.folder.rename(version.folder.with_name("0001.removed.partial"))  # killed between rename and deletion
    write_adapter(registry.begin("staff"))  # killed before its card
    assert registry.versions("staff") == []
    assert published(registry).served_name == "staff@2"
    assert sorted(path.name for path in registry.folder("staff").iterdir()) == ["0002", "decisions.jsonl"]


def test_rollback_passes_over_a_removed_version(registry: Registry) -> None:
    first, second, third = (published(registry) for _ in range(3))
    for version in (first, second, third):
        registry.use(version, "next")
    registry.remove(second)
    assert registry.rollback("staff").number == 1


def test_a_damaged_line_among_decisions_does_not_stop_a_new_version(registry: Registry) -> None:
    registry.use(published(registry), "first")
    with (registry.folder("staff") / "decisions.jsonl").open("ab") as file:
        file.write(b"\xff\n")
    assert published(registry).number == 2
