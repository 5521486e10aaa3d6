"""The golden prompts asked of a version once more, in a new process here, or of a server that an export was handed to."""

import tempfile
from pathlib import Path
from threading import Event
from typing import Any

from assistant.errors import ModelError
from assistant.models.engine import Sampling
from assistant.models.server import ServerEngine
from assistant.models.source import is_server
from assistant.settings import Settings
from assistant.training.parity.golden import FILE, TOKENS, Golden, prompt_of, said_otherwise, save_golden, sure_tokens, tolerance
from assistant.training.parity.prove import Proof, prove


def prove_here(one: Golden, adapter: Path, settings: Settings) -> list[Proof]:
    """Every proof of parity.py, in a new process."""
    with tempfile.TemporaryDirectory(prefix="assistant-") as folder:
        save_golden(one, Path(folder) / FILE)
        return list(prove(Path(folder) / FILE, adapter, settings))


def prove_server(one: Golden, url: str, model: str, tokenizer: Any) -> Proof:
    """Whether a server's words are the golden ones, as far as bfloat16 rounding cannot turn them: servers tell no logits.

    ModelError when the server does not answer. A server that quantises may fail it; then its answers are others indeed."""
    if not is_server(url):
        raise ModelError(f"--at {url!r} is no URL; such as http://localhost:11434/v1")
    doubt = tolerance(one, "bfloat16") * one.largest
    if not any(sure_tokens(row, doubt) for row in one.rows):
        return Proof("server", False, None, "no word of the golden answers is sure enough to be compared without logits; the model has hardly learned")
    engine = ServerEngine(Settings.model_construct(base_model=url, server_model=model, evidence_tokens=0))
    try:
        for number, row in enumerate(one.rows, 1):
            said = "".join(engine.stream(prompt_of(row), None, Sampling(max_new_tokens=TOKENS), Event()))
            if fault := said_otherwise(row, said, tokenizer, doubt):
                return Proof("server", False, None, f"golden prompt {number} {fault}; other weights, another template or sampling than exported")
    finally:
        engine.close()
    return Proof("server", True, None)
