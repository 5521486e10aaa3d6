"""What every tab works with, and who a request comes from. Knows no components."""

import gradio as gr

from assistant.access import LOCAL, Right, User, may, require
from assistant.answering.watch import Watch
from assistant.domain import Domain
from assistant.history import History
from assistant.plugins import Plugins
from assistant.settings import Workspace
from assistant.ui.page.opening import Opening


class Site:
    """One for the whole app. A handler asks it for the user of its request first, then for what that user may see."""

    def __init__(self, workspace: Workspace, opening: Opening, plugins: Plugins, history: History, watch: Watch | None = None) -> None:
        self.opening = opening
        self.history = history
        self.watch = watch
        self._workspace = workspace
        self._plugins = plugins

    @property
    def workspace(self) -> Workspace:
        """The folder and the settings in force; another base model brings other settings."""
        opened = self.opening.ready
        return opened.workspace if opened else self._workspace

    @property
    def plugins(self) -> Plugins:
        """The domains as they are now; read it in every handler, they change while the app runs."""
        opened = self.opening.ready
        return opened.plugins if opened else self._plugins

    def who(self, request: gr.Request) -> User:
        """The user of a request; AccessError when nobody is logged in."""
        return LOCAL

    def domains(self, user: User, right: Right = "ask") -> dict[str, Domain]:
        """The domains in which the user has that right, by name."""
        return {name: domain for name, domain in self.plugins.domains.items() if may(user, domain, right)}

    def domain(self, user: User, name: str, right: Right) -> Domain:
        """The domain of that name for that purpose; UnknownDomain, or AccessError when the user may not."""
        domain = self.plugins.domain(name)
        require(user, domain, right)
        return domain
