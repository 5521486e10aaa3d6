"""A refusal says what is missing and where else to ask; an answer whose domain was a close decision offers the second."""

from typing import Any

import pytest

from assistant.answering.allowed import FORBIDDEN
from assistant.answering.refuse import NOTHING, SILENT
from assistant.records import Answer, Route
from assistant.ui.chat.around import told_around
from assistant.ui.chat.refused import missing, nearest, runner_up
from tests.ui.test_citations import ATTACKS, Elements

TITLES = {"hr": "HR policy", "legal": "Legal desk", "cloud": "Cloud support"}
SCORES = (("hr", 0.5), ("legal", 0.3), ("cloud", 0.1), ("secret", 0.05))
FOUND = {"passages": [{"document": "leave.md", "heading": "Annual leave"}]}


def refusal(domain: str | None, reason: str, **more: Any) -> Answer:
    return Answer("q", "No.", "en", domain=domain, refused=True, reason=reason, source="quoted", route=Route(domain, SCORES), **more)


@pytest.mark.parametrize(
    ("domain", "reason", "said", "offered"),
    [
        (None, "outside every domain (nearest hr, 0.50)", "a domain for this question", ["hr", "legal", "cloud"]),
        ("hr", NOTHING, "a document in HR policy", ["legal", "cloud"]),
        ("hr", SILENT, "none of them says this", ["legal", "cloud"]),
        (None, FORBIDDEN, "no access", ["hr", "legal", "cloud"]),
    ],
)
def test_a_refusal_says_what_is_missing_and_offers_the_nearest_domains(domain: str | None, reason: str, said: str, offered: list[str]) -> None:
    html = missing(refusal(domain, reason), "en", TITLES)
    assert said in html
    assert [name for name in (*TITLES, "secret") if f'data-domain="{name}"' in html] == offered


@pytest.mark.parametrize(("domain", "offered"), [(None, ["legal", "cloud"]), ("hr", [])])
def test_far_from_every_domain_the_nearest_are_offered_all_the_same(domain: str | None, offered: list[str]) -> None:
    far = Answer("q", "No.", "en", domain=domain, refused=True, reason="outside every domain", source="quoted", route=Route(domain, (("legal", 0.004), ("cloud", 0.001))))
    assert nearest(far, TITLES) == offered


def test_the_closest_passage_is_named_and_its_document_offered() -> None:
    html = missing(refusal("hr", NOTHING, receipt=FOUND), "zh", {"hr": "人事制度"})
    assert 'href="documents/hr/leave.md"' in html
    assert "leave.md</a> › Annual leave" in html


def test_an_answer_has_nothing_missing() -> None:
    assert missing(Answer("q", "Yes.", "en", domain="hr"), "en", TITLES) == ""


@pytest.mark.parametrize(
    ("scores", "offered"),
    [
        ((("hr", 0.5), ("legal", 0.4)), True),
        ((("legal", 0.5), ("hr", 0.4)), True),
        ((("hr", 0.9), ("legal", 0.05)), False),
        ((("hr", 0.5), ("legal", 0.2)), False),
        ((("hr", 1.0),), False),
        ((("hr", 0.5), ("secret", 0.4)), False),
    ],
)
def test_a_second_domain_is_offered_when_it_was_close(scores: tuple[tuple[str, float], ...], offered: bool) -> None:
    answer = Answer("q", "Yes.", "en", domain="hr", route=Route("hr", scores))
    assert ('data-domain="legal"' in runner_up(answer, "en", TITLES)) is offered
    assert "secret" not in runner_up(answer, "en", TITLES)


def test_what_a_draft_lacks_and_an_adapter_left_out_are_said_beside_the_answer() -> None:
    receipt = {"silenced": "trained with another prompt", "replaced": [{"sentence": "x", "why": []}], "draft_faults": ["no date"]}
    html = told_around(Answer("q", "Dear ________", "en", domain="hr", kind="draft", receipt=receipt), 1.0, "0-0", "en", TITLES)
    assert all(one in html for one in ("trained with another prompt", "Left blank because no value was given: 1", "no date"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_titles_documents_and_reasons_stay_text(attack: str) -> None:
    found = {"passages": [{"document": attack, "heading": attack}], "silenced": attack, "draft_faults": [attack]}
    titles = dict.fromkeys(TITLES, attack)
    html = missing(refusal("hr", NOTHING, receipt=found), "en", titles)
    html += told_around(Answer("q", "a", "en", domain="hr", adapter=attack, kind="draft", receipt=found, route=Route("hr", (("hr", 0.5), ("legal", 0.4)))), 1, "0-0", "en", titles)
    seen = Elements(html)
    assert set(seen.tags) <= {"div", "p", "span", "button", "a"}
    assert set(seen.attributes) <= {"class", "type", "title", "href", "role", "download", "data-act", "data-domain"}
