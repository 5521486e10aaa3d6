"""The files of an adapter that somebody offers, in a folder or a zip: looked at by name and size before a byte of them is used."""

import json
import re
import shutil
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from assistant.errors import AdapterError
from assistant.registry import CARD, CONFIG, WEIGHTS

LARGEST = {CONFIG: 2**20, CARD: 16 * 2**20, WEIGHTS: 8 * 2**30}
"""Most bytes of a file; a rank 512 adapter of a 70B base is smaller than the last."""
MOST_FILES = 1000
PICKLED = {".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib"}
_STATE_OF_TRAINING = re.compile(r"training_args\.bin|(optimizer|scheduler|scaler)\.(pt|bin)|rng_state\w*\.pth")
_CHUNK = 2**20


@dataclass(frozen=True)
class Offered:
    """``left_behind`` are files of a trainer that are neither read nor kept."""

    name: str
    _folder: Path | None = None
    _zip: zipfile.ZipFile | None = None
    _members: dict[str, zipfile.ZipInfo] = field(default_factory=dict)
    left_behind: tuple[str, ...] = ()

    def has(self, file: str) -> bool:
        return file in self._members if self._folder is None else (self._folder / file).is_file()

    def object(self, file: str) -> dict[str, Any]:
        """A JSON object among the files."""
        with self._open(file) as stream:
            data = stream.read(LARGEST[file] + 1)
        try:
            found = json.loads(data.decode("utf-8")) if len(data) <= LARGEST[file] else None
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise AdapterError(f"{self.name}: {file} is no JSON object of a reasonable size; save the adapter again with PEFT's save_pretrained")
        return found

    def copy(self, file: str, to: Path) -> None:
        """Write one of the files elsewhere; stops at its size limit, whatever a zip's own list says."""
        free = shutil.disk_usage(to.parent).free
        with self._open(file) as stream, to.open("wb") as target:
            copied = 0
            while piece := stream.read(_CHUNK):
                copied += len(piece)
                if copied > min(LARGEST[file], free):
                    raise AdapterError(f"{self.name}: {file} is larger than {min(LARGEST[file], free) / 1e9:.1f} GB, which is not possible here")
                target.write(piece)

    @contextmanager
    def _open(self, file: str) -> Iterator[IO[bytes]]:
        try:
            with self._zip.open(self._members[file]) if self._zip else (self._folder or Path()).joinpath(file).open("rb") as stream:
                yield stream
        except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:  # what zipfile raises for damage and passwords
            raise AdapterError(f"{self.name}: {file} cannot be read ({error}); export or fetch it again") from None


@contextmanager
def offered(source: Path) -> Iterator[Offered]:
    """The files at ``source``; AdapterError for pickles, for paths that lead elsewhere, and when weights or configuration are missing."""
    if source.is_dir():
        names = sorted(path.name for path in source.iterdir() if path.is_file())
        yield Offered(source.resolve().name, source, left_behind=_checked(source.name, names))
        return
    if not source.is_file():
        raise AdapterError(f"{source} is not there; give the folder or the zip of a PEFT adapter")
    if not zipfile.is_zipfile(source):
        raise AdapterError(f"{source.name} is neither a folder nor a zip; give a PEFT folder with {CONFIG} and {WEIGHTS}, or a zip of one")
    try:
        with zipfile.ZipFile(source) as archive:
            members = _members(source.name, archive.infolist())
            yield Offered(source.name, None, archive, members, _checked(source.name, sorted(members)))
    except zipfile.BadZipFile as error:
        raise AdapterError(f"{source.name} is damaged ({error}); export or fetch it again") from None


def _members(name: str, infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """The files beside adapter_config.json by their plain names."""
    if len(infos) > MOST_FILES:
        raise AdapterError(f"{name} holds {len(infos)} entries; an adapter has a few files")
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in info.filename or "\0" in info.filename:
            raise AdapterError(f"{name}: the entry {info.filename!r:.100} leads out of the zip; it is refused whole")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise AdapterError(f"{name}: the entry {info.filename!r:.100} is a link; it is refused whole")
    places = [PurePosixPath(info.filename).parent for info in infos if PurePosixPath(info.filename).name == CONFIG]
    if len(places) > 1:
        raise AdapterError(f"{name} holds {len(places)} adapters ({', '.join(map(str, places))[:200]}); unpack it and import one folder at a time")
    here = places[0] if places else PurePosixPath()
    return {PurePosixPath(info.filename).name: info for info in infos if not info.is_dir() and PurePosixPath(info.filename).parent == here}


def _checked(name: str, files: list[str]) -> tuple[str, ...]:
    """The trainer's own state among the files, which is passed over; every other pickle is refused."""
    state = [file for file in files if _STATE_OF_TRAINING.fullmatch(file)]
    if pickles := [file for file in files if Path(file).suffix.lower() in PICKLED and file not in state]:
        raise AdapterError(f"{name} holds {', '.join(pickles[:3])}: a pickle can run code when it is loaded, so it is refused; save it as safetensors ({WEIGHTS})")
    for file in (CONFIG, WEIGHTS):
        if file not in files:
            raise AdapterError(f"{name} has no {file}; a PEFT adapter has {CONFIG} and {WEIGHTS}")
    return tuple(state)
