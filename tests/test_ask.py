"""Questions through the whole way: a real domain, the embedded base model, real stores."""

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event

import pytest

from assistant.answering.flow import Ask, Assistant, open_assistant
from assistant.answering.refuse import silent
from assistant.cli.show import as_object, facts_line
from assistant.errors import AdapterError, QuestionError, UnknownDomain
from assistant.history import History
from assistant.records import Answer, Turn
from assistant.settings import Workspace
from assistant.ui.chat.conversation import Exchange, Reply
from assistant.ui.chat.messages import exchange_messages

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    root = tmp_path_factory.mktemp("space")
    (root / "assistant.toml").write_text("threads = 1\n")
    shutil.copytree(ROOT / "plugins/hr_policy", root / "plugins/hr_policy")
    shutil.copytree(ROOT / "plugins/cloud_support", root / "plugins/cloud_support")
    opened = open_assistant(Workspace(root))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "language", "fact", "document"),
    [
        ("How many days a week can I work from home?", "en", "2 days", "remote-work-2026-en.md"),
        ("每周最多可以远程办公几天？", "zh", "2天", "remote-work-2026-zh.md"),
    ],
)
def test_a_question_gets_a_cited_answer_in_its_language(assistant: Assistant, question: str, language: str, fact: str, document: str) -> None:
    answer = assistant.answer(Ask(question))
    assert (answer.domain, answer.refused, answer.language) == ("hr_policy", False, language)
    assert fact in answer.text
    assert "[1]" in answer.text
    assert document in {cited.document for cited in answer.citations}
    assert all(cited.text in cited.passage or cited.text for cited in answer.citations)


def test_the_superseded_edition_is_not_quoted(assistant: Assistant) -> None:
    answer = assistant.answer(Ask("How long before a remote day must I ask my manager?", domain="hr_policy"))
    assert "48 hours" not in answer.text
    assert not any("2024" in cited.document for cited in answer.citations)


@pytest.mark.parametrize("question", ["How do I bake sourdough bread?", "红烧肉怎么做才好吃？"])
def test_a_question_outside_every_domain_is_refused_and_says_what_is_possible(assistant: Assistant, question: str) -> None:
    answer = assistant.answer(Ask(question))
    assert (answer.refused, answer.domain, answer.citations) == (True, None, ())
    assert assistant.plugins.domains["hr_policy"].title(answer.language) in answer.text


def test_what_the_documents_do_not_say_is_refused(assistant: Assistant) -> None:
    answer = assistant.answer(Ask("Which brand of espresso machine stands in the Jupiter lounge?", domain="hr_policy"))
    assert (answer.refused, answer.domain) == (True, "hr_policy")


def test_a_follow_up_stays_in_its_domain(assistant: Assistant) -> None:
    first = assistant.answer(Ask("How many days a week can I work from home?"))
    history = (Turn("user", first.question), Turn("assistant", first.text))
    answer = assistant.answer(Ask("And how early do I have to ask for it?", history))
    assert answer.domain == "hr_policy"
    assert answer.receipt["standalone"].startswith(first.question)


def test_an_outside_question_after_one_inside_is_still_refused(assistant: Assistant) -> None:
    history = (Turn("user", "居家办公要提前多久申请？"), Turn("assistant", "须至少提前24小时申请。 [1]"))
    answer = assistant.answer(Ask("How do I bake bread?", history))
    assert answer.refused


def test_text_streams_before_the_answer_is_complete_and_makes_the_answer(assistant: Assistant) -> None:
    *pieces, last = assistant.ask(Ask("怎么安装 SDK？"))
    assert isinstance(last, Answer)
    assert "".join(piece for piece in pieces if isinstance(piece, str)).strip() == last.text
    assert "pip install ternbox-sdk" in last.text


def test_a_stopped_answer_ends_without_inventing_the_rest(assistant: Assistant) -> None:
    stop = Event()
    stop.set()
    *_pieces, last = assistant.ask(Ask("How many days a week can I work from home?"), stop)
    assert isinstance(last, Answer)
    assert last.reason == "stopped"


def test_every_number_shown_stands_in_the_evidence(assistant: Assistant) -> None:
    from assistant.answering.facts import facts, supported

    for question in [q for q in assistant.plugins.domains["hr_policy"].questions if q.split == "dev" and not q.refuse and q.kind == "answer"][:8]:
        answer = assistant.answer(Ask(question.question, domain="hr_policy"))
        grounds = "\n".join([*(cited.text for cited in answer.citations), *(e["heading"] + e["text"] for e in answer.receipt["evidence"]), question.question])
        for fact in facts(answer.text):
            assert supported(fact, facts(grounds), grounds), f"{question.id}: {fact} in {answer.text!r}"


def test_the_json_form_has_the_names_others_rely_on(assistant: Assistant) -> None:
    found = json.loads(json.dumps(as_object(assistant.answer(Ask("How many days a week can I work from home?"))), ensure_ascii=False))
    assert {"answer", "language", "domain", "refused", "reason", "source", "adapter", "citations", "route", "timings"} <= set(found)
    assert set(found["citations"][0]) == {"n", "document", "heading", "page", "text"}
    assert set(found["route"][0]) == {"domain", "score"}
    assert found["source"] in {"model", "quoted"}


