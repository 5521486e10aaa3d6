"""What of the installed domains a user may ask, and a route with the others left out. Knows no questions or documents."""

from collections.abc import Mapping
from dataclasses import replace

from assistant.access import User, may
from assistant.domain import Domain
from assistant.records import Route

FORBIDDEN = "outside your access"


def answerable(user: User, domains: Mapping[str, Domain]) -> list[Domain]:
    """The domains that the user may ask."""
    return [domain for domain in domains.values() if may(user, domain, "ask")]


def allowed(route: Route, user: User, domains: Mapping[str, Domain]) -> Route:
    """The route without a trace of domains that the user may not ask; a question of theirs alone leads nowhere."""
    names = {domain.name for domain in answerable(user, domains)}
    if len(names) == len(domains):
        return route
    scores = tuple((name, probability) for name, probability in route.scores if name in names)
    if route.domain is None:
        return replace(route, scores=scores, reason="")
    wanted = [name for name in (route.domain, *route.also) if name in names]
    if not wanted:
        return Route(None, scores, FORBIDDEN)
    reason = route.reason if wanted[0] == route.domain else ""
    return replace(route, domain=wanted[0], scores=scores, reason=reason, also=tuple(wanted[1:]))
