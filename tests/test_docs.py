"""The documentation says what the code does."""

import importlib.util
import re
from pathlib import Path

from typer.main import get_command

from assistant.cli import build
from assistant.settings import Settings

ROOT = Path(__file__).parents[1]


def test_every_setting_is_explained_in_the_same_words() -> None:
    text = (ROOT / "docs/settings.md").read_text("utf-8")
    for name, field in Settings.model_fields.items():
        assert f"| `{name}` |" in text
        assert str(field.description) in text, f"docs/settings.md: {name} is explained in other words than in settings.py"


def test_every_command_named_in_the_docs_exists() -> None:
    commands = set(get_command(build()).commands)  # type: ignore[attr-defined]
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for word in re.findall(r"(?:^|[`\s])assistant ([a-z]+)\b(?=[^\n]*[`\n])", path.read_text("utf-8")):
            if word not in {"that", "is", "has", "answers", "toml"}:
                assert word in commands, f"{path.name} names `assistant {word}`, which is no command"


def test_links_between_documents_lead_somewhere() -> None:
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!http|#)([^)#]+)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_the_tables_of_the_domains_files_are_those_of_the_schemas() -> None:
    page = (ROOT / "docs/domain-files.md").read_text("utf-8")
    spec = importlib.util.spec_from_file_location("docs_tables", ROOT / "docs/tables.py")
    assert spec and spec.loader
    tables = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tables)
    assert tables.with_tables(page) == page, "run: python docs/tables.py"
    assert page.count("<!-- table: ") == len(tables.SCHEMAS)
