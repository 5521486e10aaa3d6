"""A document kept for some groups is found, listed and opened by their members only."""

from collections.abc import Callable

import pytest

from assistant.access import ANYONE, LOCAL, User
from assistant.errors import AccessError
from assistant.plugins import load_plugins
from assistant.retrieval.flow import Knowledge
from assistant.settings import Workspace

Open = Callable[[], Knowledge]
SECRET = "---\naccess: [directors]\n---\n# Bonuses\n\nThe annual bonus of the directors is 70 000 euros.\n"
QUESTION = "How high is the annual bonus of the directors?"
MEMBER = User("dora", frozenset({"directors"}))


@pytest.fixture
def knowledge(open_it: Open, space: Workspace) -> Knowledge:
    documents = space.plugins / "staff/documents"
    (documents / "bonuses.md").write_text(SECRET, "utf-8")
    for number in range(40):
        (documents / f"bonus-{number}.md").write_text(SECRET.replace("70 000", f"{number} 000"), "utf-8")
    opened = open_it()
    opened.index(load_plugins(space).domain("staff"))
    return opened


def test_it_is_found_for_its_groups_and_crowds_out_nothing_for_others(knowledge: Knowledge, space: Workspace) -> None:
    domain = load_plugins(space).domain("staff")
    for user in (MEMBER, LOCAL):
        assert any(found.chunk.document.startswith("bonus") for found in knowledge.search(domain, QUESTION, user=user))
    others = knowledge.search(domain, f"{QUESTION} annual leave", user=ANYONE)
    assert {found.chunk.document for found in others} >= {"leave.md"}
    assert not any(found.chunk.document.startswith("bonus") for found in others)


def test_it_is_listed_and_opened_for_its_groups_only(knowledge: Knowledge, space: Workspace) -> None:
    domain = load_plugins(space).domain("staff")
    assert "bonuses.md" in {chunk.document for chunk in knowledge.chunks(domain, MEMBER)}
    assert "bonuses.md" not in {chunk.document for chunk in knowledge.chunks(domain, ANYONE)}
    knowledge.require_document(MEMBER, domain, "bonuses.md")
    knowledge.require_document(ANYONE, domain, "leave.md")
    with pytest.raises(AccessError) as hidden:
        knowledge.require_document(ANYONE, domain, "bonuses.md")
    with pytest.raises(AccessError) as missing:
        knowledge.require_document(ANYONE, domain, "bonuses.mx")
    assert str(hidden.value) == str(missing.value).replace("bonuses.mx", "bonuses.md")
