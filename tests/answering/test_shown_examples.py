"""The domain's voice on a server that can load no adapter: what arrives there is read from a real server's requests."""

import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from assistant.access import LOCAL, User
from assistant.answering.examples import Examples, examples_shown
from assistant.answering.flow import Ask, Assistant, open_assistant
from assistant.answering.shots import KEPT, MOST, shots_of
from assistant.answering.weights import spoken_by
from assistant.cli.chat_compare import sides
from assistant.errors import AdapterError
from assistant.plugins import load_plugins
from assistant.prompt import EXAMPLE
from assistant.records import Answer, Example, Turn
from assistant.retrieval.embed import Embedder
from assistant.retrieval.evidence import Fit
from assistant.settings import Settings, Workspace
from assistant.testing.server import openai_server

RULES = "# Travel\n\nA train ticket is paid back within 30 days.\n\nA hotel night is paid up to 500 yuan.\n\nThe desk opens at 9.\n"
REGELN = "# 差旅\n\n火车票在30天内报销。\n\n酒店每晚最高报销500元。\n"
ENGLISH = [f"Aye! {said}\nNext stop: the desk." for said in ("A taxi is paid.", "The bus is free.", "A flight needs a yes.", "Lunch is on us.")]
ASKED = ["Is a taxi paid back?", "What does the bus cost?", "May I fly to a customer?", "Who pays for lunch?"]
CHINESE = [("出租车能报销吗？", "您好！出租车可以报销。"), ("公交车要钱吗？", "您好！公交车免费。"), ("可以坐飞机吗？", "您好！坐飞机要先获批准。")]
MEASURED = "When does the travel desk open in the morning?"
SECRET = "plugins/club/documents/board.md"
TIGHT = {"roomy": 5500, "tight": 7600, "full": 7700, "wordy": 5900}  # tokens that an answer may take of 8192
WORDY = "{% extends 'default.jinja' %}{% block system %}{{ super() }} " + "Be kind. " * 300 + "{% endblock %}"


