"""Accounts and logins, in a SQLite file of their own. Knows nothing of domains, requests or pages."""

from assistant.settings import Workspace
from assistant.users.accounts import Account
from assistant.users.logins import Users

__all__ = ["Account", "Users", "open_users"]


def open_users(workspace: Workspace) -> Users:
    return Users(workspace.state / "users.sqlite", workspace.settings.session_hours)
