"""Files to add and the indexing after a change, told step by step. Knows no components."""

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import Literal

from assistant.domain import Domain
from assistant.errors import AssistantError, StoreError
from assistant.records import Language, Told
from assistant.retrieval.added import add_file, added_files, refusal
from assistant.retrieval.flow import Knowledge, open_knowledge
from assistant.retrieval.guard import at_file
from assistant.retrieval.indexing import IndexReport
from assistant.retrieval.ledger import Ledger
from assistant.retrieval.load import document_files
from assistant.settings import Workspace
from assistant.ui.knowledge.shown import paragraph
from assistant.ui.page.site import Site
from assistant.ui.texts import say
from assistant.ui.texts.told import told
from assistant.ui.train.pieces import items

logger = logging.getLogger(__name__)
Fate = Literal["new", "replaces", "hides", "refused"]
FATES: dict[Fate, str] = {"new": "knowledge_new", "replaces": "knowledge_replaces", "hides": "knowledge_hides", "refused": "knowledge_refused"}
BADGES: dict[Fate, str] = {"new": "good", "replaces": "warn", "hides": "warn", "refused": "bad"}


class Opened:
    """The running Assistant's knowledge, so that what is written is searched at the next question; until there is one, and when the model
    cannot be opened, one of its own."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._lock = Lock()
        self._own: Knowledge | None = None
        self.ledger = Ledger(site.workspace.store / "ledger.sqlite")  # enough for lists, and there at once

    def __call__(self) -> Knowledge:
        with self._lock:
            if assistant := self._site.opening.ready:
                own, self._own = self._own, None
                if own:
                    own.close()
                return assistant.knowledge
            self._own = self._own or open_knowledge(self._site.workspace, self._site.plugins)
            return self._own


@dataclass(frozen=True)
class Planned:
    """A file to add and what would become of it; ``why`` it is refused."""

    path: Path
    fate: Fate
    why: str = ""


@dataclass(frozen=True)
class Step:
    """How far the indexing is: waiting for another writer, at a file, or at the passages of one."""

    at: Literal["waiting", "file", "passages"]
    name: str = ""
    done: int = 0
    total: int = 0


def planned(site: Site, domain: Domain, files: Sequence[Path], kept: Collection[str] = ()) -> list[Planned]:
    """What would become of each file; of two with one name the first is taken. ``kept``: names of documents that are not for this user."""
    workspace, known = site.workspace, site.suffixes
    there, added = document_files(domain, workspace.knowledge), added_files(workspace, domain)
    found: dict[str, Planned] = {}
    for path in files:
        why = refusal(path, known, workspace.settings.max_file_mb)
        if path.name in kept:
            why = at_file(path.name, Told("a document of this name is kept for other groups; rename yours", "kept-from-you"))
        fate: Fate = "refused" if why else "replaces" if path.name in added else "hides" if path.name in there else "new"
        found.setdefault(path.name, Planned(path, fate, why))
    return list(found.values())


def plan_html(plan: Sequence[Planned], language: Language) -> str:
    lines = "".join(
        f'<li>{escape(one.path.name)} <span class="badge {BADGES[one.fate]}">{escape(say(FATES[one.fate], language))}</span>{paragraph(told(one.why, language))}</li>'
        for one in plan
    )
    return f'<ul class="plan">{lines}</ul>' if lines else ""


def add(workspace: Workspace, domain: Domain, plan: Sequence[Planned], replace: bool, language: Language) -> list[str]:
    """Copy what can be added; returns a line for each file that was left out."""
    left = []
    for one in plan:
        if one.fate == "refused":
            left.append(told(one.why, language))
        elif one.fate == "replaces" and not replace:
            left.append(say("knowledge_left", language, name=one.path.name))
        else:
            add_file(workspace, domain, one.path)
    return left


def indexing(knowledge: Knowledge, domain: Domain) -> Iterator[Step | IndexReport]:
    """Steps of an indexing, then its report. Once begun it ends even if nobody listens; what only waits is given up then."""
    said: SimpleQueue[Step | IndexReport | AssistantError] = SimpleQueue()
    left = Event()

    def wait() -> None:
        if left.is_set():
            raise StoreError("nobody waits for this indexing any more; index again")  # and nobody reads this
        said.put(Step("waiting"))

    def run() -> None:
        try:
            said.put(
                knowledge.index(
                    domain,
                    lambda name, done, total: said.put(Step("file", name, done, total)),
                    passages=lambda name, done, total: said.put(Step("passages", name, done, total)),
                    waiting=wait,
                )
            )
        except AssistantError as error:
            said.put(error)
        except Exception as error:  # a fault of a library must not leave the page waiting for ever
            logger.exception("%s could not be indexed", domain.name)
            text = f"{domain.name} could not be indexed ({type(error).__name__}); the window of the server shows the details"
            said.put(StoreError(Told(text, "not-indexed", domain=domain.name, error=type(error).__name__)))

    Thread(target=run, name=f"index-{domain.name}", daemon=True).start()
    try:
        while True:
            step = said.get()
            if isinstance(step, AssistantError):
                raise step
            yield step
            if isinstance(step, IndexReport):
                return
    finally:
        left.set()


def step_html(step: Step, kept: Collection[str], language: Language) -> str:
    """``kept``: names of documents that are not for whoever looks."""
    step = replace(step, name="…") if step.name in kept else step
    if step.at == "waiting":
        return paragraph(say("knowledge_busy", language), "notice")
    if step.at == "passages":
        return paragraph(say("knowledge_embedding", language, name=step.name, done=step.done, total=step.total), "working")
    return paragraph(say("knowledge_reading", language, name=step.name, done=step.done + 1, total=step.total), "working") if step.name else ""


def report_html(report: IndexReport, left: Sequence[str], kept: Collection[str], language: Language) -> str:
    """What an indexing did, then what was not taken in and why; of documents that are not for whoever looks only how many."""
    open_to = [line for line in report.faults if not line.startswith(tuple(f"{name}: " for name in kept))]
    others = len(report.faults) - len(open_to)
    faults = [*left, *(told(line, language) for line in open_to), *([say("knowledge_others_unread", language, count=others)] if others else [])]
    counts = {"added": report.added, "changed": report.changed, "removed": report.removed, "unchanged": report.unchanged}
    unread = f'<div class="notice bad">{escape(say("knowledge_unread", language))}{items(faults)}</div>' if faults else ""
    return paragraph(say("knowledge_done", language, **counts), "notice good") + unread
