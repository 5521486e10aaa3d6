"""Makes domain folders: the complete sample that explains every file, or what a person filled into a form."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.authoring.toml_text import listed, quoted, with_value
from assistant.authoring.utterances import cleaned
from assistant.domain_files import NAME, RESERVED, read_spec
from assistant.errors import DomainError, WorkspaceError
from assistant.plugins import Plugins
from assistant.records import Language, Told
from assistant.settings import Workspace

TEMPLATE = Path(__file__).parent / "new_domain"
TEXTS = {".toml", ".jinja", ".py", ".md", ".csv", ".jsonl"}


def free_folder(space: Workspace, plugins: Plugins, name: str) -> Path:
    """plugins/<name>, which is not there yet; DomainError for a bad name or one that is taken."""
    if not NAME.fullmatch(name):
        near = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40]
        hint = f"; try: assistant new {near}" if NAME.fullmatch(near) else ""
        text = f"{name!r} cannot be a domain's name: it needs 2 to 40 lower-case letters, digits and _, beginning with a letter{hint}"
        raise DomainError(Told(text, "bad-name", name=name, hint=Told(hint, "name-hint", near=near) if hint else ""))
    if name in RESERVED:
        raise DomainError(Told(f"{name!r} cannot be a domain's name: {RESERVED[name]}; choose another", "name-reserved", name=name))
    folder = space.plugins / name
    if os.path.lexists(folder):
        text = f"{folder} is there already and was not touched; choose another name, or edit what is in it"
        raise DomainError(Told(text, "folder-there", folder=str(folder)))
    there = plugins.domains.get(name)
    if there:
        text = f"a domain {name!r} is already installed from {there.folder}; choose another name"
        raise DomainError(Told(text, "name-installed", name=name, folder=str(there.folder)))
    return folder


def write_domain(folder: Path, title: str) -> None:
    """Write the template to ``folder``, complete or not at all; WorkspaceError without the right to write."""
    partial = folder.with_name(f".{folder.name}.partial")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        for source in sorted(TEMPLATE.rglob("*")):
            if source.is_file() and source.suffix in TEXTS:
                target = partial / source.relative_to(TEMPLATE)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(_filled(source.read_text("utf-8"), folder.name, title), "utf-8")
        partial.rename(folder)
    except OSError as error:
        raise _unwritable(folder, error) from None


def _unwritable(folder: Path, error: OSError) -> WorkspaceError:
    place = str(error.filename or folder)
    text = f"cannot write {place}: {error.strerror}; give this user the right to write there"
    return WorkspaceError(Told(text, "place-not-written", place=place, reason=error.strerror))


def _filled(text: str, name: str, title: str) -> str:
    return text.replace("@NAME@", name).replace("@TITLE@", quoted(_printable(title) or name))


def _printable(text: str) -> str:
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())


@dataclass(frozen=True)
class Form:
    """What a person says of a domain that is not there yet; ``documents`` are files to copy, by the name they get."""

    name: str
    title: Mapping[Language, str]
    description: Mapping[Language, str]
    languages: Sequence[Language]
    examples: Sequence[str]
    documents: Mapping[str, Path] = field(default_factory=dict)


def begin_domain(space: Workspace, plugins: Plugins, form: Form) -> Path:
    """plugins/<name> as the form says, complete or not at all: settings and recipe with every value explained, an empty glossary, the documents.

    DomainError for a name that cannot be or is taken, and for whatever the program could not read back."""
    folder = free_folder(space, plugins, form.name)
    try:
        space.plugins.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{form.name}.", dir=space.plugins) as beside:
            partial = Path(beside) / form.name
            partial.mkdir()
            _write_form(partial, form)
            read_spec(partial)
            partial.rename(folder)
    except OSError as error:
        raise _unwritable(folder, error) from None
    return folder


def _write_form(folder: Path, form: Form) -> None:
    text = _filled((TEMPLATE / "domain.toml").read_text("utf-8"), form.name, form.name)
    languages = list(form.languages)
    text = with_value(text, "", "languages", languages, json.dumps(languages))
    for table, told in (("title", form.title), ("description", form.description)):
        for language in ("en", "zh"):
            said = _printable(told.get(language, "")) or _printable(next((other for other in told.values() if other.strip()), "")) or form.name
            text = with_value(text, table, language, said, quoted(said))
    examples = cleaned(form.examples)
    text = with_value(text, "routing", "examples", examples, listed(examples))
    (folder / "domain.toml").write_text(text, "utf-8")
    (folder / "recipe.toml").write_text(_filled((TEMPLATE / "recipe.toml").read_text("utf-8"), form.name, form.name), "utf-8")
    (folder / "glossary.csv").write_text("term,meaning,aliases,language\n", "utf-8")
    (folder / "documents").mkdir()
    for name, path in form.documents.items():
        shutil.copyfile(path, folder / "documents" / name)
