"""A base model on an OpenAI-compatible server, spoken to by the real client."""

from pathlib import Path
from threading import Event
from typing import Any

import pytest

from assistant.errors import AdapterError, ModelError
from assistant.models.engine import Sampling
from assistant.models.server import ServerEngine
from assistant.records import AdapterVersion, Prompt, Turn
from assistant.settings import Settings
from assistant.testing.server import openai_server

PROMPT = Prompt((Turn("system", "Answer."), Turn("user", "How early?")), (), "answer", "en")


def echo(body: dict[str, Any]) -> str:
    return f"{body['model']} heard {body['messages'][-1]['content']}"


def test_a_server_answers_in_streamed_pieces() -> None:
    with openai_server(echo) as url:
        engine = ServerEngine(Settings(base_model=url))
        pieces = list(engine.stream(PROMPT, None, Sampling(), Event()))
        assert len(pieces) > 2
        assert "".join(pieces).strip() == "tiny heard How early?"
        assert not engine.info.takes_adapters


def test_a_cancelled_stream_ends() -> None:
    with openai_server(lambda _body: "word " * 5000) as url:
        stop, got = Event(), 0
        for _piece in ServerEngine(Settings(base_model=url)).stream(PROMPT, None, Sampling(), stop):
            got += 1
            stop.set()
        assert got < 10


def test_a_server_with_lora_endpoints_gets_the_version_under_its_served_name(tmp_path: Path) -> None:
    version = AdapterVersion("tiny", "legal", 3, tmp_path, {})
    with openai_server(echo, lora=True) as url:
        engine = ServerEngine(Settings(base_model=url))
        assert engine.info.takes_adapters
        assert engine.serve(version) == "legal@3"
        assert "".join(engine.stream(PROMPT, "legal@3", Sampling(), Event())).startswith("legal@3 heard")
    with openai_server(echo) as url, pytest.raises(AdapterError, match="takes no adapters at run time"):
        ServerEngine(Settings(base_model=url)).serve(version)


def test_what_is_wrong_with_a_server_is_said() -> None:
    with pytest.raises(ModelError, match=r"no OpenAI-compatible server answers at http://127\.0\.0\.1:9/v1"):
        ServerEngine(Settings(base_model="http://127.0.0.1:9"))
    with openai_server(echo) as url, pytest.raises(ModelError, match="has no model 'other'; it lists: tiny"):
        ServerEngine(Settings(base_model=url, server_model="other"))
