"""``assistant init``: make a workspace."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    folder: Annotated[Path, typer.Argument(help="Where; made if it is not there.")],
    examples: Annotated[bool, typer.Option("--examples", help="Copy the three shipped domains and their starter adapters.")] = False,
) -> None:
    """Make a workspace: assistant.toml with every setting explained, plugins/, knowledge/, adapters/."""
    raise NotImplementedError
