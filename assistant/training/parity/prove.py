"""Proof that what is served is what was trained: the golden prompts again, after reloading in a new process, merged, and in a mixed batch.

``python -m assistant.training.parity.prove`` is that new process: it reads a request on standard input and prints its proofs. Decides nothing.
"""

import json
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event
from typing import Any

from assistant.errors import AdapterError, AssistantError
from assistant.models.engine import Sampling
from assistant.models.greedy import Continuation, continue_greedily
from assistant.models.local import LocalEngine, load_model, load_tokenizer
from assistant.records import AdapterVersion
from assistant.registry import CONFIG, WEIGHTS
from assistant.settings import Settings
from assistant.training.parity.causes import adapter_faults, base_faults, ids_faults, weights_cause
from assistant.training.parity.golden import TOKENS, Golden, difference, prompt_of, read_golden, said_otherwise, tolerance
from assistant.training.student import Student, open_student

FULL = "config.json"


@dataclass(frozen=True)
class Proof:
    """One form of the model compared with what was in memory. ``largest_difference`` is a share of the largest logit, None when nothing could be run;
    ``cause`` is empty when it passed."""

    name: str
    passed: bool
    largest_difference: float | None
    cause: str = ""

    def __str__(self) -> str:
        figure = "" if self.largest_difference is None else f" (largest difference {self.largest_difference:.1e})"
        return f"{self.name}: {'same' if self.passed else 'NOT the same'}{figure}" + (f"; {self.cause}" if self.cause else "")


def prove(file: Path, adapter: Path, settings: Settings) -> tuple[Proof, ...]:
    """Every proof of an adapter (or of a fully trained model's folder) against the golden prompts in ``file``, made in a new process."""
    request = json.dumps({"golden": str(file.resolve()), "adapter": str(adapter.resolve()), "settings": settings.model_dump()})
    done = subprocess.run([sys.executable, "-m", "assistant.training.parity.prove"], input=request, capture_output=True, text=True, encoding="utf-8")
    lines = done.stdout.strip().splitlines()
    try:
        return tuple(Proof(**value) for value in json.loads(lines[-1]))
    except (IndexError, ValueError, TypeError):
        said = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        return (Proof("reload", False, None, f"the new process ended without a result: {said}"),)


def proofs(one: Golden, adapter: Path, settings: Settings) -> list[Proof]:
    """The same in this process. Each model is let go before the next is loaded."""
    student = open_student(settings)
    files = check_files(one, adapter, student)
    if not files.passed:
        return [files]
    if (adapter / FULL).is_file():
        return [files, check_folder("reload", one, adapter, student)]
    loaded = check_reload(one, adapter, student)
    engine = LocalEngine(settings)
    try:
        return [files, *loaded, check_served(one, adapter, engine)]
    finally:
        engine.close()


def check_files(one: Golden, adapter: Path, student: Student) -> Proof:
    """``files``: base, tokenizer, template, the adapter's tensors and its scaling are those of the training, exactly."""
    whole = (adapter / FULL).is_file()
    faults = [*base_faults(one, student), *([] if whole else adapter_faults(one, adapter, student))]
    return Proof("files", not faults, None, "; ".join(faults))


def check_reload(one: Golden, adapter: Path, student: Student) -> list[Proof]:
    """``reload``: plain PEFT with the adapter beside its base. ``merged``: the same, its weights added to those of the base."""
    model = tuned(adapter, student)
    reload = compared("reload", one, _alone(one, model, student.tokenizer), student)
    merged = model.merge_and_unload(safe_merge=True)
    return [reload, compared("merged", one, _alone(one, merged, student.tokenizer), student)]


def check_folder(name: str, one: Golden, folder: Path, student: Student) -> Proof:
    """A whole model's folder (merged, exported or fully trained), opened as plain transformers does: weights, tokenizer and template are its own."""
    tokenizer = load_tokenizer(folder)
    if faults := ids_faults(one, tokenizer):
        return Proof(name, False, None, "; ".join(faults))
    model = load_model(folder, student.info.precision, student.info.device)
    return compared(name, one, _alone(one, model, tokenizer), student, adapter=False)


