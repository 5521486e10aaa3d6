"""Listens on a port of this computer and serves the page there. Knows HTTP, addresses and browsers; not what the page says."""

import ctypes
import ipaddress
import logging
import os
import signal
import socket
import sys
import time
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import AccessError, AssistantError, ServerError
from assistant.settings import Workspace

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.history import History
    from assistant.plugins import Plugins
    from assistant.ui.page.site import Site
    from assistant.users import Users

logger = logging.getLogger(__name__)
LOCAL_NAMES = ["localhost", "127.0.0.1", "[::1]"]
FIRST_WORDS = "good morning 早上好"
DAY = 86_400
M_ARENA_MAX = -8  # of malloc.h
ARENAS = 2
LAST_SECONDS = 3  # for answers still being written when the server is told to stop
# Gradio's page needs inline scripts and styles; what this forbids is any word to or from another host.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self' data: blob:; worker-src 'self' blob:; frame-ancestors 'self'; form-action 'self'; base-uri 'self'"
)


def has_accounts(workspace: Workspace, host: str) -> bool:
    """Whether people log in: as set, and whenever others can reach the app."""
    settings = workspace.settings
    return settings.accounts or bool(settings.allowed_hosts) or not is_local(host)


def open_accounts(workspace: Workspace, host: str) -> "Users | None":
    """The users, None where nobody logs in; AccessError when there is no administrator yet: nobody could come in, or say who may."""
    if not has_accounts(workspace, host):
        return None
    from assistant.users import open_users
    from assistant.users.accounts import MAKE_ONE

    users = open_users(workspace)
    if not users.administrators():
        why = f"{host} can be reached from other computers" if not is_local(host) else "accounts are on in this workspace"
        raise AccessError(f"{why}, so people log in, and there is no administrator yet; make one with: {MAKE_ONE}")
    return users


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


def serve(workspace: Workspace, listener: socket.socket, browser: bool, users: "Users | None" = None) -> None:
    """Show the page until the program is stopped; model and index load behind it."""
    few_arenas()
    os.environ.setdefault("GRADIO_TEMP_DIR", str(workspace.state / "uploads"))  # not the folder that all programs of this computer share
    import uvicorn

    from assistant.answering.watch import Watch
    from assistant.plugins import load_plugins
    from assistant.ui.page.opening import Opening
    from assistant.ui.page.site import Site

    sweep_uploads(workspace.state / "uploads")
    plugins = load_plugins(workspace)
    opening = Opening(lambda: _open(workspace, plugins, history))
    watch = Watch(workspace, opening, plugins)
    history = open_history(workspace)
    host, port = listener.getsockname()[:2]
    site = Site(workspace, opening, plugins, history, watch)
    site.users = users
    app = mount(site, host)
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
            _quiet_at_the_end(uvicorn.Server(config), opening.close).run(sockets=[listener])
    finally:
        watch.close()
        opening.close()
        history.close()


def few_arenas() -> None:
    """Have glibc serve all threads from two heaps instead of eight per processor, so that what one thread freed is there for the next and
    the program stays as large as it is. Comes before the threads; does nothing with another C library, or where ``MALLOC_ARENA_MAX`` is set."""
    if sys.platform == "linux" and "MALLOC_ARENA_MAX" not in os.environ:
        with suppress(AttributeError):
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def open_history(workspace: Workspace) -> "History":
    """The conversations; where their file has gone, the files that belonged to them are set aside instead of being swept as nobody's."""
    from assistant.history import History
    from assistant.retrieval.uploaded import uploads_folder

    path, files = workspace.state / "history.sqlite", uploads_folder(workspace)
    if not path.exists() and files.is_dir() and any(files.iterdir()):
        aside = files.with_name(f"{files.name}-{datetime.now(UTC):%Y%m%d-%H%M%S}")
        files.rename(aside)
        logger.warning("%s is new, but there are files of conversations; they are in %s now", path, aside)
    return History(path)


def sweep_uploads(folder: Path, age: float = DAY) -> None:
    """Remove what arrived longer ago than that: an app that was killed could not, and Gradio deletes what its own process took in."""
    import shutil

    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):
            if time.time() - path.stat().st_mtime >= age:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _quiet_at_the_end(server: Any, let_go: Callable[[], None]) -> Any:
    """The same server; pages still open when it stops are cut off without a traceback for each of their streams, and whoever waits for the model
    is let go, because the program cannot end before them."""
    shut_down = server.shutdown

    async def shutdown(sockets: list[socket.socket] | None = None) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await shut_down(sockets)
        let_go()

    server.shutdown = shutdown
    return server


def _open(workspace: Workspace, plugins: "Plugins", history: "History") -> Any:
    """The Assistant with what would otherwise load at the first question (embedder, router, word lists, domains' files) loaded too."""
    from assistant.answering.flow import open_assistant
    from assistant.answering.reload import refreshed
    from assistant.plugins import broken_part

    opened = open_assistant(workspace, plugins)
    opened.uploads.sweep(history.ids)
    for domain in plugins.domains.values():
        broken_part(domain)
        with suppress(AssistantError):  # a fault met here is said when a question meets it
            opened.knowledge.search(domain, FIRST_WORDS)
    return refreshed(opened, plugins)


def mount(site: "Site", host: str) -> "FastAPI":
    """The page at ``/`` behind the door; without telemetry, files or API of its own."""
    import gradio as gr
    from fastapi import FastAPI

    from assistant.ui.page.build import build_page, scripts, styles, theme
    from assistant.ui.page.files import add_files
    from assistant.ui.page.gate import Gate
    from assistant.ui.page.login import login_routes

    settings, limits = site.workspace.settings, site.limits if site.users else None
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    _guard(app, site, host)
    add_files(app, site)
    if site.users:
        app.router.routes.extend(login_routes(site.users, site.limits))
    head = "".join(f"<script>{path.read_text('utf-8')}</script>" for path in scripts())
    gr.mount_gradio_app(
        app, build_page(site), path="/", root_path=os.environ.get("GRADIO_ROOT_PATH"), footer_links=[], run_history=False, allowed_paths=[],
        show_error=False, max_file_size=f"{settings.max_file_mb}mb", ssr_mode=False, mcp_server=False, pwa=False,
        enable_monitoring=False, theme=theme(), css_paths=styles(), head=head,
    )  # fmt: skip
    mounted: Any = app.router.routes[-1]
    mounted.app = Gate(mounted.app, site.claims, limits, site.who, settings.max_file_mb)
    return app


def _guard(app: "FastAPI", site: "Site", host: str) -> None:
    """The door, around it the headers, around those the names by which the app may be called (DNS rebinding)."""
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from assistant.ui.page.door import Door

    names = site.workspace.settings.allowed_hosts
    app.add_middleware(Door, users=site.users, limits=site.limits, hosts=frozenset(names))
    app.add_middleware(Headers)
    if is_local(host) or names:
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*LOCAL_NAMES, host, *names])


class Headers:
    """Middleware that adds the page's security headers to every answer."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                extra = {"content-security-policy": POLICY, "referrer-policy": "same-origin", "x-content-type-options": "nosniff"}
                message["headers"] = [*message["headers"], *((name.encode(), value.encode()) for name, value in extra.items())]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def has_display() -> bool:
    """Whether a browser window can be expected to open here."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
