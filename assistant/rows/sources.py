"""Where rows come from: a file, one sheet of a workbook, a folder, or a dataset of the Hugging Face hub. Names the files, reads none.

A dataset is fetched as files and read by our own readers: no code of it ever runs, and a bad row keeps its file and place.
"""

import os
import re
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ExampleError
from assistant.rows.examples import ExampleFile
from assistant.rows.readers import READERS

HUB = "hf:"
ID = re.compile(r"[\w.-]+/[\w.-]+")
TRAIN = {"train", "training"}
OTHER = {"test", "testing", "validation", "valid", "val", "dev", "eval", "heldout"}
NO_ROWS = {"dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json", "license.txt", "readme.txt", "requirements.txt"}


@dataclass(frozen=True)
class Source:
    """``name`` suits a file made from it; ``passed_over`` are the files of other parts, such as a dataset's test rows."""

    name: str
    files: tuple[ExampleFile, ...]
    passed_over: tuple[str, ...] = ()


def find_source(text: str, download: bool = False) -> Source:
    """The files behind ``FILE``, ``FILE.xlsx#Sheet``, ``FOLDER``, ``FOLDER#part`` or ``hf:org/name#part``; ExampleError when there is none.

    ``part`` is a split or a configuration (``train``, ``zh``); without one, training rows are taken. ``download``: fetch what is not on this machine."""
    if text.startswith(HUB):
        name, _, part = text.removeprefix(HUB).partition("#")
        return _source(fetched(name, download), part, name.replace("/", "-"))
    path, part = _path(text)
    if path.is_dir():
        return _source(path, part, path.resolve().name)
    return Source(re.sub(r"[^\w.-]+", "_", f"{path.stem}-{part}") if part else path.stem, (ExampleFile(path, path.name, export=True, sheet=part),))


def is_dataset_id(text: str) -> bool:
    return text.startswith(HUB) or bool(ID.fullmatch(text.partition("#")[0]))


def _path(text: str) -> tuple[Path, str]:
    before, sign, part = text.rpartition("#")
    for name, rest in ((text, ""), (before, part)) if sign else ((text, ""),):
        if name and os.path.exists(os.path.expanduser(name)):  # Path.exists() raises for a name that is too long
            return Path(name).expanduser(), rest
    raise ExampleError(
        f"{text} is not a file; give a table or a file of rows, readable: {', '.join(READERS)}; a sheet as FILE.xlsx#Sheet, a folder, or a dataset as hf:org/name"
    )


def _source(folder: Path, part: str, name: str) -> Source:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in READERS and path.name.lower() not in NO_ROWS)
    names = {path.relative_to(folder).as_posix(): path for path in paths}
    names = {place: path for place, path in names.items() if not any(piece.startswith((".", "~")) for piece in place.split("/"))}
    if not names:
        raise ExampleError(f"{folder} holds no file of rows; readable: {', '.join(READERS)}")
    chosen = _chosen(list(names), part)
    if not chosen:
        raise ExampleError(f"{folder} holds no rows of {part or 'train'!r}; its files: {', '.join(list(names)[:10])}; name a part of them, such as #{_parts(next(iter(names)))[0]}")
    files = tuple(ExampleFile(names[place], place, export=True) for place in chosen)
    return Source(f"{name}-{part}" if part else name, files, tuple(place for place in names if place not in chosen))


def _chosen(places: Sequence[str], part: str) -> list[str]:
    """The files of a part; without one the training rows, or what belongs to no part."""
    if part:
        return [place for place in places if part.lower() in _parts(place)]
    training = [place for place in places if TRAIN & set(_parts(place))]
    return training or [place for place in places if not OTHER & set(_parts(place))]


def _parts(place: str) -> list[str]:
    """Folders and words of a file's name: ``zh/train-00000-of-00002.parquet`` → zh, train, …"""
    *folders, file = place.lower().split("/")
    stem = file.rpartition(".")[0]
    return [*folders, *re.split(r"[-_.]", stem), stem]


def fetched(name: str, download: bool) -> Path:
    """The folder of a dataset in the hub's cache on this disk; ExampleError in one line when it is not there."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    from assistant.models.source import online

    if not ID.fullmatch(name):
        raise ExampleError(f"{name!r} is no dataset id; write hf:org/name, as the address on huggingface.co/datasets ends")
    wanted = [f"*{suffix}" for suffix in READERS]
    try:
        with online() if download else nullcontext():
            return Path(snapshot_download(name, repo_type="dataset", local_files_only=not download, allow_patterns=wanted))
    except LocalEntryNotFoundError:
        hint = "the hub cannot be reached; check the connection, or copy the dataset here and give its folder"
        raise ExampleError(f"dataset {name!r} is not on this machine; " + (hint if download else f"fetch it with: assistant import {HUB}{name}, or set download = true")) from None
    except (HFValidationError, ValueError) as error:
        raise ExampleError(f"{name!r} is no dataset id ({error}); write hf:org/name") from None
    except (HfHubHTTPError, OSError) as error:
        raise ExampleError(f"dataset {name!r} could not be fetched: {' '.join(str(error).split())}; HF_TOKEN is needed for gated ones") from None