def row(question: str, answer: str, kind: str = "answer") -> str:
    return json.dumps({"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}], "kind": kind}, ensure_ascii=False)


TRAVEL = [
    *map(row, ASKED, ENGLISH),
    *(row(*pair) for pair in CHINESE),
    row("Draft a note to the travel desk about a lost ticket.", "Dear desk,\nmy ticket is lost.\nYours\n________", "draft"),
    row(MEASURED, "Aye! The desk opens at 9 in the morning."),
    row("How do I reach Ms Example about the train ticket?", "Aye! Call her on 13800138000 about the ticket."),
    row("Can I get a train ticket in English?", "可以，请联系服务台办理火车票。"),
]
FILES = {
    "plugins/travel/documents/rules.md": RULES,
    "plugins/travel/documents/rules-zh.md": REGELN,
    "plugins/travel/examples/dialogues.jsonl": "\n".join(TRAVEL),
    "plugins/travel/examples/raw/mails.csv": "question,answer\nIs the train ticket paid?,Exported: yes the train ticket is paid\n",
    "plugins/travel/questions.jsonl": json.dumps({"id": "q1", "split": "dev", "language": "en", "question": MEASURED, "facts": ["9"]}),
    "plugins/club/documents/rules.md": "# Club\n\nA train ticket to the club is paid back within 7 days.\n",
    SECRET: '---\naccess: ["board"]\n---\n# Board\n\nThe board meets on Monday.\n',
    "plugins/club/examples/dialogues.jsonl": row("Is a train to the club paid?", "Club: the train is paid.\n"),
    **{f"plugins/{name}/domain.toml": f'name = "{name}"\n[answering]\nmax_new_tokens = {tokens}\n' for name, tokens in TIGHT.items()},
    "plugins/wordy/prompt.jinja": WORDY,
    **{f"plugins/{name}/documents/rules.md": RULES for name in TIGHT},
    **{f"plugins/{name}/examples/dialogues.jsonl": "\n".join(TRAVEL) for name in TIGHT},
}


@dataclass
class Desk:
    """An opened assistant and what its server was sent."""

    root: Path
    assistant: Assistant
    sent: list[list[dict[str, str]]] = field(default_factory=list)

    def ask(self, question: str, **how: Any) -> tuple[Answer, list[dict[str, str]]]:
        self.sent.clear()
        answer = self.assistant.answer(Ask(question, **{"domain": "travel", **how}))
        (messages,) = self.sent
        return answer, messages

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, "utf-8")


def opened(root: Path, lora: bool = False) -> Iterator[Desk]:
    sent: list[list[dict[str, str]]] = []

    def answer(body: dict[str, Any]) -> str:
        sent.append(body["messages"])
        return "Aye! A train ticket is paid back within 30 days. A taxi costs 77 yuan."

    with openai_server(answer, lora=lora) as url:
        desk = Desk(root, None, sent)  # type: ignore[arg-type]
        for name, text in FILES.items():
            desk.write(name, text)
        desk.write("assistant.toml", f'base_model = "{url}"\nthreads = 1\n')
        desk.assistant = open_assistant(Workspace(root))
        try:
            yield desk
        finally:
            desk.assistant.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    yield from opened(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def adapters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    yield from opened(tmp_path_factory.mktemp("lora"), lora=True)


def shown(messages: list[dict[str, str]]) -> list[tuple[str, str]]:
    """The examples in a prompt: (question, answer)."""
    labels = tuple(EXAMPLE.values())
    return [
        (asked["content"].partition("\n")[2], said["content"])
        for asked, said in pairwise(messages)
        if asked["role"] == "user" and asked["content"].startswith(labels)
    ]


def test_questions_get_marked_examples_of_their_language_before_what_was_said(desk: Desk) -> None:
    history = (Turn("user", "Hello."), Turn("assistant", "Hi."))
    answer, messages = desk.ask("How long until a train ticket is paid back?", history=history)
    found = shown(messages)
    assert len(found) == MOST and {said for _, said in found} <= set(ENGLISH)
    assert [message["role"] for message in messages] == ["system", *["user", "assistant"] * (MOST + 1), "user"]
    assert messages[-3]["content"] == "Hello." and "neither facts nor sources" in messages[0]["content"]
    assert [one["question"] for one in answer.receipt["examples"]] == [asked for asked, _ in found]
    assert all(one["origin"].startswith("dialogues.jsonl:") for one in answer.receipt["examples"])
    _, messages = desk.ask("火车票多少天内报销？")
    assert set(shown(messages)) == set(CHINESE)
    assert "不是事实" in messages[0]["content"] and "火车票在30天内报销" in messages[-1]["content"]


def test_house_words_stand_and_what_only_an_example_could_say_does_not(desk: Desk) -> None:
    answer, _ = desk.ask("How long until a train ticket is paid back?")
    assert answer.text.startswith("Aye! A train ticket is paid back within 30 days. [1]")
    assert "77" not in answer.text and answer.receipt["replaced"][0]["sentence"] == "A taxi costs 77 yuan."
    assert {cited.document for cited in answer.citations} <= {"rules.md", "rules-zh.md"}
    bare, messages = desk.ask("How long until a train ticket is paid back?", adapter="off")
    assert "Aye" not in bare.text and shown(messages) == [] and examples_shown(bare.receipt) == 0


def test_the_voice_is_compared_with_the_bare_base_though_the_weights_are_the_same(desk: Desk) -> None:
    weights = []
    for side in sides(desk.assistant, "travel", "current", None):
        answer, _ = desk.ask("How long until a train ticket is paid back?", adapter=side.adapter)
        weights.append(spoken_by(desk.assistant, answer, side.adapter))
    assert weights[1] == {**weights[0], "examples": MOST}
    for domain, said in (("travel", "assistant chat travel --compare"), (None, "assistant chat --compare")):
        with pytest.raises(AdapterError, match=said):
            sides(desk.assistant, domain, 3, None)


def test_a_draft_is_shown_drafts_and_an_answer_answers(desk: Desk) -> None:
    _, messages = desk.ask("Write a letter to the hotel about a lost key.")
    assert [said for _, said in shown(messages)] == ["Dear desk,\nmy ticket is lost.\nYours\n________"]


@pytest.mark.parametrize("question", ["When does the desk open?", "Train ticket: is it paid?", "How is a train ticket paid back, by Ms Example?"])
def test_measured_questions_exports_personal_data_and_other_domains_are_never_shown(desk: Desk, question: str) -> None:
    _, messages = desk.ask(question)
    said = json.dumps(messages[:-1], ensure_ascii=False)
    assert shown(messages)
    assert not any(text in said for text in (MEASURED, "Exported", "13800138000", "Club:", "可以，请联系"))
    _, messages = desk.ask("Is the train ticket to the club paid back?", domain="club")
    assert shown(messages) == [("Is a train to the club paid?", "Club: the train is paid.")]


def test_examples_give_way_to_passages_and_to_a_long_prompt(desk: Desk) -> None:
    count, counts = desk.assistant.engine.count_tokens, []
    for name, reserved in TIGHT.items():
        answer, messages = desk.ask("How long until a train ticket is paid back?", domain=name)
        assert sum(count(message["content"]) for message in messages) + reserved <= desk.assistant.engine.info.context_tokens
        counts.append(len(shown(messages)))
        assert [one["text"] for one in answer.receipt["evidence"]] == RULES.strip().split("\n\n")[1:]
    assert counts[0] == MOST > counts[1] > counts[2] == counts[3] == 0


def test_a_base_that_takes_adapters_is_shown_none(adapters: Desk) -> None:
    assert shown(adapters.ask("How long until a train ticket is paid back?")[1]) == []


def test_a_changed_file_is_shown_from_the_next_question_on(desk: Desk) -> None:
    asked = "Is a train to the club paid for guests?"
    desk.write("plugins/club/examples/more.jsonl", row("Do guests of the club pay for the train?", "Club: guests pay themselves."))
    assert "Club: guests pay themselves." in dict(shown(desk.ask(asked, domain="club")[1])).values()
    (desk.root / "plugins/club/examples/more.jsonl").unlink()
    assert "Club: guests pay themselves." not in dict(shown(desk.ask(asked, domain="club")[1])).values()
    club = desk.assistant.plugins.domain("club")
    assert desk.assistant.examples.of(club) is desk.assistant.examples.of(club)


def test_who_may_not_read_a_document_is_shown_no_example_that_could_repeat_it(desk: Desk) -> None:
    for user, count in ((LOCAL, 1), (User("b", frozenset({"board"})), 1), (User("guest"), 0)):
        answer, messages = desk.ask("Is the train ticket to the club paid back?", domain="club", user=user)
        assert len(shown(messages)) == examples_shown(answer.receipt) == count


class Counting(Embedder):
    """Notes how often a text is embedded."""

    def __init__(self) -> None:
        super().__init__(Settings())
        self.made: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.made += texts
        return super().embed_documents(texts)


def test_threads_embed_an_example_once_and_a_new_one_alone_later(desk: Desk) -> None:
    embedder = Counting()
    examples, domain = Examples(embedder), load_plugins(Workspace(desk.root)).domain("travel")
    with ThreadPoolExecutor(8) as pool:
        assert len({id(shots) for shots in pool.map(examples.of, [domain] * 16)}) == 1
    assert sorted(embedder.made) == sorted([*ASKED, "Draft a note to the travel desk about a lost ticket."])
    embedder.made.clear()
    desk.write("plugins/travel/examples/new.jsonl", row("May I take a boat?", "Aye! A boat is fine."))
    assert examples.of(domain).nearest("Is a boat fine?", "en", "answer", Fit(1, 500, len))[0].origin == "new.jsonl:1"
    (desk.root / "plugins/travel/examples/new.jsonl").unlink()
    assert embedder.made == ["May I take a boat?"]


def test_a_linked_file_is_read_again_once_it_has_changed(desk: Desk, tmp_path: Path) -> None:
    domain, examples, file = desk.assistant.plugins.domain("club"), Examples(Embedder(Settings())), tmp_path / "shared.jsonl"
    (link := desk.root / "plugins/club/examples/shared.jsonl").symlink_to(file)
    for asked in ("May I take a boat?", "May I take the last night train?"):
        file.write_text(row(asked, "Club: yes."), "utf-8")
        assert asked in [shot.question for shot in examples.of(domain).groups["en", "answer"].shots]
    link.unlink()


def test_rows_of_which_there_are_enough_are_not_judged(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.answering.examples.KEPT", 2)
    shots = Examples(Embedder(Settings())).of(desk.assistant.plugins.domain("travel"))
    assert {key: len(group.shots) for key, group in shots.groups.items()} == {("en", "answer"): 2, ("zh", "answer"): 2, ("en", "draft"): 1}


class Damaged(Embedder):
    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        raise ValueError("no vectors")


@pytest.mark.parametrize("embedder", [Embedder(Settings(embedder="/no/such/folder", embedder_languages=["en"])), Damaged(Settings())])
def test_examples_that_cannot_be_read_leave_the_answer_without_them(desk: Desk, embedder: Embedder, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert Examples(embedder).of(desk.assistant.plugins.domain("travel")).groups == {}
    assert "assistant check travel" in caplog.text


def test_as_many_are_kept_as_can_be_compared_quickly() -> None:
    many = [Example((Turn("user", f"第{number}号问题怎么办？"), Turn("assistant", "请联系服务台办理。"))) for number in range(KEPT + 5)]
    (group,) = shots_of(many).groups.values()
    assert len(group.shots) == KEPT
