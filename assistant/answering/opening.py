"""Opens what answering needs: plugins, knowledge, base model, adapters, router."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from assistant.answering.examples import Examples
from assistant.answering.route import Router, sound
from assistant.answering.support import Calibration, read_calibration
from assistant.answering.voice import Voices
from assistant.domain import Domain
from assistant.domain_files import Term
from assistant.errors import StoreError
from assistant.models.engine import Engine
from assistant.models.entail import EntailmentModel, open_entailment
from assistant.models.open import open_engine
from assistant.plugins import Plugins, load_plugins
from assistant.registry import Registry
from assistant.retrieval.flow import Knowledge, open_knowledge
from assistant.retrieval.indexing import Report, silent
from assistant.retrieval.uploads import Uploads
from assistant.settings import Workspace


@dataclass
class Parts:
    workspace: Workspace
    plugins: Plugins
    knowledge: Knowledge
    engine: Engine
    entailment: EntailmentModel | None
    registry: Registry
    notices: list[str]


def open_parts(workspace: Workspace, plugins: Plugins | None = None) -> Parts:
    """Everything opened and every domain's index brought up to date; ``plugins`` where they are loaded already."""
    plugins = plugins or load_plugins(workspace)
    knowledge = open_knowledge(workspace, plugins)
    try:
        notices = [notice for domain in plugins.domains.values() for notice in refresh(knowledge, domain)]
        entailment = open_entailment(workspace.settings)
        engine = open_engine(workspace.settings, plugins)
    except BaseException:
        knowledge.close()
        raise
    return Parts(workspace, plugins, knowledge, engine, entailment, Registry(workspace.adapters, engine.info.key), notices)


def refresh(knowledge: Knowledge, domain: Domain, report: Report = silent, waiting: Callable[[], None] | None = None) -> list[str]:
    """Bring a domain's index up to date; what stands in the way is a notice, and the index as it is answers."""
    try:
        faults = knowledge.index(domain, report, waiting=waiting).faults
    except StoreError as error:
        return [f"{domain.name}: {error}"]
    return [f"{domain.name}: {len(faults)} documents not read; see: assistant index {domain.name}"] if faults else []


def glossary_of(plugins: Plugins) -> Callable[[], list[Term]]:
    """All domains' terms; holds on to the plugins alone, so that an Assistant can go."""
    return lambda: [term for domain in plugins.domains.values() for term in sound(domain, "glossary")]


class Family:
    """Nothing but a mark of those that share a base model: when the last of them has gone, it may be closed."""


class Opened:
    """The opened parts under their names."""

    def __init__(self, parts: Parts) -> None:
        self.workspace = parts.workspace
        self.plugins = parts.plugins
        self.knowledge = parts.knowledge
        self.engine = parts.engine
        self.entailment = parts.entailment
        self.registry = parts.registry
        self.notices = parts.notices
        self.voices = Voices(parts.registry, parts.engine)
        self.family = Family()

    @cached_property
    def examples(self) -> Examples:
        return Examples(self.knowledge.embedder)

    @cached_property
    def router(self) -> Router:
        return Router(self.plugins.domains, self.knowledge.embedder, self.workspace.state, self.knowledge.topics)

    @cached_property
    def uploads(self) -> Uploads:
        """The files of conversations."""
        return Uploads(self.workspace, self.knowledge, glossary_of(self.plugins))

    @cached_property
    def calibration(self) -> Calibration:
        return read_calibration(self.workspace.state)

    def close(self) -> None:
        if "uploads" in vars(self):
            self.uploads.close()
        self.engine.close()
        self.knowledge.close()
