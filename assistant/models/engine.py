"""The interface every base model is used through. Knows no library."""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event
from typing import Protocol

from assistant.records import AdapterVersion, Prompt


@dataclass(frozen=True)
class Sampling:
    """How words are chosen; temperature 0 is greedy."""

    temperature: float = 0.0
    top_p: float = 1.0
    max_new_tokens: int = 220
    stop: tuple[str, ...] = ()


@dataclass(frozen=True)
class ModelInfo:
    """What a base model is and can take. ``key`` names its folder under adapters/; token figures are its own tokens."""

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
    return name.strip("/").replace("\\", "/").replace("modelscope:", "").replace("/", "--").replace(":", "--")
