"""Adapters from elsewhere: what fits becomes a candidate, everything else is refused by name and leaves nothing behind."""

import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import AdapterError
from assistant.models.local import load_model
from assistant.models.source import fingerprints
from assistant.registry import CARD, CONFIG, WEIGHTS, Registry, damage
from assistant.testing.models import tiny_llama
from assistant.training.adopt import Base, adopt


@pytest.fixture(scope="module")
def base(llama: Path) -> Base:
    return Base("tiny", llama, fingerprints(llama))


@pytest.fixture(scope="module")
def saved(llama: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as plain PEFT saves it."""
    from peft import LoraConfig, get_peft_model

    model = get_peft_model(load_model(llama, "float32", "cpu"), LoraConfig(r=4, target_modules="all-linear", task_type="CAUSAL_LM"))
    folder = tmp_path_factory.mktemp("peft") / "made-elsewhere"
    model.save_pretrained(str(folder))
    return folder


@pytest.fixture
def offer(saved: Path, tmp_path: Path) -> Path:
    """A copy of the folder, to be spoiled."""
    folder = tmp_path / "offer"
    folder.mkdir()
    for path in saved.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "adapters", "tiny")


def zipped(folder: Path, inside: str = "adapter/") -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in folder.iterdir():
            archive.write(file, f"{inside}{file.name}")
    return path


def change(folder: Path, **values: Any) -> None:
    path = folder / CONFIG
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def refused(registry: Registry, source: Path, base: Base) -> str:
    with pytest.raises(AdapterError) as caught:
        adopt(registry, "staff", source, base)
    assert registry.versions("staff") == []
    assert not registry.folder("staff").exists() or list(registry.folder("staff").iterdir()) == [], "something half-written was left"
    return str(caught.value)


@pytest.mark.parametrize("pack", [lambda folder: folder, zipped, lambda folder: zipped(folder, "")], ids=["folder", "zip", "zip without a folder"])
def test_an_adapter_of_plain_peft_becomes_a_candidate(registry: Registry, offer: Path, base: Base, pack: Callable[[Path], Path]) -> None:
    (offer / "training_args.bin").write_bytes(b"a trainer leaves this")
    made = adopt(registry, "staff", pack(offer), base)
    assert made.version.served_name == "staff@1"
    assert registry.versions("staff") == [made.version]
    assert registry.current("staff") is None
    assert damage(made.version) == ""
    assert (made.version.folder / WEIGHTS).read_bytes() == (offer / WEIGHTS).read_bytes()
    assert made.version.card["base"]["fingerprints"] == base.fingerprints
    assert made.version.card["recipe"]["lora"]["rank"] == 4
    assert "left behind: training_args.bin" in made.notices
    assert any("has no card.json" in notice for notice in made.notices)
    assert {path.name for path in made.version.folder.iterdir()} == {WEIGHTS, CONFIG, CARD}
    assert registry.decisions("staff")[-1]["event"] == "import"


def test_the_engine_serves_an_imported_adapter(registry: Registry, offer: Path, base: Base) -> None:
    from assistant.models.local import LocalEngine
    from assistant.settings import Settings

    made = adopt(registry, "staff", offer, base)
    engine = LocalEngine(Settings(base_model=str(base.folder), threads=1))
    try:
        assert engine.serve(made.version) == "staff@1"
    finally:
        engine.close()


def test_our_own_card_is_kept_but_not_its_verdicts(registry: Registry, offer: Path, base: Base) -> None:
    told = {
        "domain": "hr", "created": "2026-11-01", "prompt": "p1", "voice": ["kindly", "15 GB", 7, "x" * 500], "phrases": ["Rule:"], "gate": {"live": True},
        "parity": "proved", "recipe": "nonsense", "base": {"name": "elsewhere", "fingerprints": {**base.fingerprints}},
    }  # fmt: skip
    (offer / CARD).write_text(json.dumps(told))
    made = adopt(registry, "staff", offer, base)
    card = made.version.card
    assert (card["domain"], card["prompt"], card["voice"], card["phrases"]) == ("staff", "p1", ["kindly"], ["Rule:"])
    assert "gate" not in card and "parity" not in card
    assert card["recipe"]["lora"]["rank"] == 4
    assert made.notices == ("it was trained for the domain 'hr'",)


def test_an_adapter_of_another_base_is_refused_by_its_card(registry: Registry, offer: Path, base: Base) -> None:
    (offer / CARD).write_text(json.dumps({"base": {"name": "Qwen/Qwen3-4B", "fingerprints": {**base.fingerprints, "weights": "0123456789abcdef"}}}))
    assert "'Qwen/Qwen3-4B' with other weights" in refused(registry, offer, base)


def test_an_adapter_of_another_base_is_refused_by_its_shapes(registry: Registry, offer: Path, tmp_path: Path) -> None:
    from transformers import LlamaConfig, LlamaForCausalLM

    other = tiny_llama(tmp_path / "other")
    LlamaForCausalLM(LlamaConfig(vocab_size=400, hidden_size=48, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2)).save_pretrained(other)
    assert "does not fit other-base" in refused(registry, offer, Base("other-base", other, fingerprints(other)))


@pytest.mark.parametrize("name", ["adapter_model.bin", "weights.pt", "extra.PKL", "pytorch_model.ckpt"])
def test_a_pickle_is_refused_by_name_even_beside_safetensors(registry: Registry, offer: Path, base: Base, name: str) -> None:
    (offer / name).write_bytes(b"\x80\x04.")
    for source in (offer, zipped(offer)):
        assert f"holds {name}: a pickle can run code" in refused(registry, source, base)


@pytest.mark.parametrize("name", ["../escape.txt", "/etc/cron.d/x", "a/../../b", "C:\\x", "..\\x"])
def test_a_zip_that_leads_elsewhere_is_refused_whole(registry: Registry, offer: Path, base: Base, tmp_path: Path, name: str) -> None:
    path = zipped(offer)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "x")
    before = sorted(tmp_path.rglob("*"))
    assert "leads out of the zip" in refused(registry, path, base)
    assert [found for found in sorted(tmp_path.rglob("*")) if found not in before] == []


def test_a_link_in_a_zip_is_refused(registry: Registry, offer: Path, base: Base) -> None:
    path = zipped(offer)
    link = zipfile.ZipInfo("adapter/NOTES.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "is a link" in refused(registry, path, base)


def test_a_zip_that_is_cut_off_or_damaged_is_refused(registry: Registry, offer: Path, base: Base) -> None:
    path = zipped(offer)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert "neither a folder nor a zip" in refused(registry, path, base)
    middle = len(data) // 2
    path.write_bytes(data[:middle] + b"\0" * 200 + data[middle + 200 :])
    assert refused(registry, path, base)


def test_a_configuration_that_is_too_large_is_not_read(registry: Registry, offer: Path, base: Base) -> None:
    (offer / CONFIG).write_text(json.dumps({"peft_type": "LORA", "r": 4, "note": "x" * 2**21}))
    assert "no JSON object of a reasonable size" in refused(registry, zipped(offer), base)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"peft_type": "IA3"}, "only LORA"),
        ({"modules_to_save": ["lm_head"]}, "sets modules_to_save"),
        ({"megatron_config": {"x": 1}, "megatron_core": "os"}, "sets megatron_config"),
        ({"task_type": "SEQ_CLS"}, "only CAUSAL_LM"),
        ({"use_dora": True}, "DoRA"),
        ({"init_lora_weights": "pissa"}, "changes the base"),
        ({"r": 8}, "another shape"),
        ({"r": "many"}, "does not fit"),
        ({"target_modules": ["q_proj"]}, "belong to no layer"),
    ],
)
def test_a_configuration_that_cannot_be_served_is_refused(registry: Registry, offer: Path, base: Base, values: dict[str, Any], words: str) -> None:
    change(offer, **values)
    assert words in refused(registry, offer, base)


def test_a_module_named_by_the_configuration_is_not_imported(registry: Registry, offer: Path, base: Base) -> None:
    change(offer, megatron_core="antigravity", auto_mapping={"base_model_class": "X", "parent_library": "antigravity"})
    made = adopt(registry, "staff", offer, base)
    assert "antigravity" not in (made.version.folder / CONFIG).read_text()


def test_weights_with_tensors_missing_or_not_finite_are_refused(registry: Registry, offer: Path, base: Base) -> None:
    from safetensors.torch import load_file, save_file

    tensors = load_file(offer / WEIGHTS)
    first = next(iter(tensors))
    save_file({name: tensor for name, tensor in tensors.items() if name != first}, offer / WEIGHTS)
    assert "1 of" in refused(registry, offer, base)
    save_file({**tensors, first: tensors[first] * float("nan")}, offer / WEIGHTS)
    assert "a training that diverged" in refused(registry, offer, base)
    (offer / WEIGHTS).write_bytes(b"\xff" * 100)
    assert "cannot be loaded" in refused(registry, offer, base)


@pytest.mark.parametrize("missing", [CONFIG, WEIGHTS])
def test_what_is_no_adapter_is_told(registry: Registry, offer: Path, base: Base, tmp_path: Path, missing: str) -> None:
    (offer / missing).unlink()
    assert f"has no {missing}" in refused(registry, offer, base)
    assert "is not there" in refused(registry, tmp_path / "nowhere", base)


@pytest.mark.parametrize("name", ["../x", "..", "a/b"])
def test_a_domain_name_that_leads_elsewhere_is_refused(registry: Registry, offer: Path, base: Base, name: str) -> None:
    with pytest.raises(AdapterError, match="not a name"):
        adopt(registry, name, offer, base)
