"""A small domain on disk, indexed for real: SQLite, Chroma folder, bm25s, the embedded embedder."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.plugins import load_plugins
from assistant.retrieval.flow import Knowledge, open_knowledge
from assistant.settings import Workspace

DOCUMENTS = {
    "leave.md": "# Leave\n\n## Annual leave\n\nEmployees receive 12 days of annual leave a year. Unused days lapse on 31 March.\n\n## Sick leave\n\nSend the certificate within 3 days.\n",
    "remote.md": "---\ntitle: Remote work\nvalid_from: 2026-01-01\n---\n# Remote work\n\nAsk your manager at least 24 hours ahead. At most 2 days a week are possible.\n",
    "remote-2024.md": "---\ntitle: Remote work 2024\nvalid_until: 2025-12-31\n---\n# Remote work\n\nAsk your manager at least 48 hours ahead. At most 1 day a week is possible.\n",
    "年假.md": "# 年休假\n\n员工每年享有12天年假。未休的年假于次年3月31日作废。\n\n## 病假\n\n病假证明须在3天内提交。\n",
}


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    (tmp_path / "assistant.toml").write_text("")
    documents = tmp_path / "plugins" / "staff" / "documents"
    documents.mkdir(parents=True)
    (tmp_path / "plugins/staff/domain.toml").write_text('name = "staff"\n')
    (tmp_path / "plugins/staff/glossary.csv").write_text("term,meaning,aliases,language\n年休假,带薪假,年假;annual leave,zh\n", "utf-8")
    for name, text in DOCUMENTS.items():
        (documents / name).write_text(text, "utf-8")
    return Workspace(tmp_path)


@pytest.fixture
def open_it(space: Workspace) -> Iterator[Callable[[], Knowledge]]:
    """Opens the workspace's knowledge, as often as a test likes."""
    opened: list[Knowledge] = []

    def open_now() -> Knowledge:
        opened.append(open_knowledge(space, load_plugins(space)))
        return opened[-1]

    yield open_now
    for one in opened:
        one.close()
