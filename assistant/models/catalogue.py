"""Base models that are known to serve well, what a name means, and which known one a mistaken name resembles. Knows no library and no network.

Sizes are the publishers'; parameters count tied embeddings once, downloads hold what this program fetches.
"""

import difflib
from dataclasses import dataclass

GB = 10**9
FIRST = "Good first choices: Qwen/Qwen2.5-1.5B-Instruct without a GPU, Qwen/Qwen2.5-7B-Instruct with a GPU of 24 GB."
ANY = (
    "any Hugging Face causal language model with a chat template and safetensors weights (an Instruct or Chat model)",
    "modelscope:ID, the same from ModelScope",
    "a folder with config.json, tokenizer and safetensors weights",
    "the URL of an OpenAI-compatible server (vLLM, Ollama, llama.cpp, hosted)",
)
_PAGES = {
    "https://huggingface.co/": "",
    "https://hf.co/": "",
    "https://www.modelscope.cn/models/": "modelscope:",
    "https://modelscope.cn/models/": "modelscope:",
}
_TAILS = ("/tree/", "/blob/", "/resolve/", "/summary", "/files")


@dataclass(frozen=True)
class Known:
    """One row of the table; ``download`` in bytes. ``languages`` are English, Chinese and how many more its publisher names."""

    name: str
    parameters: int
    download: int
    licence: str
    languages: str
    gated: bool = False
    note: str = ""


def _row(name: str, billions: float, gigabytes: float, licence: str, languages: str, gated: bool = False, note: str = "") -> Known:
    return Known(name, round(billions * 1e9), round(gigabytes * GB), licence, languages, gated, note)


_QWEN25, _QWEN3, _LLAMA = "en zh +27", "en zh +117", "en +7"
SUPPORTED = (
    _row("Qwen/Qwen2.5-0.5B-Instruct", 0.494, 0.99, "apache-2.0", _QWEN25),
    _row("Qwen/Qwen2.5-1.5B-Instruct", 1.54, 3.09, "apache-2.0", _QWEN25),
    _row("Qwen/Qwen2.5-3B-Instruct", 3.09, 6.17, "qwen-research", _QWEN25, note="non-commercial"),
    _row("Qwen/Qwen2.5-7B-Instruct", 7.62, 15.2, "apache-2.0", _QWEN25),
    _row("Qwen/Qwen2.5-14B-Instruct", 14.8, 29.5, "apache-2.0", _QWEN25),
    _row("Qwen/Qwen3-0.6B", 0.596, 1.5, "apache-2.0", _QWEN3),
    _row("Qwen/Qwen3-1.7B", 1.72, 4.06, "apache-2.0", _QWEN3),
    _row("Qwen/Qwen3-4B-Instruct-2507", 4.02, 8.05, "apache-2.0", _QWEN3),
    _row("Qwen/Qwen3-8B", 8.19, 16.4, "apache-2.0", _QWEN3),
    _row("meta-llama/Llama-3.2-1B-Instruct", 1.24, 2.47, "llama3.2", _LLAMA, gated=True),
    _row("meta-llama/Llama-3.2-3B-Instruct", 3.21, 6.43, "llama3.2", _LLAMA, gated=True),
    _row("meta-llama/Llama-3.1-8B-Instruct", 8.03, 16.1, "llama3.1", _LLAMA, gated=True),
    _row("microsoft/Phi-4-mini-instruct", 3.84, 7.67, "mit", "en zh +21"),
    _row("HuggingFaceTB/SmolLM2-360M-Instruct", 0.362, 0.72, "apache-2.0", "en"),
)


def plain_name(name: str) -> str:
    """The name as base_model takes it: a page of a hub, copied from a browser, becomes the id it shows."""
    name = name.strip()
    for page, prefix in _PAGES.items():
        if name.startswith(page):
            shown = name.removeprefix(page)
            for tail in _TAILS:
                shown = shown.partition(tail)[0]
            return prefix + shown.strip("/")
    return name


def known(name: str) -> Known | None:
    """The row of a name, whichever hub it comes from and however it is capitalised."""
    plain = name.removeprefix("modelscope:").lower()
    return next((row for row in SUPPORTED if row.name.lower() == plain), None)


def resembling(name: str) -> str:
    """The known id that a mistaken one was most likely meant to be; empty when none is near."""
    asked = name.removeprefix("modelscope:").lower()
    names = {row.name.lower(): row.name for row in SUPPORTED}
    tails = {full.partition("/")[2]: own for full, own in names.items()}
    for words, table in ((asked, names), (asked.rpartition("/")[2], tails)):
        near = difflib.get_close_matches(words, table, n=1, cutoff=0.6)
        if near:
            return table[near[0]]
    return ""


def hint(name: str) -> str:
    """What to do about a name that leads nowhere."""
    near = resembling(name)
    return f"did you mean {near}? " + "`assistant models` lists what is known" if near else "`assistant models` lists what is known"
