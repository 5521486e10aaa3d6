"""A receipt says in words, then in figures, why an answer came about; old and new rows, both languages, nothing of other domains."""

import json
import re
from dataclasses import asdict
from html import unescape
from typing import Any

import pytest

from assistant.records import Answer, Citation, Route
from assistant.ui.chat.reasons import reasons
from assistant.ui.chat.receipt import receipt_html
from tests.ui.test_citations import ATTACKS, Elements

TITLES = {"hr": "HR policy", "legal": "Legal desk"}
FOLLOWED = {
    "standalone": "How much leave? And after ten years?",
    "support": 0.87,
    "thresholds": {"route": 0.1, "retrieval": 0.0, "support": 0.31},
    "passages": [{"document": "leave.md", "heading": "Annual leave", "fused": 0.0308, "lexical": 7.25, "dense": 0.54}],
    "evidence": [{"n": 1, "document": "leave.md", "heading": "Leave", "text": "20 days from 10 years.", "score": 0.9}],
    "prompt": [{"role": "system", "content": "Answer from the passages."}, {"role": "user", "content": "And after ten years?"}],
    "base": "starter",
    "silenced": "",
    "replaced": [{"sentence": "It is 25 days.", "why": ["number 25 day", "only 40% of its words are in the passages"]}],
    "sentences": {"model": 1, "quoted": 2},
}


def kept(**changes: Any) -> dict[str, Any]:
    """An answer as the history gives it back."""
    answer = Answer(
        question="And after ten years?", text="20 days [1].", language="en", domain="hr", adapter="hr@2", route=Route("hr", (("hr", 0.82), ("legal", 0.11), ("secret", 0.05)), "hr 0.82", 0.02),
        citations=(Citation(1, "leave.md", "Leave", None, "20 days"),), timings={"route": 0.027, "retrieve": 0.2, "first_token": 0.1, "generate": 1.3},
        receipt=FOLLOWED,
    )  # fmt: skip
    return dict(json.loads(json.dumps(asdict(answer)))) | changes


def text(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "\n", html))


def test_the_story_is_told_in_sentences_before_the_figures() -> None:
    said = text(receipt_html(kept(), "en", TITLES))
    told = [
        "You asked: And after ten years?",
        "so it was read as: How much leave? And after ten years?",
        "It belongs to HR policy, with a probability of 82%.",
        "Passages found in HR policy: 1; sentences used from them: 1.",
        "with a probability of 87%; at least 31% is needed",
        "The model starter wrote with the adapter hr@2.",
        "kept as the model wrote them: 1; quoted from the documents: 2",
        "It took 1.5 s.",
        "Domains considered",
    ]
    assert [said.find(one) for one in told] == sorted(said.find(one) for one in told)
    assert all(one in said for one in told)


def test_figures_are_there_to_the_last_one() -> None:
    html = receipt_html(kept(), "en", TITLES)
    for figure in ("82.0%", "11.0%", "2.0%", "7.2", "0.54", "0.0308", "20 days from 10 years.", "Answer from the passages.", "1,300", "200"):
        assert figure in html
    assert "“25 day” is in none of the passages; only 40% of its words" in html


def test_it_speaks_chinese_too() -> None:
    said = text(receipt_html(kept(), "zh", {"hr": "人事制度"}))
    assert all(one in said for one in ("属于“人事制度”的可能性为 82%", "至少需要 31%", "段落中没有“25 day”", "考虑过的领域"))
    assert "probability" not in said


@pytest.mark.parametrize(("language", "said"), [("en", "shown the domain's voice by examples (1)"), ("zh", "先给它看了 1 条该领域的示例")])
def test_examples_that_gave_the_voice_are_counted_and_listed(language: Any, said: str) -> None:
    found = FOLLOWED | {"examples": [{"origin": "dialogues.jsonl:7", "question": "How much leave for <b>Bo</b>?"}]}
    html = receipt_html(kept(adapter=None, receipt=found), language, TITLES)
    assert said in text(html) and "How much leave for <b>Bo</b>?" in text(html) and "dialogues.jsonl:7" in text(html)
    assert "<b>" not in html and "wrote without an adapter" not in html
    assert "Examples shown" not in receipt_html(kept(), "en", TITLES)


def test_a_domain_that_the_reader_may_not_ask_is_not_named() -> None:
    assert "secret" not in receipt_html(kept(), "en", TITLES)
    assert "Legal" not in receipt_html(kept(), "en", {"hr": "HR policy"})


