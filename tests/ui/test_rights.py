"""Users who speak to the app without its page and try everything of each other's; the owner's same call is answered.

``bo`` may ask in one domain and do nothing else; ``cy`` may also ask in a closed domain; ``ada`` is an administrator.
"""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.history import History
from assistant.records import Answer, Citation
from assistant.settings import Workspace
from assistant.testing.models import tiny_llama
from assistant.users import open_users
from tests.ui.callers import API, Caller
from tests.ui.conftest import ROOT, running

pytestmark = pytest.mark.slow
PASSWORD = "four plain words here"
MARK = "ZEBRA4711"  # in what cy asked, was answered and uploaded
CLOSED = "QUAGGA0815"  # in the closed domain's title and documents
NEVER = (MARK, CLOSED, "board_matters")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = tmp_path_factory.mktemp("rights")
    shutil.copytree(ROOT / "plugins" / "hr_policy", root / "plugins" / "hr_policy")
    closed = root / "plugins" / "board_matters"
    (closed / "documents").mkdir(parents=True)
    (closed / "domain.toml").write_text(
        f'name = "board_matters"\n[title]\nen = "{CLOSED}"\nzh = "{CLOSED}"\n[routing]\nexamples = ["What did the board decide about dividends?", '
        '"Which dividends were agreed?"]\n[access]\nask = ["board"]\nteach = ["board"]\n',
        "utf-8",
    )
    (closed / "documents" / "dividends.md").write_text(f"# Dividends\n\nThe board agreed on dividends of {CLOSED} euros.\n", "utf-8")
    model = tiny_llama(root / "tiny")
    (root / "assistant.toml").write_text(f'base_model = "{model}"\nthreads = 1\naccounts = true\nquestions_per_minute = 1000\n', "utf-8")
    users = open_users(Workspace(root))
    for name, groups in {"ada": ["admin"], "bo": [], "cy": ["board"]}.items():
        users.add(name, PASSWORD, groups)
    users.close()
    return root


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[str]:
    with running(root) as found:
        yield found


@pytest.fixture
def bo(address: str) -> Caller:
    return Caller(address, "bo", PASSWORD)


@pytest.fixture
def cy(address: str) -> Caller:
    return Caller(address, "cy", PASSWORD)


@pytest.fixture(scope="module")
def asked(root: Path) -> tuple[str, int]:
    """A conversation of cy's and its answer."""
    history = History(Workspace(root).state / "history.sqlite")
    key = history.start("cy", MARK)
    cited = (Citation(1, "dividends.md", MARK, None, MARK, MARK),)
    message = history.add("cy", key, MARK, Answer(MARK, MARK, "en", domain="board_matters", citations=cited, receipt={"standalone": MARK}))
    history.close()
    return key, message


def test_nobody_who_is_not_logged_in_reaches_any_handler_or_route(address: str, bo: Caller) -> None:
    nobody = Caller(address)
    for handler in bo.config["dependencies"]:
        assert nobody.call(handler, [None] * len(handler["inputs"])).status == 401
    for path in ("/config", f"{API}/queue/data?session_hash={bo.page}", f"{API}/heartbeat/{bo.page}", f"{API}/file=x", "/receipts/1", "/theme.css"):
        assert nobody.http.get(path).status_code == 401, path
    for path in (f"{API}/upload", f"{API}/cancel", f"{API}/reset", "/logout"):
        assert nobody.http.post(path).status_code == 401, path
    assert nobody.http.get("/").status_code == 303


def test_a_forged_or_ended_login_is_none(address: str, bo: Caller) -> None:
    for cookie in ("", "x", bo.http.cookies["assistant_login"][:-1], hashlib.sha256(bo.http.cookies["assistant_login"].encode()).hexdigest()):
        assert httpx.get(f"{address}/config", cookies={"assistant_login": cookie}).status_code == 401
    kept = dict(bo.http.cookies)
    assert httpx.get(f"{address}/config", cookies=kept).status_code == 200
    bo.http.post("/logout")
    assert httpx.get(f"{address}/config", cookies=kept).status_code == 401


