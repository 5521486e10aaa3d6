"""Which adapter version a person means: ``legal``, ``legal@3`` or ``legal 3``, in the registry of the base model in use."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.plugins import Plugins
    from assistant.records import AdapterVersion
    from assistant.registry import Registry
    from assistant.settings import Workspace

Named = Annotated[str, typer.Argument(help="The domain, or a version such as legal@3.")]
Number = Annotated[int | None, typer.Argument(help="The version's number.")]


def opened() -> "tuple[Workspace, Registry, Plugins]":
    """The workspace, the registry of the base model in use, and what is installed."""
    from assistant.cli.session import workspace
    from assistant.models.engine import base_key
    from assistant.plugins import load_plugins
    from assistant.registry import Registry

    space = workspace()
    return space, Registry(space.adapters, base_key(space.settings)), load_plugins(space)


def trained(registry: "Registry") -> set[str]:
    """Every domain that has a folder in the registry."""
    folder = registry.root / registry.base
    return {path.name for path in folder.iterdir() if path.is_dir()} if folder.is_dir() else set()


def known(registry: "Registry", plugins: "Plugins", name: str) -> str:
    """The name of a domain that is installed or has adapters; UnknownDomain, or the DomainError that kept it out."""
    return name if name in trained(registry) else plugins.domain(name).name


def version_of(registry: "Registry", plugins: "Plugins", domain: str, number: int | None = None) -> "AdapterVersion":
    """The version named by ``legal@3`` or ``legal 3``; without a number the live one."""
    from assistant.errors import AdapterError

    name, number = split(domain, number)
    known(registry, plugins, name)
    if number is not None:
        return registry.version(name, number)
    live = registry.current(name)
    if live is None:
        raise AdapterError(f"{name} has no live version; name one, such as {name}@1 (see: assistant adapters list {name})")
    return live


def split(name: str, number: int | None = None) -> tuple[str, int | None]:
    """``legal@3`` as its two parts; AdapterError for what is no number."""
    from assistant.errors import AdapterError

    domain, at, text = name.partition("@")
    if not at:
        return domain, number
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise AdapterError(f"{name!r} names no version; write {domain}@3")
    return domain, int(text)
