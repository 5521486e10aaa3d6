"""``assistant new``: write a complete, commented domain folder."""

from typing import Annotated

import typer


def run(
    name: Annotated[str, typer.Argument(help="Name of the domain: lower-case letters, digits and _, such as travel.")],
    title: Annotated[str, typer.Option(help="What people see; without it the name.")] = "",
) -> None:
    """Make plugins/NAME/ with every file a domain can have, each explained; it works at once with check, index, train and ask."""
    from assistant.authoring.new import free_folder, write_domain
    from assistant.cli.session import out, workspace
    from assistant.plugins import load_plugins

    space = workspace()
    folder = free_folder(space, load_plugins(space), name)
    write_domain(folder, title or name.replace("_", " ").capitalize())
    out.print(f"made {folder}", markup=False)
    out.print(f"It holds a small working subject; replace it file by file ({folder / 'README.md'} says how). Try:", markup=False)
    for command in (f"check {name}", f"index {name}", 'ask "How long is a booked room kept?"', f"train {name}"):
        out.print(f"  assistant {command}", markup=False)
