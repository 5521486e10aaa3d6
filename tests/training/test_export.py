import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from quick_adapter import DATA, ROWS, quick_adapter
from safetensors.torch import load_file, save_file

from assistant.domain import Domain
from assistant.domain_files import Answering, DomainSpec
from assistant.errors import AdapterError
from assistant.models.fit import adapter_hashes
from assistant.models.local import prompt_ids
from assistant.records import AdapterVersion
from assistant.registry import CONFIG, WEIGHTS
from assistant.settings import Settings
from assistant.testing.models import tiny_llama, tiny_qwen2
from assistant.training.export.export import MARK, Subject, export, to_merged, to_peft
from assistant.training.export.hub_push import check_push
from assistant.training.export.served import to_gguf, to_ollama
from assistant.training.parity.golden import FILE, TOLERANCES, golden, golden_rows, read_golden, save_golden
from assistant.training.parity.prove import check_folder
from assistant.training.student import open_student

RECORDER = """
import json, sys
from pathlib import Path
Path(sys.argv[0]).with_suffix(".json").write_text(json.dumps(sys.argv[1:]))
Path(sys.argv[sys.argv.index("--outfile") + 1]).write_bytes(b"GGUF")
"""


def subject_of(folder: Path, base: Path, **lora: Any) -> Subject:
    """A version with its golden prompts, of a domain with its own sampling."""
    student = open_student(Settings(base_model=str(base), threads=1))
    version = folder / "0003"
    save_golden(golden(quick_adapter(base, version, **lora), student, golden_rows(DATA)), version / FILE)
    card = {"base": {"fingerprints": student.fingerprints}, "files": adapter_hashes(version)}
    (folder / "staff").mkdir()
    domain = Domain(folder / "staff", DomainSpec(name="staff", answering=Answering(max_new_tokens=90, stop=["END"])))
    return Subject(AdapterVersion(student.info.key, "staff", 3, version, card), domain, student, folder / "runs")


