"""The ways a question can be answered: which adapter, with or without documents; as keys, choices and titles."""

from dataclasses import dataclass

from assistant.answering.voice import Adapter
from assistant.errors import AdapterError, QuestionError
from assistant.records import Language, Told
from assistant.registry import Registry
from assistant.ui.texts import say

WITH, WITHOUT = "documents", "alone"


@dataclass(frozen=True)
class Way:
    adapter: Adapter
    documents: bool = True

    @property
    def key(self) -> str:
        """Its name among the choices: ``documents:off``, ``alone:3``."""
        return f"{WITH if self.documents else WITHOUT}:{self.adapter}"

    @property
    def rung(self) -> str:
        """Its rung on the ladder of an evaluation."""
        if self.documents:
            return "rag" if self.adapter == "off" else "rag+lora"
        return "plain" if self.adapter == "off" else "lora"


@dataclass(frozen=True)
class Ways:
    """What can be compared in a domain, or, without one, whatever domain a question goes to. ``live`` is the number of the live version;
    where no version can speak, the domain's ``examples`` may."""

    domain: str
    adapters: tuple[Adapter, ...]
    live: int | None = None
    examples: bool = False

    @property
    def all(self) -> tuple[Way, ...]:
        return tuple(Way(adapter, documents) for documents in (True, False) for adapter in self.adapters)

    def way(self, key: object) -> Way:
        """The way of that key; QuestionError for one that is not among them."""
        for way in self.all:
            if way.key == key:
                return way
        possible = ", ".join(way.key for way in self.all)
        text = f"{str(key)[:40]!r} is no way to answer here; choose one of: {possible}"
        raise QuestionError(Told(text, "no-way", key=str(key)[:40], possible=possible))

    def usual(self) -> tuple[str, str]:
        """What is compared unless somebody chooses: the bare base and the live version; without one, documents or none."""
        if len(self.adapters) == 1:
            return Way("off").key, Way("off", False).key
        live = self.live if self.live in self.adapters else self.adapters[-1]
        return Way("off").key, Way(live or "off").key

    def title(self, way: Way, language: Language) -> str:
        documents = say("compare_with_documents" if way.documents else "compare_alone", language)
        return f"{self._who(way.adapter, language)} · {documents}"

    def _who(self, adapter: Adapter, language: Language) -> str:
        if adapter == "off":
            return say("base", language)
        if adapter == "current":
            return say("compare_examples" if self.examples else "compare_live", language)
        named = f"{self.domain}@{adapter}"
        return say("compare_is_live", language, version=named) if adapter == self.live else named

    def choices(self, language: Language) -> list[tuple[str, str | int | float]]:
        return [(self.title(way, language), way.key) for way in self.all]


def ways_in(registry: Registry, domain: str, takes_adapters: bool = True, examples: bool = False) -> Ways:
    """Base, live version and every version, where the base takes any; without and with ``examples`` where it takes none and there are any.
    ``domain`` may be empty."""
    if not takes_adapters:
        return Ways(domain, ("off", "current") if examples else ("off",), examples=examples)
    if not domain:
        return Ways(domain, ("off", "current"))
    try:
        live = registry.current(domain)
    except AdapterError:  # a damaged pointer; the versions themselves can still be compared
        live = None
    return Ways(domain, ("off", *(version.number for version in registry.versions(domain))), live.number if live else None)
