"""Somebody who asks on the page, over its own HTTP queue and without a browser. Knows how Gradio's page talks to its server."""

import json
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
from gradio_client.utils import apply_diff

ANSWERED = 'class="answer-text"'
ANSWER = '<div class="bot-row"'  # behind it stands the answer, before it the question


@dataclass(frozen=True)
class Asked:
    """One question and what came: seconds to the first words and to the end, the HTML of question and answer, what went wrong."""

    question: str
    first: float
    seconds: float
    shown: str
    fault: str = ""

    @property
    def text(self) -> str:
        """Question and answer without markup."""
        return re.sub(r"<[^>]+>", " ", self.shown)

    @property
    def answer(self) -> str:
        return re.sub(r"<[^>]+>", " ", self.shown.partition(ANSWER)[2])


class Visitor:
    """One browser window's worth of state; logged in when a name is given."""

    def __init__(self, address: str, name: str = "", password: str = "") -> None:
        self._http = httpx.Client(base_url=address, timeout=httpx.Timeout(180), headers={"Origin": address})
        if name:
            reply = self._http.post("/login", data={"name": name, "password": password})
            assert reply.status_code in (200, 303), f"cannot log in: {reply.status_code}"
        self._session = uuid.uuid4().hex[:12]
        config = self._http.get("/config").raise_for_status().json()
        self._components = {one["id"]: one for one in config["components"]}
        self._values = {key: None if one["type"] == "state" else one["props"].get("value") for key, one in self._components.items()}
        self._fresh = dict(self._values)
        self._prefix = config.get("api_prefix", "/gradio_api")
        self._box = self._named("question")
        self._last = self._named("chat-last")
        self._ask = next(one for one in config["dependencies"] if [self._box, "submit"] in [list(target) for target in one["targets"]])

    def begin_anew(self) -> None:
        """What the page holds as it was at first: the next question begins another conversation."""
        self._values = dict(self._fresh)

    def ask(self, question: str) -> Asked:
        """Type a question and wait until its answer is finished."""
        started = time.perf_counter()
        first, shown = 0.0, ""
        body = {
            "data": [question if key == self._box else self._values[key] for key in self._ask["inputs"]],
            "fn_index": self._ask["id"], "session_hash": self._session, "event_data": None, "trigger_id": self._box,
        }  # fmt: skip
        try:
            event = self._http.post(f"{self._prefix}/queue/join", json=body).raise_for_status().json()["event_id"]
            for values, fault in self._streamed(event):
                now = time.perf_counter() - started
                if fault:
                    return Asked(question, first, now, shown, fault)
                shown = self._shown(values) or shown
                first = first or (now if ANSWERED in shown else 0.0)
        except (httpx.HTTPError, ValueError, KeyError) as error:
            return Asked(question, first, time.perf_counter() - started, shown, f"{type(error).__name__}: {error}")
        return Asked(question, first, time.perf_counter() - started, shown)

    def _named(self, element: str) -> int:
        return next(key for key, one in self._components.items() if one["props"].get("elem_id") == element)

    def _streamed(self, event: str) -> Iterator[tuple[list[Any], str]]:
        """The handler's outputs each time they change, or what went wrong."""
        values: list[Any] = []
        with self._http.stream("GET", f"{self._prefix}/queue/data", params={"session_hash": self._session}) as stream:
            for line in stream.raise_for_status().iter_lines():
                if not line.startswith("data:"):
                    continue
                said = json.loads(line[5:])
                if said.get("event_id") not in (event, None):
                    continue
                output = said.get("output") or {}
                if said["msg"] in ("process_generating", "process_completed") and said.get("success") and "data" in output:
                    whole = said["msg"] == "process_completed" or not values
                    values = output["data"] if whole and output["data"] else [_merged(old, new) for old, new in zip(values, output["data"], strict=False)] or values
                    yield values, ""
                if said["msg"] == "unexpected_error" or said.get("success") is False:
                    yield values, str(output.get("error") or said.get("message"))
                if said["msg"] in ("process_completed", "unexpected_error", "close_stream"):
                    return

    def _shown(self, values: list[Any]) -> str:
        """What the latest exchange shows; everything else that the handler changed is kept for the next question, as a browser does."""
        for key, value in zip(self._ask["outputs"], values, strict=False):
            if isinstance(value, dict) and value.get("__type__") == "update":
                self._values[key] = value.get("value", self._values[key])
            elif value is not None:
                self._values[key] = value
        return str(self._values[self._last] or "")


def _merged(old: Any, new: Any) -> Any:
    return apply_diff(old, new) if isinstance(new, list) else new
