"""What commands share: the workspace they run in and an assistant opened with a word of patience."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from assistant.answering.flow import Assistant
    from assistant.settings import Workspace

out = Console(highlight=False, soft_wrap=True, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


def workspace() -> Workspace:
    from assistant.settings import find_workspace

    return find_workspace()


@contextmanager
def opened() -> Iterator[Assistant]:
    """The assistant of the workspace; closed at the end."""
    from assistant.answering.flow import open_assistant

    with err.status("starting…"):
        assistant = open_assistant(workspace())
    for fault in assistant.plugins.faults:
        err.print(f"left out: {fault}", style="yellow", markup=False)
    try:
        yield assistant
    finally:
        assistant.close()
