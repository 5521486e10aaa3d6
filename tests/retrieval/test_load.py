"""Files become documents: front matter, encodings, names and control characters; what cannot be is said in words."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.domain import Domain
from assistant.domain_files import DomainSpec
from assistant.errors import DocumentError
from assistant.records import Document
from assistant.retrieval.formats import READERS, read_text
from assistant.retrieval.guard import GuardedReader
from assistant.retrieval.load import document_files, load_document

Load = Callable[..., Document]
HEAD = "plugins/travel/documents/"


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """``load("a.md", "text")`` writes the file and loads it."""
    reader = GuardedReader(READERS, 30, 50)

    def write_and_load(name: str, content: str | bytes) -> Document:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return load_document(Domain(tmp_path, DomainSpec(name="dd")), name, path, reader)

    return write_and_load


@pytest.mark.parametrize("suffix", ["md", "mdx", "markdown"])
def test_front_matter_of_other_programs_is_left_to_them(load: Load, suffix: str) -> None:
    text = "---\ntitle: Leave\nslug: /leave\n1: x\nredirect_from:\n  - /old/\nvalid_from: 2026-01-01\n---\nText.\n"
    document = load(f"a.{suffix}", text)
    assert (document.title, document.valid_from, document.text) == ("Leave", "2026-01-01", "Text.\n")


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("valid_from: 2026-02-30", "'2026-02-30' is not a date"),
        ("valid_from: [2026]", "a date must be one word"),
        ("a: " + "[" * 5_000, "nested too deeply"),
        ("a: " + "[" * 50_000, "more than 20,000 characters"),
        ("language: [en]", "a language that is no word"),
        ("language: fr", "language 'fr' is not possible"),
        ("title: {a: b}", "title must be one line"),
        ("access: [[a]]", "access must be a list of groups"),
        ("a: b: c", "not valid YAML: mapping values are not allowed here (line 2)"),
        ("just words", "must be `key: value` lines"),
    ],
)
def test_faults_of_front_matter_are_said_in_words(load: Load, front: str, said: str) -> None:
    with pytest.raises(DocumentError) as raised:
        load("a.md", f"---\n{front}\n---\nText.\n")
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('"moon.md" = "x"', "'moon.md' must be a table"),
        ('["moon.md"]\nauthor = "me"', "'moon.md' has unknown keys author; possible: access"),
        ("x = " + "[" * 5_000, "documents.toml: "),
        ("[", "documents.toml: "),
    ],
)
def test_documents_toml_is_strict(load: Load, tmp_path: Path, toml: str, said: str) -> None:
    (tmp_path / "documents.toml").write_text(toml)
    with pytest.raises(DocumentError) as raised:
        load("moon.md", "Text.\n")
    assert said in str(raised.value)


def test_documents_toml_may_not_be_a_folder(load: Load, tmp_path: Path) -> None:
    (tmp_path / "documents.toml").mkdir()
    with pytest.raises(DocumentError, match=r"documents\.toml: .*must be a text file"):
        load("moon.md", "Text.\n")


def test_a_file_of_empty_lines_takes_no_time(load: Load) -> None:
    began = time.perf_counter()
    load("a.md", "---" + "\n" * 30_000 + "x")
    load("b.md", "---\n" + "\n---x" * 30_000)
    assert time.perf_counter() - began < 1


def test_control_characters_do_not_reach_text_or_title(load: Load) -> None:
    document = load("a.md", '---\ntitle: "Le\\eave\\uD800"\n---\nRed \x1b[31mtext\x07\x9b.\tTab\rline\n')
    assert (document.title, document.text) == ("Leave", "Red [31mtext.\tTab\nline\n")
    assert load("b\x1b[2J.txt", "Text.").title == "b[2J"


def test_lines_of_programs_are_left_out_of_mdx(load: Load) -> None:
    text = "import Tabs from '@theme/Tabs';\n\n# Title\n\n<Tabs>\n<Tab label='x'>\nimport duties are due.\n</Tab>\n\n```js\nimport x from 'y'\n```\n"
    assert load("a.mdx", text).text.split() == ["#", "Title", "import", "duties", "are", "due.", "```js", "import", "x", "from", "'y'", "```"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("big5", "員工每年享有十二天年假，未休的年假於次年三月底作廢。"), ("shift-jis", "従業員は年間十二日の休暇を取得できます。"), ("cp1252", "Le congé payé est dû")],
)
def test_other_encodings_are_refused_rather_than_misread(tmp_path: Path, encoding: str, text: str) -> None:
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    with pytest.raises(DocumentError, match=r"neither UTF-8.* save it as UTF-8"):
        read_text(tmp_path / "a.txt")


def test_chinese_in_gb18030_is_read_with_its_rare_names(tmp_path: Path) -> None:
    text = "员工朱镕基每年享有十二天年假，未休的年假于次年三月底作废。"
    (tmp_path / "a.txt").write_bytes(text.encode("gb18030"))
    assert read_text(tmp_path / "a.txt") == text


def test_a_name_that_is_no_utf8_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    try:
        (tmp_path / "documents" / os.fsdecode(b"caf\xe9.md")).write_text("Text.\n")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    domain = Domain(tmp_path, DomainSpec(name="dd"))
    [(name, path)] = document_files(domain, tmp_path / "knowledge").items()
    assert name == "caf?.md"
    with pytest.raises(DocumentError, match="not valid UTF-8; rename it"):
        load_document(domain, name, path, GuardedReader(READERS, 30, 50))


def test_a_check_blames_the_file_and_warns_of_slips(travel) -> None:  # type: ignore[no-untyped-def]
    travel.write(
        {
            HEAD + "a.md": "---\nvalid_form: 2026-01-01\nslug: x\n---\nThe office is open.\n",
            HEAD + "b.md": "---\nvalid_from: 2026-02-30\n---\nThe office is open.\n",
            HEAD + "documents.toml": '"a.md" = "x"\n',
            "knowledge/travel/c.md": "The office is open.\n",
            "knowledge/travel/documents.toml": '["c.md"]\nauthor = "me"\n',
        }
    )
    errors = dict(travel.run("check", "travel", "--json").findings("error"))
    assert "'a.md' must be a table" in errors["documents/documents.toml:1"]
    assert "'2026-02-30' is not a date" in errors["documents/b.md"]
    assert "unknown keys author" in errors["knowledge/travel/documents.toml:1"]
    assert "clean_document" not in str(errors)
    travel.write({HEAD + "documents.toml": ""})
    warnings = dict(travel.run("check", "travel", "--json").findings("warning"))
    assert warnings["documents/a.md"] == "front matter 'valid_form' is not read; 'valid_from' would be"
