"""Asks both ways at once, in one domain, and says which weights answered. Knows the Assistant and rights, no components."""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING

from assistant.access import User
from assistant.ui.compare.blind import Pair, Side
from assistant.ui.compare.streams import Pane, Spoken, side_by_side
from assistant.ui.compare.ways import Way
from assistant.ui.page.site import Site

if TYPE_CHECKING:
    from assistant.answering.flow import Assistant


@dataclass(frozen=True)
class Question:
    """What both sides are asked, where, and how."""

    text: str
    domain: str
    ways: tuple[Way, Way]


def home_of(site: Site, user: User, assistant: "Assistant", question: str, chosen: str) -> str | None:
    """The domain that both sides are asked in: the chosen one, or the likeliest that the user may ask; None when the question is outside
    of all. AccessError for one that the user may not ask."""
    from assistant.answering.allowed import allowed
    from assistant.answering.support import likely

    if chosen:
        return site.domain(user, chosen, "ask").name
    domains = assistant.plugins.domains
    return allowed(likely(assistant.router.route(question), assistant.calibration, domains), user, domains).domain


def ask_both(assistant: "Assistant", question: Question, user: User, cancelled: Event) -> Iterator[tuple[Pane, ...]]:
    """Both panes as they grow; the last item has them finished."""
    yield from side_by_side([_spoken(assistant, question, way, user, cancelled) for way in question.ways], cancelled)


def _spoken(assistant: "Assistant", question: Question, way: Way, user: User, cancelled: Event) -> Spoken:
    from assistant.answering.flow import Ask

    asked = Ask(question.text, domain=question.domain, adapter=way.adapter, documents=way.documents, user=user)
    return lambda: assistant.ask(asked, cancelled)


def pair_of(assistant: "Assistant", question: Question, panes: tuple[Pane, ...]) -> Pair | None:
    """Both sides with the weights that answered; None unless both answered."""
    from assistant.answering.weights import spoken_by

    sides = [Side(way, pane, spoken_by(assistant, pane.answer, way.adapter)) for way, pane in zip(question.ways, panes, strict=True) if pane.stage == "answered" and pane.answer]
    return Pair(question.domain, question.text, assistant.engine.info.name, sides[0], sides[1]) if len(sides) == 2 else None
