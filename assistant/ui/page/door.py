"""Everything comes in here: finds the user of each request, keeps out who is not logged in and what another site sends.

Knows cookies and headers; nothing of the page behind.
"""

from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from assistant.access import LOCAL, User
from assistant.ui.page.limits import Limits
from assistant.users import Users
from assistant.users.logins import digest_of

COOKIE = "assistant_login"
LOGIN = "assistant.login"  # in a request's scope: what is kept of its login
OPEN = {"/login", "/favicon.ico", "/robots.txt"}
SAFE = {"GET", "HEAD", "OPTIONS"}
FORWARDED = ("x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded")
PROXIED = "a proxy passes this app on, and it has no accounts; set accounts = true in assistant.toml, or stop the proxy"


class Door:
    """ASGI middleware around all routes. ``users`` is None while there are no accounts: then everything comes from this computer."""

    def __init__(self, app: Any, users: Users | None, limits: Limits, hosts: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._users = users
        self._limits = limits
        self._hosts = hosts

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":  # the page uses none
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope[LOGIN] = ""  # whatever a client sends
        answer = self._refusal(Request(scope)) or self._app
        await answer(scope, receive, send)

    def _refusal(self, request: Request) -> Response | None:
        """What is answered instead of letting the request in."""
        if self._from_elsewhere(request):
            return refused(403, "this request was sent by another site")
        if self._users is None:
            return refused(403, PROXIED) if any(name in request.headers for name in FORWARDED) else None
        digest = digest_of(request.cookies.get(COOKIE, ""))
        user = self._users.logged_in(digest)
        if seconds := self._limits.request(user.name if user else address(request)):
            return Response(f"too many requests; try again in {seconds} s", 429, {"retry-after": str(seconds)})
        if user:
            request.scope[LOGIN] = digest
        elif request.url.path not in OPEN:
            return RedirectResponse("login", 303) if request.url.path == "/" and request.method in SAFE else refused(401, "log in first")
        return None

    def _from_elsewhere(self, request: Request) -> bool:
        """Whether a browser says that another site sends this, or shows our answers inside its page (CSRF). Opening a link to us is no fault."""
        headers = request.headers
        if headers.get("sec-fetch-site") == "same-origin":
            return False
        link = request.method == "GET" and headers.get("sec-fetch-mode") == "navigate"
        if headers.get("sec-fetch-site", "none") != "none" and not link:
            return True
        origin = headers.get("origin")
        if origin is None or request.method in SAFE:
            return False
        host = urlsplit(origin).netloc.lower()
        return not host or (host != headers.get("host", "").lower() and urlsplit(origin).hostname not in self._hosts)


def user_of(scope: Any, users: Users | None) -> User | None:
    """Whom a request that came through the door belongs to, by the accounts of this moment; None when the login has ended since."""
    return LOCAL if users is None else users.logged_in(scope.get(LOGIN, ""))


def address(request: Request) -> str:
    return request.client.host if request.client else ""


def refused(status: int, why: str) -> Response:
    return JSONResponse({"detail": why}, status)
