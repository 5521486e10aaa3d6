"""A Hugging Face hub on a free port, for tests of what fetches models: it speaks the HTTP API that huggingface_hub calls and serves folders on disk."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

REVISION = "1" * 40
LARGE = (".safetensors", ".bin", ".gguf")


@dataclass
class LocalHub:
    """``models`` maps ids to folders. ``gated`` ids are refused without the token ``good``; ``cut`` bytes of a large file are sent before the
    connection breaks; ``damaged`` turns their first byte; ``requests`` collects (method, path, Range)."""

    models: dict[str, Path]
    gated: set[str] = field(default_factory=set)
    licence: str = "apache-2.0"
    cut: int = 0
    damaged: bool = False
    status: int = 0
    url: str = ""
    requests: list[tuple[str, str, str]] = field(default_factory=list)

    def ranges(self) -> list[str]:
        """The ranges of large files that were asked for, in order; empty texts for whole files."""
        return [part for method, path, part in self.requests if method == "GET" and path.endswith(LARGE)]


class _Server(ThreadingHTTPServer):
    hub: LocalHub

    def handle_error(self, *_: object) -> None:
        """A client that went away in the middle is part of the tests."""


@contextmanager
def local_hub(models: dict[str, Path]) -> Iterator[LocalHub]:
    """Serve until the block ends; give ``url`` to the program as HF_ENDPOINT."""
    hub = LocalHub(models)
    server = _Server(("127.0.0.1", 0), _Handler)
    server.hub = hub
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _files(folder: Path) -> list[dict[str, Any]]:
    """Every file as the hub lists it: large ones by their SHA-256, others by git's hash."""
    rows = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        blob = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
        row = {"type": "file", "path": path.relative_to(folder).as_posix(), "oid": blob, "size": len(data)}
        if path.name.endswith(LARGE):
            row["lfs"] = {"oid": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134}
        rows.append(row)
    return rows


def _info(hub: LocalHub, name: str) -> dict[str, Any]:
    rows = _files(hub.models[name])
    siblings = [
        {"rfilename": row["path"], "size": row["size"], "blobId": row["oid"]}
        | ({"lfs": {"sha256": row["lfs"]["oid"], "size": row["size"], "pointerSize": 134}} if "lfs" in row else {})
        for row in rows
    ]
    gated = "manual" if name in hub.gated else False
    return {"id": name, "modelId": name, "sha": REVISION, "private": False, "gated": gated, "siblings": siblings, "tags": [f"license:{hub.licence}"]}


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None: ...

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.server.hub.requests.append((self.command, path, self.headers.get("Range", "")))
        if self.server.hub.status:
            return self._refuse(self.server.hub.status, "")
        if path.startswith("/api/models/"):
            return self._api(path.removeprefix("/api/models/"))
        name, found, file = path.removeprefix("/").partition(f"/resolve/{REVISION}/")
        if not found:
            name, found, file = path.removeprefix("/").partition("/resolve/main/")
        return self._file(name, file)

    def _api(self, path: str) -> None:
        name, tree, _rest = path.partition("/tree/")
        name = name.partition("/revision/")[0]
        if name not in self.server.hub.models:
            return self._refuse(404, "RepoNotFound")
        body = json.dumps(_files(self.server.hub.models[name]) if tree else _info(self.server.hub, name)).encode()
        return self._send(200, body, {"Content-Type": "application/json"})

    def _file(self, name: str, file: str) -> None:
        if name not in self.server.hub.models:
            return self._refuse(404, "RepoNotFound")
        if name in self.server.hub.gated and self.headers.get("Authorization") != "Bearer good":
            return self._refuse(403 if self.headers.get("Authorization") else 401, "GatedRepo")
        row = next((row for row in _files(self.server.hub.models[name]) if row["path"] == file), None)
        if row is None:
            return self._refuse(404, "EntryNotFound")
        etag = row["lfs"]["oid"] if "lfs" in row else row["oid"]
        head = {"ETag": f'"{etag}"', "X-Repo-Commit": REVISION, "Accept-Ranges": "bytes"}
        return self._content((self.server.hub.models[name] / file).read_bytes(), head, large="lfs" in row)

    def _content(self, data: bytes, head: dict[str, str], large: bool) -> None:
        if large and self.server.hub.damaged:
            data = bytes([data[0] ^ 255]) + data[1:]
        asked = self.headers.get("Range", "").removeprefix("bytes=").partition("-")[0]
        if not asked:
            return self._send(200, data, head, self.server.hub.cut if large else 0)
        start = int(asked)
        if start >= len(data):
            return self._refuse(416, "")
        head["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        return self._send(206, data[start:], head, self.server.hub.cut if large else 0)

    def _refuse(self, status: int, code: str) -> None:
        self._send(status, b"{}", {"X-Error-Code": code} if code else {})

    def _send(self, status: int, body: bytes, head: dict[str, str], cut: int = 0) -> None:
        self.send_response(status)
        for name, value in {**head, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        self.wfile.write(body[:cut] if cut else body)
        if cut and cut < len(body):
            self.wfile.flush()
            self.close_connection = True
