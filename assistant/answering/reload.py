"""The next Assistant of a running program: other plugins, fresh indexes or another base model, sharing everything else with the one before.

Questions under way keep the Assistant they began with, and with it its plugins, router and base model.
"""

import threading
import weakref
from typing import Protocol, TypeVar

from assistant.answering.opening import Opened, Parts, glossary_of
from assistant.errors import StoreError
from assistant.models.engine import Engine
from assistant.plugins import Plugins
from assistant.registry import Registry
from assistant.retrieval.flow import Knowledge
from assistant.settings import Workspace

A = TypeVar("A", bound=Opened)
ANY_WORDS = "good morning"


class Swapping(Protocol):
    """Where the Assistant that answers now is kept."""

    @property
    def ready(self) -> Opened | None: ...

    def swap(self, fresh: Opened) -> None: ...

    @property
    def changing(self) -> threading.RLock:
        """Held from looking at the present one until the next is in its place."""
        ...


def refreshed(opened: A, plugins: Plugins, notices: list[str] | None = None) -> A:
    """With those plugins and the indexes as they are now. Its router is fitted, and stays so: what comes later needs the next Assistant."""
    knowledge = opened.knowledge
    if plugins.loaders != opened.plugins.loaders:
        knowledge.read_with(plugins.loaders)
    kept = opened.notices if notices is None else notices
    fresh = type(opened)(Parts(opened.workspace, plugins, knowledge, opened.engine, opened.entailment, opened.registry, kept))
    fresh.voices, fresh.family, fresh.uploads, fresh.examples = opened.voices, opened.family, opened.uploads, opened.examples
    fresh.uploads.widen_by(glossary_of(plugins))
    topics = {name: _topics(knowledge, name) for name in plugins.domains}
    fresh.router = opened.router.following(plugins.domains, topics.__getitem__)
    fresh.router.route(ANY_WORDS)
    return fresh


def _topics(knowledge: Knowledge, domain: str) -> list[str]:
    """What its documents say; nothing where its index cannot be used, which must not stop the others' questions."""
    try:
        return knowledge.topics(domain)
    except StoreError:
        return []


def with_engine(opened: A, engine: Engine, workspace: Workspace) -> A:
    """With another base model; the former one is closed when the last question that began on it has ended."""
    registry = Registry(workspace.adapters, engine.info.key)
    fresh = type(opened)(Parts(workspace, opened.plugins, opened.knowledge, engine, opened.entailment, registry, opened.notices))
    fresh.router, fresh.uploads, fresh.examples = opened.router, opened.uploads, opened.examples
    former = opened.engine
    weakref.finalize(opened.family, lambda: threading.Thread(target=former.close, name="closing", daemon=True).start()).atexit = False
    return fresh
