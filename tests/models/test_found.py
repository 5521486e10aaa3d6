"""Model servers on this computer are found by asking them, and a running program can go over to one and back."""

import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.responses import JSONResponse

from assistant.answering.flow import Ask, Assistant, open_assistant
from assistant.answering.switch import BaseChoice, chosen, overridden, switch
from assistant.errors import ModelError, SettingsError
from assistant.models import found
from assistant.models.found import ModelServer, find_servers, is_loopback
from assistant.testing.server import openai_server

LEAVE = {
    "plugins/leave/domain.toml": 'name = "leave"\nlanguages = ["en"]\n',
    "plugins/leave/documents/leave.md": "# Leave\n\nEverybody gets 27 days of leave a year.\n",
}


def echo(body: dict[str, Any]) -> str:
    return f"{body['model']} is ready. Everybody gets 27 days of leave a year."


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """No port of the computer that runs the tests is asked."""
    monkeypatch.setattr(found, "KNOWN", {})
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)


def test_a_server_is_found_with_its_models_and_our_own_port_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with openai_server(echo, models=("small", "large")) as url, socket.create_server(("127.0.0.1", 0)) as silent:
        places = {"Ollama": url, "vLLM": "http://127.0.0.1:9/v1", "llama.cpp": f"http://127.0.0.1:{silent.getsockname()[1]}/v1"}
        monkeypatch.setattr(found, "KNOWN", places)
        assert find_servers() == [ModelServer("Ollama", url, ("small", "large"))]
        assert find_servers(own_port=int(url.split(":")[2].split("/")[0])) == []


def test_only_a_local_address_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with openai_server(echo) as url:
        monkeypatch.setattr(found, "KNOWN", {"vLLM": "http://127.0.0.1:9/v1"})
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        assert find_servers() == [ModelServer("OPENAI_BASE_URL", url, ("tiny",))]
    asked: list[str] = []
    monkeypatch.setattr(found, "_models", lambda url: asked.append(url) or ())
    for elsewhere in ("https://api.example.com/v1", "http://localhost.example.com:8000/v1", "http://10.0.0.1/v1", "file:///etc/passwd", "http://[bad"):
        monkeypatch.setenv("OPENAI_BASE_URL", elsewhere)
        find_servers()
    assert set(asked) == {"http://127.0.0.1:9/v1"}
    assert [is_loopback(host) for host in ("localhost", "127.0.0.2", "::1", "10.0.0.1", "example.com")] == [True, True, True, False, False]


class Place:
    def __init__(self, ready: Assistant) -> None:
        self.ready = ready
        self.changing = threading.RLock()

    def swap(self, fresh: Any) -> None:
        self.ready = fresh


def test_a_server_is_taken_with_one_call_and_given_back_with_another(workspace: Callable[..., Any]) -> None:
    with openai_server(echo) as one, openai_server(echo, models=("a", "b")) as two:
        made = workspace({"assistant.toml": f'# ours\nbase_model = "{one}"\n', **LEAVE})
        place = Place(open_assistant(made.workspace))
        former = chosen(place.ready.workspace.settings)
        assert switch(place, BaseChoice(two, "b")).startswith("b is ready")
        answer = place.ready.answer(Ask("How many days of leave?", domain="leave"))
        assert (answer.receipt["base"], "27 days" in answer.text) == (f"b at {two}", True)
        assert made.read("assistant.toml") == f'# ours\nbase_model = "{two}"\nserver_model = "b"\n'
        switch(place, former)
        assert place.ready.engine.info.name == f"tiny at {one}"
        assert made.workspace.settings.base_model == one
        place.ready.close()


def test_what_fails_leaves_everything_as_it_was(workspace: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def mute(body: dict[str, Any]) -> Any:
        return " "

    def broken(body: dict[str, Any]) -> Any:
        return JSONResponse({"error": {"message": "out of memory"}}, status_code=400)

    with openai_server(echo) as one, openai_server(mute) as silent, openai_server(broken) as failing:
        made = workspace({"assistant.toml": f'base_model = "{one}"\n', **LEAVE})
        place = Place(open_assistant(made.workspace))
        before, toml = place.ready, made.read("assistant.toml")
        for url, model, said in (
            (silent, "tiny", "answers with nothing"),
            (failing, "tiny", "out of memory"),
            (one, "other", "has no model 'other'; it lists: tiny"),
            ("http://127.0.0.1:9/v1", "", "no OpenAI-compatible server answers"),
            (one, "", "is in use already"),
        ):
            with pytest.raises(ModelError, match=said):
                switch(place, BaseChoice(url, model))
        made.write({"assistant.toml": "colour = 1"})
        with pytest.raises(SettingsError, match="unknown key"):
            switch(place, BaseChoice(silent, "tiny"))
        assert place.ready is before
        made.write({"assistant.toml": toml})
        assert place.ready.answer(Ask("How many days of leave?", domain="leave")).receipt["base"] == f"tiny at {one}"
        place.ready.close()


def test_an_environment_variable_that_will_win_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert overridden() == ""
    monkeypatch.setenv("ASSISTANT_BASE_MODEL", "starter")
    assert overridden() == "ASSISTANT_BASE_MODEL"
