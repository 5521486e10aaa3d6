"""A domain's documents as they stand: on disk, in the index, in force or not, unreadable. Reads the ledger and names of files; opens no document."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from assistant.access import LOCAL, User, may_read
from assistant.domain import Domain
from assistant.records import Language
from assistant.retrieval.ledger import Ledger, Row
from assistant.retrieval.load import document_files, is_for
from assistant.settings import Workspace

State = Literal["in_force", "not_yet", "superseded", "unreadable", "waiting", "gone"]


@dataclass(frozen=True)
class Listed:
    """``state``: ``waiting`` is on disk and not yet indexed, ``gone`` the reverse. ``added``: it lies in knowledge/ and may be removed;
    ``hides``: and answers in place of one of the team's of the same name. ``indexed`` is empty where nothing was."""

    name: str
    state: State
    added: bool = False
    hides: bool = False
    fault: str = ""
    title: str = ""
    language: Language | None = None
    pages: int = 0
    chunks: int = 0
    valid_from: str | None = None
    valid_until: str | None = None
    indexed: str = ""


def listing(workspace: Workspace, ledger: Ledger, domain: Domain, today: date, user: User = LOCAL) -> list[Listed]:
    """Every document that is on disk or in the index, by name, but those kept from this user (``kept_from``)."""
    files = document_files(domain, workspace.knowledge)
    rows = {row.name: row for row in ledger.listed(domain.name)}
    faults = ledger.faults(domain.name)
    kept = kept_from(user, ledger, domain, {name: path for name, path in files.items() if name not in rows})
    found = []
    for name in sorted({*files, *rows, *faults} - kept):
        added = name in files and not files[name].is_relative_to(domain.documents)
        hides = added and (domain.documents / name).is_file()
        if name not in files:
            found.append(_listed(rows.get(name), name, "gone", added, hides))
        elif name in faults:
            found.append(Listed(name, "unreadable", added, hides, faults[name][1]))
        else:
            found.append(_listed(rows.get(name), name, _state(rows.get(name), today), added, hides))
    return found


def kept_from(user: User, ledger: Ledger, domain: Domain, new: Mapping[str, Path]) -> set[str]:
    """Names that are not for the user: by the index, or by the files themselves where they are ``new`` to it."""
    kept = {name for name, groups in ledger.access(domain.name).items() if not may_read(user, groups)}
    return kept | {name for name, path in new.items() if not is_for(user, path)}


def _state(row: Row | None, today: date) -> State:
    if row is None:
        return "waiting"
    if (row.valid_from or "") > today.isoformat():
        return "not_yet"
    return "superseded" if (row.valid_until or "9999") < today.isoformat() else "in_force"


def _listed(row: Row | None, name: str, state: State, added: bool, hides: bool) -> Listed:
    if row is None:
        return Listed(name, state, added, hides)
    return Listed(name, state, added, hides, "", row.title, row.language, row.pages, row.chunks, row.valid_from, row.valid_until, row.indexed)
