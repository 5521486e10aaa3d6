"""``assistant check`` of one domain for one user, kept while its files stay the same. Knows no components."""

from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from threading import Lock

from assistant.access import User
from assistant.checking.finding import Report
from assistant.domain import Domain
from assistant.errors import AccessError
from assistant.fingerprint import folder_fingerprint
from assistant.records import Told, content_id
from assistant.retrieval.load import document_files, is_for
from assistant.ui.page.site import Site
from assistant.ui.quality.reports import reads_all

KEPT = 20
Key = tuple[str, str, str]


class Checks:
    """The latest reports, by what they depend on."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._reports: OrderedDict[Key, Report] = OrderedDict()
        self._one = Lock()  # a check takes a processor for seconds; a second one waits

    def folders(self, user: User) -> dict[str, Path]:
        """What the user may look into: domains to teach in and, for administrators, the folders that were left out."""
        found = {name: domain.folder for name, domain in self._site.domains(user, "teach").items()}
        if user.administrator:
            broken = {fault.plugin: self._site.workspace.plugins / fault.plugin for fault in self._site.plugins.faults}
            found = {name: folder for name, folder in broken.items() if folder.is_dir() and folder.name == name} | found
        return found

    def folder(self, user: User, name: str) -> Path:
        """AccessError for a folder that the user may not look into, whether it is there or not."""
        folders = self.folders(user)
        if name not in folders:
            possible = ", ".join(folders) or "none"
            text = f"{user.name} may not look into the files of {name[:40]!r}; possible: {possible}"
            raise AccessError(Told(text, "may-not-look", user=user.name, name=name[:40], possible=", ".join(folders) or "—"))
        return folders[name]

    def open_to(self, user: User, name: str) -> bool:
        """Whether every document of the folder is for the user, as the index or the file itself says: a check names and compares them all."""
        if user.administrator or (domain := self._site.plugins.domains.get(name)) is None:
            return user.administrator
        files = document_files(domain, self._site.workspace.knowledge)
        return reads_all(self._site, user, domain) and all(is_for(user, path) for path in files.values())

    def kept(self, user: User, name: str) -> Report | None:
        """The report of the files as they are now, if somebody has checked them."""
        return self._reports.get(self._key(user, name, self.folder(user, name)))

    def report(self, user: User, name: str) -> Report:
        """Every fault of the domain's files; collisions with those domains only that the user may ask."""
        from assistant.checking.flow import check_domain

        folder = self.folder(user, name)
        key = self._key(user, name, folder)
        with self._one:
            if key not in self._reports:
                plugins = replace(self._site.plugins, domains=self._visible(user, name))
                self._reports[key] = check_domain(self._site.workspace, plugins, folder)
                while len(self._reports) > KEPT:
                    self._reports.popitem(last=False)
            return self._reports[key]

    def _visible(self, user: User, name: str) -> dict[str, Domain]:
        own = {name: self._site.plugins.domains[name]} if name in self._site.plugins.domains else {}
        return self._site.domains(user) | own

    def _key(self, user: User, name: str, folder: Path) -> Key:
        others = {other: domain.spec.routing.examples for other, domain in self._visible(user, name).items()}
        faults = [str(fault) for fault in self._site.plugins.faults if fault.plugin == name]
        return name, folder_fingerprint(folder, self._site.workspace.knowledge / name), content_id(others, faults)
