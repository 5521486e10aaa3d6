"""Takes up what changes on disk while a program runs: domains, documents, settings, live versions. One thread, which outlives any error.

It looks about once a second, at most a twentieth of its time, and acts on what has stood still for one look. Code is run only when told to.
"""

import logging
import os
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from assistant.answering.look import Seen, look, look_at_versions
from assistant.answering.opening import Opened, refresh
from assistant.answering.reload import Swapping, refreshed
from assistant.errors import AssistantError, SettingsError, StoreError
from assistant.plugins import Plugins, reloaded
from assistant.retrieval.writer import being_written
from assistant.settings import MARKER, Workspace, read_settings

PAUSE = 1.0
SHARE = 20  # a look that takes a second is followed by this many seconds of rest
KEPT = 40
NICE = 10
What = Literal["added", "changed", "removed", "indexed", "broken", "waiting", "ran", "version", "unserved", "settings", "settings_broken", "failed"]
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Event:
    """Something that was taken up, or could not be; ``subject`` is a domain or a file, ``detail`` an error's own words or a name."""

    what: What
    subject: str
    detail: str = ""
    seconds: float = 0.0
    when: datetime = field(default_factory=lambda: datetime.now().astimezone())


@dataclass(frozen=True)
class Doing:
    """What the watch is busy with: a domain's ``done`` of ``total`` documents, or all domains' router (no subject)."""

    subject: str = ""
    done: int = 0
    total: int = 0


