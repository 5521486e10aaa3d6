"""Model servers on this computer: looks at the ports where they usually listen, on the loopback address alone. Knows no settings."""

import ipaddress
import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Any
from urllib.parse import urlparse

import httpx

from assistant.errors import ModelError
from assistant.models.engine import Engine, Sampling
from assistant.records import Prompt, Told, Turn

KNOWN = {
    "Ollama": "http://localhost:11434/v1",
    "vLLM": "http://localhost:8000/v1",
    "llama.cpp": "http://localhost:8080/v1",
    "LM Studio": "http://localhost:1234/v1",
}
NAMED = "OPENAI_BASE_URL"
TIMEOUT = httpx.Timeout(1.0, connect=0.3)
MOST_BYTES = 2**20
MOST_MODELS = 100
LONGEST_ID = 200


@dataclass(frozen=True)
class ModelServer:
    """An OpenAI-compatible server and the models that it lists."""

    name: str
    url: str
    models: tuple[str, ...]


def find_servers(own_port: int = 0) -> list[ModelServer]:
    """Those that answer within a second, and the one that OPENAI_BASE_URL names if it is local; ``own_port`` is this program's and not asked."""
    places = {**KNOWN, **_named()}
    asked = {name: url for name, url in places.items() if urlparse(url).port != own_port}
    with ThreadPoolExecutor(len(places)) as pool:
        found = pool.map(_models, asked.values())
    return [ModelServer(name, url, models) for (name, url), models in zip(asked.items(), found, strict=True) if models]


def _named() -> dict[str, str]:
    url = os.environ.get(NAMED, "").rstrip("/")
    try:
        address = urlparse(url)
        local = address.scheme in ("http", "https") and is_loopback(address.hostname or "") and address.port != 0
    except ValueError:  # no address, no port
        return {}
    return {NAMED: url} if local and url not in KNOWN.values() else {}


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _models(url: str) -> tuple[str, ...]:
    """What it lists; nothing when it does not answer, or as something else. No proxy, no redirect, no more than a megabyte."""
    try:
        with httpx.Client(timeout=TIMEOUT, trust_env=False, follow_redirects=False) as client, client.stream("GET", f"{url}/models") as answer:
            data = b""
            for part in answer.iter_bytes():
                data += part
                if len(data) > MOST_BYTES:
                    return ()
            rows: Any = json.loads(data)["data"] if answer.status_code == 200 else []
            return tuple(str(row["id"])[:LONGEST_ID] for row in rows[:MOST_MODELS] if row["id"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError, RecursionError):
        return ()


def say_ready(engine: Engine) -> str:
    """What it answers to a tiny question; ModelError when that is nothing, or it cannot be asked."""
    prompt = Prompt((Turn("user", "Say: ready"),), (), "answer", "en")
    if said := "".join(engine.stream(prompt, None, Sampling(), Event())).strip():
        return said
    text = f"{engine.info.name} answers with nothing; take one that answers directly, by --server-model; nothing was changed"
    raise ModelError(Told(text, "answers-nothing", name=engine.info.name))
