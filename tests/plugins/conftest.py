"""The three shipped domains, loaded as the program loads them, and what their examples say."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.domain import Domain
from assistant.plugins import Plugins, load_plugins
from assistant.records import Chunk, Evidence, Example, Turn
from assistant.settings import Workspace
from assistant.rows.examples import read_examples

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Said:
    """One answer of an example with all that the user had said before it."""

    origin: str
    asked: str  # all that the user wrote before
    request: str  # the last of it
    answer: str
    draft: bool


@pytest.fixture(scope="session")
def shipped() -> Plugins:
    found = load_plugins(Workspace(ROOT))
    assert [str(fault) for fault in found.faults] == []
    return found


@pytest.fixture(scope="session")
def legal(shipped: Plugins) -> Domain:
    return shipped.domain("legal")


@pytest.fixture(scope="session")
def cloud(shipped: Plugins) -> Domain:
    return shipped.domain("cloud_support")


@pytest.fixture(scope="session")
def hr(shipped: Plugins) -> Domain:
    return shipped.domain("hr_policy")


@pytest.fixture(scope="session")
def answers() -> Callable[[Domain], list[Said]]:
    """Every answer that a person of the team wrote; examples/raw/ holds faults on purpose."""
    return lambda domain: [said for example in read_examples(domain.examples).examples if not example.origin.startswith("raw/") for said in _said(example)]


def _said(example: Example) -> Iterator[Said]:
    asked = request = ""
    for turn in example.turns:
        if turn.role == "user":
            request = turn.content
            asked += request + "\n"
        elif turn.role == "assistant":
            yield Said(example.origin, asked, request, turn.content, example.kind == "draft")


@pytest.fixture(scope="session")
def evidence() -> Callable[..., list[Evidence]]:
    """``evidence("Notice is 30 days.")`` as retrieval would hand it on."""

    def make(*texts: str) -> list[Evidence]:
        chunk = Chunk("x", "x.md", "Title", "Title", "\n".join(texts), 0, 1, "en")
        return [Evidence(n, chunk, text, 0, len(text), 1.0) for n, text in enumerate(texts, 1)]

    return make


@pytest.fixture(scope="session")
def cleaned() -> Callable[[Domain, str], str]:
    """An answer as the domain's cleaning leaves it; empty when the example is left out."""

    def clean(domain: Domain, answer: str) -> str:
        example = domain.clean_example(Example((Turn("user", "My question, please"), Turn("assistant", answer))))
        return example.turns[-1].content if example else ""

    return clean


def lines(path: Path) -> int:
    return len(re.findall("\n", path.read_text("utf-8")))
