"""Checks plugin.py: that it loads, and that its hooks are known and register sense."""

import re
from pathlib import Path

from assistant.checking.finding import Checked, Finding
from assistant.domain import Domain
from assistant.plugins import Fault, Plugins, code_fault, safe_mode

FILE = "plugin.py"


def check_code(folder: Path, plugins: Plugins) -> tuple[type[Domain], Checked]:
    """The domain's class, plain ``Domain`` when its code does not load."""
    script = folder / FILE
    faults = [fault for fault in plugins.faults if fault.plugin == folder.name and fault.where != "domain.toml"]
    found = [_finding(fault, script) for fault in faults]
    loaded = plugins.domains.get(folder.name)
    if any(waiting.plugin == folder.name for waiting in plugins.waiting):
        return type(loaded) if loaded else Domain, Checked(FILE, "not run yet: it came or changed while the program runs", tuple(found))
    if not script.exists():
        return Domain, Checked(FILE, "none: the domain behaves as every domain", tuple(found))
    if safe_mode():
        return Domain, Checked(FILE, "not loaded (safe mode)", tuple(found))
    if loaded is None or loaded.folder != folder:
        text = "" if found else code_fault(folder)
        return Domain, Checked(FILE, "loads", (*found, *([_finding(Fault(folder.name, FILE, text), script)] if text else [])))
    hooks = next((source.hooks for source in plugins.sources if source.name == folder.name), ())
    kind = type(loaded)
    return kind, Checked(FILE, "; ".join([f"class {kind.__name__}" if kind is not Domain else "no class", *hooks]), tuple(found))


def _finding(fault: Fault, script: Path) -> Finding:
    """The fault at its line: the one that raised, or where the hook it names is defined."""
    text = " ".join(fault.message.split())
    place = re.search(rf" at {FILE}:(\d+)", text)
    if place:
        return Finding("error", FILE, int(place[1]), text.replace(place[0], ""))
    named = re.search(r"hook '(\w+)'", text) or re.search(r"^(register_\w+)$", fault.where)
    line = _definition(script, named[1]) if named else None
    return Finding("error", FILE if script.exists() else "domain.toml", line, text)


def _definition(script: Path, name: str) -> int | None:
    if not script.exists():
        return None
    lines = script.read_text("utf-8", errors="replace").splitlines()
    return next((number for number, line in enumerate(lines, 1) if re.match(rf"def {name}\b", line)), None)
