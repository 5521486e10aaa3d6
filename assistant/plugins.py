"""Finds, loads and checks domain folders and installed plugins. A broken one is reported and left out.

The result of :func:`load_plugins` is built once and handed down; there is no global manager.
"""

import importlib.metadata
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from assistant import hookspecs
from assistant.domain import Domain
from assistant.domain_files import read_spec
from assistant.errors import DomainError, UnknownDomain
from assistant.settings import Workspace


@dataclass(frozen=True)
class Fault:
    """A plugin that was left out: which, where it failed, and what to do."""

    plugin: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.plugin} ({self.where}): {self.message}"


@dataclass(frozen=True)
class Source:
    """Where a domain or plugin came from, for `assistant plugins`."""

    name: str
    version: str
    hooks: tuple[str, ...]
    path: str


@dataclass
class Plugins:
    """Everything installed: domains by name, what the hooks registered, and what failed."""

    domains: dict[str, Domain] = field(default_factory=dict)
    loaders: dict[str, Callable[[Path], str]] = field(default_factory=dict)
    metrics: dict[str, Callable[[str, Any], float]] = field(default_factory=dict)
    models: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    commands: dict[str, Callable[..., None]] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def domain(self, name: str) -> Domain:
        """The domain of that name; UnknownDomain, or the DomainError that kept it out."""
        if name in self.domains:
            return self.domains[name]
        for fault in self.faults:
            if fault.plugin == name:
                raise DomainError(f"domain {name!r} is left out: {fault.message}")
        raise UnknownDomain(name, self.domains)


def safe_mode() -> bool:
    return os.environ.get("ASSISTANT_SAFE_MODE", "").lower() in {"1", "true", "yes"}


def load_plugins(workspace: Workspace) -> Plugins:
    """Load every folder of ``plugins/`` and every entry point of group ``assistant`` (none of their code in safe mode)."""
    found = Plugins()
    manager = _manager()
    if workspace.plugins.is_dir():
        for folder in sorted(workspace.plugins.iterdir()):
            if folder.is_dir() and not folder.name.startswith((".", "_")):
                _load_folder(folder, found, manager)
    if not safe_mode():
        _load_entry_points(found, manager)
        _call_hooks(found, manager)
    return found


def _load_folder(folder: Path, found: Plugins, manager: pluggy.PluginManager) -> None:
    try:
        spec = read_spec(folder)
    except DomainError as error:
        found.faults.append(Fault(folder.name, "domain.toml", str(error)))
        return
    if folder.name in found.domains:
        there = found.domains[folder.name].folder
        found.faults.append(Fault(folder.name, str(folder), f"a domain of this name is already installed from {there}; rename one"))
        return
    kind, hooks = Domain, tuple[str, ...]()
    script = folder / "plugin.py"
    try:
        if script.exists() and not safe_mode():
            kind, hooks = _load_code(folder, manager)
        found.domains[folder.name] = kind(folder, spec)
    except (Exception, SystemExit) as error:  # a plugin's code may raise anything; the program goes on without it
        found.faults.append(Fault(folder.name, "plugin.py", _said(error, script)))
        return
    found.sources.append(Source(folder.name, "", hooks, str(folder)))


def code_fault(folder: Path) -> str:
    """What keeps a folder's plugin.py from loading, in one line; empty when it loads."""
    try:
        _load_code(folder, _manager())
    except (Exception, SystemExit) as error:
        return _said(error, folder / "plugin.py")
    return ""


def _manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    return manager


def _load_code(folder: Path, manager: pluggy.PluginManager) -> tuple[type[Domain], tuple[str, ...]]:
    module = _import(folder / "plugin.py", f"assistant_plugin_{folder.name}")
    return _domain_class(module), _register(module, folder.name, manager)


