"""Finds, loads and checks domain folders and installed plugins. A broken one is reported and left out.

The result of :func:`load_plugins` is built once and handed down; there is no global manager. While a program runs, :func:`reloaded`
gives the next one: nobody's code runs then unless a person said so.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.domain import Domain
from assistant.domain_files import read_spec
from assistant.errors import DomainError, UnknownDomain
from assistant.plugin_code import SCRIPT, Code, call_hooks, code_allowed, entry_points, new_hooks, register, run_code, said, sha256
from assistant.records import content_id
from assistant.settings import Workspace

GOES_ON = "the domain goes on as it was"


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


@dataclass(frozen=True)
class Waiting:
    """A plugin.py that came or changed while the program runs: it is run after a restart, or when an administrator says so.
    ``running``: the domain is in use meanwhile, with the code it had."""

    plugin: str
    path: Path
    size: int
    sha256: str
    running: bool


@dataclass
class Plugins:
    """Everything installed: domains by name, what the hooks registered, what failed, and which code waits to be run.

    ``code`` is what was run, ``tried`` the hash of what failed, ``stamps`` tell whether a domain's files are those that were read."""

    domains: dict[str, Domain] = field(default_factory=dict)
    loaders: dict[str, Callable[[Path], str]] = field(default_factory=dict)
    metrics: dict[str, Callable[[str, Any], float]] = field(default_factory=dict)
    models: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    commands: dict[str, Callable[..., None]] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    code: dict[str, Code] = field(default_factory=dict)
    tried: dict[str, tuple[str, Fault]] = field(default_factory=dict)
    stamps: dict[str, str] = field(default_factory=dict)

    def domain(self, name: str) -> Domain:
        """The domain of that name; UnknownDomain, or the DomainError that kept it out."""
        if name in self.domains:
            return self.domains[name]
        for fault in self.faults:
            if fault.plugin == name:
                raise DomainError(f"domain {name!r} is left out: {fault.message}")
        if any(waiting.plugin == name for waiting in self.waiting):
            raise DomainError(f"domain {name!r} waits: its {SCRIPT} has not been run; an administrator runs it on the page, or start the app again")
        raise UnknownDomain(name, self.domains)


def safe_mode() -> bool:
    return os.environ.get("ASSISTANT_SAFE_MODE", "").lower() in {"1", "true", "yes"}


def load_plugins(workspace: Workspace) -> Plugins:
    """Load every folder of ``plugins/`` and every entry point of group ``assistant`` (none of their code in safe mode). In a process that the
    app began, code which the app has not run waits."""
    return _Loading(None, code_allowed()).load(workspace)


def reloaded(workspace: Workspace, before: Plugins, run: Mapping[str, str] | None = None) -> Plugins:
    """What is installed now. Domains whose files are as they were stay the same objects; a broken edit leaves the former one in its place.

    ``run`` names the folders whose plugin.py may be run, with the hash a person saw; all others go on with the code they have."""
    return _Loading(before, run or {}).load(workspace)


