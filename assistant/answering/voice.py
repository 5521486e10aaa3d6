"""Which adapter version speaks for a domain, and why not the live one where it cannot. Loads nothing."""

from typing import Literal

from assistant.domain import Domain
from assistant.errors import AdapterError
from assistant.models.fit import prompt_fault
from assistant.prompt import prompt_fingerprint
from assistant.records import AdapterVersion
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
