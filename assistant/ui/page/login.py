"""The page on which people log in, and the end of a login. Plain HTML: works without a script."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from assistant.ui.page.door import COOKIE, LOGIN, address
from assistant.ui.page.limits import Limits
from assistant.ui.texts import preferred, say
from assistant.users import Users
from assistant.users.accounts import folded_name
from assistant.users.passwords import LONGEST

PAGE = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True).get_template("login.jinja")


def login_routes(users: Users, limits: Limits) -> list[Route]:
    async def ask(request: Request) -> Response:
        return shown(request)

    async def log_in(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=10, max_part_size=4096) as form:
            name, password = (str(form.get(field, "")) for field in ("name", "password"))
        if seconds := limits.login(folded_name(name), address(request)):
            return shown(request, 429, "login_wait", name, minutes=seconds // 60 + 1)
        token = await run_in_threadpool(users.log_in, name, password) if len(password) <= LONGEST else None
        if token is None:
            return shown(request, 401, "login_wrong", name)
        users.log_out(request.scope[LOGIN])
        return _to("./", token, request)

    async def log_out(request: Request) -> Response:
        users.log_out(request.scope[LOGIN])
        return _to("login", "", request)

    return [Route("/login", ask), Route("/login", log_in, methods=["POST"]), Route("/logout", log_out, methods=["POST"])]


def shown(request: Request, status: int = 200, fault: str = "", name: str = "", **values: object) -> HTMLResponse:
    language = preferred(request.headers.get("accept-language", ""))

    words = {key: say(key, language) for key in ("title", "login_title", "login_name", "login_password", "login_button", "login_forgotten")}
    page = PAGE.render(**words, language=language, name=name[:80], fault=say(fault, language, **values) if fault else "")
    return HTMLResponse(page, status, {"cache-control": "no-store"})


def _to(place: str, token: str, request: Request) -> Response:
    """There, with the login's cookie; without a token the cookie goes."""
    answer: Any = RedirectResponse(place, 303, {"cache-control": "no-store"})
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, token, max_age=None if token else 0, path="/", secure=secure, httponly=True, samesite="strict")
    return answer
