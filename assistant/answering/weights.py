"""Which weights answered, by the hashes they can be recognised by: what was asked for and what was used may differ."""

import hashlib
from typing import Any

from assistant.answering.examples import examples_shown
from assistant.answering.opening import Opened
from assistant.answering.voice import Adapter
from assistant.models.source import fingerprints, is_server, model_folder
from assistant.records import Answer
from assistant.registry import WEIGHTS

NO_WEIGHTS = {"name": "none"}


def spoken_by(home: Opened, answer: Answer, asked: Adapter) -> dict[str, Any]:
    """The weights that were asked for this answer of one domain, and how many ``examples`` they were shown; ``NO_WEIGHTS`` when it was refused
    before any were. A refusal names no adapter, though ``asked`` may have been heard before it."""
    if "generate" not in answer.timings:
        return NO_WEIGHTS
    silenced = bool(answer.receipt.get("silenced"))
    heard = _would_speak(home, answer.domain, asked) if answer.refused and not silenced else answer.adapter
    shown = examples_shown(answer.receipt)
    return weights_of(home, heard) | ({"examples": shown} if shown else {})


def _would_speak(home: Opened, domain: str | None, asked: Adapter) -> str | None:
    if asked == "off" or domain is None:
        return None
    version = home.registry.current(domain) if asked == "current" else home.registry.version(domain, asked)
    return version.served_name if version else None


def weights_of(home: Opened, adapter: str | None) -> dict[str, Any]:
    """The weights behind a served name, or the bare base's, each with the sha256 by which they can be recognised."""
    settings = home.workspace.settings
    base = "" if is_server(settings.base_model) else fingerprints(model_folder(settings))["weights"]
    if adapter is None:
        return {"name": "base", "base": home.engine.info.name, "base_sha256": base}
    domain, _, number = adapter.partition("@")
    file = home.registry.version(domain, int(number)).folder / WEIGHTS
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"name": adapter, "sha256": digest, "file": str(file), "base": home.engine.info.name, "base_sha256": base}
