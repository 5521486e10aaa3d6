"""Which adapter versions stand attached, and which of them may go. Knows no weights and no thread."""

from collections.abc import Collection
from itertools import count

from assistant.records import AdapterVersion

KEPT = 3  # of a domain: the live version, the one before it (answers in flight, a rollback), and one to compare with


class Attached:
    """Versions by served name, and in which order they were last asked for."""

    def __init__(self) -> None:
        self._versions: dict[str, AdapterVersion] = {}
        self._asked: dict[str, int] = {}
        self._turn = count()

    @property
    def names(self) -> list[str]:
        return list(self._versions)

    def wanted(self, version: AdapterVersion) -> bool:
        """Whether this very version is attached; it counts as asked for."""
        there = self._versions.get(version.served_name)
        if there is None or there.folder != version.folder:
            return False
        self._asked[version.served_name] = next(self._turn)
        return True

    def add(self, version: AdapterVersion, busy: Collection[str | None]) -> list[str]:
        """Note it; returns what goes: the longest unused of its domain beyond ``KEPT`` that no request waits for."""
        self._versions[version.served_name] = version
        self._asked[version.served_name] = next(self._turn)
        same = sorted((name for name, other in self._versions.items() if other.domain == version.domain), key=self._asked.__getitem__)
        gone = [name for name in same[:-KEPT] if name not in busy]
        for name in gone:
            del self._versions[name]
        return gone
