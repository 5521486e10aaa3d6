"""Everything a plugin may hook into. A plugin imports ``hookimpl`` from here and implements any of these."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pluggy

from assistant.domain import Domain

PROJECT = "assistant"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def register_domains(register: Callable[[Path], None]) -> None:
    """Call ``register(folder)`` for each domain folder an installed package brings."""


@hookspec
def register_loaders(register: Callable[[str, Callable[[Path], str]], None]) -> None:
    """Call ``register(".suffix", reader)``; a reader takes a path and returns Markdown (page breaks as form feeds)."""


@hookspec
def register_metrics(register: Callable[[str, Callable[[str, Any], float]], None]) -> None:
    """Call ``register(name, score)``; a score takes an answer's text and its ``Question`` and returns 0 to 1."""


@hookspec
def register_models(register: Callable[[str, Callable[[Any], Any]], None]) -> None:
    """Call ``register("prefix:", open_engine)``; it opens an ``Engine`` for a ``base_model`` with that prefix, given the settings."""


@hookspec
def register_commands(register: Callable[[str, Callable[..., None]], None]) -> None:
    """Call ``register(name, function)`` to add a typer command ``assistant NAME``."""


__all__ = ["Domain", "hookimpl", "register_commands", "register_domains", "register_loaders", "register_metrics", "register_models"]
