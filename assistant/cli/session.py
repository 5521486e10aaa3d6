"""What commands share: the workspace they run in and an assistant opened with a word of patience."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from rich.table import Table

    from assistant.answering.flow import Assistant
    from assistant.settings import Workspace

out = Console(highlight=False, soft_wrap=True, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


UNWRAPPED = 10_000
NO_DOMAIN = "no domain yet; make one with: assistant new NAME"


def print_table(table: Table) -> None:
    """A table as wide as the terminal; in a pipe as wide as its texts, so that nothing is cut."""
    console = out if out.is_terminal else Console(width=UNWRAPPED, highlight=False, emoji=False)
    console.print(table)


def read_leniently() -> None:
    """Bytes on standard input that are no text become question marks instead of an error."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")


def workspace() -> Workspace:
    from assistant.settings import find_workspace

    return find_workspace()


@contextmanager
def opened(base: str | None = None) -> Iterator[Assistant]:
    """The assistant of the workspace, on another base model where one is named; closed at the end."""
    from assistant.answering.flow import open_assistant

    space = workspace()
    if base:
        vars(space)["settings"] = space.settings.model_copy(update={"base_model": base})
    with err.status("starting…"):
        assistant = open_assistant(space)
    for fault in assistant.plugins.faults:
        err.print(f"left out: {fault}", style="yellow", markup=False)
    for notice in assistant.notices:
        err.print(notice, style="yellow", markup=False)
    try:
        yield assistant
    finally:
        assistant.close()
