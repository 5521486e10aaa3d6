import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from quick_adapter import DATA, quick_adapter
from safetensors.torch import load_file, save_file

from assistant.errors import AdapterError, ModelError, TrainingError
from assistant.models.local import LocalEngine
from assistant.registry import CONFIG, WEIGHTS
from assistant.settings import Settings
from assistant.testing.models import CHATML, tiny_llama, tiny_qwen2
from assistant.testing.server import openai_server
from assistant.training.parity.golden import FILE, TOLERANCES, Golden, golden, golden_rows, read_golden, save_golden, sure_tokens
from assistant.training.parity.prove import Proof, check_folder, check_served, proofs, prove
from assistant.training.parity.served import prove_server
from assistant.training.student import Student, open_student

Changed = Callable[[str, Any], Path]


def settings_of(base: Path, **more: Any) -> Settings:
    return Settings(base_model=str(base), threads=1, **more)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("parity") / "base")


@pytest.fixture(scope="module")
def student(base: Path) -> Student:
    return open_student(settings_of(base))


@pytest.fixture(scope="module")
def adapter(base: Path, student: Student, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained adapter with its golden prompts beside it."""
    folder = tmp_path_factory.mktemp("trained") / "adapter"
    save_golden(golden(quick_adapter(base, folder, steps=60), student, golden_rows(DATA)), folder.parent / FILE)
    return folder


@pytest.fixture
def one(adapter: Path) -> Golden:
    return read_golden(adapter.parent / FILE)


@pytest.fixture
def copy(adapter: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(adapter, tmp_path / "copy"))


def edit(folder: Path, **values: Any) -> None:
    config = json.loads((folder / CONFIG).read_text())
    (folder / CONFIG).write_text(json.dumps({**config, **values}))


def only(found: list[Proof]) -> Proof:
    assert len(found) == 1
    return found[0]


def test_a_new_process_says_what_was_in_memory_alone_merged_and_in_a_mixed_batch(adapter: Path, base: Path) -> None:
    found = prove(adapter.parent / FILE, adapter, settings_of(base))
    assert [proof.name for proof in found] == ["files", "reload", "merged", "served"]
    assert all(proof.passed for proof in found), [str(proof) for proof in found]
    assert all((proof.largest_difference or 0) < TOLERANCES["float32"] for proof in found)


@pytest.mark.parametrize("lora", [{"use_rslora": True}, {"init_lora_weights": "pissa"}, {"init_lora_weights": "olora"}], ids=str)
def test_every_variant_that_can_be_served_is_the_same_after_saving(base: Path, student: Student, tmp_path: Path, lora: dict[str, Any]) -> None:
    one = golden(quick_adapter(base, tmp_path / "adapter", **lora), student, golden_rows(DATA))
    assert [str(proof) for proof in proofs(one, tmp_path / "adapter", settings_of(base)) if not proof.passed] == []


def test_a_qwen2_is_the_same_after_saving(tmp_path: Path) -> None:
    base = tiny_qwen2(tmp_path / "qwen2")
    one = golden(quick_adapter(base, tmp_path / "adapter"), open_student(settings_of(base)), golden_rows(DATA))
    assert [str(proof) for proof in proofs(one, tmp_path / "adapter", settings_of(base)) if not proof.passed] == []


def test_golden_prompts_leave_the_model_and_the_random_state_alone(base: Path, student: Student, tmp_path: Path) -> None:
    import torch

    model = quick_adapter(base, tmp_path / "adapter", steps=1)
    state = torch.get_rng_state()
    first, second = (golden(model, student, golden_rows(DATA)) for _ in range(2))
    assert first == second, "dropout is off"
    assert model.training
    assert torch.get_rng_state().equal(state)


def test_the_golden_rows_are_held_out_ones_and_survive_the_file(one: Golden, adapter: Path) -> None:
    assert [row.messages[-1]["content"] for row in one.rows] == [row.prompt[-1].content for row in DATA.held_out]
    assert one.scaling == (2.0,)
    assert one.precision == "float32"
    assert all(row.top[0][0] == row.tokens[0] and len(row.top) == 32 for row in one.rows)
    (adapter.parent / "broken.json").write_text('{"rows": [{}]}')
    with pytest.raises(TrainingError, match="no golden prompts"):
        read_golden(adapter.parent / "broken.json")


def test_a_token_that_rounding_may_turn_is_not_held_against_a_model(one: Golden) -> None:
    row = one.rows[0]
    assert sure_tokens(row, 0.0) == len(row.tokens)
    assert sure_tokens(row, max(row.margins)) == 0


def test_other_base_weights_are_named(one: Golden, adapter: Path, tmp_path: Path) -> None:
    other = tiny_llama(tmp_path / "other", seed=2)
    assert only(proofs(one, adapter, settings_of(other))).cause.startswith("other base weights")


def test_another_chat_template_is_named(one: Golden, adapter: Path, base: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(base, tmp_path / "other"))
    (other / "chat_template.jinja").write_text(CHATML.replace("assistant\n", "assistant:\n"))
    proof = only(proofs(one, adapter, settings_of(other)))
    assert "other chat template" in proof.cause
    assert not proof.passed


def test_another_tokenizer_is_named_even_when_no_fingerprint_tells(one: Golden, adapter: Path, tmp_path: Path, base: Path) -> None:
    other = Path(shutil.copytree(base, tmp_path / "other"))
    words = json.loads((other / "tokenizer.json").read_text())
    words["model"]["merges"] = words["model"]["merges"][:5]
    (other / "tokenizer.json").write_text(json.dumps(words))
    assert "other tokenizer (" in only(proofs(one, adapter, settings_of(other))).cause
    assert "becomes other tokens from token" in only(proofs(replace(one, fingerprints={}), adapter, settings_of(other))).cause


def test_a_missing_tensor_is_named_and_never_attached(one: Golden, copy: Path, base: Path) -> None:
    weights = load_file(copy / WEIGHTS)
    gone = sorted(weights)[0]
    del weights[gone]
    save_file(weights, copy / WEIGHTS)
    proof = only(proofs(one, copy, settings_of(base)))
    assert f"1 of {len(weights) + 1} tensors are missing ({gone})" in proof.cause
    engine = LocalEngine(settings_of(base))
    try:
        assert gone in check_served(one, copy, engine).cause
    finally:
        engine.close()


@pytest.mark.parametrize(("change", "factor"), [({"lora_alpha": 16}, "4"), ({"use_rslora": True}, "4")], ids=["alpha", "rslora"])
def test_another_scaling_is_named(one: Golden, copy: Path, base: Path, change: dict[str, Any], factor: str) -> None:
    edit(copy, **change)
    assert f"other scaling: 2 in training, {factor} by" in only(proofs(one, copy, settings_of(base))).cause


def test_other_adapter_weights_are_named(one: Golden, copy: Path, base: Path) -> None:
    save_file({name: value * 1.5 for name, value in load_file(copy / WEIGHTS).items()}, copy / WEIGHTS)
    failed = {proof.name: proof.cause for proof in proofs(one, copy, settings_of(base)) if not proof.passed}
    assert set(failed) == {"reload", "merged", "served"}
    assert all("other adapter weights than those in memory" in cause for cause in failed.values())


def test_a_coarser_number_format_has_its_own_tolerance(one: Golden, adapter: Path, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    coarse = settings_of(base, precision="bfloat16")
    found = proofs(one, adapter, coarse)
    assert all(proof.passed for proof in found), [str(proof) for proof in found]
    assert max(proof.largest_difference or 0 for proof in found) > TOLERANCES["float32"]
    monkeypatch.setitem(TOLERANCES, "bfloat16", 1e-5)
    assert "precision: trained in float32, loaded in bfloat16" in proofs(one, adapter, coarse)[1].cause


@pytest.mark.parametrize(("lora", "reason"), [({"use_dora": True}, "cannot share a batch"), ({"bias": "all"}, "change the bare base")], ids=["dora", "bias"])
def test_what_cannot_stand_beside_others_is_proved_alone_and_refused_for_serving(
    base: Path, student: Student, tmp_path: Path, lora: dict[str, Any], reason: str
) -> None:
    one = golden(quick_adapter(base, tmp_path / "adapter", **lora), student, golden_rows(DATA))
    found = {proof.name: proof for proof in proofs(one, tmp_path / "adapter", settings_of(base))}
    assert found["reload"].passed
    assert found["merged"].passed
    assert not found["served"].passed
    assert reason in found["served"].cause


def test_an_unconverted_pissa_adapter_is_refused(base: Path, copy: Path) -> None:
    from assistant.models.fit import check_servable

    edit(copy, init_lora_weights="pissa")
    with pytest.raises(AdapterError, match="not converted"):
        check_servable(copy, base)


def test_another_prompt_than_in_training_is_named(copy: Path) -> None:
    from assistant.models.fit import prompt_fault
    from assistant.records import AdapterVersion

    version = AdapterVersion("tiny", "staff", 3, copy, {"prompt": "aaaa"})
    assert prompt_fault(version, "aaaa") == ""
    assert prompt_fault(replace(version, card={}), "bbbb") == "", "a card that does not say is believed"
    assert "staff@3 was trained with another prompt.jinja (card aaaa, here bbbb)" in prompt_fault(version, "bbbb")


def test_a_mixed_up_batch_is_seen(one: Golden, adapter: Path, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant.models import local

    engine = LocalEngine(settings_of(base))
    try:
        monkeypatch.setattr(local, "adapters_per_row", _everybody_as_the_first)
        proof = check_served(one, adapter, engine)
    finally:
        engine.close()
    assert not proof.passed
    assert "mix" in proof.cause


def _everybody_as_the_first(names: list[str | None]) -> Any:
    from assistant.models.rows import adapters_per_row

    return adapters_per_row([names[0]] * len(names))


def test_a_fully_trained_model_is_compared_as_a_folder(base: Path, student: Student, tmp_path: Path) -> None:
    import torch

    from assistant.models.local import load_model

    model = load_model(base, "float32", "cpu")
    with torch.no_grad():
        model.model.norm.weight.mul_(1.2)
    one = golden(model, student, golden_rows(DATA))
    folder = Path(shutil.copytree(base, tmp_path / "full"))
    model.save_pretrained(folder)
    assert [proof.passed for proof in proofs(one, folder, settings_of(base))] == [True, True]
    assert not check_folder("reload", one, base, student).passed, "the untrained base is another model"


def test_a_process_that_dies_is_a_failed_proof_with_its_last_words(adapter: Path, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    proof = only(list(prove(adapter.parent / FILE, adapter, settings_of(base))))
    assert not proof.passed
    assert "without a result" in proof.cause


def test_a_server_is_asked_the_golden_prompts_too(one: Golden, student: Student) -> None:
    texts = {row.messages[-1]["content"]: student.tokenizer.decode(row.tokens, skip_special_tokens=True) for row in one.rows}
    assert any(text.strip() for text in texts.values())
    with openai_server(lambda body: texts[body["messages"][-1]["content"]]) as url:
        assert prove_server(one, url, "tiny", student.tokenizer).passed
    with openai_server(lambda body: "Something else.") as url:
        proof = prove_server(one, url, "tiny", student.tokenizer)
    assert "golden prompt 1 is answered 'Something else.'" in proof.cause
    unsure = replace(one, rows=tuple(replace(row, margins=(0.0,) * len(row.tokens)) for row in one.rows))
    assert "hardly learned" in prove_server(unsure, "http://localhost:1", "tiny", student.tokenizer).cause
    with pytest.raises(ModelError, match="no URL"):
        prove_server(one, "localhost", "", student.tokenizer)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    import warnings

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="`is_gradient_checkpointing`")
        yield