@pytest.mark.parametrize(
    ("question", "language", "facts", "documents"),
    [
        ("When is my salary paid, and how long is an API token valid?", "en", {"10th", "90 days"}, {"working-time-en.md", "sdk-guide-en.md"}),
        ("怎么安装 SDK，还有加班费怎么算？", "zh", {"pip install ternbox-sdk", "150%"}, {"sdk-guide-zh.md", "working-time-zh.md"}),
    ],
)
def test_a_question_to_two_domains_is_answered_by_both(assistant: Assistant, question: str, language: str, facts: set[str], documents: set[str]) -> None:
    *pieces, answer = assistant.ask(Ask(question))
    assert isinstance(answer, Answer)
    assert {answer.domain, *answer.also} == {"hr_policy", "cloud_support"}
    assert (answer.question, answer.language, answer.refused) == (question, language, False)
    assert all(fact in answer.text for fact in facts), answer.text
    assert documents <= {cited.document for cited in answer.citations}
    assert "".join(str(piece) for piece in pieces).strip() == answer.text
    assert [cited.n for cited in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert all(answer.text.count(f"[{cited.n}]") == 1 for cited in answer.citations)
    for name in ("hr_policy", "cloud_support"):
        assert any(line.rstrip(":：") == assistant.plugins.domains[name].title(answer.language) for line in answer.text.splitlines())
    assert {part["domain"]: part["refused"] for part in answer.receipt["parts"]} == {"hr_policy": False, "cloud_support": False}
    assert all(part["question"] in question and part["evidence"] for part in answer.receipt["parts"])


@pytest.mark.parametrize(
    "question",
    ["When is my salary paid, and how do I paint the GPU instance purple?", "加班费怎么算，另外云盘客户端的吉祥物是什么颜色的？"],
)
def test_the_domain_that_has_nothing_says_so_beside_the_other_answer(assistant: Assistant, question: str) -> None:
    answer = assistant.answer(Ask(question))
    assert (answer.domain, answer.also, answer.refused) == ("hr_policy", (), False)
    assert answer.text.endswith(silent(assistant.plugins.domains["cloud_support"], answer.language))
    assert {cited.document for cited in answer.citations} <= {path.name for path in (ROOT / "plugins/hr_policy/documents").iterdir()}


def test_a_stopped_answer_asks_no_further_domain(assistant: Assistant) -> None:
    stop = Event()
    pieces = assistant.ask(Ask("When is my salary paid, and how long is an API token valid?"), stop)
    first = next(pieces)
    stop.set()
    *_rest, answer = pieces
    assert isinstance(answer, Answer)
    assert str(first).startswith(assistant.plugins.domains["hr_policy"].title("en"))
    assert (answer.reason, answer.domain, answer.also) == ("stopped", "hr_policy", ())
    assert [part["domain"] for part in answer.receipt["parts"]] == ["hr_policy"]


def test_a_chosen_domain_answers_alone_and_a_follow_up_stays_with_its_own_question(assistant: Assistant) -> None:
    question = "When is my salary paid, and how long is an API token valid?"
    assert assistant.answer(Ask(question, domain="hr_policy")).also == ()
    before = Turn("user", "How long is an API token valid?")
    follow_up = assistant.answer(Ask("And how do I replace it?", (before, Turn("assistant", "90 days."))))
    assert (follow_up.domain, follow_up.also) == ("cloud_support", ())


def test_an_answer_of_two_domains_shows_both_wherever_it_is_shown_and_kept(assistant: Assistant, tmp_path: Path) -> None:
    answer = assistant.answer(Ask("When is my salary paid, and how long is an API token valid?"))
    titles = {name: domain.title("en") for name, domain in assistant.plugins.domains.items()}
    names = [answer.domain, *answer.also]
    assert as_object(answer)["also"] == list(answer.also)
    assert " + ".join(titles[name] for name in names if name) in facts_line(answer, assistant)
    exchange = Exchange(answer.question, (Reply("current", "answered", answer.text, answer),))
    assert all(titles[name] in exchange_messages(exchange, 0, "en", titles)[1] for name in names if name)
    history = History(tmp_path / "history.sqlite")
    message = history.add("ann", history.start("ann", "two"), answer.question, answer)
    assert history.receipt("ann", message)["also"] == list(answer.also)
    history.close()


def test_bad_questions_are_refused_in_words(assistant: Assistant) -> None:
    with pytest.raises(QuestionError, match="empty"):
        assistant.answer(Ask("  \n "))
    with pytest.raises(QuestionError, match="100000 characters, the limit is 4000"):
        assistant.answer(Ask("x" * 100_000))
    with pytest.raises(UnknownDomain, match="no domain named 'medical'; plugins/ has: cloud_support, hr_policy"):
        assistant.answer(Ask("Does it hurt?", domain="medical"))
    with pytest.raises(AdapterError, match="no adapter hr_policy@7"):
        assistant.answer(Ask("How many days a week can I work from home?", adapter=7))


def test_a_question_at_the_limit_is_answered_or_refused_never_broken(assistant: Assistant) -> None:
    for text in ("How many remote days? " * 180, "每周可以远程办公几天？" * 300):
        with suppress(QuestionError):  # too long for the base model, and said so
            assert assistant.answer(Ask(text[:4000], domain="hr_policy")).text


def test_current_that_names_a_missing_version_says_how_to_go_back(assistant: Assistant) -> None:
    folder = assistant.workspace.adapters / "starter/cloud_support"
    folder.mkdir(parents=True)
    (folder / "CURRENT").write_text("0004\n")
    try:
        with pytest.raises(AdapterError, match="rollback cloud_support"):
            assistant.answer(Ask("怎么安装 SDK？", domain="cloud_support"))
    finally:
        shutil.rmtree(folder)
