"""What of a route and of the installed domains a user gets to see."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.access import ANYONE, LOCAL, User
from assistant.answering.allowed import FORBIDDEN, allowed, answerable
from assistant.answering.refuse import forbidden
from assistant.domain import Domain
from assistant.domain_files import Access, DomainSpec
from assistant.records import Route

DOMAINS = {
    name: Domain(Path(name), DomainSpec(name=name, title={"en": name.upper()}, access=Access(ask=groups)))
    for name, groups in {"open": ["everyone"], "board": ["directors"]}.items()
}
BOTH = Route("board", (("board", 0.9), ("open", 0.1)), "board 0.90", 0.0, ("open",))
DIRECTOR = User("dora", frozenset({"directors"}))


def test_who_may_ask_everywhere_sees_the_route_as_it_is() -> None:
    assert allowed(BOTH, LOCAL, DOMAINS) is BOTH
    assert allowed(BOTH, DIRECTOR, DOMAINS) is BOTH


def test_a_question_for_two_domains_is_answered_in_the_one_that_is_open() -> None:
    assert allowed(BOTH, ANYONE, DOMAINS) == Route("open", (("open", 0.1),))


def test_a_question_for_a_closed_domain_leads_nowhere_and_leaves_no_trace() -> None:
    route = allowed(replace(BOTH, also=()), ANYONE, DOMAINS)
    assert (route.domain, route.reason) == (None, FORBIDDEN)
    assert "board" not in repr(route)


def test_a_refusal_of_the_router_does_not_name_a_closed_domain() -> None:
    refused = Route(None, (("board", 0.3), ("open", 0.1)), "outside every domain (nearest board, 0.30)")
    assert "board" not in repr(allowed(refused, ANYONE, DOMAINS))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_refusal_offers_what_is_open_only(language: str) -> None:
    words = forbidden(answerable(ANYONE, DOMAINS), language)  # type: ignore[arg-type]
    assert "OPEN" in words or "open" in words
    assert "BOARD" not in words and "board" not in words
