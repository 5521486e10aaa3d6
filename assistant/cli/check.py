"""``assistant check``: every fault of a domain's files at once."""

from typing import Annotated

import typer


def run(
    domain: Annotated[str | None, typer.Argument(help="One domain; without it all of them.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print findings as JSON.")] = False,
) -> None:
    """Say what is wrong in a domain's files, all faults at once, each with file and line."""
    raise NotImplementedError
