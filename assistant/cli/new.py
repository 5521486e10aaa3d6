"""``assistant new``: write a complete, commented domain folder."""

from typing import Annotated

import typer


def run(
    name: Annotated[str, typer.Argument(help="Name of the domain: lower-case letters, digits and _.")],
    title: Annotated[str, typer.Option(help="Title shown to people; without it the name.")] = "",
) -> None:
    """Make plugins/NAME/ with every file a domain can have, each explained, ready to index, train and ask."""
    raise NotImplementedError