def _import(script: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, script)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _domain_class(module: ModuleType) -> type[Domain]:
    kinds = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Domain) and value.__module__ == module.__name__
    ]
    if len(kinds) > 1:
        names = ", ".join(kind.__name__ for kind in kinds)
        raise TypeError(f"plugin.py defines several Domain subclasses ({names}); keep one")
    return kinds[0] if kinds else Domain


def _register(module: object, name: str, manager: pluggy.PluginManager) -> tuple[str, ...]:
    """Register a plugin's hooks; raises, and leaves nothing registered, when one is unknown or takes a wrong argument."""
    known = sorted(key for key in vars(hookspecs) if key.startswith("register_"))
    for attribute in vars(module):
        if attribute.startswith("register_") and attribute not in known:
            raise TypeError(f"unknown hook {attribute!r}; hooks are: {', '.join(known)}")
    manager.register(module, name)
    try:
        manager.check_pending()
    except pluggy.PluginValidationError:
        manager.unregister(module)
        raise
    hooks = tuple(caller.name for caller in manager.get_hookcallers(module) or [])
    for hook, value in vars(module).items():
        if hook in known and hook not in hooks and getattr(value, "__module__", "") == getattr(module, "__name__", None):
            manager.unregister(module)
            raise TypeError(f"hook {hook!r} is not marked; write @hookimpl above it (from assistant.hookspecs import hookimpl)")
    return hooks


def _load_entry_points(found: Plugins, manager: pluggy.PluginManager) -> None:
    for entry in importlib.metadata.entry_points(group=hookspecs.PROJECT):
        try:
            module = entry.load()
            hooks = _register(module, entry.name, manager)
        except (Exception, SystemExit) as error:  # as above: reported, left out
            found.faults.append(Fault(entry.name, f"entry point {entry.value}", _said(error)))
            continue
        version = entry.dist.version if entry.dist else ""
        found.sources.append(Source(entry.name, version, hooks, entry.value))


def _call_hooks(found: Plugins, manager: pluggy.PluginManager) -> None:
    tables: dict[str, dict[str, Any]] = {
        "register_loaders": found.loaders,
        "register_metrics": found.metrics,
        "register_models": found.models,
        "register_commands": found.commands,
    }
    for hook, implementation in _implementations(manager):
        if hook == "register_domains":
            def register(folder: Path) -> None:
                _load_folder(Path(folder), found, manager)
        else:
            register = _registrar(hook, tables[hook])  # type: ignore[assignment]
        try:
            implementation.function(*[register for _ in implementation.argnames])
        except (Exception, SystemExit) as error:
            script = Path(implementation.function.__code__.co_filename)
            found.faults.append(Fault(implementation.plugin_name, hook, _said(error, script)))


def _implementations(manager: pluggy.PluginManager) -> Iterator[tuple[str, Any]]:
    for hook in ("register_domains", "register_loaders", "register_metrics", "register_models", "register_commands"):
        for implementation in getattr(manager.hook, hook).get_hookimpls():
            yield hook, implementation


def _registrar(hook: str, table: dict[str, Any]) -> Callable[[str, Any], None]:
    def register(name: str, value: Any) -> None:
        if not isinstance(name, str) or not name:
            raise TypeError(f"{hook}: register(name, …) needs a text as its first argument, got {name!r}")
        if not callable(value):
            raise TypeError(f"{hook}: register({name!r}, …) needs a function, got {type(value).__name__}")
        if name in table:
            raise ValueError(f"{hook}: {name!r} is already registered; choose another name")
        table[name] = value

    return register


def _said(error: BaseException, script: Path | None = None) -> str:
    """The error in one line, with the line of the plugin's file that raised it."""
    line = ""
    trace = error.__traceback__
    while trace:
        if script and trace.tb_frame.f_code.co_filename == str(script):
            line = f" at {script.name}:{trace.tb_lineno}"
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.lineno:
        line = f" at {Path(error.filename or '').name}:{error.lineno}"
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said}{line}; mend it, or start with ASSISTANT_SAFE_MODE=1 to load no plugin code"
