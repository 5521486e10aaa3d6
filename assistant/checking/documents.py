"""Checks that every document can be read, and what documents.toml says of them. Indexes nothing."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from assistant.checking.document_words import check_words
from assistant.checking.finding import Checked, Finding, located
from assistant.checking.spec import LANGUAGES
from assistant.domain import Domain
from assistant.errors import DocumentError
from assistant.plugins import Plugins
from assistant.records import Document, Language
from assistant.retrieval.formats import READERS
from assistant.retrieval.guard import GuardedReader
from assistant.retrieval.load import SIDECAR, document_files, load_document, read_sidecar, sidecar_entry, slips
from assistant.settings import Workspace

FOLDER = "documents/"


def check_documents(domain: Domain, workspace: Workspace, plugins: Plugins) -> tuple[dict[str, Document | None], list[Checked]]:
    """Every document by name, None for one that cannot be read; and the findings."""
    files = document_files(domain, workspace.knowledge)
    faults = [fault for folder in (domain.documents, workspace.knowledge / domain.name) for fault in _sidecar_faults(folder, domain, workspace)]
    reader = GuardedReader({**READERS, **plugins.loaders}, workspace.settings.read_seconds, workspace.settings.max_file_mb)
    documents: dict[str, Document | None] = {}
    try:
        for name, path in files.items():
            try:
                documents[name] = load_document(domain, name, path, reader)
                for key, meant in slips(path, reader).items():
                    text = f"front matter {key!r} is not read; {meant!r} would be"
                    faults.append(Finding("warning", _label(path, domain, workspace), None, text))
            except Exception as error:  # DocumentError from reading, anything from a plugin's clean_document
                documents[name] = None
                if not str(error).startswith(SIDECAR):
                    text = str(error) if isinstance(error, DocumentError) else f"clean_document of {domain.name} failed ({type(error).__name__}: {error})"
                    faults.append(Finding("error", _label(path, domain, workspace), None, text))
    finally:
        reader.close()
    read = [document for document in documents.values() if document]
    spoken: Counter[Language] = Counter(document.language for document in read)
    counts = ", ".join(f"{spoken[language]} {language}" for language in sorted(spoken))
    faults += _gaps(domain, spoken)
    words, notes = check_words({name: document for name, document in documents.items() if document})
    return documents, [Checked(FOLDER, f"{len(read)} documents ({counts})" if read else "no documents", (*faults, *words), tuple(notes))]


def _gaps(domain: Domain, spoken: Counter[Language]) -> Iterator[Finding]:
    if not spoken:
        yield Finding("warning", FOLDER, None, "no document can be read, so every question is refused; add some, e.g. documents/handbook.md")
        return
    for language in domain.spec.languages:
        if not spoken[language]:
            yield Finding("warning", FOLDER, None, f"no {LANGUAGES[language]} document, though domain.toml promises the language; add some or take it out there")


def _sidecar_faults(folder: Path, domain: Domain, workspace: Workspace) -> Iterator[Finding]:
    """documents.toml files that cannot be read, or that speak of files or keys which are not there."""
    for path in sorted(folder.rglob(SIDECAR)) if folder.is_dir() else []:
        file = _label(path, domain, workspace)
        try:
            named = read_sidecar(path)
        except DocumentError as error:
            yield from located(file, [str(error)])
            continue
        text = path.read_text("utf-8-sig")
        for name in named:
            line = next((number for number, line in enumerate(text.splitlines(), 1) if line.lstrip("[ \"'").startswith(name)), None)
            if (path.parent / name).is_file():
                try:
                    sidecar_entry(named, name)
                except DocumentError as error:
                    yield Finding("error", file, line, str(error).removeprefix(f"{SIDECAR}: "))
            else:
                yield Finding("error", file, line, f"there is no file {name!r} beside it; correct the name or take the table out")


def _label(path: Path, domain: Domain, workspace: Workspace) -> str:
    inside = path.is_relative_to(domain.folder)
    return path.relative_to(domain.folder if inside else workspace.root).as_posix().encode("utf-8", "replace").decode()
