"""In front of Gradio's own routes: those that the page needs, and each user's pages, events and files for that user alone.

Gradio takes a page's key, an event's key and a file's path from whoever sends them; here they are compared with who made them.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request

from assistant.access import User
from assistant.ui.page.claims import Claims
from assistant.ui.page.door import refused
from assistant.ui.page.limits import Limits

API = "/gradio_api"
KEY = re.compile(r"[A-Za-z0-9_-]{4,64}")
PLAIN = re.compile(rf"/|/config|/theme\.css|/favicon\.ico|/robots\.txt|/(?:assets|static)/.+|{API}/app_id")
STREAMS = {f"{API}/queue/data": ("page", "session_hash"), f"{API}/upload_progress": ("upload", "upload_id")}
HEARTBEAT = re.compile(rf"{API}/heartbeat/({KEY.pattern})")
FILE = f"{API}/file="
CALLS = {f"{API}/run/predict", f"{API}/queue/join", f"{API}/cancel", f"{API}/reset"}
UPLOAD = f"{API}/upload"
SENT = {"session_hash", "event_id", "data", "event_data", "fn_index", "trigger_id"}
LARGEST = 8_000_000  # bytes of what a page sends to a handler; documents are uploaded
TOO_MANY = 10  # files of the largest size in one upload
NOT_YOURS = "this belongs to another user, or to a page that is no longer there; load the page again"


class Gate:
    """ASGI application around Gradio's; ``who`` finds the user of a request that came through the door."""

    def __init__(self, app: Any, claims: Claims, limits: Limits | None, who: Callable[[Request], User], max_file_mb: int) -> None:
        self._app = app
        self._claims = claims
        self._limits = limits
        self._who = who
        self._largest = TOO_MANY * max_file_mb * 1_000_000

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        path, method = scope["path"].removeprefix(scope.get("root_path", "")), scope["method"]
        if method in ("GET", "HEAD"):
            answer = self._fetch(request, path)
        elif method == "POST" and path in CALLS:
            answer = await self._call(request, path)
        elif method == "POST" and path == UPLOAD:
            answer = self._upload(request)
        else:
            answer = refused(404, "not found")
        await answer(scope, receive, send)

    def _fetch(self, request: Request, path: str) -> Any:
        if PLAIN.fullmatch(path):
            return self._without_query if path in ("/", "/config") else self._app
        if path in STREAMS:
            kind, name = STREAMS[path]
            values = parse_qs(request.scope["query_string"].decode("latin-1"), keep_blank_values=True).get(name, [])
            return self._of_one(request, kind, values[0] if len(values) == 1 else "")
        if beat := HEARTBEAT.fullmatch(path):
            return self._of_one(request, "page", beat[1])
        if path.startswith(FILE):
            return self._app if self._claims.has(self._who(request), path.removeprefix(FILE)) else refused(403, NOT_YOURS)
        return refused(404, "not found")

    def _of_one(self, request: Request, kind: Any, key: str) -> Any:
        if not KEY.fullmatch(key):
            return refused(400, "the page's key is missing")
        return self._app if self._claims.claim(kind, key, self._who(request)) else refused(403, NOT_YOURS)

    async def _without_query(self, scope: Any, receive: Any, send: Any) -> None:
        """Gradio would load what a query names."""
        await self._app({**scope, "query_string": b""}, receive, send)

    async def _call(self, request: Request, path: str) -> Any:
        body = await _read(request)
        if body is None:
            return refused(413, f"more than {LARGEST // 1_000_000} MB for a handler; upload large material as a file")
        try:
            sent = json.loads(body)
            said = _encodable({name: sent[name] for name in SENT & set(sent)})
        except (ValueError, TypeError, RecursionError):
            return refused(400, "not a call of this page")
        user = self._who(request)
        if why := self._fault(user, path, said):
            return why
        again = json.dumps(said).encode()  # what was checked is what is read, also where a key stood twice

        async def call(scope: Any, receive: Any, send: Any) -> None:
            after = self._claiming_event(user, send) if path.endswith("/join") else send
            await self._app(_uncompressed(scope, len(again)), _replayed(again, receive), after)

        return call

    def _fault(self, user: User, path: str, said: dict[str, Any]) -> Any:
        page, event = said.get("session_hash"), said.get("event_id")
        if not path.endswith("/reset") and not (isinstance(page, str) and KEY.fullmatch(page)):
            return refused(400, "the page's key is missing")
        if isinstance(page, str) and not self._claims.claim("page", page, user):
            return refused(403, NOT_YOURS)
        if event is not None and not (isinstance(event, str) and self._claims.owns("event", event, user)):
            return refused(403, NOT_YOURS)
        if not all(self._claims.has(user, file) for file in _files([said.get("data"), said.get("event_data")])):
            return refused(403, "a file in this call was not uploaded by you, or is no longer there; upload it again")
        return None

    def _upload(self, request: Request) -> Any:
        user = self._who(request)
        length = request.headers.get("content-length", "")
        if not length.isdigit() or int(length) > self._largest:
            return refused(413, f"an upload may have {self._largest // 1_000_000} MB in all; upload fewer files at once")
        if self._limits and (seconds := self._limits.upload(user.name, int(length))):
            return refused(429, f"many large files in a short time; upload more in {seconds // 60 + 1} minutes")
        key = request.query_params.get("upload_id")
        if key and not self._claims.claim("upload", key, user):
            return refused(403, NOT_YOURS)

        async def upload(scope: Any, receive: Any, send: Any) -> None:
            await self._app(_uncompressed(scope), receive, self._claiming_files(user, send))

        return upload

    def _claiming_event(self, user: User, send: Any) -> Any:
        return _reading(send, lambda answer: self._claims.claim("event", answer["event_id"], user))

    def _claiming_files(self, user: User, send: Any) -> Any:
        def note(paths: list[str]) -> None:
            for path in paths:
                self._claims.give(user, path)

        return _reading(send, note)


async def _read(request: Request) -> bytes | None:
    """The body; None when it is too large."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            return None
        parts.append(part)
    return b"".join(parts)


def _encodable(said: dict[str, Any]) -> dict[str, Any]:
    """The same with "?" for each half of a character (a lone surrogate), which no handler could keep or show."""
    return dict(json.loads(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")))


def _files(value: Any) -> Iterator[str]:
    """Every path of a file, and every address, that a call gives to components."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if isinstance(item.get("path"), str):
                yield item["path"]
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item


def _uncompressed(scope: Any, length: int | None = None) -> Any:
    """The scope of a request whose answer can be read on its way."""
    dropped = {b"accept-encoding", b"content-length"} if length is not None else {b"accept-encoding"}
    headers = [(name, value) for name, value in scope["headers"] if name not in dropped]
    return {**scope, "headers": [*headers, *([] if length is None else [(b"content-length", str(length).encode())])]}


def _replayed(body: bytes, receive: Any) -> Any:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Any:
        return waiting.pop() if waiting else await receive()

    return replay


def _reading(send: Any, note: Callable[[Any], object]) -> Any:
    """Sends on once the whole answer, JSON and short, has been read and noted; other answers than 200 are not."""
    messages: list[Any] = []

    async def noted(message: Any) -> None:
        messages.append(message)
        if message["type"] != "http.response.body" or message.get("more_body"):
            return
        if messages[0]["status"] == 200:
            note(json.loads(b"".join(one.get("body", b"") for one in messages[1:])))
        for one in messages:
            await send(one)
        messages.clear()

    return noted
