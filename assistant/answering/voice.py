"""Which adapter version speaks for a domain, and why not the live one where it cannot."""

from typing import Literal

from assistant.domain import Domain
from assistant.errors import AdapterError
from assistant.models.engine import Engine
from assistant.models.fit import prompt_fault
from assistant.prompt import prompt_fingerprint
from assistant.records import AdapterVersion, Told, message
from assistant.registry import Registry

Adapter = Literal["current", "off"] | int


def voice_of(domain: Domain, wanted: Adapter | AdapterVersion, registry: Registry) -> tuple[AdapterVersion | None, str]:
    """The version, or None for the bare base, and why the live one is left out.

    A live version trained with another prompt is left out until it is trained again; one that is asked for by number is an AdapterError."""
    if wanted == "off":
        return None, ""
    if isinstance(wanted, AdapterVersion):
        return wanted, ""
    version = registry.current(domain.name) if wanted == "current" else registry.version(domain.name, wanted)
    fault = prompt_fault(version, prompt_fingerprint(domain)) if version else ""
    if fault and wanted != "current":
        raise AdapterError(fault)
    return (None, fault) if fault else (version, "")


class Voices:
    """The versions that speak in a running program, attached where they are asked for. A live version that cannot be served
    leaves the word to the one that spoke before it."""

    def __init__(self, registry: Registry, engine: Engine) -> None:
        self._registry = registry
        self._engine = engine
        self._spoke: dict[str, AdapterVersion] = {}

    def voice(self, domain: Domain, wanted: Adapter | AdapterVersion) -> tuple[AdapterVersion | None, str]:
        """As ``voice_of``, ready to speak; AdapterError when it cannot be served and none spoke before."""
        if not self._engine.info.takes_adapters:
            return None, ""
        try:
            version, why = voice_of(domain, wanted, self._registry)
            if version:
                self._engine.serve(version)
        except AdapterError as error:
            before = self._spoke.get(domain.name)
            if wanted != "current" or before is None:
                raise
            text = f"{error}; {before.served_name} goes on"
            return before, Told(text, "goes-on", fault=message(error), version=before.served_name)
        if wanted == "current":
            self._remember(domain.name, version)
        return version, why

    def _remember(self, domain: str, version: AdapterVersion | None) -> None:
        if version:
            self._spoke[domain] = version
        else:
            self._spoke.pop(domain, None)
