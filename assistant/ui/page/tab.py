"""What a tab is: a name, whom it is for, and components with their handlers."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

import gradio as gr

from assistant.access import Right, User
from assistant.ui.page.site import Site
from assistant.ui.texts import Worded, say

For = Right | tuple[Right, ...] | Literal["administrator"]


@dataclass(frozen=True)
class Frame:
    """Where a tab is built: ``page`` has load and unload, ``opened.select`` fires when the tab is opened, ``language`` is the page's switch."""

    page: gr.Blocks
    opened: gr.Tab
    language: gr.Radio


class Tab(Protocol):
    """One instance for all users; what belongs to a user is in the history, on disk, or in a ``gr.State`` that holds no more than keys."""

    key: str  # names the tab in the texts, and its element: tab-<key>
    wanted: For  # who has none of these rights anywhere does not see the tab; every handler checks for itself all the same

    def __init__(self, site: Site) -> None: ...

    def build(self, frame: Frame) -> list[Worded]:
        """Lay out and bind; returns what changes with the page's language."""
        ...


def worded(component: Any, part: str, key: str) -> Worded:
    """A component whose label, words or other part follows the page's language."""
    return Worded(component, lambda to: gr.update(**{part: say(key, to)}))


def visible(tab: Tab, site: Site, user: User) -> bool:
    if tab.wanted == "administrator":
        return user.administrator
    rights = tab.wanted if isinstance(tab.wanted, tuple) else (tab.wanted,)
    return user.administrator or "ask" in rights or any(site.domains(user, right) for right in rights)
