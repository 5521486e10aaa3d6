"""Files that belong to one conversation, on disk: ``.assistant/conversations/<conversation>/documents/``; the domain that they make is called
``chat_<conversation>`` and is never among the plugins. Knows no index.
"""

import re
import shutil
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from assistant.domain import Domain
from assistant.domain_files import OF_A_CONVERSATION, DomainSpec, Refusal, Term
from assistant.errors import DocumentError
from assistant.records import Document, Language, Told, message
from assistant.retrieval.guard import no_reader
from assistant.retrieval.load import document_files, printable
from assistant.settings import Workspace

MOST_FILES = 20
LONGEST_NAME = 200  # bytes; file systems take 255
# Whoever brings a file asks about it: both are below a domain's thresholds, see "Files of a conversation" in docs/benchmarks.md.
ENOUGH = 0.08  # support for an answer
KNOWN = 0.0  # of the question's words
KEY = re.compile(r"[0-9a-f]{32}")
TITLE: dict[Language, str] = {"en": "Your files", "zh": "您的文件"}
Stage = Literal["waiting", "reading", "indexing", "ready", "fault", "refused"]
UNDER_WAY: tuple[Stage, ...] = ("waiting", "reading", "indexing")


@dataclass(frozen=True)
class Upload:
    """A file as it stands: ``share`` of its passages indexed; ``pages`` 0 where its format has none; ``fault`` in words.
    One that is ``refused`` was not taken in at all."""

    name: str
    stage: Stage
    share: float = 0.0
    pages: int = 0
    passages: int = 0
    fault: str = ""


class UploadDomain(Domain):
    """What a conversation's files say; they answer whatever their dates are. ``terms`` are the installed domains': they lead from one
    language to the other."""

    def __init__(self, folder: Path, terms: Callable[[], list[Term]]) -> None:
        super().__init__(folder, DomainSpec(name=domain_name(folder.name), title=TITLE, refusal=Refusal(support=ENOUGH, retrieval=KNOWN)))
        self._terms = terms

    @cached_property
    def glossary(self) -> list[Term]:
        return self._terms()

    def clean_document(self, document: Document) -> Document:
        return replace(document, valid_from=None, valid_until=None, access=())


def uploads_folder(workspace: Workspace) -> Path:
    return workspace.state / "conversations"


def domain_name(conversation: str) -> str:
    return f"{OF_A_CONVERSATION}{conversation}"


def files_of(workspace: Workspace, conversation: str) -> dict[str, Path]:
    """Name → path of a conversation's files."""
    return document_files(UploadDomain(conversation_folder(uploads_folder(workspace), conversation), list), workspace.knowledge)


def conversation_folder(uploads: Path, conversation: str) -> Path:
    if not KEY.fullmatch(conversation):
        raise DocumentError(f"{conversation!r} is no conversation; a conversation's key is 32 hex digits")
    return uploads / conversation


def keep_files(folder: Path, files: Sequence[Path], suffixes: Sequence[str]) -> tuple[list[str], list[Upload]]:
    """Copy files into a conversation's folder; the names of those taken, and those refused with the reason. One takes the place of a former file
    of its name, but not of one that came with it."""
    taken, refused = [], []
    for path in dict.fromkeys(files):
        try:
            if path.name in taken:
                raise DocumentError(Told("another file of this name came with it and was taken; rename this one, then add it", "same-name"))
            taken.append(keep_file(path, folder / "documents", suffixes))
        except DocumentError as error:
            refused.append(Upload(printable(path.name)[:LONGEST_NAME], "refused", fault=message(error)))
    return taken, refused


def keep_file(path: Path, documents: Path, suffixes: Sequence[str]) -> str:
    """Copy a file there under its own name, complete or not at all; returns the name. DocumentError when it cannot be kept."""
    name = path.name
    if path.suffix.lower() not in suffixes:
        raise DocumentError(no_reader(path.suffix, suffixes))
    if not name.isprintable() or name.startswith((".", "~$")) or len(name.encode("utf-8", "replace")) > LONGEST_NAME:
        text = f"its name cannot be kept (hidden, longer than {LONGEST_NAME} bytes, or with control characters); rename it"
        raise DocumentError(Told(text, "name-not-kept", longest=LONGEST_NAME))
    there = {other.name for other in documents.iterdir() if not other.name.startswith(".")} if documents.is_dir() else set()
    if name not in there and len(there) >= MOST_FILES:
        raise DocumentError(Told(f"a conversation takes {MOST_FILES} files; remove one, or begin another conversation", "many-files", most=MOST_FILES))
    partial = documents / f".{uuid.uuid4().hex}.partial"
    try:
        documents.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, partial)
        partial.replace(documents / name)
    except OSError as error:
        raise DocumentError(Told(f"cannot be kept: {error.strerror}", "not-kept", reason=error.strerror)) from None
    return name


def forget_files(workspace: Workspace, conversation: str) -> None:
    """Take a conversation's files away; what is indexed of them stays for ``Uploads.sweep``."""
    remove_folder(conversation_folder(uploads_folder(workspace), conversation))


def remove_folder(folder: Path) -> None:
    """Take a folder away in one step."""
    gone = folder.with_name(f".gone-{uuid.uuid4().hex}")
    with suppress(FileNotFoundError):
        folder.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)
