"""``assistant init``: make a workspace."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

PACKAGE = Path(__file__).parents[1]
EXAMPLES = ("cloud_support", "hr_policy", "legal")
LEFT_OUT = ("__pycache__", ".DS_Store")
GITIGNORE = """\
.assistant/
knowledge/.store/
adapters/**/*.partial/
adapters/**/.lock
__pycache__/
"""
README = """\
# An assistant workspace

| here | what it holds |
| --- | --- |
| `assistant.toml` | settings: base model, embedder, device |
| `plugins/` | one folder per domain: documents, examples, questions, prompt, recipe |
| `knowledge/` | documents added later, and the search index (`.store/`, made anew with `assistant index --rebuild`) |
| `adapters/` | trained versions; keep them, a training takes longer than a copy |

```bash
assistant new travel      # a complete domain folder to start from
assistant check           # what is wrong with the domains' files
assistant index           # after changing documents
assistant app             # the chat window; assistant ask "…" in the terminal
```
"""


def run(
    folder: Annotated[Path, typer.Argument(help="Where; it is made if it is not there.")],
    examples: Annotated[bool, typer.Option("--examples", help="Copy the three shipped domains and their adapters for the embedded model.")] = False,
) -> None:
    """Make a workspace: assistant.toml with every setting explained, plugins/, knowledge/, adapters/. Overwrites nothing."""
    from assistant.cli.session import out
    from assistant.errors import WorkspaceError

    files = {"assistant.toml": settings_text(), "README.md": README, ".gitignore": GITIGNORE}
    folders = ("plugins", "knowledge", "adapters")
    _refuse_to_overwrite(folder, [*files, *folders])
    try:
        for name in folders:
            (folder / name).mkdir(parents=True, exist_ok=True)
        if examples:
            _copy_examples(folder)
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise WorkspaceError(f"cannot write {error.filename}: {error.strerror}; give this user the right to write there") from None
    out.print(f"made {folder.resolve()}", markup=False)
    first = "assistant index" if examples else "assistant new travel"
    out.print(f"Go on with: cd {folder}; {first}; assistant app", markup=False)


def _refuse_to_overwrite(folder: Path, names: list[str]) -> None:
    from assistant.errors import WorkspaceError

    if folder.exists() and not folder.is_dir():
        raise WorkspaceError(f"{folder} is a file; give the name of a folder")
    there = [name for name in names if (folder / name).exists()]
    if "assistant.toml" in there:
        raise WorkspaceError(f"{folder} is a workspace already (it has assistant.toml); nothing was changed")
    if there:
        raise WorkspaceError(f"{folder} already has {', '.join(there)}; nothing was changed: choose a new folder, or move them away")


def settings_text() -> str:
    """assistant.toml with every setting, its effect and its default, all commented out."""
    import json
    import textwrap

    from assistant.settings import Settings

    lines = ["# Marks this folder as a workspace. Every setting has a default, shown here; take away the # to change one.",
             "# The environment wins over this file: ASSISTANT_BASE_MODEL, ASSISTANT_DEVICE, …"]  # fmt: skip
    for name, field in Settings.model_fields.items():
        value = json.dumps(field.get_default(call_default_factory=True), ensure_ascii=False)
        lines += ["", *(f"# {line}" for line in textwrap.wrap(field.description or "", 120)), f"# {name} = {value}"]
    return "\n".join(lines) + "\n"


def examples_folder() -> Path | None:
    """Where the shipped domains are: inside an installed package, or beside it in a clone."""
    for root in (PACKAGE / "workspace", PACKAGE.parent):
        if all((root / "plugins" / name / "domain.toml").is_file() for name in EXAMPLES):
            return root
    return None


def _copy_examples(folder: Path) -> None:
    import shutil

    from assistant.cli.session import err
    from assistant.errors import WorkspaceError

    root = examples_folder()
    if root is None:
        raise WorkspaceError(f"this installation has no example domains ({PACKAGE / 'workspace'} is missing); install the package again")
    places = [*(f"plugins/{name}" for name in EXAMPLES), *(f"adapters/starter/{name}" for name in EXAMPLES)]
    for place in places:
        for source in _files(root / place):
            target = folder / source.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    if not (folder / "adapters" / "starter").exists():
        err.print("no adapters of the embedded model were found; train some with: assistant train legal", style="yellow", markup=False)


def _files(folder: Path) -> Iterator[Path]:
    """Files below a folder, without caches and unfinished adapter versions."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part in LEFT_OUT or part.endswith((".partial", ".pyc")) for part in parts):
            yield path
