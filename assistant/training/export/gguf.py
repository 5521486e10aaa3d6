"""Runs llama.cpp's own converters where LLAMA_CPP_DIR points, or says which commands to run. GGUF is their format; it changes with them."""

import os
import subprocess
import sys
from pathlib import Path

from assistant.errors import AdapterError

WHERE, PYTHON = "LLAMA_CPP_DIR", "LLAMA_CPP_PYTHON"
MODEL_SCRIPT, ADAPTER_SCRIPT = "convert_hf_to_gguf.py", "convert_lora_to_gguf.py"
FORMATS = {"float32": "f32", "float16": "f16", "bfloat16": "bf16"}
LAST_LINES = 3
UNKNOWN_WORDS = "pre-tokenizer was not recognized"


def converters() -> Path | None:
    """The llama.cpp checkout named by LLAMA_CPP_DIR, None when it is not set; AdapterError when it holds no converters."""
    named = os.environ.get(WHERE, "").strip()
    if not named:
        return None
    folder = Path(named).expanduser().resolve()
    if missing := [name for name in (MODEL_SCRIPT, ADAPTER_SCRIPT) if not (folder / name).is_file()]:
        raise AdapterError(f"{WHERE}={named} has no {' and no '.join(missing)}; point it at a checkout of https://github.com/ggml-org/llama.cpp")
    return folder


def model_command(folder: Path, model: Path, outfile: Path, precision: str) -> list[str]:
    return [_python(), str(folder / MODEL_SCRIPT), str(model), "--outfile", str(outfile), "--outtype", FORMATS[precision]]


def adapter_command(folder: Path, adapter: Path, base: Path, outfile: Path, precision: str) -> list[str]:
    return [_python(), str(folder / ADAPTER_SCRIPT), str(adapter), "--base", str(base), "--outfile", str(outfile), "--outtype", FORMATS[precision]]


def convert(command: list[str], outfile: Path) -> None:
    """Run a converter, without a shell; AdapterError with its last words when it fails or writes nothing."""
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if done.returncode or not outfile.is_file():
        if UNKNOWN_WORDS in done.stderr:
            raise AdapterError(
                f"llama.cpp does not know how this base cuts text into words ({UNKNOWN_WORDS}), as with the starter, whose tokenizer is its own; "
                "take a base that it knows (Qwen, Llama …), or export --to merged and serve that with vLLM or transformers"
            )
        said = " / ".join((done.stderr.strip() or done.stdout.strip() or f"exit status {done.returncode}").splitlines()[-LAST_LINES:])
        raise AdapterError(
            f"{Path(command[1]).name} made no {outfile.name}: {said}; its packages stand in {Path(command[1]).parent / 'requirements.txt'}, "
            f"a Python that has them can be named with {PYTHON}"
        )


def _python() -> str:
    return os.environ.get(PYTHON, "").strip() or sys.executable
