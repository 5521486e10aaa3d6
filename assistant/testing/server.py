"""A small OpenAI-compatible server on a free port, for tests of what talks to one: it answers by a function, streamed word by word if asked so."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def openai_server(answer: Callable[[dict[str, Any]], Any], models: tuple[str, ...] = ("tiny",), lora: bool = False) -> Iterator[str]:
    """Serve until the block ends; gives the base URL with /v1. With ``lora`` it takes adapters as vLLM does and lists them as models.

    ``answer`` gets a request's body and gives the text, or a whole fastapi ``Response`` where a server misbehaves. Unstreamed answers
    carry their usage, a word counted as a token.
    """
    import uvicorn

    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(_app(answer, list(models), lora), log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    finally:
        server.should_exit = True
        thread.join(5)


def _app(answer: Callable[[dict[str, Any]], Any], models: list[str], lora: bool) -> Any:
    from fastapi import FastAPI
    from fastapi.responses import JSONResponse, Response, StreamingResponse

    app = FastAPI()

    def listed() -> dict[str, Any]:
        return {"object": "list", "data": [{"id": name, "object": "model", "created": 0, "owned_by": "test"} for name in models]}

    def complete(body: dict[str, Any]) -> Any:
        if body["model"] not in models:
            return JSONResponse({"error": {"message": f"no model {body['model']}"}}, status_code=404)
        text = answer(body)
        if isinstance(text, Response):
            return text
        return StreamingResponse(_events(text, body["model"]), media_type="text/event-stream") if body.get("stream") else _completion(text, body)

    def load(body: dict[str, str]) -> dict[str, str]:
        models.append(body["lora_name"])
        return {"status": "ok"}

    app.get("/v1/models")(listed)
    app.post("/v1/chat/completions", response_model=None)(complete)
    if lora:
        app.post("/v1/load_lora_adapter")(load)
    return app


def _completion(text: str, body: dict[str, Any]) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    asked, said = sum(len(message["content"].split()) for message in body["messages"]), len(text.split())
    usage = {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}
    return {"id": "x", "object": "chat.completion", "created": 0, "model": body["model"], "choices": [choice], "usage": usage}


def _events(text: str, model: str) -> Iterator[str]:
    for word in text.split(" "):
        part = {"index": 0, "delta": {"content": word + " "}, "finish_reason": None}
        yield f"data: {json.dumps({'id': 'x', 'object': 'chat.completion.chunk', 'created': 0, 'model': model, 'choices': [part]})}\n\n"
    yield "data: [DONE]\n\n"
