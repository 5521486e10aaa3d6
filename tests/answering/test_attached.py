"""Questions in a conversation with files: what asks for an overview, what an overview says, and who answers."""

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.answering import attached
from assistant.answering.cite import Citations
from assistant.answering.flow import Ask, Assistant, open_assistant
from assistant.answering.overview import about_files, evidence, lines, overviews
from assistant.answering.refuse import silent
from assistant.domain import REFUSAL, Domain
from assistant.domain_files import OF_A_CONVERSATION, DomainSpec
from assistant.records import Document
from assistant.retrieval.chunk import split
from assistant.settings import Workspace
from assistant.testing.models import tiny_llama
from assistant.testing.server import openai_server
from tests.retrieval.attaching import attach

ROOT = Path(__file__).parents[2]
RULES = (
    "# Harbour rules\n\nContents\n\n## Berths\n\nA berth in the north basin costs 42 EUR for each night that a boat stays there.\n\n"
    "## Quiet hours\n\nEngines and generators are switched off between 22:00 and 07:00 on every day.\n\n"
    "## Waste\n\nOil and batteries are handed in at the shed beside the crane, never thrown away.\n"
)


@pytest.mark.parametrize(
    "question",
    [
        "What is this document about?", "Summarise this file", "summarize the PDF please", "What's in my files?", "Give me an overview of harbour rules.md",
        "Can you give me a short summary of the attached report?", "what does harbour rules.pdf say", "What are the main points of this paper?",
        "这份文件讲了什么？", "请总结一下这个文档", "帮我概括上传的PDF的主要内容", "harbour rules.pdf 的内容是什么？", "这个文件是关于什么的？", "文档里有哪些内容",
    ],
)  # fmt: skip
def test_questions_about_a_file_as_a_whole_are_told_apart(question: str) -> None:
    assert about_files(question, ["harbour rules.pdf", "harbour rules.md"])


@pytest.mark.parametrize(
    "question",
    [
        "What does the document say about engines?", "What is the berth fee?", "Summarise the leave policy", "What is this about?", "What is a file descriptor?",
        "文件里说泊位多少钱？", "总结一下请假制度", "这份文件的第三章讲了什么费用？", "年假有几天？", "harbour rules.pdf 里泊位多少钱？",
    ],
)  # fmt: skip
def test_questions_about_something_in_a_file_are_left_to_its_passages(question: str) -> None:
    assert not about_files(question, ["harbour rules.pdf"])


def test_an_overview_quotes_title_headings_and_opening_with_marks(tmp_path: Path) -> None:
    domain = Domain(tmp_path, DomainSpec(name="harbour"))
    chunks = split(domain, Document("harbour", "rules.md", RULES, "Harbour rules", "en"))
    found = overviews(chunks, [], {"rules.md": 3}, "en")
    cited = Citations()
    text = "".join(lines(found, evidence(found), cited))
    assert text.splitlines()[:2] == ["rules.md: Harbour rules (3 pages)", "Sections: Berths; Quiet hours; Waste"]
    assert "A berth in the north basin costs 42 EUR for each night that a boat stays there. [1]" in text
    assert [citation.document for citation in cited.found] == ["rules.md"] * 3


def test_the_refusal_of_files_speaks_of_files_and_not_of_a_team(tmp_path: Path) -> None:
    files = Domain(tmp_path, DomainSpec(name=f"{OF_A_CONVERSATION}1", title={"en": "Your files", "zh": "您的文件"}))
    assert silent(files, "en") == "Your files do not say this. Try other words."
    assert silent(files, "zh") == "您的文件中没有说明这一点。可以换一种问法。"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    root = tmp_path_factory.mktemp("workspace")
    shutil.copytree(ROOT / "plugins" / "hr_policy", root / "plugins" / "hr_policy")
    (root / "assistant.toml").write_text(f'base_model = "{tiny_llama(root / "tiny")}"\nthreads = 1\n', "utf-8")
    opened = open_assistant(Workspace(root))
    yield opened
    opened.close()


@pytest.mark.slow
def test_files_answer_what_they_say_and_domains_the_rest(assistant: Assistant, tmp_path: Path) -> None:
    key, path = uuid.uuid4().hex, tmp_path / "rules.md"
    path.write_text(RULES, "utf-8")
    *_, found = attach(assistant.uploads, key, [path])
    files = assistant.uploads.domain(key)
    assert files and found[0].stage == "ready"
    own = assistant.answer(Ask("What does a berth in the north basin cost?", attached=files))
    assert (own.domain, own.refused, own.adapter) == (files.name, False, None) and "42 EUR" in own.text
    assert {citation.domain for citation in own.citations} == {files.name}
    assert assistant.answer(Ask("How many days of annual leave do I get?", attached=files)).domain == "hr_policy"
    far = assistant.answer(Ask("How tall is Mount Everest?", attached=files))
    assert far.refused and far.text.startswith("Your files do not say this.")
    assert not assistant.answer(Ask("这份文件讲了什么？", attached=files)).refused
    assert assistant.answer(Ask("What does a berth in the north basin cost?")).domain != files.name
    pinned = assistant.answer(Ask("How many days of annual leave do I get?", domain="hr_policy", attached=files))
    assert pinned.domain == "hr_policy"


def test_a_domain_answers_where_the_model_finds_nothing_in_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attached, "CLEARLY", 1.0)
    asked: list[str] = []

    def reply(body: dict[str, Any]) -> str:
        asked.append(body["messages"][-1]["content"])
        return REFUSAL["en"] if "harbour master" in asked[-1] else "No idea."

    shutil.copytree(ROOT / "plugins" / "hr_policy", tmp_path / "plugins" / "hr_policy")
    key, path = uuid.uuid4().hex, tmp_path / "rules.md"
    path.write_text(f"{RULES}\n## Annual leave\n\nWhile the harbour master takes days of annual leave, the crane rests.\n", "utf-8")
    with openai_server(reply) as url:
        (tmp_path / "assistant.toml").write_text(f'base_model = "{url}"\n', "utf-8")
        assistant = open_assistant(Workspace(tmp_path))
        list(attach(assistant.uploads, key, [path]))
        files = assistant.uploads.domain(key)
        told = assistant.answer(Ask("How many days of annual leave do I get?", attached=files))
        assistant.close()
    assert "harbour master" in asked[0] and (told.domain, told.refused) == ("hr_policy", False)


@pytest.mark.slow
def test_a_conversation_keeps_its_files_over_a_restart(tmp_path: Path) -> None:
    (tmp_path / "ws").mkdir()
    (tmp_path / "ws/assistant.toml").write_text(f'base_model = "{tiny_llama(tmp_path / "tiny")}"\nthreads = 1\n', "utf-8")
    key, path = uuid.uuid4().hex, tmp_path / "rules.md"
    path.write_text(RULES, "utf-8")
    first = open_assistant(Workspace(tmp_path / "ws"))
    list(attach(first.uploads, key, [path]))
    first.close()
    second = open_assistant(Workspace(tmp_path / "ws"))
    second.uploads.sweep(lambda: {key})
    answer = second.answer(Ask("What does a berth in the north basin cost?", attached=second.uploads.domain(key)))
    second.close()
    assert "42 EUR" in answer.text
