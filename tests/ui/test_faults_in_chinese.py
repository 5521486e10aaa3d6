"""On a Chinese page the faults of documents are told in Chinese: read by the real reader, kept by the real ledger."""

import io
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from pypdf import PdfWriter

from assistant.retrieval.flow import open_knowledge
from assistant.retrieval.ledger import Ledger
from assistant.retrieval.uploads import Uploads
from assistant.ui.chat.attach import Attach
from assistant.ui.domains.wizard import Wizard
from assistant.ui.knowledge.tab import KnowledgeTab
from assistant.ui.page.opening import Opening
from assistant.ui.page.tab import Frame
from assistant.ui.texts import TEXTS
from tests.ui.conftest import site_of

NOBODY: Any = SimpleNamespace(session_hash="s1")
ENGLISH = 'lang="en"'


def pdf(password: str = "") -> bytes:
    """One empty page, as a scanner leaves it for a reader of text."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    if password:
        writer.encrypt(password, algorithm="AES-256")
    writer.write(made := io.BytesIO())
    return made.getvalue()


FAULTS = {
    "scan.pdf": (pdf(), "PDF 中没有文字（可能是扫描件）；请先做文字识别（OCR）"),
    "locked.pdf": (pdf("secret"), "PDF 已加密；请另存一份不带密码的"),
    "broken.pdf": (b"%PDF-1.7 no", "PDF 已损坏（"),
    "words.pdf": (b"plain words", "后缀是 PDF，内容却不是"),
    "old.docx": (b"\xd0\xcf\x11\xe0" + bytes(600), "文件已加密，或是旧版 Office 格式"),
    "torn.docx": (b"PK\x03\x04" + bytes(600), "文件已损坏，或与后缀不符（"),
    "empty.md": (b"", "文件是空的（0 字节）"),
    "blank.txt": (b" \n ", "文件中没有文字"),
    "big.txt": (b"x" * (2**20 + 2**19), "文件有 2 MB，上限是 1 MB（设置 max_file_mb）"),
    "tool.exe": (b"x", "无法读取 .exe 文件；支持的格式："),
    "binary.txt": (b"\0\1\2", "内容是二进制数据，不是文字"),
    "foreign.txt": (("臺灣請假規則與薪資說明" * 9).encode("big5"), "编码既不是 UTF-8 也不是 GB18030（可能是 Big5"),
    "quote.csv": (b'name,days\nanna,"3\nben,4\n', "以“anna”开头的一行中有引号没有闭合"),
    "front.md": (b"---\na: b: c\n---\nText.\n", "文件开头的元数据不是有效的 YAML：mapping values are not allowed here（第 2 行）"),
    "lines.md": (b"---\njust words\n---\nText.\n", "文件开头的元数据应逐行写成 `key: value`"),
    "day.md": (b"---\nvalid_from: 2026-02-30\n---\nText.\n", "“2026-02-30”不是日期；请写成 YYYY-MM-DD"),
    "spoken.md": (b"---\nlanguage: fr\n---\nText.\n", "语言不能是“fr”；可用的有 en、zh"),
    "for.md": (b"---\naccess: [[a]]\n---\nText.\n", "access 应为用户组列表"),
    "beside/named.md": (b"Text.", "documents.toml：“named.md”有未知的键 tittle；可用的键：access"),
}  # fmt: skip


@pytest.fixture
def site(tmp_path: Path) -> Any:
    """A site with one domain, whose documents all have a fault."""
    documents = tmp_path / "plugins" / "staff" / "documents"
    for name, (content, _) in FAULTS.items():
        (documents / name).parent.mkdir(parents=True, exist_ok=True)
        (documents / name).write_bytes(content)
    (documents / "beside" / "documents.toml").write_text('["named.md"]\ntittle = "x"\n')
    (tmp_path / "assistant.toml").write_text("max_file_mb = 1\n")
    return site_of(tmp_path)


@pytest.fixture
def tab(site: Any) -> KnowledgeTab:
    found = KnowledgeTab(site)
    with gr.Blocks() as page, gr.Tab("x") as opened:
        found.build(Frame(page, opened, gr.Radio(["en", "zh"])))
    return found


def listed(tab: KnowledgeTab, language: str) -> str:
    return str(tab.open("staff", "", ("", "", 0), language, NOBODY)[2])  # type: ignore[arg-type]


def test_every_fault_of_a_document_is_told_in_chinese_when_read_and_from_the_ledger(tab: KnowledgeTab) -> None:
    read, again = (list(tab.index("staff", "zh", NOBODY))[-1] for _ in range(2))
    page = listed(tab, "zh")
    for name, (_, words) in FAULTS.items():
        assert f"{name}：{words}" in read, name
        assert words in page
        opened = str(tab.pick(f'{{"domain": "staff", "name": "{name}"}}', "", "zh", NOBODY)[len(tab.on.list) + 2])
        assert words in opened and ENGLISH not in opened
    assert read == again
    assert ENGLISH not in page and ENGLISH not in read
    assert "the PDF holds no text (scanned pictures?); run it through text recognition first" in listed(tab, "en")


def test_a_ledger_of_another_release_shows_its_faults_in_english(tab: KnowledgeTab) -> None:
    ledger, file = tab.knowledge.ledger, tab.site.workspace.store / "ledger.sqlite"
    list(tab.index("staff", "zh", NOBODY))
    with sqlite3.connect(file) as old:  # what such a release writes
        old.execute("UPDATE faults SET file_hash = 'other', message = 'the file is damaged' WHERE name = 'scan.pdf'")
    assert f'<span {ENGLISH}>the file is damaged</span>' in listed(tab, "zh")
    with sqlite3.connect(file) as old:
        old.execute("DROP TABLE fault_cases")
    ledger.close()
    assert set(Ledger(file).faults("staff")) == set(FAULTS), "a ledger without the table opens"


def test_what_cannot_be_added_is_told_in_chinese_before_and_after(tab: KnowledgeTab, site: Any, tmp_path: Path) -> None:
    files = []
    for name in ("tool.exe", "empty.md", ".hidden.md"):
        (tmp_path / name).write_bytes(b"" if name == "empty.md" else b"x")
        site.claims.give(site.who(NOBODY), tmp_path / name)
        files.append(str(tmp_path / name))
    plan = tab.plan(files, "staff", "zh", NOBODY)[0]
    told_at_last = list(tab.add(files, False, "staff", "zh", NOBODY))[-1][1]
    for words in ("tool.exe：无法读取 .exe 文件", "empty.md：文件是空的", ".hidden.md：隐藏文件、保留的名称和过长的名称不能添加"):
        assert words in plan and words in told_at_last
    assert ENGLISH not in plan


def test_the_form_of_a_new_domain_tells_in_chinese_what_is_wrong(site: Any, tmp_path: Path) -> None:
    wizard = Wizard(site)
    (tmp_path / "tool.exe").write_bytes(b"x")
    site.claims.give(site.who(NOBODY), tmp_path / "tool.exe")
    for spoken, files, words in (([], [], TEXTS["domains_no_language"]["zh"]), (["zh"], [str(tmp_path / "tool.exe")], "tool.exe：无法读取 .exe 文件")):
        said = str(next(wizard.begin("fresh", spoken, "", "", "", "", "", files, "zh", NOBODY)))
        assert words in said and ENGLISH not in said


@pytest.fixture
def attached(site: Any) -> Iterator[Attach]:
    knowledge = open_knowledge(site.workspace, site.plugins)
    opened: Any = SimpleNamespace(workspace=site.workspace, plugins=site.plugins, uploads=Uploads(site.workspace, knowledge), close=knowledge.close)
    site.opening = Opening(lambda: opened)
    site.opening.start()
    yield Attach(site)
    opened.uploads.finish()
    site.opening.close()


def test_files_of_a_conversation_are_told_in_chinese(attached: Attach, site: Any, tmp_path: Path) -> None:
    files = []
    for name in ("scan.pdf", "tool.exe"):
        (tmp_path / name).write_bytes(FAULTS[name][0])
        site.claims.give(site.who(NOBODY), tmp_path / name)
        files.append(str(tmp_path / name))
    row = list(attached.attach(files, "", "zh", NOBODY))[-1][0]
    assert FAULTS["scan.pdf"][1] in row and FAULTS["tool.exe"][1] in row and ENGLISH not in row