def test_a_page_and_its_events_belong_to_who_opened_it(bo: Caller, cy: Caller) -> None:
    search = cy.handler("question", "submit")
    first = next(one for one in cy.config["dependencies"] if one["backend_fn"] and not one["queue"] and one["targets"][0][1] == "load")
    assert cy.call(first, [None] * len(first["inputs"])).status == 200
    assert bo.call(first, [None] * len(first["inputs"]), page=cy.page).status == 403
    joined = cy.http.post(
        f"{API}/queue/join", json={"fn_index": search["id"], "data": [None] * len(search["inputs"]), "session_hash": cy.page}
    ).json()["event_id"]
    for path in (f"{API}/queue/data?session_hash={cy.page}", f"{API}/heartbeat/{cy.page}"):
        assert bo.http.get(path).status_code == 403
    assert bo.http.get(f"{API}/queue/data?session_hash={bo.page}&session_hash={cy.page}").status_code == 400
    mine = {"session_hash": bo.page, "fn_index": search["id"], "event_id": joined}
    for body in (mine, {**mine, "session_hash": cy.page}):
        assert bo.http.post(f"{API}/cancel", json=body).status_code == 403
    assert bo.http.post(f"{API}/reset", json={"event_id": joined}).status_code == 403
    twice = f'{{"session_hash": "{bo.page}", "fn_index": {first["id"]}, "data": [], "session_hash": "{cy.page}"}}'
    assert bo.http.post(f"{API}/run/predict", content=twice, headers={"content-type": "application/json"}).status_code == 403
    assert cy.http.post(f"{API}/reset", json={"event_id": joined}).status_code == 200
    assert cy.listen().status == 200


def test_an_uploaded_file_belongs_to_who_uploaded_it(bo: Caller, cy: Caller) -> None:
    path = cy.upload("private.md", f"# {MARK}".encode())
    assert MARK in cy.http.get(f"{API}/file={path}").text
    for other in (path, f"{path}/../private.md", "/etc/hostname", "http://127.0.0.1:1/x"):
        assert bo.http.get(f"{API}/file={other}").status_code == 403
    search = bo.handler("question", "submit")
    for given in ({"path": path, "meta": {"_type": "gradio.FileData"}}, {"path": path}, {"files": [{"path": path}]}, {"path": "/etc/hostname"}):
        assert bo.call(search, [given] * len(search["inputs"])).status == 403


def test_gradios_other_routes_are_closed(bo: Caller) -> None:
    closed = ("info", "openapi.json", "user", "runs", "call/ask", "vibe-code/", "queue/status", "proxy=http://127.0.0.1:1/", "file/x", "profiling/summary")
    for path in (*(f"{API}/{path}" for path in closed), "/monitoring", "/monitoring/summary", "/manifest.json", "/svelte/x", "/docs", "/openapi.json"):
        assert bo.http.get(path).status_code == 404, path
    for path in ("call/ask", "call/v2/ask", "api/ask", "run/ask", "component_server", "vibe-edit/", "process_recording", "stream/x", "run-history/connect"):
        assert bo.http.post(f"{API}/{path}", json={"data": []}).status_code == 404, path
    queued = next(one for one in bo.config["dependencies"] if one["queue"] and one["backend_fn"])
    body = {"fn_index": queued["id"], "data": [], "session_hash": bo.page}
    assert bo.http.post(f"{API}/run/predict", json=body).status_code == 404, "the queue is not to be gone around"


def test_another_site_can_send_nothing_with_a_users_cookie(bo: Caller) -> None:
    for headers in ({"origin": "http://elsewhere.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}):
        assert bo.http.post("/logout", headers=headers).status_code == 403
        assert bo.http.post("/login", headers=headers, data={"name": "bo", "password": PASSWORD}).status_code == 403
    assert bo.http.get("/config", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}).status_code == 403
    assert bo.http.get("/", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}).status_code == 200
    assert bo.http.post("/logout", headers={"origin": str(bo.http.base_url).rstrip("/")}).status_code == 303


