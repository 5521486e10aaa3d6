"""Who comes in: logins and their cookie, requests of other sites, limits; and whose an open page or a file is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from assistant.access import LOCAL, User
from assistant.errors import AccessError
from assistant.ui.page.claims import Claims
from assistant.ui.page.door import COOKIE, PROXIED, Door
from assistant.ui.page.gate import FILE, Gate
from assistant.ui.page.limits import Limits
from assistant.ui.page.login import login_routes
from assistant.users import Users
from tests.ui.conftest import site_of

PASSWORD = "four plain words here"
ANN, BEN = User("ann"), User("ben")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    site = site_of(tmp_path_factory.mktemp("door"))
    site.users = Users(site.workspace.state / "users.sqlite")
    site.users.add("ann", PASSWORD, ["admin"])
    yield site
    site.history.close()
    site.users.close()


def behind(site: Any, hosts: frozenset[str] = frozenset()) -> TestClient:
    """The door before a page that says who comes."""

    async def page(request: Request) -> PlainTextResponse:
        return PlainTextResponse(site.who(request).name)

    routes = login_routes(site.users, site.limits) if site.users else []
    app = Starlette(routes=[*routes, Route("/", page, methods=["GET", "POST"]), Route("/x", page)])
    app.add_middleware(Door, users=site.users, limits=site.limits, hosts=hosts)
    return TestClient(app, follow_redirects=False)


@pytest.fixture
def client(site: Any) -> TestClient:
    site.limits = Limits(20, 50)
    return behind(site)


def log_in(client: TestClient, **more: Any) -> Any:
    return client.post("/login", data={"name": "Ann", "password": PASSWORD}, **more)


def test_the_page_leads_to_the_login_and_the_login_to_the_page(client: TestClient) -> None:
    asked = client.get("/")
    assert (asked.status_code, asked.headers["location"]) == (303, "login")
    assert client.get("/x").status_code == 401
    entered = log_in(client)
    assert (entered.status_code, entered.headers["location"]) == (303, "./")
    assert client.get("/").text == "ann"
    left = client.post("/logout")
    assert (left.status_code, left.headers["location"]) == (303, "login")
    assert client.get("/x").status_code == 401


def test_no_address_outside_is_led_to(client: TestClient) -> None:
    entered = client.post("/login?next=http://elsewhere.example", data={"name": "ann", "password": PASSWORD, "next": "//elsewhere.example"})
    assert entered.headers["location"] == "./"


@pytest.mark.parametrize(("scheme", "secure"), [("http", False), ("https", True)])
def test_scripts_and_other_sites_do_not_get_the_cookie(client: TestClient, scheme: str, secure: bool) -> None:
    client.base_url = f"{scheme}://testserver"  # type: ignore[assignment]
    cookie = log_in(client).headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=strict", "path=/"))
    assert ("secure" in cookie) == secure
    assert "max-age" not in cookie and "expires" not in cookie


@pytest.mark.parametrize(("language", "words"), [("en", "Wrong name or password"), ("zh-CN", "用户名或密码不正确")])
def test_a_wrong_password_is_said_in_words_and_the_name_stays_text(client: TestClient, language: str, words: str) -> None:
    said = client.post("/login", data={"name": '"><b>x</b>', "password": "wrong"}, headers={"accept-language": language})
    assert said.status_code == 401
    assert words in said.text
    assert "<b>" not in said.text and "&lt;b&gt;x&lt;/b&gt;" in said.text
    assert COOKIE not in said.headers.get("set-cookie", "")


def test_guessing_ends_soon(client: TestClient) -> None:
    answers = [client.post("/login", data={"name": "ann", "password": f"guess {number}"}).status_code for number in range(11)]
    assert answers == [401] * 10 + [429]
    assert log_in(client).status_code == 429, "the right password waits too"


def test_a_login_token_is_new_each_time_and_the_old_one_ends(client: TestClient) -> None:
    log_in(client)
    first = client.cookies[COOKIE]
    log_in(client)
    assert client.cookies[COOKIE] != first
    client.cookies = {COOKIE: first}  # type: ignore[assignment]
    assert client.get("/x").status_code == 401


@pytest.mark.parametrize("headers", [{"origin": "http://elsewhere.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}])
@pytest.mark.parametrize("accounts", [True, False])
def test_what_another_site_sends_is_refused(site: Any, client: TestClient, headers: dict[str, str], accounts: bool, tmp_path: Path) -> None:
    if accounts:
        log_in(client)
    else:
        client = behind(site_of(tmp_path))
    assert client.post("/", headers=headers).status_code == 403
    assert client.post("/", headers={"origin": "http://testserver"}).text == ("ann" if accounts else "local")


def test_a_link_from_another_site_is_followed_but_nothing_is_read(client: TestClient) -> None:
    log_in(client)
    assert client.get("/", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}).status_code == 200
    assert client.get("/", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}).status_code == 403


def test_the_name_that_a_proxy_passes_on_is_our_own(site: Any) -> None:
    site.limits = Limits(20, 50)
    client = behind(site, frozenset({"assistant.example.org"}))
    assert log_in(client, headers={"origin": "https://assistant.example.org"}).status_code == 303
    assert log_in(client, headers={"origin": "https://assistant.example.net"}).status_code == 403


def test_without_accounts_nothing_comes_through_a_proxy(tmp_path: Path) -> None:
    client = behind(site_of(tmp_path))
    assert client.get("/").text == "local"
    refused = client.get("/", headers={"x-forwarded-for": "203.0.113.9"})
    assert (refused.status_code, refused.json()["detail"]) == (403, PROXIED)


def test_a_removed_user_is_out_at_once(site: Any, client: TestClient) -> None:
    site.users.add("ben", PASSWORD)
    client.post("/login", data={"name": "ben", "password": PASSWORD})
    assert client.get("/").text == "ben"
    site.users.remove("ben")
    assert client.get("/x").status_code == 401


def test_there_are_no_websockets(client: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/"):
        pass


def test_questions_in_a_row_are_limited_for_each_user_and_only_with_accounts(site: Any, tmp_path: Path) -> None:
    site.limits = Limits(2, 50)
    site.hurry(ANN)
    site.hurry(ANN)
    with pytest.raises(AccessError, match=r"ask again in \d+ s"):
        site.hurry(ANN)
    site.hurry(BEN)
    alone = site_of(tmp_path)
    alone.limits = Limits(1, 50)
    alone.hurry(LOCAL)
    alone.hurry(LOCAL)


def test_a_file_is_for_whom_it_was_given_to(tmp_path: Path) -> None:
    claims, path = Claims(), tmp_path / "a.md"
    path.write_text("x")
    claims.give(ANN, path)
    assert claims.own(ANN, str(tmp_path / "sub" / ".." / "a.md")) == path
    for user, other in ((BEN, path), (ANN, tmp_path / "b.md"), (ANN, "/etc/hostname"), (ANN, "\0"), (ANN, "\ud800"), (ANN, "")):
        with pytest.raises(AccessError):
            claims.own(user, other)


def test_what_one_has_claimed_stays_theirs() -> None:
    claims = Claims()
    assert claims.claim("page", "k", ANN) and claims.claim("page", "k", ANN)
    assert not claims.claim("page", "k", BEN)
    assert claims.claim("upload", "k", BEN), "keys of another kind are others"
    assert claims.owns("page", "k", ANN) and not claims.owns("page", "k", BEN)


def gated(user: User, claims: Claims, limits: Limits | None = None) -> TestClient:
    async def inner(scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        said = b"[]" if request.url.path == "/gradio_api/upload" else f"in {request.url.query} ".encode() + await request.body()
        await PlainTextResponse(said)(scope, receive, send)

    return TestClient(Gate(inner, claims, limits, lambda request: user, 1))


@pytest.mark.parametrize("path", ["/gradio_api/info", "/gradio_api/call/x", "/config/", "/assets/", "/gradio_api/queue/data/", "/gradio_api/dev/reload"])
def test_a_route_that_the_page_does_not_need_is_not_there(path: str) -> None:
    assert gated(LOCAL, Claims()).get(path).status_code == 404


def test_a_query_that_gradio_would_load_something_by_is_dropped() -> None:
    assert gated(LOCAL, Claims()).get("/?deep_link=../x").text == "in  "


@pytest.mark.parametrize("body", [b"", b"[]", b"1", b"{", b'{"session_hash": 1}', b'{"session_hash": "../x"}', b"[" * 100_000])
def test_a_call_that_is_none_is_refused(body: bytes) -> None:
    assert gated(LOCAL, Claims()).post("/gradio_api/run/predict", content=body).status_code == 400


def test_what_was_checked_is_what_gradio_reads() -> None:
    sent = '{"session_hash": "first", "session_hash": "mine1", "data": [], "fn_index": 1, "simple_format": true, "oauth_token": "x"}'
    got = gated(ANN, Claims()).post("/gradio_api/run/predict", content=sent).text
    assert got.count("session_hash") == 1 and '"mine1"' in got
    assert "simple_format" not in got and "oauth_token" not in got


def test_half_a_character_reaches_no_handler() -> None:
    sent = r'{"session_hash": "mine1", "data": ["a \ud83d b", {"\udc00": "\ud83d\ude00"}]}'
    assert r'["a ? b", {"?": "\ud83d\ude00"}]' in gated(ANN, Claims()).post("/gradio_api/run/predict", content=sent).text


def test_large_calls_and_uploads_are_refused_in_words() -> None:
    client = gated(ANN, Claims(), Limits(20, 1))
    assert "upload large material as a file" in client.post("/gradio_api/run/predict", content=b" " * 8_000_001).text
    assert "upload fewer files" in client.post("/gradio_api/upload", content=b" " * 10_000_001).text
    statuses = [client.post("/gradio_api/upload", headers={"content-length": "9000000"}, content=b"").status_code for _ in range(5)]
    assert statuses[-1] == 429, "forty files of the largest size in an hour"


def test_a_file_address_is_open_for_its_owner_only(tmp_path: Path) -> None:
    claims, path = Claims(), tmp_path / "a b.md"
    path.write_text("x")
    claims.give(ANN, path)
    assert gated(ANN, claims).get(f"{FILE}{path}").status_code == 200
    assert gated(BEN, claims).get(f"{FILE}{path}").status_code == 403
    assert gated(ANN, claims).get(f"{FILE}{path.parent}/other.md").status_code == 403
    assert gated(ANN, claims).get(f"{FILE}%00").status_code == 403
    sent = {"session_hash": "mine1", "data": [{"path": f"{path}\0"}]}
    assert gated(ANN, claims).post("/gradio_api/run/predict", json=sent).status_code == 403
