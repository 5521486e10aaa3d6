"""What lies on disk that a running program takes up: cheap marks that change when files do. Reads no file's content."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assistant.domain import Domain
from assistant.records import content_id
from assistant.registry import Registry
from assistant.settings import MARKER, Workspace


@dataclass(frozen=True)
class Seen:
    """Marks by what they stand for; ``documents``, ``live`` and ``indexed`` by domain."""

    plugins: str = ""
    settings: str = ""
    documents: Mapping[str, str] = field(default_factory=dict)
    live: Mapping[str, str] = field(default_factory=dict)
    indexed: Mapping[str, str] = field(default_factory=dict)


def look(workspace: Workspace, domains: Mapping[str, Domain]) -> Seen:
    """Domains' folders (those given, and whatever stands in plugins/), their documents and the settings."""
    folders = {**{folder.name: folder for folder in _folders(workspace.plugins)}, **{name: domain.folder for name, domain in domains.items()}}
    return Seen(
        plugins=content_id([(name, list(_files(folder, deep=False))) for name, folder in sorted(folders.items())]),
        settings=content_id(list(mark_of(workspace.root / MARKER))),
        documents={name: content_id([list(_files(part)) for part in (folder / "documents", workspace.knowledge / name)]) for name, folder in folders.items()},
    )


def look_at_versions(registry: Registry, domains: Mapping[str, Domain]) -> dict[str, str]:
    """Marks of which version is live in each domain."""
    return {name: content_id(list(mark_of(registry.folder(name) / "CURRENT"))) for name in domains}


def _folders(plugins: Path) -> list[Path]:
    try:
        return [folder for folder in plugins.iterdir() if folder.is_dir() and not folder.name.startswith((".", "_"))]
    except OSError:
        return []


def _files(folder: Path, deep: bool = True) -> Iterator[tuple[str, int, int, int]]:
    """(path, time, size, inode) of the files in a folder; what cannot be looked at is passed over."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith((".", "~$", "__pycache__")):
            continue
        if deep and entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path))
        elif entry.is_file(follow_symlinks=deep is False):
            yield from mark_of(Path(entry.path))


def mark_of(path: Path) -> Iterator[tuple[str, int, int, int]]:
    try:
        found = path.stat()
    except OSError:
        return
    yield path.name, found.st_mtime_ns, found.st_size, found.st_ino
