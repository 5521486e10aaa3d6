"""Writes an Ollama Modelfile: where the weights are, the prompt's template, the domain's system text and sampling."""

import json
from pathlib import Path
from typing import Any

from assistant.domain import Domain
from assistant.errors import AdapterError
from assistant.models.greedy import ending_tokens
from assistant.prompt import render_prompt
from assistant.training.export.go_template import translated
from assistant.training.student import Student

CONTEXT = 8192  # Ollama reserves memory for all of it; evidence, history and an answer take less
ADAPTER_FAMILIES = {"llama", "mistral", "mixtral", "gemma", "gemma2"}  # of docs.ollama.com/import, November 2026


def modelfile(domain: Domain, student: Student, model: Any, title: str, weights: list[str]) -> str:
    """The Modelfile's text. ``weights`` are its FROM and ADAPTER lines; ``model`` knows which tokens end an answer."""
    family, pieces = translated(student.tokenizer)
    wanted = domain.spec.answering
    config = model.generation_config
    stops = dict.fromkeys([*(student.tokenizer.decode([token]) for token in sorted(ending_tokens(model, student.tokenizer))), *wanted.stop])
    parameters = [
        ("temperature", f"{wanted.temperature:g}"), ("top_p", f"{wanted.top_p:g}"), ("num_predict", str(wanted.max_new_tokens)),
        ("num_ctx", str(min(student.info.context_tokens, CONTEXT))), ("repeat_penalty", f"{config.repetition_penalty or 1.0:g}"),
        *(("stop", json.dumps(stop, ensure_ascii=False)) for stop in stops),
    ]  # fmt: skip
    lines = [
        f"# {title}; the template is the base's own ({family}), the rest comes from domain.toml and prompt.jinja",
        *weights,
        f'TEMPLATE """{pieces.go()}"""',
        f'SYSTEM """{_quotable(system_text(domain))}"""',
        *(f"PARAMETER {name} {value}" for name, value in parameters),
    ]
    return "\n".join(lines) + "\n"


def system_text(domain: Domain) -> str:
    """What prompt.jinja says before every question, in the domain's first language."""
    return render_prompt(domain, "", [], domain.spec.languages[0]).messages[0].content


def takes_adapters(base: Path) -> bool:
    """Whether Ollama reads safetensors adapters of the base's architecture; others need the merged model or GGUF."""
    return json.loads((base / "config.json").read_text("utf-8")).get("model_type") in ADAPTER_FAMILIES


def _quotable(text: str) -> str:
    if '"""' in text:
        raise AdapterError('the system text of prompt.jinja holds """, which a Modelfile cannot quote; take it out and export again')
    return text
