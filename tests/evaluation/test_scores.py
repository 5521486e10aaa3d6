"""All scores of one answer together, over a small domain on disk."""

from pathlib import Path

import pytest

from assistant.domain import Domain
from assistant.domain_files import DomainSpec, Question
from assistant.errors import PluginError
from assistant.evaluation.results import Answered, Shown
from assistant.evaluation.scores import SCORES, scores
from assistant.records import Chunk, Evidence

TEXT = "Remote work is possible on 2 days a week. Ask 24 hours ahead in Harbour."
CHUNKS = [
    Chunk("hr", "remote.md", "Remote work", "Days", TEXT, 0, len(TEXT), "en"),
    Chunk("hr", "food.md", "Canteen", "Hours", "The canteen opens at 11:30.", 0, 27, "en"),
]
FIRST = Shown("remote.md", "Remote work › Days", "Remote work is possible on 2 days a week.", TEXT)
OTHER = Shown("food.md", "Canteen › Hours", "The canteen opens at 11:30.", "The canteen opens at 11:30.")


class Desk(Domain):
    def check_format(self, name: str, answer: str) -> bool:
        return answer.startswith("Rule:")

    def computed_values(self, question: str, evidence: object) -> list[str]:
        if "crash" in question:
            raise RuntimeError("no calendar")
        return ["8 days a month"] if "month" in question else []


@pytest.fixture
def desk(tmp_path: Path) -> Domain:
    (tmp_path / "glossary.csv").write_text("term,meaning,aliases,language\nremote work,,home office,en\n", "utf-8")
    return Desk(tmp_path, DomainSpec(name="hr"))


def asked(**values: object) -> Question:
    standing = {"id": "q", "split": "dev", "language": "en", "question": "On how many days may I work at home?"}
    return Question.model_validate({**standing, "facts": ["2 days"], "sources": ["remote.md"], **values})


def test_a_perfect_answer_scores_one_everywhere(desk: Domain) -> None:
    question = asked(terms=["remote work"], format="rule", not_facts=["3 days"], reference="Rule: Remote work is possible on 2 days a week.")
    answer = Answered("q", "Rule: Remote work is possible on 2 days a week. [1]", False, (FIRST,), (FIRST,), stood=1)
    assert scores(question, answer, desk, CHUNKS) == pytest.approx(dict.fromkeys(SCORES, 1.0))


def test_a_wrong_answer_shows_where(desk: Domain) -> None:
    question = asked(terms=["remote work"], format="rule", not_facts=["3 days"])
    found = scores(question, Answered("q", "Home office is possible on 3 days. [1]", False, (OTHER, FIRST), (OTHER,)), desk, CHUNKS)
    wrong = {"facts", "all_facts", "no_wrong_fact", "supported", "citation_precision", "citation_recall", "format", "terms", "no_lay_word"}
    assert {name for name in wrong if found[name] == 0} == wrong
    assert (found["refusal"], found["language"], found["hit@5"], found["mrr"], found["context_precision"]) == (1, 1, 1, 0.5, 0.5)
    assert not {"length", "chrf", "rouge_l"} & set(found), "there is no reference"


def test_a_false_refusal_gives_nothing_and_is_not_blamed_for_what_it_does_not_say(desk: Domain) -> None:
    found = scores(asked(format="rule", terms=["remote work"]), Answered("q", "The passages do not say.", True, (FIRST,)), desk, CHUNKS)
    assert (found["refusal"], found["facts"], found["format"], found["terms"], found["citation_recall"]) == (0, 0, 0, 0, 0)
    assert found["hit@5"] == 1, "the passages were there"
    assert "supported" not in found and "citation_precision" not in found


def test_a_question_to_refuse_is_scored_by_its_refusal(desk: Domain) -> None:
    question = asked(refuse=True, facts=[], sources=[], question="What is the weather?")
    refused = scores(question, Answered("q", "The passages do not say.", True, (OTHER,)), desk, CHUNKS)
    assert refused == {"refusal": 1, "language": 1}
    answered = scores(question, Answered("q", "It rains on 3 days. [1]", False, (OTHER,), (OTHER,)), desk, CHUNKS)
    assert answered == {"refusal": 0, "language": 1, "supported": 0}


def test_without_documents_nothing_is_retrieved_and_the_sources_judge_the_statements(desk: Domain) -> None:
    right = scores(asked(), Answered("q", "Remote work is possible on 2 days a week.", False), desk, CHUNKS, with_documents=False)
    assert right == {"facts": 1, "all_facts": 1, "refusal": 1, "supported": 1, "language": 1}
    wrong = scores(asked(), Answered("q", "Remote work is possible on 4 days a week.", False), desk, CHUNKS, with_documents=False)
    assert (wrong["facts"], wrong["supported"]) == (0, 0)


def test_what_the_domain_computes_is_supported(desk: Domain) -> None:
    answer = Answered("q", "Remote work is possible on 8 days a month.", False, (FIRST,), ())
    assert scores(asked(question="How many days of remote work a month?"), answer, desk, CHUNKS)["supported"] == 1
    assert scores(asked(question="How many days?"), answer, desk, CHUNKS)["supported"] == 0
    with pytest.raises(PluginError, match="no calendar"):
        scores(asked(question="crash"), answer, desk, CHUNKS)


def test_evidence_given_to_a_plugin_is_numbered(desk: Domain) -> None:
    from assistant.evaluation.unsupported import evidence_of

    found = evidence_of([FIRST, OTHER])
    assert [item.n for item in found] == [1, 2, 3]
    assert all(isinstance(item, Evidence) and item.text for item in found)