@pytest.fixture(scope="module", params=[tiny_llama, tiny_qwen2], ids=["llama", "qwen2"])
def subject(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Subject:
    folder = tmp_path_factory.mktemp("export")
    return subject_of(folder, request.param(folder / "base"))


@pytest.fixture
def llama_cpp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose converters write down what they are called with."""
    folder = tmp_path / "llama.cpp"
    folder.mkdir()
    for name in ("convert_hf_to_gguf.py", "convert_lora_to_gguf.py"):
        (folder / name).write_text(RECORDER)
    monkeypatch.setenv("LLAMA_CPP_DIR", str(folder))
    return folder


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LLAMA_CPP_DIR", "LLAMA_CPP_PYTHON", "HF_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def last_logits(model: Any, tokenizer: Any) -> Any:
    import torch

    ids = prompt_ids([turn.message() for turn in ROWS[-1].prompt], tokenizer)
    with torch.no_grad():
        return model(torch.tensor([ids])).logits[0, -1]


def test_a_peft_folder_is_loaded_by_plain_peft_and_says_the_same(subject: Subject, tmp_path: Path) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    made = export(subject, to_peft, tmp_path / "out")
    assert {path.name for path in made.folder.iterdir()} == {WEIGHTS, CONFIG, "README.md", MARK}
    config = json.loads((made.folder / CONFIG).read_text())
    assert config["base_model_name_or_path"] == subject.student.info.name
    assert not {"megatron_core", "arrow_config", "peft_version", "loftq_config"} & set(config)
    base = [AutoModelForCausalLM.from_pretrained(subject.student.folder) for _ in range(2)]
    there, here = (PeftModel.from_pretrained(model, folder).eval() for model, folder in zip(base, (made.folder, subject.version.folder), strict=True))
    assert last_logits(there, subject.student.tokenizer).equal(last_logits(here, subject.student.tokenizer))
    assert f"--lora-modules {subject.version.served_name}=THIS_FOLDER" in (made.folder / "README.md").read_text()


def test_a_merged_folder_is_loaded_by_plain_transformers_within_the_tolerance(subject: Subject, tmp_path: Path) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    made = export(subject, to_merged, tmp_path / "out")
    assert [proof.name for proof in made.proofs] == ["merged"]
    merged, tokenizer = AutoModelForCausalLM.from_pretrained(made.folder), AutoTokenizer.from_pretrained(made.folder)
    beside = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(subject.student.folder), subject.version.folder).eval()
    left, right = last_logits(merged.eval(), tokenizer), last_logits(beside, subject.student.tokenizer)
    assert float((left - right).abs().max()) <= TOLERANCES["float32"] * float(right.abs().max())
    assert (made.folder / "tokenizer.json").read_bytes() == (subject.student.folder / "tokenizer.json").read_bytes()
    assert not list(tmp_path.glob("*.partial"))


def test_dora_is_merged_though_it_is_not_served(tmp_path: Path) -> None:
    one = subject_of(tmp_path, tiny_llama(tmp_path / "base"), use_dora=True)
    assert export(one, to_merged, tmp_path / "merged").proofs[0].passed
    assert "vLLM takes no DoRA" in export(one, to_peft, tmp_path / "peft").notes[0]


def test_an_rslora_adapter_keeps_its_strength_where_only_alpha_by_rank_is_known(tmp_path: Path) -> None:
    one = subject_of(tmp_path, tiny_llama(tmp_path / "base"), use_rslora=True)
    made = export(one, to_ollama, tmp_path / "out")
    config = json.loads((made.folder / "adapter" / CONFIG).read_text())
    assert (config["use_rslora"], config["lora_alpha"], config["r"]) == (False, 8, 4)
    assert [(proof.name, proof.passed) for proof in made.proofs] == [("merged", True), ("adapter", True)]


def test_an_ollama_folder_has_weights_template_system_and_sampling(subject: Subject, tmp_path: Path) -> None:
    made = export(subject, to_ollama, tmp_path / "out")
    lines = (made.folder / "Modelfile").read_text().splitlines()
    assert "FROM ./model" in lines
    assert 'TEMPLATE """{{ range .Messages }}<|im_start|>{{ .Role }}' in lines
    assert 'SYSTEM """Answer from the numbered passages only and cite their numbers. If they do not say, say so."""' in lines
    wanted = ("temperature 0", "top_p 1", "num_predict 90", "num_ctx 1024", "repeat_penalty 1", 'stop "<|im_end|>"', 'stop "END"')
    assert [line for line in lines if line.startswith("PARAMETER")] == [f"PARAMETER {value}" for value in wanted]
    assert check_folder("merged", read_golden(subject.version.folder / FILE), made.folder / "model", subject.student).passed
    apart = made.folder / "Modelfile.adapter"
    assert apart.exists() == ("llama" in (subject.student.folder / "config.json").read_text()), "Ollama reads adapters of Llama, not of Qwen2"
    if apart.exists():
        assert "ADAPTER ./adapter" in apart.read_text()


def test_the_converters_are_called_with_the_merged_model_and_the_adapter(subject: Subject, llama_cpp: Path, tmp_path: Path) -> None:
    made = export(subject, to_gguf, tmp_path / "with a space")
    partial = tmp_path / "with a space.partial"
    said = [json.loads((llama_cpp / f"convert_{name}_to_gguf.json").read_text()) for name in ("hf", "lora")]
    assert said[0] == [str(partial / "model"), "--outfile", str(partial / "model.gguf"), "--outtype", "f32"]
    assert said[1][:3] == [str(partial / "adapter"), "--base", str(subject.student.folder)]
    assert {path.name for path in made.folder.iterdir()} == {"model.gguf", "adapter.gguf", "Modelfile", "README.md", MARK}
    assert "FROM ./model.gguf" in (made.folder / "Modelfile").read_text()


def test_without_llama_cpp_the_exact_commands_are_written(subject: Subject, tmp_path: Path) -> None:
    made = export(subject, to_gguf, tmp_path / "out")
    command = "convert_hf_to_gguf.py model --outfile model.gguf --outtype f32"
    assert any(command in note for note in made.notes)
    assert f'python "$LLAMA_CPP_DIR/{command.split()[0]}"' in (made.folder / "README.md").read_text()
    assert (made.folder / "model" / "model.safetensors").is_file()
    assert (made.folder / "adapter" / WEIGHTS).is_file()


def test_a_converter_that_fails_leaves_nothing_and_is_quoted(subject: Subject, llama_cpp: Path, tmp_path: Path) -> None:
    (llama_cpp / "convert_hf_to_gguf.py").write_text("import sys; sys.exit('Model architecture is unknown')")
    with pytest.raises(AdapterError, match="Model architecture is unknown"):
        export(subject, to_gguf, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["llama.cpp"]


def test_a_tokenizer_that_llama_cpp_does_not_know_is_explained(subject: Subject, llama_cpp: Path, tmp_path: Path) -> None:
    words = "BPE pre-tokenizer was not recognized - update get_vocab_base_pre()"
    (llama_cpp / "convert_hf_to_gguf.py").write_text(f"raise NotImplementedError({words!r})")
    with pytest.raises(AdapterError, match="whose tokenizer is its own"):
        export(subject, to_gguf, tmp_path / "out")


def test_a_folder_that_is_no_llama_cpp_is_refused(subject: Subject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLAMA_CPP_DIR", str(tmp_path))
    with pytest.raises(AdapterError, match=r"has no convert_hf_to_gguf\.py and no convert_lora"):
        export(subject, to_gguf, tmp_path / "out")


def test_an_export_is_replaced_only_when_asked_and_nothing_else_ever_is(subject: Subject, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(subject, to_peft, out)
    with pytest.raises(AdapterError, match="--force"):
        export(subject, to_peft, out)
    (out / "stale").touch()
    export(subject, to_peft, out, force=True)
    assert not (out / "stale").exists()
    (out / MARK).unlink()
    with pytest.raises(AdapterError, match="nothing but an earlier export is replaced"):
        export(subject, to_peft, out, force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_version_that_answers_otherwise_is_not_exported(subject: Subject, tmp_path: Path) -> None:
    from dataclasses import replace

    copy = Path(shutil.copytree(subject.version.folder, tmp_path / "0003"))
    save_file({name: value * 1.5 for name, value in load_file(copy / WEIGHTS).items()}, copy / WEIGHTS)
    other = replace(subject, version=replace(subject.version, folder=copy, card={}))
    for make in (to_peft, to_merged):
        with pytest.raises(AdapterError, match=r"other .*weights than those in memory"):
            export(other, make, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["0003"]
    with pytest.raises(AdapterError, match="not the file that was published"):
        export(replace(other, version=replace(other.version, card=subject.version.card)), to_merged, tmp_path / "out")


def test_without_golden_prompts_the_version_is_compared_with_itself_and_that_is_said(subject: Subject, tmp_path: Path) -> None:
    from dataclasses import replace

    copy = Path(shutil.copytree(subject.version.folder, tmp_path / "0003", ignore=shutil.ignore_patterns(FILE)))
    made = export(replace(subject, version=replace(subject.version, folder=copy)), to_merged, tmp_path / "out")
    assert "no golden prompts of its training" in made.notes[0]


def test_an_upload_needs_a_token_and_a_whole_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AdapterError, match="HF_TOKEN"):
        check_push("owner/name")
    monkeypatch.setenv("HF_TOKEN", "hf_x")
    assert check_push("owner/name") == "hf_x"
    for wrong in ("name", "../x/y", "owner/na me", "a/b/c"):
        with pytest.raises(AdapterError, match="owner/name"):
            check_push(wrong)


def test_the_python_of_the_converters_can_be_another(subject: Subject, llama_cpp: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLAMA_CPP_PYTHON", sys.executable)
    assert export(subject, to_gguf, tmp_path / "out").folder.is_dir()
