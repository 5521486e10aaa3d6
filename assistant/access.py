"""Who a request comes from, and what that user may do in a domain. Knows groups and domains, not passwords or requests."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.domain import Domain
from assistant.errors import AccessError, UnknownDomain
from assistant.records import Told

Right = Literal["ask", "teach", "train", "promote"]
EVERYONE = "everyone"
ADMINISTRATORS = "admin"


@dataclass(frozen=True)
class User:
    """``groups`` are compared with a domain's ``[access]``; members of the group ``admin`` may do everything."""

    name: str
    groups: frozenset[str] = frozenset()

    @property
    def administrator(self) -> bool:
        return ADMINISTRATORS in self.groups


LOCAL = User("local", frozenset({ADMINISTRATORS}))  # whoever sits at the computer, while there are no accounts
ANYONE = User("anyone")  # in no group: what is open to this one may be seen by all who may ask


def may(user: User, domain: Domain, right: Right) -> bool:
    """Whether the domain's ``[access]`` gives the user that right; who may not ask may do nothing else either."""
    if user.administrator:
        return True
    access = domain.spec.access
    groups = user.groups | {EVERYONE}
    return not groups.isdisjoint(access.ask) and not groups.isdisjoint(getattr(access, right))


def require(user: User, domain: Domain, right: Right) -> None:
    """AccessError that names the groups which may."""
    if not may(user, domain, right):
        groups = ", ".join(getattr(domain.spec.access, right)) or ADMINISTRATORS
        text = f"{user.name} may not {right} in {domain.name}; groups that may: {groups}. An administrator can add you: assistant users group"
        raise AccessError(Told(text, "may-not", user=user.name, right=right, domain=domain.name, groups=groups))


def named(user: User, name: str, domains: Mapping[str, Domain]) -> Domain:
    """The domain of that name, if the user may ask in it; AccessError in the same words where there is none and where it is closed to
    the user. Administrators are told which there are (UnknownDomain)."""
    if name in domains and may(user, domains[name], "ask"):
        return domains[name]
    if user.administrator:
        raise UnknownDomain(name, domains)
    yours = ", ".join(known for known, domain in domains.items() if may(user, domain, "ask"))
    possible = yours or Told("none yet; an administrator can add you to a group", "no-domain-yet")
    text = f"there is no domain named {name!r} that {user.name} may ask in; possible: {possible}"
    raise AccessError(Told(text, "no-domain", name=name, user=user.name, possible=possible))


def may_read(user: User, groups: Collection[str]) -> bool:
    """Whether a document kept for these groups is for the user; without groups it is for everyone who may ask."""
    return user.administrator or not groups or not (user.groups | {EVERYONE}).isdisjoint(groups)


def require_administrator(user: User) -> None:
    if not user.administrator:
        text = f"{user.name} is no administrator; only members of the group {ADMINISTRATORS!r} may do this"
        raise AccessError(Told(text, "no-administrator", user=user.name, group=ADMINISTRATORS))
