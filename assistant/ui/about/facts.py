"""What the About tab says of the program: base model, embedder, versions, where things lie. Knows no components."""

import platform
from html import escape
from importlib.metadata import version

from assistant import __version__
from assistant.answering.switch import BaseChoice, overridden
from assistant.models.source import STARTER, is_server
from assistant.plugins import safe_mode
from assistant.records import Language, message
from assistant.settings import MARKER
from assistant.ui.page.site import Site
from assistant.ui.texts import joined, say
from assistant.ui.texts.told import told

LIBRARIES = ("torch", "transformers", "peft", "chromadb", "gradio")
Rows = list[tuple[str, str]]


def facts_html(site: Site, language: Language, everything: bool) -> str:
    """Facts for everybody; with ``everything`` also where things lie and how to change them."""
    rows = [(say("base_model", language), _base(site)), (say("state", language), _state(site, language)), *_model(site, language)]
    rows.append((say("embedder", language), _embedder(site, language)))
    if everything:
        rows += _places(site, language)
    if safe_mode():
        rows.append((say("safe_mode", language), say("safe_mode_on", language)))
    rows.append((say("versions", language), _versions()))
    notes = [say("starter", language)] if site.workspace.settings.base_model == STARTER else []
    notes += [say("switch", language, file=MARKER)] if everything else []
    notes.append(_privacy(site, language))
    notes += [say("more", language)] if everything else []
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    return f'<h2>{say("about_runs", language)}</h2><dl class="facts">{facts}</dl>' + "".join(f"<p>{escape(note)}</p>" for note in notes)


def trying(wanted: BaseChoice, language: Language) -> str:
    return f'<p class="notice" role="status">{escape(say("about_trying", language, base=wanted))}</p>'


def switched(site: Site, wanted: BaseChoice, answer: str, language: Language) -> str:
    """What has changed with the base model, and what has not."""
    opened = site.opening.ready
    lines = [say("about_switched", language, base=wanted, file=MARKER)]
    if answer:
        lines.append(say("about_said", language, answer=answer[:120]))
    if opened:
        lines.append(say("about_adapters_there" if opened.engine.info.takes_adapters else "about_adapters_not", language))
    if name := overridden():
        lines.append(say("about_overridden", language, name=name))
    return '<div class="notice good" role="status">' + "".join(f"<p>{escape(line)}</p>" for line in lines) + "</div>"


def _base(site: Site) -> str:
    opened = site.opening.ready
    return opened.engine.info.name if opened else site.workspace.settings.base_model


def _state(site: Site, language: Language) -> str:
    if site.opening.problem:
        return joined([say("cannot_start", language), told(message(site.opening.problem), language)], language)
    return say("state_ready" if site.opening.ready else "state_starting", language)


def _model(site: Site, language: Language) -> Rows:
    if not (opened := site.opening.ready):
        return []
    info = opened.engine.info
    place = ", ".join(dict.fromkeys(part for part in (info.device, info.precision) if part))
    rows = [
        (say("runs_on", language), f"{place} ({info.reason})" if info.reason else place),
        (say("context", language), say("tokens", language, count=f"{info.context_tokens:,}", evidence=f"{info.evidence_tokens:,}")),
        (say("takes_adapters", language), say("yes" if info.takes_adapters else "no", language)),
    ]
    if info.parameters:
        rows.insert(0, (say("parameters", language), f"{info.parameters / 1e6:,.1f} M"))
    return rows


def _embedder(site: Site, language: Language) -> str:
    chosen = site.workspace.settings.embedder
    return say("embedder_english", language, file=MARKER) if chosen == "embedded" else chosen


def _places(site: Site, language: Language) -> Rows:
    space = site.workspace
    inside = (space.plugins, space.knowledge, space.adapters, space.state)
    rows = [(say("workspace", language), str(space.root)), (say("about_places", language), " · ".join(f"{path.name}/" for path in inside))]
    if name := overridden():
        rows.append((say("about_environment", language), say("about_overridden", language, name=name)))
    return rows


def _privacy(site: Site, language: Language) -> str:
    base = site.workspace.settings.base_model
    return say("about_server_reads" if is_server(base) else "privacy", language)


def _versions() -> str:
    libraries = [f"{name} {version(name)}" for name in LIBRARIES]
    return ", ".join([f"assistant {__version__}", f"Python {platform.python_version()}", *libraries])
