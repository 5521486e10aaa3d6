"""Runs the code that domain folders and installed plugins bring, and registers their hooks. The only place where it is run.

A folder's plugin.py is loaded from its path as ``assistant_plugin_<folder>``; what was run is remembered by its hash.
"""

import hashlib
import importlib.metadata
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from assistant import hookspecs
from assistant.domain import Domain

SCRIPT = "plugin.py"
ALLOWED = "ASSISTANT_RAN"


@dataclass(frozen=True)
class Code:
    """A plugin.py as it was run: the hash of its bytes, its module, and the domain it makes."""

    sha256: str
    module: ModuleType
    kind: type[Domain]


def only_this_code(ran: Mapping[str, Code]) -> dict[str, str]:
    """Environment of a process begun beside this one: of the folders' code it runs what this one ran, and no other."""
    return {ALLOWED: json.dumps({name: code.sha256 for name, code in ran.items()})}


def code_allowed() -> dict[str, str] | None:
    """Hashes by name of the code that this process may run, as the one that began it said; None: all."""
    return json.loads(os.environ[ALLOWED]) if ALLOWED in os.environ else None


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def new_hooks() -> pluggy.PluginManager:
    hooks = pluggy.PluginManager(hookspecs.PROJECT)
    hooks.add_hookspecs(hookspecs)
    return hooks


def run_code(folder: Path, data: bytes) -> Code:
    """Run these bytes as the folder's plugin.py; what was looked at is what is run, whatever the file says by now."""
    module = _import(folder / SCRIPT, data, f"assistant_plugin_{folder.name}")
    return Code(sha256(data), module, _domain_class(module))


def _import(script: Path, data: bytes, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, script)
    assert spec
    module = importlib.util.module_from_spec(spec)
    before = sys.modules.get(name)
    sys.modules[name] = module
    try:
        exec(compile(data, str(script), "exec", dont_inherit=True), vars(module))
    except BaseException:
        del sys.modules[name]
        if before:
            sys.modules[name] = before
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


def register(module: object, name: str, hooks: pluggy.PluginManager) -> tuple[str, ...]:
    """Register a plugin's hooks; raises, and leaves nothing registered, when one is unknown or takes a wrong argument."""
    known = sorted(key for key in vars(hookspecs) if key.startswith("register_"))
    for attribute in vars(module):
        if attribute.startswith("register_") and attribute not in known:
            raise TypeError(f"unknown hook {attribute!r}; hooks are: {', '.join(known)}")
    hooks.register(module, name)
    try:
        hooks.check_pending()
    except pluggy.PluginValidationError:
        hooks.unregister(module)
        raise
    found = tuple(caller.name for caller in hooks.get_hookcallers(module) or [])
    for hook, value in vars(module).items():
        if hook in known and hook not in found and getattr(value, "__module__", "") == getattr(module, "__name__", None):
            hooks.unregister(module)
            raise TypeError(f"hook {hook!r} is not marked; write @hookimpl above it (from assistant.hookspecs import hookimpl)")
    return found


def entry_points() -> Iterator[importlib.metadata.EntryPoint]:
    yield from importlib.metadata.entry_points(group=hookspecs.PROJECT)


def call_hooks(
    hooks: pluggy.PluginManager, tables: dict[str, dict[str, Any]], add_folder: Callable[[Path], None], failed: Callable[[str, str, str], None]
) -> None:
    """Let every plugin register; ``tables`` by hook name are filled, ``failed`` gets plugin, hook and the error in words."""

    def add_domain(folder: Path) -> None:
        add_folder(Path(folder))

    for hook in ("register_domains", *tables):
        for implementation in getattr(hooks.hook, hook).get_hookimpls():
            registrar = add_domain if hook == "register_domains" else _registrar(hook, tables[hook])
            try:
                implementation.function(*[registrar for _ in implementation.argnames])
            except (Exception, SystemExit) as error:  # a plugin's code may raise anything; the program goes on without it
                failed(implementation.plugin_name, hook, said(error, Path(implementation.function.__code__.co_filename)))


def _registrar(hook: str, table: dict[str, Any]) -> Callable[[str, Any], None]:
    def add(name: str, value: Any) -> None:
        if not isinstance(name, str) or not name:
            raise TypeError(f"{hook}: register(name, …) needs a text as its first argument, got {name!r}")
        if not callable(value):
            raise TypeError(f"{hook}: register({name!r}, …) needs a function, got {type(value).__name__}")
        if name in table:
            raise ValueError(f"{hook}: {name!r} is already registered; choose another name")
        table[name] = value

    return add


def said(error: BaseException, script: Path | None = None) -> str:
    """The error in one line, with the line of the plugin's file that raised it."""
    line = ""
    trace = error.__traceback__
    while trace:
        if script and trace.tb_frame.f_code.co_filename == str(script):
            line = f" at {script.name}:{trace.tb_lineno}"
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.lineno:
        line = f" at {Path(error.filename or '').name}:{error.lineno}"
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words}{line}; mend it, or start with ASSISTANT_SAFE_MODE=1 to load no plugin code"
