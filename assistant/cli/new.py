"""``assistant new``: write a complete, commented domain folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.settings import Workspace

TEMPLATE = Path(__file__).parent / "new_domain"
TEXTS = {".toml", ".jinja", ".py", ".md", ".csv", ".jsonl"}


def run(
    name: Annotated[str, typer.Argument(help="Name of the domain: lower-case letters, digits and _, such as travel.")],
    title: Annotated[str, typer.Option(help="What people see; without it the name.")] = "",
) -> None:
    """Make plugins/NAME/ with every file a domain can have, each explained; it works at once with check, index, train and ask."""
    from assistant.cli.session import out, workspace

    space = workspace()
    folder = _free_folder(space, name)
    write_domain(folder, title or name.replace("_", " ").capitalize())
    out.print(f"made {folder}", markup=False)
    out.print(f"It holds a small working subject; replace it file by file ({folder / 'README.md'} says how). Try:", markup=False)
    for command in (f"check {name}", f"index {name}", 'ask "How long is a booked room kept?"', f"train {name}"):
        out.print(f"  assistant {command}", markup=False)


def _free_folder(space: "Workspace", name: str) -> Path:
    """plugins/<name>, which is not there yet; DomainError for a bad name or one that is taken."""
    import os
    import re

    from assistant.domain_files import NAME, RESERVED
    from assistant.errors import DomainError
    from assistant.plugins import load_plugins

    if not NAME.fullmatch(name):
        near = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40]
        hint = f"; try: assistant new {near}" if NAME.fullmatch(near) else ""
        raise DomainError(f"{name!r} cannot be a domain's name: it needs 2 to 40 lower-case letters, digits and _, beginning with a letter{hint}")
    if name in RESERVED:
        raise DomainError(f"{name!r} cannot be a domain's name: {RESERVED[name]}; choose another")
    folder = space.plugins / name
    if os.path.lexists(folder):
        raise DomainError(f"{folder} is there already and was not touched; choose another name, or edit what is in it")
    there = load_plugins(space).domains.get(name)
    if there:
        raise DomainError(f"a domain {name!r} is already installed from {there.folder}; choose another name")
    return folder


def write_domain(folder: Path, title: str) -> None:
    """Write the template to ``folder``, complete or not at all; WorkspaceError without the right to write."""
    import shutil

    from assistant.errors import WorkspaceError

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
        raise WorkspaceError(f"cannot write {error.filename or folder}: {error.strerror}; give this user the right to write there") from None


def _filled(text: str, name: str, title: str) -> str:
    import json

    printable = "".join(sign for sign in " ".join(title.split()) if sign.isprintable()) or name
    return text.replace("@NAME@", name).replace("@TITLE@", json.dumps(printable, ensure_ascii=False))
