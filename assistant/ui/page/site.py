"""What every tab works with, and who a request comes from. Knows no components."""

from pathlib import Path

import gradio as gr
from starlette.requests import Request

from assistant.access import LOCAL, Right, User, may, named, require
from assistant.answering.watch import Watch
from assistant.domain import Domain
from assistant.errors import AccessError
from assistant.history import History
from assistant.plugins import Plugins
from assistant.records import Told
from assistant.retrieval.formats import READERS
from assistant.settings import Workspace
from assistant.ui.page.claims import Claims
from assistant.ui.page.door import user_of
from assistant.ui.page.limits import Limits
from assistant.ui.page.opening import Opening
from assistant.users import Users


class Site:
    """One for the whole app. A handler asks it for the user of its request first, then for what that user may see."""

    def __init__(self, workspace: Workspace, opening: Opening, plugins: Plugins, history: History, watch: Watch | None = None) -> None:
        self.opening = opening
        self.history = history
        self.watch = watch
        self.users: Users | None = None  # nobody logs in
        self.claims = Claims()
        self.limits = Limits(workspace.settings.questions_per_minute, workspace.settings.max_file_mb)
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

    def who(self, request: gr.Request | Request) -> User:
        """The user of a request, with the groups of this moment; AccessError when nobody is logged in any more."""
        if self.users is None:
            return LOCAL
        scope = (request.request if isinstance(request, gr.Request) else request).scope
        if (user := user_of(scope, self.users)) is None:
            raise AccessError(Told("your login has ended; load the page again and log in", "login-ended"))
        return user

    def hurry(self, user: User) -> None:
        """Count a question of the user's; AccessError with the seconds to wait when there were too many."""
        if self.users is not None and (seconds := self.limits.question(user.name)):
            most = self.workspace.settings.questions_per_minute
            text = f"{most} questions in a minute are possible (setting questions_per_minute); ask again in {seconds} s"
            raise AccessError(Told(text, "hurry", most=most, seconds=seconds))

    def own(self, user: User, path: str | Path) -> Path:
        """A file that a handler was given; AccessError unless this user uploaded it."""
        return self.claims.own(user, path)

    @property
    def suffixes(self) -> list[str]:
        """Of the files that can be read, plugins' loaders included."""
        return sorted({*READERS, *self.plugins.loaders})

    def domains(self, user: User, right: Right = "ask") -> dict[str, Domain]:
        """The domains in which the user has that right, by name."""
        return {name: domain for name, domain in self.plugins.domains.items() if may(user, domain, right)}

    def domain(self, user: User, name: str, right: Right) -> Domain:
        """The domain of that name for that purpose; AccessError when the user may not, UnknownDomain for an administrator's slip."""
        domain = named(user, name, self.plugins.domains)
        require(user, domain, right)
        return domain
