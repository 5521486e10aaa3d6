"""Two answers to a question from one base in memory, and proof of which weights spoke: real questions, a real engine, two real adapters."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from assistant.answering.flow import Ask, Assistant, open_assistant
from assistant.answering.weights import weights_of
from assistant.cli import session
from assistant.cli.chat_compare import Comparison, marked, sides
from assistant.errors import AdapterError
from assistant.history import LOCAL_USER, History
from assistant.models.local import load_model
from assistant.models.source import fingerprints
from assistant.registry import WEIGHTS, Registry
from assistant.settings import Workspace
from assistant.training.adopt import Base, adopt

QUESTION = "How long is annual leave?"


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory, llama: Path) -> Workspace:
    root = tmp_path_factory.mktemp("space")
    documents = root / "plugins" / "staff" / "documents"
    documents.mkdir(parents=True)
    (documents.parent / "domain.toml").write_text('name = "staff"\n[answering]\nmax_new_tokens = 24\n[routing]\nexamples = ["How long is annual leave?"]\n')
    (documents / "leave.md").write_text("# Leave\n\nAnnual leave is 15 days a year. Leave is requested in Harbour.\n")
    (root / "assistant.toml").write_text(f'base_model = "{llama}"\nthreads = 1\n')
    return Workspace(root)


@pytest.fixture(scope="module")
def assistant(space: Workspace, llama: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    import torch
    from peft import LoraConfig, get_peft_model

    opened = open_assistant(space)
    for seed in (1, 2):
        torch.manual_seed(seed)
        model = get_peft_model(load_model(llama, "float32", "cpu"), LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False, task_type="CAUSAL_LM"))
        folder = tmp_path_factory.mktemp("peft") / "adapter"
        model.save_pretrained(str(folder))
        adopt(opened.registry, "staff", folder, Base(str(llama), llama, fingerprints(llama)))
    opened.registry.use(opened.registry.version("staff", 2), "for the test")
    yield opened
    opened.close()


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    kept = History(tmp_path / "history.sqlite")
    yield kept
    kept.close()


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    text = io.StringIO()
    monkeypatch.setattr(session, "out", Console(file=text, width=140, highlight=False, soft_wrap=True))
    return text


def sha(registry: Registry, number: int) -> str:
    return hashlib.sha256((registry.version("staff", number).folder / WEIGHTS).read_bytes()).hexdigest()


def test_base_and_live_version_answer_and_the_receipt_proves_it(assistant: Assistant, history: History, printed: io.StringIO, llama: Path) -> None:
    pair = sides(assistant, "staff", "current", None)
    assert [side.adapter for side in pair] == ["off", 2]
    talk = Comparison(assistant, history, "staff", pair)
    talk.ask(QUESTION)
    assert talk.last
    assert talk.last.receipt["weights"]["name"] == "staff@2"
    assert talk.last.receipt["weights"]["sha256"] == sha(assistant.registry, 2)
    text = printed.getvalue()
    assert "== base ==" in text and "== staff@2 ==" in text
    assert f"no adapter, base {llama} {fingerprints(llama)['weights'][:8]}" in text
    assert f"staff@2 {sha(assistant.registry, 2)[:8]} on" in text
    assert "same weights" not in text
    assert history.conversations(LOCAL_USER) == [], "a comparison is no conversation to keep"


def test_two_versions_are_compared(assistant: Assistant, history: History, printed: io.StringIO) -> None:
    pair = sides(assistant, "staff", 2, "staff@1")
    talk = Comparison(assistant, history, "staff", pair)
    talk.ask(QUESTION)
    text = printed.getvalue()
    for number in (1, 2):
        assert f"== staff@{number} ==" in text
        assert f"staff@{number} {sha(assistant.registry, number)[:8]}" in text


def test_without_a_live_version_equal_weights_are_told(assistant: Assistant, history: History, printed: io.StringIO) -> None:
    pointer = assistant.registry.folder("staff") / "CURRENT"
    before = pointer.read_bytes()
    pointer.unlink()
    try:
        with pytest.raises(AdapterError, match="no live version"):
            sides(assistant, "staff", "current", None)
        talk = Comparison(assistant, history, "staff", sides(assistant, None, "current", None))
        talk.ask(QUESTION)
    finally:
        pointer.write_bytes(before)
    assert "both are the same weights" in printed.getvalue()


@pytest.mark.parametrize(
    ("domain", "adapter", "against", "words"),
    [
        ("staff", 1, "staff@1", "with itself"),
        ("staff", "current", "staff@9", "no adapter staff@9"),
        ("staff", "current", "hr@1", "name the domain"),
        ("staff", "current", "staff", "name the domain"),
        (None, "current", "staff@1", "name the domain"),
    ],
)
def test_what_cannot_be_compared_is_told(assistant: Assistant, domain: str | None, adapter: int, against: str, words: str) -> None:
    with pytest.raises(AdapterError, match=words):
        sides(assistant, domain, adapter, against)


def test_both_sides_read_the_same_history(assistant: Assistant, history: History, printed: io.StringIO) -> None:
    talk = Comparison(assistant, history, "staff", sides(assistant, "staff", "current", None))
    talk.ask(QUESTION)
    assert talk.last
    assert [turn.content for turn in talk.turns] == [QUESTION, talk.last.text]
    talk.command("/new")
    assert talk.turns == ()
    talk.command("/adapter off")
    assert "stay as they were named" in printed.getvalue()


def test_the_weights_of_the_base_have_its_fingerprint(assistant: Assistant, llama: Path) -> None:
    assert weights_of(assistant, None) == {"name": "base", "base": str(llama), "base_sha256": fingerprints(llama)["weights"]}


def test_without_documents_the_asked_weights_speak_alone(assistant: Assistant) -> None:
    one, two = (assistant.answer(Ask(QUESTION, domain="staff", adapter=adapter, documents=False)) for adapter in ("off", 2))
    assert (one.adapter, two.adapter) == (None, "staff@2")
    assert one.text != two.text
    assert not one.citations and not one.receipt["evidence"]
    assert "leave.md" not in str(one.receipt["prompt"])


def test_differing_words_are_marked_in_either_language() -> None:
    assert marked("Leave is 15 days.", "Leave is 12 days.", "bold", colours=False).plain == "Leave is «15» days."
    assert marked("年假为15天。", "年假是15天。", "bold", colours=False).plain == "年假«为»15天。"
    same = marked("The same.", "The same.", "bold")
    assert same.plain == "The same." and not same.spans
    coloured = marked("ask early", "ask", "bold")
    assert [coloured.plain[span.start : span.end] for span in coloured.spans] == ["early"]


def test_in_a_wide_terminal_the_two_stand_side_by_side(assistant: Assistant, history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    text = io.StringIO()
    monkeypatch.setattr(session, "out", Console(file=text, force_terminal=True, width=160, highlight=False, _environ={"TERM": "xterm"}))
    Comparison(assistant, history, "staff", sides(assistant, "staff", "current", None)).ask(QUESTION)
    assert any("base" in line and "staff@2" in line and "╭" in line for line in text.getvalue().splitlines())
