"""Exports for other servers: an Ollama folder with its Modelfile, and GGUF through llama.cpp's converters."""

import json
import shutil
from dataclasses import replace
from math import sqrt
from pathlib import Path

from assistant.models.fit import adapter_config
from assistant.registry import CONFIG, WEIGHTS
from assistant.training.export.export import Subject, write_merged, write_peft
from assistant.training.export.gguf import WHERE, adapter_command, convert, converters, model_command
from assistant.training.export.ollama import modelfile, takes_adapters
from assistant.training.export.readme import gguf_readme, ollama_readme
from assistant.training.parity.golden import Golden
from assistant.training.parity.prove import Proof, check_folder, check_reload

MODEL, ADAPTER = "model", "adapter"


def to_ollama(subject: Subject, one: Golden, out: Path) -> tuple[list[Proof], list[str]]:
    """The merged model with a Modelfile, and a second one of base and adapter where Ollama reads adapters of this architecture."""
    merged = write_merged(subject, out / MODEL)
    title, base = f"{subject.version.served_name} for Ollama", subject.student.folder
    proofs = [check_folder("merged", one, out / MODEL, subject.student)]
    apart = takes_adapters(base) and two_matrices(subject)
    (out / "Modelfile").write_text(modelfile(subject.domain, subject.student, merged, title, [f"FROM ./{MODEL}"]), "utf-8")
    if apart:
        proofs.append(write_adapter(subject, one, out / ADAPTER))
        weights = [f"FROM {base}", f"ADAPTER ./{ADAPTER}"]
        (out / "Modelfile.adapter").write_text(modelfile(subject.domain, subject.student, merged, title, weights), "utf-8")
    (out / "README.md").write_text(ollama_readme(subject.version, subject.name, apart), "utf-8")
    return proofs, [f"next: cd {out.with_suffix('')} && ollama create {subject.name} -f Modelfile"]


def to_gguf(subject: Subject, one: Golden, out: Path) -> tuple[list[Proof], list[str]]:
    """GGUF files by the converters at LLAMA_CPP_DIR; without them what they need, and the commands."""
    checkout, precision = converters(), subject.student.info.precision
    merged = write_merged(subject, out / MODEL)
    proofs = [check_folder("merged", one, out / MODEL, subject.student)]
    apart = two_matrices(subject)
    if apart:
        proofs.append(write_adapter(subject, one, out / ADAPTER))
    (out / "Modelfile").write_text(
        modelfile(subject.domain, subject.student, merged, f"{subject.version.served_name} as GGUF", ["FROM ./model.gguf"]), "utf-8"
    )
    told = Path(f"${WHERE}")
    shown = [model_command(told, Path(MODEL), Path("model.gguf"), precision)]
    if apart:
        shown.append(adapter_command(told, Path(ADAPTER), subject.student.folder, Path("adapter.gguf"), precision))
    if checkout and all(proof.passed for proof in proofs):
        convert(model_command(checkout, out / MODEL, out / "model.gguf", precision), out / "model.gguf")
        if apart:
            convert(adapter_command(checkout, out / ADAPTER, subject.student.folder, out / "adapter.gguf", precision), out / "adapter.gguf")
        shutil.rmtree(out / MODEL)
        shutil.rmtree(out / ADAPTER, ignore_errors=True)
    commands = [["python", *command[1:]] for command in shown]
    (out / "README.md").write_text(gguf_readme(subject.version, subject.name, commands, bool(checkout)), "utf-8")
    if checkout:
        return proofs, ["the weights were proved before the conversion; the GGUF files are llama.cpp's work and are not run here"]
    return proofs, [f"{WHERE} is not set, so nothing was converted; README.md has the commands:", *(" ".join(command) for command in commands)]


def two_matrices(subject: Subject) -> bool:
    """Whether the adapter is two small matrices a layer and nothing else, which is all that GGUF and Ollama hold."""
    config = adapter_config(subject.version.folder)
    return not config.get("use_dora") and config.get("bias", "none") == "none" and not config.get("modules_to_save")


def write_adapter(subject: Subject, one: Golden, out: Path) -> Proof:
    """The adapter with the scale alpha / rank, the only one that llama.cpp and Ollama compute: rsLoRA's is put into the weights."""
    from safetensors.torch import load_file, save_file

    write_peft(subject, out)
    config = json.loads((out / CONFIG).read_text("utf-8"))
    if config.get("use_rslora"):
        factor = sqrt(config["r"])
        save_file({name: value * factor if "lora_B" in name else value for name, value in load_file(out / WEIGHTS).items()}, out / WEIGHTS)
        (out / CONFIG).write_text(json.dumps({**config, "use_rslora": False}, indent=2) + "\n", "utf-8")
    return replace(check_reload(one, out, subject.student)[0], name="adapter")