def check_served(one: Golden, adapter: Path, engine: LocalEngine) -> Proof:
    """In the engine that serves, each golden prompt in one batch with another adapter and the bare base, whose words must not change either."""
    try:
        with contrary(adapter) as turned:
            name, other = (engine.serve(AdapterVersion(one.base, label, 0, folder, {})) for label, folder in (("golden", adapter), ("other", turned)))
    except AdapterError as error:
        return Proof("served", False, None, str(error))
    student = Student(engine.folder, engine.tokenizer, engine.info, engine.fingerprints)
    allowed = tolerance(one, engine.info.precision)
    found, worst, mixed = [], 0.0, ""
    for place, row in enumerate(one.rows):
        neighbour = one.rows[(place + 1) % len(one.rows)].ids
        mine, *beside = engine.probe([(row.ids, name), (neighbour, other), (neighbour, None)], TOKENS)
        found.append(mine)
        for who, together in zip((other, None), beside, strict=True):
            apart = engine.probe([(neighbour, who)], 1)[0]
            worst = max(worst, float((together.logits - apart.logits).abs().max()) / one.largest)
            mixed = "adapters of one batch mix" if worst > allowed else ""
    proof = compared("served", one, found, student)
    fault = mixed or (_spoken_fault(one, engine, name, allowed) if proof.passed else "")
    figure = max(worst, proof.largest_difference or 0.0)
    return Proof("served", False, figure, fault) if fault else Proof("served", proof.passed, figure, proof.cause)


def compared(name: str, one: Golden, found: Sequence[Continuation], student: Student, adapter: bool = True) -> Proof:
    """The proof of continuations of the golden prompts, of a base with an ``adapter`` or of a whole model."""
    allowed = tolerance(one, student.info.precision)
    here = difference(one, found, allowed)
    if here.logits <= allowed and not here.tokens:
        return Proof(name, True, here.logits)
    figure = f"logits differ by {here.logits:.1e} of the largest, {allowed:.1e} allowed"
    return Proof(name, False, here.logits, "; ".join(filter(None, (weights_cause(one, student.info.precision, adapter), figure, here.tokens))))


def tuned(adapter: Path, student: Student) -> Any:
    """The base with the adapter, by plain PEFT."""
    from peft import PeftModel

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # peft says what adapter_faults has said, and what transformers renamed
        base = load_model(student.folder, student.info.precision, student.info.device)
        return PeftModel.from_pretrained(base, str(adapter), is_trainable=False).eval()


@contextmanager
def contrary(adapter: Path) -> Iterator[Path]:
    """Another adapter of the same shape, whose every effect is the opposite."""
    from safetensors.torch import load_file, save_file

    with tempfile.TemporaryDirectory(prefix="assistant-") as name:
        folder = Path(name)
        (folder / CONFIG).write_bytes((adapter / CONFIG).read_bytes())
        save_file({key: -value if "lora_B" in key else value for key, value in load_file(adapter / WEIGHTS).items()}, folder / WEIGHTS)
        yield folder


def _alone(one: Golden, model: Any, tokenizer: Any) -> list[Continuation]:
    return [continue_greedily(model, tokenizer, [row.ids], TOKENS)[0] for row in one.rows]


def _spoken_fault(one: Golden, engine: LocalEngine, name: str, allowed: float) -> str:
    """Whether the streamed words are the golden ones, as far as rounding cannot turn them."""
    streams = [engine.stream(prompt_of(row), name, Sampling(max_new_tokens=TOKENS), Event()) for row in one.rows]
    for number, (row, stream) in enumerate(zip(one.rows, streams, strict=True), 1):
        if fault := said_otherwise(row, "".join(stream), engine.tokenizer, allowed * one.largest):
            return f"golden prompt {number} {fault}"
    return ""


def main() -> None:
    """The new process: one request in, one line of proofs out."""
    request = json.load(sys.stdin)
    try:
        one = read_golden(Path(request["golden"]))
        found = proofs(one, Path(request["adapter"]), Settings.model_construct(**request["settings"]))
    except AssistantError as error:
        found = [Proof("reload", False, None, str(error))]
    print(json.dumps([asdict(proof) for proof in found]))


if __name__ == "__main__":
    main()
