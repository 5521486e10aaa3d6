"""docs/checking.md names every kind of finding, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = [*(ROOT / "assistant/checking").glob("*.py"), *(ROOT / "assistant/rows").glob("*.py")]


def test_every_kind_of_finding_is_explained() -> None:
    code = "\n".join(path.read_text("utf-8") for path in SOURCES)
    kinds = set(re.findall(r'(?:Fault|Doubtful)\(\s*"([a-z-]+)"', code)) | set(re.findall(r'Finding\([^\n]*, "([a-z-]+)"\)', code)) | {"row", "not-wanted"}
    text = (ROOT / "docs/checking.md").read_text("utf-8")
    assert len(kinds) >= 24
    for kind in kinds:
        assert f"`{kind}`" in text, kind
