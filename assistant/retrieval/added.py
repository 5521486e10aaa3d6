"""The documents that people add to a domain: put into knowledge/<domain>/, replaced, removed and put back. Reads and indexes none of them.

What is replaced or removed goes to ``.assistant/removed/`` and stays there, so that nothing is lost by a slip.
"""

import os
import re
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.access import LOCAL, User
from assistant.domain import Domain
from assistant.errors import DocumentError
from assistant.records import Told
from assistant.retrieval.guard import at_file, no_reader, size_fault
from assistant.retrieval.load import SIDECAR, document_files, is_for
from assistant.settings import Workspace

BIN = "removed"
STAMP = "%Y%m%dT%H%M%S"
LONGEST = 200  # bytes of a name; file systems take 255, marks of our own included
_KEY = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Removed:
    """A document in the bin; ``key`` names it there, ``when`` is UTC."""

    key: str
    name: str
    when: datetime


def shelf(workspace: Workspace, domain: Domain) -> Path:
    """knowledge/<domain>, the only folder that is written to."""
    return workspace.inside(workspace.knowledge / domain.name)


def refusal(path: Path, suffixes: Sequence[str], most_mb: int) -> str:
    """Why a file cannot be added, in words; "" when it can."""
    if not path.is_file():
        return f"{path} is not a file; give documents to add, readable: {', '.join(suffixes)}"
    name, why = path.name, size_fault(path.stat().st_size, most_mb)
    if path.suffix.lower() not in suffixes:
        why = no_reader(path.suffix, suffixes)
    elif name.startswith((".", "~$")) or name == SIDECAR or len(name.encode()) > LONGEST or not name.isprintable():
        name, why = name[:60], Told("hidden, reserved and very long names cannot be added; rename it", "name-not-added")
    return at_file(name, why) if why else ""


def add_files(workspace: Workspace, domain: Domain, suffixes: Sequence[str], files: Sequence[Path]) -> list[str]:
    """Copy files to knowledge/<domain>/ under their own names, all or, when one cannot be added (DocumentError), none; returns the names.

    A file of the same name there is replaced, and kept in the bin."""
    for path in files:
        if said := refusal(path, suffixes, workspace.settings.max_file_mb):
            raise DocumentError(said)
        if [other.name for other in files].count(path.name) > 1:
            raise DocumentError(twice(path.name))
    for path in files:
        add_file(workspace, domain, path)
    return [path.name for path in files]


def twice(name: str) -> Told:
    return Told(f"{name} is given twice; rename one of them", "given-twice", name=name)


def add_file(workspace: Workspace, domain: Domain, path: Path) -> None:
    """Copy one file; whoever indexes meanwhile reads the old one or the new one, never a part."""
    target = shelf(workspace, domain)
    partial = target / f".{path.name}.{uuid.uuid4().hex[:8]}.partial"
    try:
        target.mkdir(parents=True, exist_ok=True)
        if (target / path.name).is_file() and not (target / path.name).is_symlink():
            shutil.copy2(target / path.name, _binned(workspace, domain, path.name))
        shutil.copyfile(path, partial)
        os.replace(partial, target / path.name)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise DocumentError(Told(f"cannot copy to {target}: {error.strerror}", "not-copied", place=str(target), reason=error.strerror)) from None


def added_files(workspace: Workspace, domain: Domain) -> dict[str, Path]:
    """Name → path of what was added; the team's own documents are not among them."""
    target = shelf(workspace, domain)
    return {name: path for name, path in document_files(domain, workspace.knowledge).items() if path.resolve().is_relative_to(target)}


def remove(workspace: Workspace, domain: Domain, name: str) -> str:
    """Move an added document to the bin; returns its key there. DocumentError for any other."""
    there = added_files(workspace, domain)
    if name not in there:
        known = ", ".join(there) or "none"
        text = f"{name!r} is no document that was added to {domain.name}; the team's own lie in {domain.documents} and are taken away there. Added: {known}"
        raise DocumentError(Told(text, "not-added", name=name, domain=domain.name, folder=str(domain.documents)))
    kept = _binned(workspace, domain, there[name].resolve().relative_to(shelf(workspace, domain)).as_posix())
    try:
        os.replace(there[name], kept)
    except OSError as error:
        raise DocumentError(Told(f"{name} cannot be removed: {error.strerror}", "not-removed", name=name, reason=error.strerror)) from None
    return _key_of(workspace, domain, kept)


def removed(workspace: Workspace, domain: Domain, user: User = LOCAL) -> list[Removed]:
    """What lies in the bin, latest first, but what is kept from this user."""
    found = []
    for folder in sorted(_bin(workspace, domain).glob("*"), reverse=True):
        if _KEY.fullmatch(folder.name):
            when = datetime.strptime(folder.name.split("-")[0], STAMP).replace(tzinfo=UTC)
            found += [Removed(folder.name, path.relative_to(folder).as_posix(), when) for path in sorted(folder.rglob("*")) if _is_kept(path) and is_for(user, path)]
    return found


def put_back(workspace: Workspace, domain: Domain, key: str, user: User = LOCAL) -> str:
    """Move a document from the bin to where it was; one that took its name meanwhile goes to the bin. Returns its name."""
    kept = next((one for one in removed(workspace, domain, user) if one.key == key), None)
    if kept is None:
        raise DocumentError(Told("it is no longer in the bin; somebody may have put it back already", "not-in-bin"))
    target = workspace.inside(shelf(workspace, domain) / kept.name)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_file():
            os.replace(target, _binned(workspace, domain, kept.name))
        os.replace(_bin(workspace, domain) / key / kept.name, target)
        shutil.rmtree(_bin(workspace, domain) / key, ignore_errors=True)
    except OSError as error:
        raise DocumentError(Told(f"{kept.name} cannot be put back: {error.strerror}", "not-put-back", name=kept.name, reason=error.strerror)) from None
    return kept.name


def _bin(workspace: Workspace, domain: Domain) -> Path:
    return workspace.inside(workspace.state / BIN / domain.name)


def _binned(workspace: Workspace, domain: Domain, name: str) -> Path:
    """A free place in the bin for a document; what its sidecar says of whom it is for goes along."""
    folder = _bin(workspace, domain) / f"{datetime.now(UTC).strftime(STAMP)}-{uuid.uuid4().hex[:8]}"
    place = workspace.inside(folder / name)
    place.parent.mkdir(parents=True, exist_ok=True)
    if (sidecar := (shelf(workspace, domain) / name).parent / SIDECAR).is_file():
        shutil.copyfile(sidecar, place.parent / SIDECAR)
    return place


def _is_kept(path: Path) -> bool:
    return path.is_file() and path.name != SIDECAR


def _key_of(workspace: Workspace, domain: Domain, place: Path) -> str:
    return place.relative_to(_bin(workspace, domain)).parts[0]
