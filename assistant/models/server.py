"""A base model on an OpenAI-compatible server (vLLM, Ollama, llama.cpp, hosted); vLLM's LoRA endpoints are used where they exist."""

import os
from collections.abc import Iterator
from threading import Event
from typing import Any

import httpx

from assistant.errors import AdapterError, ModelError
from assistant.models.engine import ModelInfo, Sampling, adapter_key
from assistant.records import AdapterVersion, Prompt, Told
from assistant.settings import Settings

CONTEXT = 8192
TOKENS_PER_CHARACTER = 0.75


class ServerEngine:
    """Engine over HTTP. The key comes from OPENAI_API_KEY; local servers need none."""

    def __init__(self, settings: Settings) -> None:
        import openai

        self._url = settings.base_model.rstrip("/")
        if not self._url.endswith("/v1"):
            self._url += "/v1"
        self._client = openai.OpenAI(base_url=self._url, api_key=os.environ.get("OPENAI_API_KEY") or "none", timeout=120, max_retries=1)
        self.models = self._models()
        self._model = settings.server_model or self.models[0]
        if self._model not in self.models:
            raise ModelError(f"{self._url} has no model {self._model!r}; it lists: {', '.join(self.models)} (setting server_model)")
        self.info = ModelInfo(
            name=f"{self._model} at {self._url}",
            key=adapter_key(self._model),
            context_tokens=CONTEXT,
            evidence_tokens=settings.evidence_tokens or 2400,
            evidence_items=24,
            history_turns=6,
            takes_adapters=self._takes_adapters(),
            device="server",
            precision="server",
            reason="chosen by the server",
        )
        self._served: set[str] = set()

    def count_tokens(self, text: str) -> int:
        """An estimate: servers share no tokenizer."""
        return int(len(text) * TOKENS_PER_CHARACTER) + 1

    def serve(self, version: AdapterVersion) -> str:
        name = version.served_name
        if not self.info.takes_adapters:
            raise AdapterError(f"{self._url} takes no adapters at run time; start vLLM with --enable-lora and VLLM_ALLOW_RUNTIME_LORA_UPDATING=1")
        if name not in self._served:
            answer = self._load_lora(name, str(version.folder.resolve()))
            if answer.status_code >= 400 and "already" not in answer.text:
                raise AdapterError(f"{self._url} refused adapter {name}: {answer.text[:200]}")
            self._served.add(name)
        return name

    def _load_lora(self, name: str, path: str) -> httpx.Response:
        url, row = f"{self._url}/load_lora_adapter", {"lora_name": name, "lora_path": path}
        try:
            return httpx.post(url, json=row, headers=self._client.auth_headers, timeout=120)
        except httpx.HTTPError as error:
            raise AdapterError(f"{self._url} does not answer: {error}") from error

    def stream(self, prompt: Prompt, adapter: str | None, sampling: Sampling, cancelled: Event) -> Iterator[str]:
        import openai

        messages: Any = prompt.as_messages()
        try:
            answer = self._client.chat.completions.create(
                model=adapter or self._model,
                messages=messages,
                temperature=sampling.temperature,
                top_p=sampling.top_p,
                max_tokens=sampling.max_new_tokens,
                stop=list(sampling.stop) or None,
                stream=True,
            )
            for part in answer:
                if cancelled.is_set():
                    answer.close()
                    return
                if part.choices and part.choices[0].delta.content:
                    yield part.choices[0].delta.content
        except openai.NotFoundError as error:
            self._served.discard(adapter or "")
            raise ModelError(Told(f"{self._url}: {error}; ask again", "server-again", url=self._url, error=str(error))) from error
        except openai.OpenAIError as error:
            raise ModelError(Told(f"{self._url}: {error}", "server-error", url=self._url, error=str(error))) from error

    def close(self) -> None:
        self._client.close()

    def _models(self) -> list[str]:
        import openai

        try:
            found = [model.id for model in self._client.models.list()]
        except openai.AuthenticationError:
            raise ModelError(Told(f"{self._url} wants a key; put it into OPENAI_API_KEY", "server-key", url=self._url)) from None
        except openai.OpenAIError as error:
            text = f"no OpenAI-compatible server answers at {self._url} ({error}); start it, or set base_model to another"
            raise ModelError(Told(text, "server-silent", url=self._url, error=str(error))) from error
        if not found:
            raise ModelError(Told(f"{self._url} lists no model; load one there first", "server-empty", url=self._url))
        return found

    def _takes_adapters(self) -> bool:
        """vLLM publishes its LoRA endpoint in its OpenAPI description when run-time loading is on."""
        try:
            paths = httpx.get(self._url.removesuffix("/v1") + "/openapi.json", timeout=5).json().get("paths", {})
        except (httpx.HTTPError, ValueError):
            return False
        return "/v1/load_lora_adapter" in paths
