"""Rows from a sheet, a folder, a saved dataset, or a dataset of the hub that lies in this machine's cache."""

import json
import socket
from pathlib import Path

import pytest

from assistant.errors import ExampleError
from assistant.rows.examples import read_file, read_rows
from assistant.rows.sources import Source, find_source

PAIRS = [{"question": f"What is plan {n}?", "answer": f"Plan {n} costs {n} yuan a month."} for n in range(6)]


def asked(source: Source) -> list[str]:
    return [row.example.turns[0].content for file in source.files for row in read_rows(file) if row.example]


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
def test_a_columnar_file_is_read_row_by_row_and_a_bad_row_named(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"rows{suffix}"
    columnar(path, [*PAIRS[:2], {"question": "Who?", "answer": None}])
    found = read_file(path)
    assert [example.turns[0].content for example in found.examples] == ["What is plan 0?", "What is plan 1?"]
    assert found.faults == (f'rows{suffix}: row 3: the answer is missing; fill "answer"',)


def test_turns_in_a_columnar_file_are_read(tmp_path: Path) -> None:
    columnar(tmp_path / "rows.parquet", [{"messages": [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Yes."}]}])
    assert len(read_file(tmp_path / "rows.parquet").examples[0].turns) == 2


def test_a_damaged_columnar_file_is_one_fault(tmp_path: Path) -> None:
    for name in ("a.parquet", "b.arrow"):
        (tmp_path / name).write_bytes(b"PAR1 nonsense PAR1")
        assert read_file(tmp_path / name).faults[0].startswith(f"{name}: cannot be read as .{name[2:]}")


def test_of_a_dataset_folder_the_training_rows_are_taken_or_the_part_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    columnar(tmp_path / "data/train-00000-of-00001.parquet", PAIRS[:3])
    columnar(tmp_path / "data/test-00000-of-00001.parquet", PAIRS[3:])
    (tmp_path / "README.md").write_text("# A dataset")
    (tmp_path / "dataset_infos.json").write_text("{}")
    source = find_source(str(tmp_path))
    assert asked(source) == ["What is plan 0?", "What is plan 1?", "What is plan 2?"]
    assert source.passed_over == ("data/test-00000-of-00001.parquet",)
    assert asked(find_source(f"{tmp_path}#test")) == ["What is plan 3?", "What is plan 4?", "What is plan 5?"]
    with pytest.raises(ExampleError, match="holds no rows of 'zh'"):
        find_source(f"{tmp_path}#zh")


def test_a_dataset_that_was_saved_to_disk_is_read(tmp_path: Path) -> None:
    from datasets import Dataset, DatasetDict

    DatasetDict({"train": Dataset.from_list(PAIRS[:2]), "test": Dataset.from_list(PAIRS[2:])}).save_to_disk(str(tmp_path / "saved"))
    assert asked(find_source(str(tmp_path / "saved"))) == ["What is plan 0?", "What is plan 1?"]


def test_a_plain_folder_of_mixed_files_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(PAIRS[0]))
    (tmp_path / "b.csv").write_text("问题,答案\n几天？,15天。\n")
    (tmp_path / ".hidden.csv").write_text("question,answer\nx,y\n")
    assert asked(find_source(str(tmp_path))) == ["What is plan 0?", "几天？"]
    with pytest.raises(ExampleError, match="holds no file of rows"):
        find_source(str((tmp_path / "empty").mkdir() or tmp_path / "empty"))


def test_a_dataset_in_the_hubs_cache_is_read_without_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cached(tmp_path, "acme", "desk", {"train.jsonl": "".join(json.dumps(row) + "\n" for row in PAIRS[:2]), "load.py": "raise SystemExit"})
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(socket, "getaddrinfo", unreachable)
    source = find_source("hf:acme/desk")
    assert asked(source) == ["What is plan 0?", "What is plan 1?"]
    assert source.name == "acme-desk"


@pytest.mark.parametrize(("download", "said"), [(False, "fetch it with: assistant import hf:acme/none"), (True, "the hub cannot be reached")])
def test_a_dataset_that_is_not_here_is_one_clear_line(download: bool, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(socket, "getaddrinfo", unreachable)
    with pytest.raises(ExampleError, match="dataset 'acme/none' is not on this machine") as caught:
        find_source("hf:acme/none", download)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["hf:../up", "hf:one", "hf:a/b/c", "hf:", "hf:a/.."])
def test_a_name_that_is_no_dataset_is_refused(name: str) -> None:
    with pytest.raises(ExampleError, match=r"is no dataset id.*write hf:org/name"):
        find_source(name)


def columnar(path: Path, rows: list[dict[str, object]]) -> None:
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.Table.from_pylist(rows)
    if path.suffix == ".parquet":
        pyarrow.parquet.write_table(table, path)
    else:
        with pyarrow.ipc.new_stream(str(path), table.schema) as stream:
            stream.write_table(table)


def cached(cache: Path, owner: str, name: str, files: dict[str, str]) -> None:
    """A dataset as the hub's client keeps it."""
    revision = "0" * 40
    folder = cache / f"datasets--{owner}--{name}"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs/main").write_text(revision)
    (folder / "snapshots" / revision).mkdir(parents=True)
    for file, text in files.items():
        (folder / "snapshots" / revision / file).write_text(text)


def unreachable(*_args: object, **_more: object) -> None:
    raise socket.gaierror(-3, "no network")
