"""Takes a version out of the house: as a PEFT folder, merged, for Ollama or as GGUF. Nothing counts as exported before its answers are the golden ones.

Written to ``….partial`` and renamed at the end; only a folder that an export made is ever replaced.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.domain import Domain
from assistant.errors import AdapterError, TrainingError
from assistant.models.fit import adapter_config, check_version, tensor_faults
from assistant.prompt import render_prompt
from assistant.records import AdapterVersion
from assistant.registry import CONFIG, WEIGHTS, card_value
from assistant.training.dataset import Row
from assistant.training.export.readme import peft_readme
from assistant.training.parity.golden import FILE, PROMPTS, Golden, golden, read_golden
from assistant.training.parity.prove import Proof, check_folder, check_reload, tuned
from assistant.training.student import Student

MARK = "export.json"
PLAIN = ("peft_type", "task_type", "base_model_name_or_path", "inference_mode", "r", "lora_alpha", "lora_dropout", "target_modules", "bias",
         "fan_in_fan_out", "init_lora_weights", "use_rslora", "use_dora", "modules_to_save", "rank_pattern", "alpha_pattern")  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """What is exported: a version of a domain, on the base it was trained on. ``runs`` is where its training's golden prompts may be."""

    version: AdapterVersion
    domain: Domain
    student: Student
    runs: Path

    @property
    def name(self) -> str:
        return f"{self.version.domain}-{self.version.number}"


@dataclass(frozen=True)
class Exported:
    """``proofs`` compare what was written with what was trained; ``notes`` say what to do next, or what could not be done here."""

    folder: Path
    proofs: tuple[Proof, ...]
    notes: tuple[str, ...]


Maker = Callable[[Subject, Golden, Path], tuple[list[Proof], list[str]]]


def export(subject: Subject, make: Maker, out: Path, force: bool = False) -> Exported:
    """Write the version to ``out`` in the form that ``make`` gives it; AdapterError when it is damaged, is another in its new form, or ``out`` is taken."""
    check_version(subject.version, subject.student.fingerprints)
    if faults := tensor_faults(subject.version.folder, subject.student.folder):
        raise AdapterError(f"{subject.version.served_name} is not whole: {'; '.join(faults)}; restore it or train again")
    with fresh_folder(out, force) as partial:
        one, notes = golden_of(subject)
        proofs, more = make(subject, one, partial)
        if failed := [str(proof) for proof in proofs if not proof.passed]:
            raise AdapterError(f"{subject.version.served_name} was not exported, because it answers otherwise in its new form: {'; '.join(failed)}")
        mark(partial, version=subject.version.served_name, base=subject.student.info.name, parity=[asdict(proof) for proof in proofs])
    return Exported(out, tuple(proofs), (*notes, *more))


def mark(folder: Path, **facts: Any) -> None:
    """Say in export.json what a folder is; by it an export knows that the folder may be replaced."""
    facts["created"] = datetime.now(UTC).isoformat(timespec="seconds")
    (folder / MARK).write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", "utf-8")


@contextmanager
def fresh_folder(out: Path, force: bool) -> Iterator[Path]:
    """An empty folder that takes the place of ``out`` when all went well; without ``force`` nothing may stand there, with it only an export."""
    if out.is_symlink() or (out.exists() and not (force and (out / MARK).is_file())):
        hint = "nothing but an earlier export is replaced" if force else "give another --out, or --force to replace an earlier export"
        raise AdapterError(f"{out} is there already; {hint}")
    partial, old = (out.with_name(f"{out.name}.{ending}") for ending in ("partial", "old"))
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        yield partial
        if out.exists():
            shutil.rmtree(old, ignore_errors=True)
            os.replace(out, old)
        os.replace(partial, out)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise AdapterError(f"cannot write to {out}: {error.strerror or error}") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def golden_of(subject: Subject) -> tuple[Golden, list[str]]:
    """The golden prompts of the version's training; where they are gone, what the version says now, and a note about it."""
    run = str(card_value(subject.version.card, "run") or "")
    places = [subject.version.folder / FILE, *([subject.runs / subject.version.domain / run / FILE] if run and "/" not in run else [])]
    if found := next((path for path in places if path.is_file()), None):
        return read_golden(found), []
    try:
        one = golden(tuned(subject.version.folder, subject.student), subject.student, _asked(subject.domain))
    except TrainingError as error:
        raise AdapterError(f"{subject.version.served_name} cannot be compared: {error}") from None
    return one, [f"{subject.version.served_name} has no golden prompts of its training; compared with the version as it is loaded here"]


def to_peft(subject: Subject, one: Golden, out: Path) -> tuple[list[Proof], list[str]]:
    """A folder as plain peft and vLLM take it: weights, a configuration without what only newer versions know, a model card."""
    write_peft(subject, out)
    (out / "README.md").write_text(peft_readme(subject.version, subject.student.info.name, adapter_config(out)), "utf-8")
    dora = ["vLLM takes no DoRA adapters; export --to merged for it"] if adapter_config(out).get("use_dora") else []
    return [check_reload(one, out, subject.student)[0]], dora


def write_peft(subject: Subject, out: Path) -> None:
    out.mkdir(exist_ok=True)
    shutil.copyfile(subject.version.folder / WEIGHTS, out / WEIGHTS)
    config = adapter_config(subject.version.folder) | {"base_model_name_or_path": subject.student.info.name, "inference_mode": True}
    (out / CONFIG).write_text(json.dumps(plain_config(config), indent=2) + "\n", "utf-8")


def plain_config(config: dict[str, Any]) -> dict[str, Any]:
    """The settings that every version of PEFT since 0.9 knows, and others only where they are set: an unknown key is an error in older ones."""
    from peft import LoraConfig

    usual = LoraConfig().to_dict()
    return {key: value for key, value in config.items() if key in PLAIN or (value and value != usual.get(key))}


def to_merged(subject: Subject, one: Golden, out: Path) -> tuple[list[Proof], list[str]]:
    """One model folder for plain transformers, vLLM and converters: base and adapter added up, tokenizer and template as the base has them."""
    write_merged(subject, out)
    return [check_folder("merged", one, out, subject.student)], []


def write_merged(subject: Subject, out: Path) -> Any:
    """Save the merged model to ``out``; returns it. Its numbers are of the format in which the version is served."""
    merged = tuned(subject.version.folder, subject.student).merge_and_unload(safe_merge=True)
    merged.save_pretrained(str(out), safe_serialization=True)
    subject.student.copy_words(out)
    return merged


def _asked(domain: Domain) -> Sequence[Row]:
    """The domain's own questions in its own prompt; a greeting where it has none."""
    asked = [(one.question, one.language) for one in domain.questions if one.split == "dev"][:PROMPTS] or [("Hello?", "en"), ("你好？", "zh")]
    return [Row(render_prompt(domain, text, [], language).messages, "", text, "plain") for text, language in asked]
