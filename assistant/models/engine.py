"""The interface every base model is used through. Knows no library."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event
from typing import Protocol

from assistant.errors import ModelError
from assistant.records import AdapterVersion, Prompt, content_id
from assistant.settings import Settings


@dataclass(frozen=True)
class Sampling:
    """How words are chosen; temperature 0 is greedy."""

    temperature: float = 0.0
    top_p: float = 1.0
    max_new_tokens: int = 220
    stop: tuple[str, ...] = ()


@dataclass(frozen=True)
class ModelInfo:
    """What a base model is and can take. ``key`` names its folder under adapters/; token figures are its own tokens.
    One that ``quotes_only`` is too small to write: it may choose passages and repeat them, no more."""

    name: str
    key: str
    context_tokens: int
    evidence_tokens: int
    evidence_items: int
    history_turns: int
    takes_adapters: bool
    device: str
    precision: str
    reason: str
    parameters: int = 0
    quotes_only: bool = False


class Engine(Protocol):
    @property
    def info(self) -> ModelInfo: ...

    def count_tokens(self, text: str) -> int: ...

    def serve(self, version: AdapterVersion) -> str:
        """Make an adapter version available beside the others; returns the name to ask for. AdapterError if it does not fit."""
        ...

    def stream(self, prompt: Prompt, adapter: str | None, sampling: Sampling, cancelled: Event) -> Iterator[str]:
        """Pieces of the answer as they are made; ends early once ``cancelled`` is set. ModelError if generation fails."""
        ...

    def close(self) -> None: ...


def adapter_key(name: str) -> str:
    """Folder name of a base under adapters/: the id with ``/`` written ``--``."""
    plain = name.strip("/").replace("\\", "/").replace("modelscope:", "").replace("/", "--").replace(":", "--")
    safe = re.sub(r"[^A-Za-z0-9_.-]+", "_", plain)
    return safe if safe == plain else f"{safe}-{content_id(name)[:8]}"


def base_key(settings: Settings) -> str:
    """The key of the base model that the settings name; for a server, of the model chosen there. ModelError when none is chosen."""
    if not settings.base_model.startswith(("http://", "https://")):
        return adapter_key(settings.base_model)
    if not settings.server_model:
        raise ModelError(f"which model of {settings.base_model}? set server_model in assistant.toml; `assistant doctor` lists what it has")
    return adapter_key(settings.server_model)
