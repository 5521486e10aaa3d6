"""``assistant doctor``: what it runs on, in ten lines."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.plugins import Plugins
    from assistant.settings import Workspace


def run() -> None:
    """Say what is used and why: device, base model, embedder, adapters, stores, disk, model servers found."""
    from assistant.cli.session import out, workspace
    from assistant.plugins import load_plugins

    space = workspace()
    assert space.settings  # read first: with bad settings nothing below can be said
    plugins = load_plugins(space)
    for name, text in facts(space, plugins):
        out.print(f"[bold]{name:<12}[/bold]", end="")
        out.print(text, markup=False)


def facts(space: "Workspace", plugins: "Plugins") -> list[tuple[str, str]]:
    """(subject, finding) lines; a fault becomes the finding, so that the others are still said. What is off has no line."""
    from assistant.errors import AssistantError

    lines = []
    for name, find in (("workspace", _workspace), ("device", _device), ("base model", _base), ("embedder", _embedder), ("entailment", _entailment), ("domains", _domains),
                       ("adapters", _adapters), ("stores", _stores), ("disk", _disk), ("servers", _servers), ("network", _network)):  # fmt: skip
        try:
            lines.append((name, find(space, plugins)))
        except AssistantError as error:
            lines.append((name, f"✗ {error}"))
    return [line for line in lines if line[1]]


def _workspace(space: "Workspace", plugins: "Plugins") -> str:
    from assistant import __version__

    return f"{space.root} (assistant {__version__})"


def _device(space: "Workspace", plugins: "Plugins") -> str:
    from assistant.models.device import place, set_threads
    from assistant.models.local import parameter_count
    from assistant.models.source import is_server, model_folder

    if is_server(space.settings.base_model):
        return "the server's"
    where = place(space.settings, parameter_count(model_folder(space.settings)))
    threads = set_threads(space.settings)
    return f"{where.device}, {where.precision}, {threads} {'thread' if threads == 1 else 'threads'} ({where.reason})"


def _base(space: "Workspace", plugins: "Plugins") -> str:
    from assistant.models.source import STARTER, is_server, model_folder

    name = space.settings.base_model
    if is_server(name):
        from assistant.models.server import ServerEngine

        engine = ServerEngine(space.settings)
        adapters = "yes" if engine.info.takes_adapters else "no, each question is sent with a few of the domain's examples"
        return f"{engine.info.name}; adapters: {adapters}"
    folder = model_folder(space.settings)
    note = "; small and embedded, quotes what answers; for a real one: assistant models" if name == STARTER else ""
    return f"{name} in {folder}{note}"


def _embedder(space: "Workspace", plugins: "Plugins") -> str:
    from pathlib import Path

    from assistant.errors import ModelError
    from assistant.retrieval.embed import Embedder

    embedder = Embedder(space.settings)
    if embedder.name.startswith(("/", ".", "~")) and not Path(embedder.name).expanduser().is_dir():
        raise ModelError(f"the folder {embedder.name} is missing; give a folder that is there, a sentence-transformers id, or 'embedded'")
    served = ", ".join(embedder.languages)
    note = "" if "zh" in embedder.languages else "; Chinese is found by words alone (set embedder to a multilingual model for more)"
    return f"{embedder.name}, serves {served}{note}"


def _entailment(space: "Workspace", plugins: "Plugins") -> str:
    from assistant.models.entail import open_entailment
    from assistant.models.source import STARTER

    model = open_entailment(space.settings)
    if model is None:
        return ""
    note = "; not asked, because the embedded base only repeats passages" if space.settings.base_model == STARTER else ""
    return f"{model.name} in {model.folder}, threshold {model.threshold:g}{note}"


def _domains(space: "Workspace", plugins: "Plugins") -> str:
    faults = f"; left out: {', '.join(fault.plugin for fault in plugins.faults)} (see: assistant plugins)" if plugins.faults else ""
    return (", ".join(plugins.domains) or "none; make one with: assistant new NAME") + faults


def _adapters(space: "Workspace", plugins: "Plugins") -> str:
    from assistant.models.engine import base_key
    from assistant.models.source import fingerprints, is_server, model_folder
    from assistant.registry import Registry, card_value

    base = space.settings.base_model
    here = {} if is_server(base) else fingerprints(model_folder(space.settings))
    registry = Registry(space.adapters, base_key(space.settings))
    parts = []
    for domain in plugins.domains:
        version = registry.current(domain)
        if version is None:
            parts.append(f"{domain} none")
            continue
        trained = card_value(version.card, "base", "fingerprints") or {}
        wrong = [part for part in here if trained.get(part, here[part]) != here[part]]
        parts.append(f"{version.served_name} {'fits' if not wrong else 'made for another ' + ', '.join(wrong)}")
    return ", ".join(parts) or "none"


def _stores(space: "Workspace", plugins: "Plugins") -> str:
    from assistant.retrieval.ledger import Ledger

    if not (space.store / "ledger.sqlite").exists():
        return "empty; run: assistant index"
    ledger = Ledger(space.store / "ledger.sqlite")
    counts = ", ".join(f"{name} {len(ledger.entries(name))} documents" for name in plugins.domains)
    ledger.close()
    return f"{space.settings.chroma_url or space.store}: {counts}"


def _disk(space: "Workspace", plugins: "Plugins") -> str:
    import shutil

    import psutil

    free, memory = shutil.disk_usage(space.root).free, psutil.virtual_memory()
    return f"{free / 2**30:.0f} GB free; memory {memory.available / 2**30:.1f} of {memory.total / 2**30:.1f} GB free"


def _servers(space: "Workspace", plugins: "Plugins") -> str:
    from assistant.models.found import KNOWN, find_servers

    found = [
        f"{server.name} ({', '.join(server.models[:3])}): use it with: assistant models use {server.url} --server-model {server.models[0]}"
        for server in find_servers()
    ]
    return "; ".join(found) or f"none on localhost (looked for {', '.join(KNOWN)})"


def _network(space: "Workspace", plugins: "Plugins") -> str:
    return "may fetch models (download = true)" if space.settings.download else "not used; nothing is fetched unless download = true"
