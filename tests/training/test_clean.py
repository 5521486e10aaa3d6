from pathlib import Path

import pytest

from assistant.domain import Domain
from assistant.domain_files import DomainSpec
from assistant.records import Example, Turn
from assistant.training.clean import clean, clean_text


def example(*contents: str, origin: str = "a:1") -> Example:
    roles = ("user", "assistant")
    return Example(tuple(Turn(roles[i % 2], text) for i, text in enumerate(contents)), origin=origin)  # type: ignore[arg-type]


@pytest.fixture
def domain(tmp_path: Path) -> Domain:
    return Domain(tmp_path / "staff", DomainSpec(name="staff"))


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("a   b\t c", "a b c"),
        ("<p>One</p><p>Two &amp; three</p>", "One\nTwo & three"),
        ("Rule: x\nWho: y", "Rule: x\nWho: y"),
        ("a<br/>b<script>alert(1)</script>", "a\nb"),
        ("use `pip  install <name>` now", "use `pip  install <name>` now"),
        ("```\nif a  <b> c:\n    <p>\n```", "```\nif a  <b> c:\n    <p>\n```"),
        ("<code>x &lt; y</code>", "`x < y`"),
        ("5 < 6 and 7 > 3; <your-name>", "5 < 6 and 7 > 3; <your-name>"),
        ("全角　空格&nbsp;x", "全角 空格 x"),
    ],
)
def test_text_loses_markup_and_keeps_lines_and_code(raw: str, cleaned: str) -> None:
    assert clean_text(raw) == cleaned


def test_the_same_example_is_learned_once(domain: Domain) -> None:
    cleaned = clean([example("q", "an  answer"), example("q", "an answer", origin="a:2")], domain, 1)
    assert len(cleaned.examples) == 1
    assert cleaned.dropped == ("a:2: the same as a:1",)


def test_a_short_answer_is_left_out_by_the_domain_setting(domain: Domain) -> None:
    cleaned = clean([example("q", "yes"), example("q", "a longer answer")], domain, 10)
    assert [e.turns[1].content for e in cleaned.examples] == ["a longer answer"]
    assert "min_answer_characters is 10" in cleaned.dropped[0]


def test_roles_out_of_order_are_left_out(domain: Domain) -> None:
    wrong = Example((Turn("user", "a"), Turn("user", "b"), Turn("assistant", "c")), origin="a:1")
    assert "turn 2 is the user's" in clean([wrong], domain, 1).dropped[0]


def test_a_domain_cleans_its_own_examples_and_its_failure_costs_one_row(tmp_path: Path) -> None:
    class Picky(Domain):
        def clean_example(self, example: Example) -> Example | None:
            if "boom" in example.turns[0].content:
                raise RuntimeError("boom")
            return None if "skip" in example.turns[0].content else example

    cleaned = clean([example("boom", "x"), example("skip", "x"), example("keep", "x")], Picky(tmp_path, DomainSpec(name="picky")), 1)
    assert [e.turns[0].content for e in cleaned.examples] == ["keep"]
    assert ["RuntimeError" in cleaned.dropped[0], "left out by clean_example" in cleaned.dropped[1]] == [True, True]
