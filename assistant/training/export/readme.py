"""The README of each kind of export: what it is, and the commands that put it to use."""

from collections.abc import Sequence
from typing import Any

from assistant.models.source import STARTER
from assistant.records import AdapterVersion

RANKS = (8, 16, 32, 64, 128, 256, 320, 512)
FORM = (
    "It carries the form and the jargon of its domain. Facts come from the passages that `assistant` puts into the prompt: a server that answers "
    "without them answers from memory."
)


def peft_readme(version: AdapterVersion, base: str, config: dict[str, Any]) -> str:
    """How plain peft and vLLM load the folder."""
    rank = next((size for size in RANKS if size >= int(config["r"])), int(config["r"]))
    where = "the folder assistant/models/starter of the installed package" if base == STARTER else f"`{base}`"
    return f"""---
library_name: peft
base_model: {base}
tags: [lora]
---
# {version.served_name}

A LoRA adapter for {where}; on another base it says nothing sensible. {FORM}

```python
from peft import PeftModel
from transformers import AutoModelForCausalLM

base = AutoModelForCausalLM.from_pretrained("{base}")
model = PeftModel.from_pretrained(base, "THIS_FOLDER").eval()
```

```bash
vllm serve {base} --enable-lora --max-lora-rank {rank} --lora-modules {version.served_name}=THIS_FOLDER
```
"""


def ollama_readme(version: AdapterVersion, name: str, adapter: bool) -> str:
    """How Ollama takes the folder in, and how `assistant` then uses it."""
    small = f"""
`Modelfile.adapter` keeps base and adapter apart, so that several domains share one base. Its FROM names a folder of the machine it was exported on:

```bash
ollama create {name} -f Modelfile.adapter
```
"""
    return f"""# {version.served_name} for Ollama

```bash
cd THIS_FOLDER
ollama create {name} -f Modelfile              # add -q q4_K_M for a quarter of the memory, at some loss
ollama run {name}
assistant models use http://localhost:11434/v1 --server-model {name}
```
{small if adapter else ""}
{FORM}
"""


def gguf_readme(version: AdapterVersion, name: str, commands: Sequence[Sequence[str]], done: bool) -> str:
    """The commands that make the GGUF files, and those that serve them."""
    lines = "\n".join(" ".join(_quoted(word) for word in command) for command in commands)
    how = "The GGUF files here were made with:" if done else "Make the GGUF files with llama.cpp (`git clone https://github.com/ggml-org/llama.cpp`):"
    return f"""# {version.served_name} as GGUF

{how}

```bash
cd THIS_FOLDER
{lines}
```

Then:

```bash
llama-server -m model.gguf --jinja             # or the base's own GGUF with --lora adapter.gguf
ollama create {name} -f Modelfile
```

llama.cpp can make `model.gguf` smaller: `llama-quantize model.gguf small.gguf Q4_K_M`. That rounds the weights, so its answers are no longer exactly those
that were proved. {FORM}
"""


def _quoted(word: str) -> str:
    """A word as a shell reads it back; a variable stays one."""
    from shlex import quote

    return f'"{word}"' if word.startswith("$") else quote(word)
