"""Somebody who speaks to the app without its page: logs in, finds the handlers in /config and calls them with whatever values."""

import json
import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx

API = "/gradio_api"


@dataclass(frozen=True)
class Outcome:
    """``text`` is everything that came back, event stream included."""

    status: int
    text: str

    @property
    def failed(self) -> bool:
        return self.status != 200 or '"success":false' in self.text or '"error"' in self.text

    @property
    def data(self) -> list[Any]:
        """What the handler returned at last."""
        if not self.text.startswith("data:"):
            return list(json.loads(self.text)["data"])
        messages = [json.loads(line.removeprefix("data:")) for line in self.text.splitlines() if line.startswith("data:")]
        return list(next(one["output"]["data"] for one in messages if one["msg"] == "process_completed"))


class Caller:
    def __init__(self, address: str, name: str = "", password: str = "") -> None:
        self.http = httpx.Client(base_url=address, timeout=120)
        self.page = uuid.uuid4().hex[:12]
        if name:
            assert self.http.post("/login", data={"name": name, "password": password}).status_code == 303

    @cached_property
    def config(self) -> dict[str, Any]:
        return dict(self.http.get("/config").json())

    @property
    def components(self) -> dict[int, dict[str, Any]]:
        return {one["id"]: one for one in self.config["components"]}

    def handler(self, element: str, event: str) -> dict[str, Any]:
        """The handler of that event of the component with that element id."""
        keys = {key for key, one in self.components.items() if one["props"].get("elem_id") == element}
        return next(one for one in self.config["dependencies"] if one["backend_fn"] and any(key in keys and said == event for key, said in one["targets"]))

    def call(self, handler: dict[str, Any], data: list[Any], page: str = "", **more: Any) -> Outcome:
        """Call as the page does: through the queue, or past it where the handler says so."""
        body = {"fn_index": handler["id"], "data": data, "session_hash": page or self.page, **more}
        if not handler["queue"]:
            answer = self.http.post(f"{API}/run/predict", json=body)
            return Outcome(answer.status_code, answer.text)
        joined = self.http.post(f"{API}/queue/join", json=body)
        return self.listen(page) if joined.status_code == 200 else Outcome(joined.status_code, joined.text)

    def listen(self, page: str = "") -> Outcome:
        with self.http.stream("GET", f"{API}/queue/data", params={"session_hash": page or self.page}) as answer:
            return Outcome(answer.status_code, "".join(answer.iter_text()))

    def upload(self, name: str, content: bytes) -> str:
        answer = self.http.post(f"{API}/upload", files={"files": (name, content)})
        assert answer.status_code == 200, answer.text
        return str(answer.json()[0])
