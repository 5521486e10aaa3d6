"""Where feedback is reviewed: judgement → proposed → objections → row, or not. Who may review is decided before it; what a reviewer may read, here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from threading import Lock

from assistant.access import User, may, may_read
from assistant.domain import Domain
from assistant.errors import AccessError, ExampleError
from assistant.fingerprint import folder_fingerprint
from assistant.history import History
from assistant.history.feedback import Cited, Judgement, Listed, State
from assistant.models.engine import base_key
from assistant.personal_data import contacts
from assistant.plugins import Plugins
from assistant.records import Told
from assistant.retrieval.ledger import Ledger
from assistant.retrieval.listing import kept_from
from assistant.rows.repeats import Repeats
from assistant.rows.shapes import line_of
from assistant.settings import Workspace
from assistant.training.feedback.lessons import lessons_path, place_of, put, reviewing
from assistant.training.feedback.objections import (
    Objection,
    fact_objections,
    form_objections,
    other_objections,
    repeat_objections,
    repeats_of,
)  # fmt: skip
from assistant.training.feedback.proposal import FILE, Proposal, example_of, lesson_id, proposed, provenance, with_before
from assistant.training.recipe_file import read_recipe

__all__ = ["Desk", "Judgement", "Listed", "Objection", "Proposal"]
Passages = Callable[[Domain, str, User], Sequence[str]]
Seen = tuple[str, frozenset[str]]  # a domain, and its documents that are kept from a reviewer


@dataclass
class Desk:
    """Where feedback is reviewed. ``passages`` gives what the documents for a user say to a question, ``count`` a text's tokens, where a model is there."""

    workspace: Workspace
    history: History
    ledger: Ledger
    passages: Passages | None = None
    count: Callable[[str], int] | None = None
    _known: dict[Seen, tuple[str, Repeats]] = field(default_factory=dict)
    _published: dict[Seen, tuple[str, frozenset[str]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def queue(self, plugins: Plugins, domain: Domain, user: User, state: State | None = None) -> list[Listed]:
        """What the user may review: no answer that draws on a domain or document which is not for them."""
        allowed = self._allowed(plugins, domain, user)
        return [one for one in self.history.queue(domain.name, state) if allowed(one.cited, one.also)]

    def judgement(self, plugins: Plugins, domain: Domain, user: User, key: int) -> Judgement:
        """One that the user may review, with what was asked before it as far as that is for them too; AccessError for any other."""
        if key not in {one.id for one in self.queue(plugins, domain, user)}:
            raise AccessError(Told(f"there is no such feedback in {domain.name} that you may review", "no-feedback", domain=domain.name))
        judgement, allowed = self.history.judgement(domain.name, key), self._allowed(plugins, domain, user)
        return replace(judgement, earlier=tuple(one for one in judgement.earlier if allowed(one.cited)))

    def proposed(self, domain: Domain, user: User, judgement: Judgement) -> Proposal:
        return proposed(judgement, self._contacts(self._seen(domain, user)))

    def objections(self, domain: Domain, user: User, judgement: Judgement, proposal: Proposal) -> list[Objection]:
        """What speaks against teaching it, the gravest first; nothing is said from documents that are kept from the user."""
        return self._judged(domain, user, judgement, proposal)[1]

    def accept(self, plugins: Plugins, domain: Domain, user: User, key: int, proposal: Proposal, although: bool = False) -> None:
        """Write the row and keep the decision; ExampleError when something blocks it, or asks and ``although`` is not said."""
        with reviewing(self.workspace, domain):
            judgement = self._still_open(self.judgement(plugins, domain, user, key))
            line, objections = self._judged(domain, user, judgement, proposal)
            against = [one for one in objections if one.weight == "blocks" or (one.weight == "asks" and not although)]
            if against:
                text = "not accepted: " + "; ".join(f"{one.kind}: {one.text}" for one in against)
                raise ExampleError(Told(text, "not-accepted", objections=[one.text for one in against]))
            put(lessons_path(self.workspace, domain), lesson_id(judgement), line)
            self.history.decide(domain.name, key, "accepted", user.name, lesson=lesson_id(judgement))

    def reject(self, domain: Domain, key: int, reviewer: str, note: str = "") -> None:
        with reviewing(self.workspace, domain):
            judgement = self._still_open(self.history.judgement(domain.name, key))
            self._take_out(domain, judgement)
            self.history.decide(domain.name, key, "rejected", reviewer, note)

    def reopen(self, domain: Domain, key: int, reviewer: str) -> None:
        """Take a decision back, and the row that it wrote out of the file."""
        with reviewing(self.workspace, domain):
            self._take_out(domain, self.history.judgement(domain.name, key))
            self.history.decide(domain.name, key, "open", reviewer)

    def _seen(self, domain: Domain, user: User) -> Seen:
        return domain.name, frozenset(kept_from(user, self.ledger, domain, {}))

    def _contacts(self, seen: Seen) -> frozenset[str]:
        """Keys of the contact data in the documents that are seen."""
        (name, kept), stamp = seen, self.ledger.stamp(seen[0])
        if self._published.get(seen, ("",))[0] != stamp:
            self._published[seen] = (stamp, contacts(chunk.text for chunk in self.ledger.chunks(name) if chunk.document not in kept))
        return self._published[seen][1]

    def _allowed(self, plugins: Plugins, domain: Domain, user: User) -> Callable[..., bool]:
        """What says of an answer's citations, and of the further domains it draws on, whether all of them are for the user."""
        kept = cache(self.ledger.access)

        def allowed(cited: Cited, also: Sequence[str] = ()) -> bool:
            others = {*also, *(name for name, _ in cited)} - {domain.name}
            asks = all(name in plugins.domains and may(user, plugins.domains[name], "ask") for name in others)
            return asks and all(may_read(user, kept(name).get(document, ())) for name, document in cited)

        return allowed

    def _still_open(self, judgement: Judgement) -> Judgement:
        if judgement.state != "open":
            text = f"{judgement.reviewer or 'somebody'} {judgement.state} it already; take that back first"
            raise ExampleError(Told(text, "decided-already", reviewer=judgement.reviewer or "—", state=Told(judgement.state, f"state {judgement.state}")))
        return judgement

    def _take_out(self, domain: Domain, judgement: Judgement) -> None:
        if (domain.examples / FILE).exists():
            put(lessons_path(self.workspace, domain), lesson_id(judgement))

    def _judged(self, domain: Domain, user: User, judgement: Judgement, proposal: Proposal) -> tuple[str, list[Objection]]:
        """The row's line as the user would accept it, and what speaks against it."""
        seen, shortest = self._seen(domain, user), read_recipe(domain.recipe, base_key(self.workspace.settings)).data.min_answer_characters
        published = self._contacts(seen)
        example, found = form_objections(example_of(with_before(judgement, published), proposal), domain, shortest, published)
        own = place_of(domain.examples / FILE, lesson_id(judgement))
        found += repeat_objections(example, self._repeats(domain, shortest, seen), f"{FILE}:{own}")
        found += other_objections(judgement, example, domain, self.count)
        found += fact_objections(judgement, example, *self._said(domain, user, judgement, proposal.question))
        now = datetime.now(UTC).isoformat(timespec="seconds")
        line = line_of(example, provenance=provenance(judgement, proposal, user.name, now, published))
        return line, sorted(found, key=lambda one: ("blocks", "asks", "notes").index(one.weight))

    def _said(self, domain: Domain, user: User, judgement: Judgement, question: str) -> tuple[list[str], list[str]]:
        """Passages of the user's documents that bear on the question, and the documents that the answer cites."""
        cited = judgement.answer.get("citations") or []
        said = [f"{one.get('heading', '')}\n{one.get('passage') or one.get('text', '')}" for one in cited]
        return said + list(self.passages(domain, question, user) if self.passages else ()), [str(one.get("document", "")) for one in cited]

    def _repeats(self, domain: Domain, shortest: int, seen: Seen) -> Repeats:
        with self._lock:
            stamp = folder_fingerprint(domain.examples) + str(shortest)
            if self._known.get(seen, ("",))[0] != stamp:
                self._known[seen] = (stamp, repeats_of(domain, shortest, self._contacts(seen)))
            return self._known[seen][1]
