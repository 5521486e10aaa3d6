"""Listens on a port of this computer and serves the page there. Knows HTTP, addresses and browsers; not what the page says."""

import ipaddress
import logging
import os
import signal
import socket
import sys
import webbrowser
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from assistant.errors import AccessError, AssistantError, ServerError
from assistant.settings import Workspace

if TYPE_CHECKING:
    from fastapi import FastAPI
    from gradio import Blocks

    from assistant.plugins import Plugins
    from assistant.ui.page.site import Site

REMOTE = "ASSISTANT_ALLOW_REMOTE"
LOCAL_NAMES = ["localhost", "127.0.0.1", "[::1]"]
FIRST_WORDS = "good morning 早上好"
LAST_SECONDS = 3  # for answers still being written when the server is told to stop
# Gradio's page needs inline scripts and styles; what this forbids is any word to or from another host.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self' data: blob:; worker-src 'self' blob:; frame-ancestors 'self'; form-action 'self'; base-uri 'self'"
)


def check_host(host: str) -> None:
    """AccessError for an address that others can reach, unless ASSISTANT_ALLOW_REMOTE=1."""
    if is_local(host) or os.environ.get(REMOTE) == "1":
        return
    raise AccessError(
        f"{host} can be reached from other computers, and this version has no accounts: anyone there could ask and read everything. "
        f"Use --host 127.0.0.1 (the default); if the network in front of it decides who may come in, set {REMOTE}=1"
    )


def is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def bind(host: str, port: int) -> socket.socket:
    """A socket holding that address; ServerError with what to do when it cannot be had."""
    if not 0 <= port <= 65535:
        raise ServerError(f"{port} is no port; ports are 1 to 65535, and 0 takes a free one")
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        if sys.platform != "win32":  # there it would let two programs share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        raise ServerError(
            f"cannot listen on {host}:{port}: {error.strerror or error}; stop the program that uses it, "
            f"or choose another port: assistant app --port {port + 1 if 0 < port < 65535 else 7861}"
        ) from None
    return listener


def serve(workspace: Workspace, listener: socket.socket, browser: bool) -> None:
    """Show the page until the program is stopped; model and index load behind it."""
    import uvicorn

    from assistant.answering.watch import Watch
    from assistant.history import History
    from assistant.plugins import load_plugins
    from assistant.ui.page.build import build_page
    from assistant.ui.page.opening import Opening
    from assistant.ui.page.site import Site

    plugins = load_plugins(workspace)
    opening = Opening(lambda: _open(workspace, plugins))
    watch = Watch(workspace, opening, plugins)
    history = History(workspace.state / "history.sqlite")
    host, port = listener.getsockname()[:2]
    site = Site(workspace, opening, plugins, history, watch)
    app = mount(build_page(site), site, host)
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=LAST_SECONDS)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn passes the signal on; stores and history are to be closed first
    try:
        opening.start()
        if workspace.settings.watch:
            watch.start()
        print(f"The assistant is at {address} (stop it with Ctrl+C)", flush=True)
        if browser and has_display():
            webbrowser.open(address)  # the socket listens already; the browser waits the moment that the page needs
        with suppress(KeyboardInterrupt):
            _quiet_at_the_end(uvicorn.Server(config)).run(sockets=[listener])
    finally:
        watch.close()
        opening.close()
        history.close()


def _quiet_at_the_end(server: Any) -> Any:
    """The same server; pages still open when it stops are cut off without a traceback for each of their streams."""
    shut_down = server.shutdown

    async def shutdown(sockets: list[socket.socket] | None = None) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await shut_down(sockets)

    server.shutdown = shutdown
    return server


def _open(workspace: Workspace, plugins: "Plugins") -> Any:
    """The Assistant with what would otherwise load at the first question (embedder, router, word lists, domains' files) loaded too."""
    from assistant.answering.flow import open_assistant
    from assistant.answering.reload import refreshed
    from assistant.plugins import broken_part

    opened = open_assistant(workspace, plugins)
    for domain in plugins.domains.values():
        broken_part(domain)
        with suppress(AssistantError):  # a fault met here is said when a question meets it
            opened.knowledge.search(domain, FIRST_WORDS)
    return refreshed(opened, plugins)


def mount(page: "Blocks", site: "Site", host: str) -> "FastAPI":
    """The page at ``/``, without telemetry, files or API of its own; a local server answers to local names only (DNS rebinding)."""
    import gradio as gr
    from fastapi import FastAPI
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from assistant.ui.page.build import scripts, styles, theme
    from assistant.ui.page.files import add_files

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Headers)
    if is_local(host) and os.environ.get(REMOTE) != "1":
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*LOCAL_NAMES, host])
    add_files(app, site)
    head = "".join(f"<script>{path.read_text('utf-8')}</script>" for path in scripts())
    return gr.mount_gradio_app(
        app, page, path="/", root_path=os.environ.get("GRADIO_ROOT_PATH"), footer_links=[], run_history=False, allowed_paths=[],
        show_error=False, max_file_size=f"{site.workspace.settings.max_file_mb}mb", ssr_mode=False, mcp_server=False, pwa=False,
        enable_monitoring=False, theme=theme(), css_paths=styles(), head=head,
    )  # fmt: skip


class Headers:
    """Middleware that adds the page's security headers to every answer."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                extra = {"content-security-policy": POLICY, "referrer-policy": "no-referrer", "x-content-type-options": "nosniff"}
                message["headers"] = [*message["headers"], *((name.encode(), value.encode()) for name, value in extra.items())]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def has_display() -> bool:
    """Whether a browser window can be expected to open here."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