@pytest.mark.parametrize(
    ("route", "said"),
    [
        ({"domain": "hr", "scores": [["hr", 1.0]], "reason": "chosen by the user"}, "You chose HR policy."),
        ({"domain": "hr", "scores": [["legal", 0.4], ["hr", 0.3]], "reason": "goes on in hr (alone legal 0.40)"}, "stays in HR policy"),
        ({"domain": None, "scores": [["hr", 0.2]], "reason": "outside every domain (nearest hr, 0.20)"}, "none of the domains"),
        ({"domain": None, "scores": [], "reason": "outside your access"}, "no access"),
        ({"domain": "chat_1", "scores": [["hr", 0.2]], "reason": "from the conversation's files"}, "Your files were searched first"),
    ],
)
def test_the_way_of_the_question_is_said_in_words(route: dict[str, Any], said: str) -> None:
    assert said in text(receipt_html(kept(route=route), "en", TITLES))


def test_each_domain_of_a_question_in_parts_has_its_own_story() -> None:
    part = {"domain": "hr", "question": "How much leave?", "refused": False, "adapter": "hr@2", "kind": "answer"}
    other = {"domain": "legal", "question": "Who signs?", "refused": True, "reason": "nothing relevant found", "kind": "answer", "passages": []}
    html = receipt_html(kept(also=["legal"], receipt={"standalone": "", "base": "starter", "parts": [FOLLOWED | part, other]}), "en", TITLES)
    said = text(html)
    assert "several domains: HR policy + Legal desk" in said
    assert said.index("You asked: How much leave?") < said.index("adapter hr@2") < said.index("You asked: Who signs?") < said.index("Nothing was found in Legal desk.")


def test_an_overview_of_files_is_not_said_to_have_found_nothing() -> None:
    files = FOLLOWED | {"passages": [], "prompt": []}
    said = text(receipt_html(kept(domain="chat_1", receipt=files), "en", TITLES))
    assert "Your files: title, headings and first sentences were read." in said
    assert "Nothing was found" not in said


@pytest.mark.parametrize(("base", "named"), [("/srv/models/small", "The model small wrote"), ("Qwen/Qwen2.5-0.5B", "The model Qwen/Qwen2.5-0.5B wrote")])
def test_a_model_is_named_without_its_folder(base: str, named: str) -> None:
    assert named in text(receipt_html(kept(receipt=FOLLOWED | {"base": base}), "en", TITLES))


@pytest.mark.parametrize("receipt", [{}, {"standalone": "x"}, {"support": 0.5, "passages": [{"document": "a.md"}]}])
def test_rows_of_older_versions_stay_readable(receipt: dict[str, Any]) -> None:
    assert receipt_html({"question": "x", "receipt": receipt}, "en", TITLES)
    assert receipt_html(kept(receipt=receipt, route={}, timings={}), "zh", TITLES)


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_in_a_receipt_becomes_an_element(attack: str) -> None:
    def poisoned(value: Any) -> Any:
        if isinstance(value, str):
            return attack
        if isinstance(value, dict):
            return {key: poisoned(one) for key, one in value.items()}
        return [poisoned(one) for one in value] if isinstance(value, list) else value

    whole = poisoned(kept())
    whole["route"] |= {"domain": "hr", "scores": [["hr", 0.9]], "reason": "x"}
    seen = Elements(receipt_html(whole | {"domain": "hr"}, "en", {"hr": attack}))
    assert set(seen.tags) <= {"ul", "li", "details", "summary", "div", "table", "thead", "tbody", "tr", "th", "td", "span", "ol", "p", "pre", "q", "h3"}
    assert set(seen.attributes) <= {"class", "scope", "style", "value"}
    assert seen.attributes["style"] == {"width:90.0%"} | ({"width:2.0%"} & seen.attributes["style"])


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("number 25 day, which the passages say of something else", "段落中的“25 day”说的是另一件事"),
        ("date 2026-03-01 was not given", "没有提供“2026-03-01”，因此留空"),
        ("Lanwick, which the passages do not name there", "段落相应之处没有提到“Lanwick”"),
        ("it rests on [3], which bears less on the question than the best passage", "所依据的段落不如最佳段落切题"),
        ("the entailment model says that its evidence contradicts it (0.91)", "另一个模型认为段落与之矛盾"),
        ("the deposit must be named first", "the deposit must be named first"),
    ],
)
def test_reasons_of_the_check_are_said_in_the_readers_language(why: str, said: str) -> None:
    assert reasons([why], "zh") == said