class _Loading:
    """One pass over the folders and entry points; ``before`` is None at the start of a program. ``run``: the code that may be run; all of it where that is None."""

    def __init__(self, before: Plugins | None, run: Mapping[str, str] | None) -> None:
        self._before = before
        self._run = run
        self._found = Plugins()
        self._hooks = new_hooks()

    def load(self, workspace: Workspace) -> Plugins:
        found = self._found
        if workspace.plugins.is_dir():
            for folder in sorted(workspace.plugins.iterdir()):
                if folder.is_dir() and not folder.name.startswith((".", "_")):
                    self._folder(folder)
        if not safe_mode():
            self._entry_points()
            tables: dict[str, dict[str, Any]] = {
                "register_loaders": found.loaders, "register_metrics": found.metrics, "register_models": found.models, "register_commands": found.commands,
            }  # fmt: skip
            call_hooks(self._hooks, tables, self._folder, lambda plugin, hook, words: found.faults.append(Fault(plugin, hook, words)))
        return found

    def _folder(self, folder: Path) -> None:
        name, found = folder.name, self._found
        if name in found.domains:
            there = found.domains[name].folder
            found.faults.append(Fault(name, str(folder), f"a domain of this name is already installed from {there}; rename one"))
            return
        former = self._former(folder)
        code, fault = self._code(folder, former)
        try:
            domain = None if fault else self._domain(folder, code.kind if code else Domain, former)
        except DomainError as error:
            fault = Fault(name, "domain.toml", str(error))
        except Exception as error:  # a plugin's own class may raise anything
            fault = Fault(name, SCRIPT, said(error, folder / SCRIPT))
        if fault:
            domain = former
            found.faults.append(Fault(name, fault.where, f"{fault.message}; until it is mended, {GOES_ON}") if former else fault)
        if domain and (former or not self._waits(name)):
            self._install(domain, code)

    def _former(self, folder: Path) -> Domain | None:
        domain = self._before.domains.get(folder.name) if self._before else None
        return domain if domain and domain.folder == folder else None

    def _waits(self, name: str) -> bool:
        return any(waiting.plugin == name for waiting in self._found.waiting)

    def _code(self, folder: Path, former: Domain | None) -> tuple[Code | None, Fault | None]:
        """The folder's code: run at the start or when it may be, otherwise as it was run; or what failed."""
        name, script = folder.name, folder / SCRIPT
        if not script.exists() or safe_mode():
            return None, None
        ran = self._before.code.get(name) if self._before else None
        here = ""
        try:
            data = script.read_bytes()
            here = sha256(data)
            if ran and ran.sha256 == here:
                return ran, None
            if self._run is None or self._run.get(name) == here:
                fresh = run_code(folder, data)
                register(fresh.module, name, new_hooks())
                return fresh, None
        except (Exception, SystemExit) as error:  # a plugin's code may raise anything; the program goes on without it
            fault = Fault(name, SCRIPT, said(error, script))
            self._found.tried[name] = here, fault
            return ran, fault
        failed = self._before.tried.get(name) if self._before else None
        if failed and failed[0] == here:
            self._found.tried[name] = failed
            return ran, failed[1]
        self._found.waiting.append(Waiting(name, script, len(data), here, former is not None))
        return ran, None

    def _domain(self, folder: Path, kind: type[Domain], former: Domain | None) -> Domain:
        """The domain as its files are now: the former one where they are as they were, and also, with a fault, where a part is broken."""
        stamp = _stamp(folder)
        same = former is not None and self._before is not None and self._before.stamps.get(folder.name) == stamp
        if former and same and type(former) is kind:
            return former
        domain = kind(folder, read_spec(folder))
        if former and (fault := broken_part(domain)):
            self._found.faults.append(Fault(folder.name, fault[0], f"{fault[1]}; until it is mended, {GOES_ON}"))
            return former
        self._found.stamps[folder.name] = stamp
        return domain

    def _install(self, domain: Domain, code: Code | None) -> None:
        found, hooks = self._found, tuple[str, ...]()
        try:
            if code:
                hooks = register(code.module, domain.name, self._hooks)
        except (Exception, SystemExit) as error:  # an unknown hook, a wrong argument
            fault = Fault(domain.name, SCRIPT, said(error, domain.folder / SCRIPT))
            found.faults.append(fault)
            found.tried[domain.name] = code.sha256 if code else "", fault
            return
        if code:
            found.code[domain.name] = code
        found.domains[domain.name] = domain
        if self._before and domain is self._before.domains.get(domain.name):
            found.stamps[domain.name] = self._before.stamps.get(domain.name, "")
        found.sources.append(Source(domain.name, "", hooks, str(domain.folder)))

    def _entry_points(self) -> None:
        for entry in entry_points():
            failed = [fault for fault in self._before.faults if fault.plugin == entry.name] if self._before else []
            if failed:
                self._found.faults += failed
                continue
            try:
                module = entry.load()
                hooks = register(module, entry.name, self._hooks)
            except (Exception, SystemExit) as error:  # as above: reported, left out
                self._found.faults.append(Fault(entry.name, f"entry point {entry.value}", said(error)))
                continue
            version = entry.dist.version if entry.dist else ""
            self._found.sources.append(Source(entry.name, version, hooks, entry.value))


def broken_part(domain: Domain) -> tuple[str, str] | None:
    """(file, what is wrong) of the first of a domain's files that cannot be used; everything that answering reads is read by it."""
    from assistant.prompt import render_prompt

    def prompt() -> None:
        for language in domain.spec.languages:
            render_prompt(domain, "?", [], language)

    for name, read in (("prompt.jinja", prompt), ("questions.jsonl", lambda: domain.questions), ("glossary.csv", lambda: domain.glossary)):
        try:
            read()
        except DomainError as error:
            return name, str(error)
    return None


def _stamp(folder: Path) -> str:
    """Changes when one of the folder's own files does; its code, documents and examples are looked at elsewhere."""
    facts = [(path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(folder.iterdir()) if path.is_file() and path.name != SCRIPT]
    return content_id(facts)


def code_fault(folder: Path) -> str:
    """What keeps a folder's plugin.py from loading, in one line; empty when it loads. Runs it."""
    try:
        register(run_code(folder, (folder / SCRIPT).read_bytes()).module, folder.name, new_hooks())
    except (Exception, SystemExit) as error:
        return said(error, folder / SCRIPT)
    return ""
