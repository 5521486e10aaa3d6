"""Three adapters over one base, asked at once from many threads: every answer must come from its own adapter.

Each adapter is trained on the spot to answer everything with its own mark, so a mixed-up answer shows.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from assistant.errors import AdapterError
from assistant.models.engine import Sampling
from assistant.models.local import LocalEngine, load_model, load_tokenizer
from assistant.models.source import fingerprints
from assistant.records import AdapterVersion, Prompt, Turn
from assistant.settings import Settings
from assistant.testing.models import tiny_llama

MARKS = {"red": "hours", "blue": "资料", "green": "passages"}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def versions(base: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, AdapterVersion]:
    return {name: marked_adapter(base, name, mark, tmp_path_factory.mktemp(name)) for name, mark in MARKS.items()}


@pytest.fixture(scope="module")
def engine(base: Path) -> Iterator[LocalEngine]:
    opened = LocalEngine(Settings(base_model=str(base)))
    yield opened
    opened.close()


def prompt(text: str) -> Prompt:
    return Prompt((Turn("system", "Answer."), Turn("user", text)), (), "answer", "en")


def marked_adapter(base: Path, name: str, mark: str, folder: Path) -> AdapterVersion:
    """A LoRA adapter that answers every question with its mark."""
    import torch
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(0)
    tokenizer = load_tokenizer(base)
    model = get_peft_model(load_model(base, "float32", "cpu"), LoraConfig(r=8, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM"))
    model.train()
    optimiser = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
    for step in range(60):
        ids, labels = training_row(tokenizer, f"Question: {step * 7 % 100} days ahead?", mark)
        loss = model(input_ids=ids, labels=labels).loss
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
    model.save_pretrained(str(folder))
    return AdapterVersion(str(base), name, 1, folder, {"base": {"fingerprints": fingerprints(base)}})


def training_row(tokenizer: Any, question: str, mark: str) -> tuple[Any, Any]:
    import torch

    asked = tokenizer.apply_chat_template(prompt(question).as_messages(), add_generation_prompt=True, return_dict=True)["input_ids"]
    answer = tokenizer(f"{mark}<|im_end|>", add_special_tokens=False)["input_ids"]
    return torch.tensor([asked + answer]), torch.tensor([[-100] * len(asked) + answer])


def ask(engine: LocalEngine, adapter: str | None, text: str, limit: int = 24) -> str:
    return "".join(engine.stream(prompt(text), adapter, Sampling(max_new_tokens=limit), Event()))


def test_eight_questions_at_once_to_each_of_three_adapters_never_mix(engine: LocalEngine, versions: dict[str, AdapterVersion]) -> None:
    served = {name: engine.serve(version) for name, version in versions.items()}
    bare = ask(engine, None, "Question: 3 days ahead?")
    jobs = [(name, f"Question: {i} days ahead?") for i in range(8) for name in [*MARKS, None]]
    with ThreadPoolExecutor(len(jobs)) as pool:
        answers = list(pool.map(lambda job: ask(engine, served.get(job[0]) if job[0] else None, job[1]), jobs))
    for (name, _question), answer in zip(jobs, answers, strict=True):
        if name:
            assert MARKS[name] in answer, f"{name} was asked, {answer!r} came"
        else:
            assert not any(mark in answer for mark in MARKS.values())
    assert ask(engine, None, "Question: 3 days ahead?") == bare, "the bare base must be untouched by the adapters"


def test_a_version_attached_while_others_answer_changes_nothing_for_them(engine: LocalEngine, versions: dict[str, AdapterVersion]) -> None:
    red = engine.serve(versions["red"])
    newer = AdapterVersion(versions["blue"].base, "red", 2, versions["blue"].folder, versions["blue"].card)
    with ThreadPoolExecutor(9) as pool:
        answers = [pool.submit(ask, engine, red, f"Question: {i} days ahead?") for i in range(8)]
        attached = pool.submit(engine.serve, newer)
        assert all(MARKS["red"] in answer.result() for answer in answers)
    assert attached.result() == "red@2"
    assert MARKS["blue"] in ask(engine, "red@2", "Question: 1 days ahead?")
    assert MARKS["red"] in ask(engine, red, "Question: 1 days ahead?")


def test_a_cancelled_answer_ends_and_its_neighbours_go_on(engine: LocalEngine, versions: dict[str, AdapterVersion]) -> None:
    red, stop = engine.serve(versions["red"]), Event()
    with ThreadPoolExecutor(4) as pool:
        others = [pool.submit(ask, engine, red, f"Question: {i} days ahead?") for i in range(3)]
        pieces = []
        for piece in engine.stream(prompt("Question: 9 days ahead?"), None, Sampling(max_new_tokens=300), stop):
            pieces.append(piece)
            stop.set()
        assert len("".join(pieces)) < 300
        assert all(MARKS["red"] in other.result() for other in others)


def test_an_adapter_of_another_base_is_refused_with_the_reason(engine: LocalEngine, versions: dict[str, AdapterVersion]) -> None:
    wrong = AdapterVersion("other", "red", 9, versions["red"].folder, {"base": {"fingerprints": {"tokenizer": "0000"}}})
    with pytest.raises(AdapterError, match="another tokenizer"):
        engine.serve(wrong)


def test_a_damaged_adapter_is_refused_and_the_engine_goes_on(engine: LocalEngine, versions: dict[str, AdapterVersion], tmp_path: Path) -> None:
    for path in versions["red"].folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    weights = tmp_path / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:500])
    with pytest.raises(AdapterError, match="damaged"):
        engine.serve(AdapterVersion("b", "broken", 1, tmp_path, {}))
    weights.unlink()
    with pytest.raises(AdapterError, match=r"has no adapter_model\.safetensors"):
        engine.serve(AdapterVersion("b", "gone", 1, tmp_path, {}))
    assert MARKS["red"] in ask(engine, engine.serve(versions["red"]), "Question: 5 days ahead?")


def test_streamed_pieces_make_the_whole_text(engine: LocalEngine, versions: dict[str, AdapterVersion]) -> None:
    blue = engine.serve(versions["blue"])
    pieces = list(engine.stream(prompt("Question: 2 days ahead?"), blue, Sampling(max_new_tokens=24), Event()))
    assert len(pieces) > 1
    assert MARKS["blue"] in "".join(pieces)
    assert "\ufffd" not in "".join(pieces)


def test_a_stop_text_ends_the_answer_and_is_not_shown(engine: LocalEngine, versions: dict[str, AdapterVersion]) -> None:
    red = engine.serve(versions["red"])
    said = "".join(engine.stream(prompt("Question: 4 days ahead?"), red, Sampling(max_new_tokens=24, stop=("rs",)), Event()))
    assert said == "hou"


def test_long_unused_versions_of_a_domain_are_released(engine: LocalEngine, versions: dict[str, AdapterVersion]) -> None:
    folders = [versions["red"].folder, versions["blue"].folder]
    served = [engine.serve(AdapterVersion("b", "grey", number, folders[number % 2], {})) for number in range(1, 6)]
    with pytest.raises(AdapterError, match="'grey@1' is not attached"):
        engine.stream(prompt("Question: 2 days ahead?"), served[0], Sampling(max_new_tokens=24), Event())
    for name, mark in zip(served[2:], ("blue", "red", "blue"), strict=True):
        assert MARKS[mark] in ask(engine, name, "Question: 5 days ahead?")
    assert MARKS["red"] in ask(engine, engine.serve(versions["red"]), "Question: 5 days ahead?")


def test_a_version_that_several_ask_for_at_once_is_attached_once(engine: LocalEngine, versions: dict[str, AdapterVersion]) -> None:
    fresh = AdapterVersion("b", "yellow", 1, versions["blue"].folder, {})
    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(engine.serve, [fresh] * 8))
    assert set(names) == {"yellow@1"}
    assert MARKS["blue"] in ask(engine, "yellow@1", "Question: 2 days ahead?")