class Watch:
    """Looks at the workspace of a running program and swaps the Assistant that ``place`` keeps."""

    def __init__(self, workspace: Workspace, place: Swapping, plugins: Plugins, pause: float = PAUSE) -> None:
        self.events: deque[Event] = deque(maxlen=KEPT)
        self.doing: Doing | None = None
        self._place = place
        self._pause = self._rest = pause
        self._allowed: dict[str, str] = {}
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._rounds = threading.Condition()
        self._round = 0
        self._base = ""  # whose versions were looked at last
        self._taken = look(workspace, plugins.domains)
        self._last = self._taken
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def run_code(self, plugin: str, sha256: str) -> None:
        """Let that folder's plugin.py be run, if its bytes have that hash; what came of it is an event."""
        self._allowed[plugin] = sha256
        self._wake.set()

    def settled(self, seconds: float) -> bool:
        """Whether what has changed before this call has been taken up within that time."""
        with self._rounds:
            wanted = self._round + 3  # one under way, one that sees it, one that finds it standing still
            return self._rounds.wait_for(lambda: self._round >= wanted or self._stop.is_set(), seconds)

    def _run(self) -> None:
        with suppress(AttributeError, OSError):  # answers go first, where the system lets a thread step back
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        while not self._stop.is_set():
            try:
                self._look()
            except Exception as error:  # the watch must outlive whatever people put on disk
                logger.exception("what changed on disk could not be taken up")
                self._note("failed", "", f"{type(error).__name__}: {error}")
            self.doing = None
            with self._rounds:
                self._round += 1
                self._rounds.notify_all()
            self._wake.wait(self._rest)
            self._wake.clear()

    def _look(self) -> None:
        opened = self._place.ready
        if opened is None:
            return
        self._versions(opened)
        opened.uploads.sweep_again()
        seen, before = self._seen(opened), self._last
        self._last = seen
        if not self._taken.indexed:
            self._taken = replace(self._taken, indexed=seen.indexed)
        if not self._allowed and (seen == self._taken or seen != before or being_written(opened.workspace.store)):
            return
        if seen.settings != self._taken.settings:
            self._settings(opened)
        self._take(seen)

    def _seen(self, opened: Opened) -> Seen:
        began = time.monotonic()
        indexed = {name: opened.knowledge.ledger.stamp(name) for name in opened.plugins.domains}
        seen = replace(look(opened.workspace, opened.plugins.domains), live=self._taken.live, indexed=indexed)
        self._rest = max(self._pause, SHARE * (time.monotonic() - began))
        return seen

    def _take(self, seen: Seen) -> None:
        """Everything that differs, in one swap."""
        taken = self._taken
        with self._place.changing:
            opened = self._place.ready
            if opened is None:
                return
            self._taken = replace(seen, live=taken.live)  # whatever fails below is not tried again and again
            allowed: dict[str, str] = {}
            while self._allowed:  # one by one: another may be given meanwhile
                allowed.update([self._allowed.popitem()])
            plugins = opened.plugins
            if seen.plugins != taken.plugins or allowed:
                plugins = reloaded(opened.workspace, plugins, allowed)
            known = opened.plugins.domains
            again = [name for name in plugins.domains if name not in known or seen.documents.get(name) != taken.documents.get(name)]
            notices = self._index(opened, plugins, again)
            stale = plugins is not opened.plugins or again or seen.indexed != taken.indexed
            if stale:
                self.doing = Doing()
                self._place.swap(refreshed(opened, plugins, notices))
            self._tell(opened.plugins, plugins, allowed)
            self._taken = replace(self._taken, indexed={name: opened.knowledge.ledger.stamp(name) for name in plugins.domains})

    def _index(self, opened: Opened, plugins: Plugins, names: list[str]) -> list[str]:
        """Index those domains; the notices of all that are left."""
        notices = [notice for notice in opened.notices if (name := notice.split(":")[0]) in plugins.domains and name not in names]
        for name in names:
            began = time.monotonic()
            self.doing = Doing(name)

            def report(_file: str, done: int, total: int, name: str = name) -> None:
                self.doing = Doing(name, done, total)

            found = refresh(opened.knowledge, plugins.domains[name], report, self._go_on)
            opened.knowledge.view(name)
            notices += found
            self._note("indexed", name, "; ".join(found), time.monotonic() - began)
        return notices

    def _go_on(self) -> None:
        """Asked while another writer is waited for."""
        if self._stop.is_set():
            raise StoreError("the program ends")

    def _tell(self, before: Plugins, after: Plugins, allowed: dict[str, str]) -> None:
        for name, domain in after.domains.items():
            if name in allowed and name in after.code and after.code[name].sha256 == allowed[name]:
                self._note("ran", name)
            elif name not in before.domains:
                self._note("added", name)
            elif domain is not before.domains[name]:
                self._note("changed", name)
        for name in before.domains.keys() - after.domains.keys():
            self._note("removed", name)
        for fault in after.faults:
            if fault not in before.faults:
                self._note("broken", fault.plugin, f"{fault.where}: {fault.message}")
        for waiting in after.waiting:
            if waiting not in before.waiting:
                self._note("waiting", waiting.plugin, str(waiting.path))

    def _versions(self, opened: Opened) -> None:
        """Attach what is live now, so that nobody's question waits for it; the first time, and with another base model, only what cannot be served is told."""
        live = look_at_versions(opened.registry, opened.plugins.domains)
        before, self._taken = self._taken.live if self._base == opened.registry.base else {}, replace(self._taken, live=live)
        self._base = opened.registry.base
        for name, mark in live.items():
            if before.get(name) == mark:
                continue
            began = time.monotonic()
            try:
                version, why = opened.voices.voice(opened.plugins.domains[name], "current")
            except AssistantError as error:
                self._note("unserved", name, str(error))
                continue
            if why:
                self._note("unserved", name, why)
            elif name in before:
                self._note("version", name, version.served_name if version else "", time.monotonic() - began)

    def _settings(self, opened: Opened) -> None:
        try:
            now = read_settings(opened.workspace.root / MARKER)
        except SettingsError as error:
            self._note("settings_broken", MARKER, str(error))
            return
        here = opened.workspace.settings
        if names := [name for name in type(now).model_fields if getattr(now, name) != getattr(here, name)]:
            self._note("settings", MARKER, ", ".join(names))

    def _note(self, what: What, subject: str, detail: str = "", seconds: float = 0.0) -> None:
        self.events.appendleft(Event(what, subject, detail, seconds))