def test_documents_receipts_and_what_stands_in_the_page_are_for_those_who_may(bo: Caller, cy: Caller, asked: tuple[str, int]) -> None:
    assert MARK in cy.http.get(f"/receipts/{asked[1]}").text
    assert bo.http.get(f"/receipts/{asked[1]}").status_code == 403
    assert CLOSED in cy.http.get("/documents/board_matters/dividends.md").text
    assert bo.http.get("/documents/board_matters/dividends.md").status_code == 403
    assert bo.http.get("/documents/hr_policy/remote-work-2026-en.md").status_code == 200
    for text in (bo.http.get("/").text, bo.http.get("/config").text):
        assert not [mark for mark in NEVER if mark in text]


def state_of(root: Path) -> dict[str, str]:
    """What users' handlers could change: files of domains, documents, adapters, settings, runs, and the accounts."""
    kept = [path for name in ("plugins", "knowledge", "adapters", "assistant.toml") for path in [root / name, *(root / name).rglob("*")]]
    kept += (root / ".assistant" / "runs").rglob("*")
    files = {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept if path.is_file() and ".store" not in path.parts}
    users = open_users(Workspace(root))
    found = files | {account.name: str(account.groups) for account in users.accounts()}
    users.close()
    return found


def conversations(root: Path) -> list[Any]:
    history = History(Workspace(root).state / "history.sqlite")
    found = [(one, history.turns("cy", one.id)) for one in history.conversations("cy")]
    found.append(history._read("SELECT * FROM feedback ORDER BY id"))
    history.close()
    return found


def values(caller: Caller, handler: dict[str, Any], worth: Any) -> list[Any]:
    """The value for every input that takes one; switches and choices keep what the page sends."""
    components = caller.components
    free = {"textbox", "dropdown", "dataframe", "checkboxgroup", "json", "html", "file", "number"}
    return [worth if components[key]["type"] in free else components[key]["props"].get("value") for key in handler["inputs"]]


def all_handlers(caller: Caller) -> list[dict[str, Any]]:
    return [handler for handler in caller.config["dependencies"] if handler["backend_fn"]]


def test_no_handler_gives_or_changes_anything_that_is_not_the_callers(root: Path, address: str, asked: tuple[str, int]) -> None:
    """Every handler, whatever it is, with values that name something of another's."""
    bo = Caller(address, "bo", PASSWORD)
    before, kept = state_of(root), conversations(root)
    worths: list[Any] = ["board_matters", asked[0], asked[1], "dividends.md"]
    leaks = []
    for handler in all_handlers(bo):
        for number, worth in enumerate(worths):
            event = {"value": worth, "index": worth, "selected": True, "row_value": [worth], "_data": worth}
            outcome = bo.call(handler, values(bo, handler, worth), page=f"page-{handler['id']}-{number}", event_data=event)
            marks = [mark for mark in NEVER if mark in outcome.text.replace(str(worth), "")]
            leaks += [(handler["api_name"], worth, marks)] if marks else []
    assert not leaks
    assert conversations(root) == kept
    assert state_of(root) == before


def test_the_owner_gets_what_others_are_refused(cy: Caller, asked: tuple[str, int]) -> None:
    """The same calls are answered for cy: what was refused is really there to be had."""
    found = {mark: [] for mark in (MARK, CLOSED)}  # type: dict[str, list[str]]
    for handler in all_handlers(cy):
        for number, worth in enumerate((asked[0], "board_matters")):
            event = {"value": worth, "index": worth, "_data": worth}
            outcome = cy.call(handler, values(cy, handler, worth), page=f"own-{handler['id']}-{number}", event_data=event)
            for mark, names in found.items():
                names += [handler["api_name"]] if mark in outcome.text else []
    assert all(found.values()), found


def test_a_closed_domain_answers_its_group_only(bo: Caller, cy: Caller) -> None:
    search = cy.handler("question", "submit")
    question = "What did the board decide about dividends?"
    data = values(cy, search, "")
    data[search["inputs"].index(search["targets"][0][0])] = question
    assert CLOSED in cy.call(search, data).text
    refused = bo.call(search, data).text
    assert "no access" in refused and CLOSED not in refused
