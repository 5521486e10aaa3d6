"""Refusal, language, length, terms, format and likeness to a reference."""

from pathlib import Path

import pytest

from assistant.domain import Domain
from assistant.domain_files import DomainSpec, Question, Term
from assistant.errors import EvaluationError, PluginError
from assistant.evaluation.form import format_kept, lay_words, length, length_ratio, no_lay_word, outcome, right_language, stands, terms_used
from assistant.evaluation.reference import chrf, rouge_l
from assistant.plugins import load_plugins
from assistant.settings import Workspace

ROOT = Path(__file__).parents[2]


def asked(**values: object) -> Question:
    return Question.model_validate({"id": "q", "split": "dev", "language": "en", "question": "How long?", **values})


def test_own_words_stand_where_they_were_shown_and_silence_does_not() -> None:
    assert [stands(3, 1), stands(2, 0), stands(0, 4), stands(0, 0), stands(None, 0)] == [0.75, 1, 0, 0, None]


def test_a_refusal_is_right_or_wrong() -> None:
    must, can = asked(refuse=True), asked(facts=["15 days"])
    assert [outcome(must, True), outcome(must, False)] == ["right refusal", "false answer"]
    assert [outcome(can, True), outcome(can, False)] == ["false refusal", "answered"]


@pytest.mark.parametrize(
    ("text", "language", "right"),
    [
        ("You get 15 days. [1]", "en", True),
        ("您有15天。[1]", "zh", True),
        ("您有15天。", "en", False),
        ("You get 15 days.", "zh", False),
        ("The ticket is closed (工单闭环) when the customer has confirmed it.", "en", True),
        ("运行 `tern doctor` 即可", "zh", True),
        ("下一步：转 on-call 工程师", "zh", True),
        ("Run this:\n```\necho 您好\n```", "en", True),
        ("[1]", "en", None),
    ],
)
def test_the_answer_is_in_the_question_language(text: str, language: str, right: bool | None) -> None:
    assert right_language(text, asked(language=language)) is right


def test_length_counts_words_in_english_and_characters_in_chinese() -> None:
    assert length("You get 15 days' leave. [1]", "en") == 5
    assert length("年休假为15天。[2]", "zh") == 6
    assert length("", "en") == 0
    assert length_ratio("You get fifteen days", asked(reference="You get 15 days of leave each year")) == 0.5
    assert length_ratio("年假十五天", asked(language="zh", reference="年假十天")) == pytest.approx(5 / 4)
    assert length_ratio("anything", asked()) is None


GLOSSARY = [
    Term(term="remote work", aliases=["home office", "WFH"]),
    Term(term="expense report", aliases=["costs"]),
    Term(term="港湾", aliases=["系统"], language="zh"),
    Term(term="ER", aliases=["claim"]),
]


def test_terms_due_are_used_and_lay_words_avoided() -> None:
    question = asked(terms=["remote work", "expense report"])
    text = "Home office is 2 days. Hand in an expense report for your costs."
    assert terms_used(text, question) == 0.5
    assert lay_words(text, question, GLOSSARY) == ["home office"]  # "costs" stands beside the term, not in its place
    assert no_lay_word(text, question, GLOSSARY) is False
    assert no_lay_word("Two days.", question, GLOSSARY) is True


def test_terms_in_chinese_and_short_ones() -> None:
    question = asked(language="zh", terms=["港湾"])
    assert terms_used("在“港湾”系统申请", question) == 1
    assert lay_words("在“港湾”系统申请", question, GLOSSARY) == []
    assert lay_words("在系统里申请", question, GLOSSARY) == ["系统"]
    assert terms_used("Employees erase nothing.", asked(terms=["ER"])) == 0
    assert terms_used("text", asked()) is None
    assert no_lay_word("text", asked(), GLOSSARY) is None


class Strict(Domain):
    def check_format(self, name: str, answer: str) -> bool:
        if name == "broken":
            raise ValueError("no such line")
        return answer.endswith("Regards") if name == "letter" else super().check_format(name, answer)


def test_the_domain_checks_the_format_without_marks(tmp_path: Path) -> None:
    domain = Strict(tmp_path, DomainSpec(name="desk"))
    assert format_kept("Dear all. [1]\nRegards [2]", asked(format="letter"), domain) is True
    assert format_kept("Dear all.", asked(format="letter"), domain) is False
    assert format_kept(" ", asked(format="letter"), domain) is False
    assert format_kept("Dear all.", asked(), domain) is None
    with pytest.raises(EvaluationError, match=r"'poem'.*check_format"):
        format_kept("Dear all.", asked(format="poem"), domain)
    with pytest.raises(PluginError, match="no such line"):
        format_kept("Dear all.", asked(format="broken"), domain)


def test_rouge_l_by_hand_in_both_languages() -> None:
    assert rouge_l("leave is 15 days [1]", asked(reference="The leave is 5 days")) == pytest.approx(2 * 0.75 * 0.6 / 1.35)
    assert rouge_l("年假十天", asked(reference="年假五天")) == pytest.approx(0.75)
    assert rouge_l("年假五天", asked(reference="年假五天。")) == pytest.approx(1)
    assert rouge_l("", asked(reference="年假五天。")) == 0


def test_chrf_by_hand_in_both_languages() -> None:
    assert chrf("a", asked(reference="ab")) == pytest.approx(5 * 1 * 0.5 / (4 * 1 + 0.5))
    assert chrf("年", asked(reference="年假")) == pytest.approx(5 * 1 * 0.5 / (4 * 1 + 0.5))
    assert chrf("年假五天 [1]", asked(reference="年假五天")) == pytest.approx(1)
    assert chrf("", asked(reference="年假五天")) == 0


def test_without_a_reference_there_is_no_likeness() -> None:
    assert chrf("text", asked()) is None
    assert rouge_l("text", asked()) is None


def test_the_shipped_references_are_good_answers() -> None:
    from assistant.evaluation.expected import facts_share, no_wrong_fact

    for domain in load_plugins(Workspace(ROOT)).domains.values():
        for question in (one for one in domain.questions if one.reference):
            judged = [
                facts_share(question.reference, question), no_wrong_fact(question.reference, question),
                right_language(question.reference, question), format_kept(question.reference, question, domain),
                chrf(question.reference, question), rouge_l(question.reference, question),
            ]  # fmt: skip
            assert {round(float(score), 6) for score in judged if score is not None} == {1.0}, f"{domain.name} {question.id}: {judged}"
