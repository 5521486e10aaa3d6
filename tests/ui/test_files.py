"""Documents, pages of PDFs and receipts have addresses; each gives only what the user may see, and words when it cannot."""

import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from starlette.testclient import TestClient

from assistant.access import User
from assistant.records import Answer
from assistant.ui.page.addresses import safe_name
from assistant.ui.page.files import AGAIN, add_files
from assistant.ui.page.pictures import Pictures
from tests.ui.conftest import site_of

STAFF, GUEST = User("staff", frozenset({"hr"})), User("guest")
MARK = "The deposit is two months of rent."
ODD = "a b#?&\"<img src=x>价格.txt"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found: Path = tmp_path_factory.mktemp("files")
    documents = found / "plugins" / "rents" / "documents"
    documents.mkdir(parents=True)
    (found / "plugins" / "rents" / "domain.toml").write_text(
        'name = "rents"\n[title]\nen = "Rents"\n[description]\nen = "Rents"\n[routing]\nexamples = ["What is the rent?"]\n[access]\nask = ["hr"]\n', "utf-8"
    )
    canvas = Canvas(str(documents / "lease.pdf"))
    for page in ("Lease, first page", MARK, "Last page"):
        canvas.drawString(72, 700, page)
        canvas.showPage()
    canvas.save()
    (documents / "damaged.pdf").write_bytes(b"%PDF-1.7 and then nonsense")
    (documents / "note.md").write_text("# Note", "utf-8")
    (documents / ODD).write_text("odd", "utf-8")
    (documents / ".hidden.md").write_text("secret", "utf-8")
    (found / "outside.txt").write_text("secret", "utf-8")
    (documents / "link.txt").symlink_to(found / "outside.txt")
    return found


@pytest.fixture
def site(root: Path) -> Iterator[Any]:
    found = site_of(root)
    found.who = lambda request: GUEST if request.headers.get("x-user") == "guest" else STAFF
    yield found
    found.history.close()


@pytest.fixture
def client(site: Any) -> TestClient:
    app = FastAPI()
    add_files(app, site)
    return TestClient(app)


def test_a_document_is_downloaded_and_never_shown(client: TestClient) -> None:
    got = client.get("/documents/rents/note.md")
    assert got.content == b"# Note"
    assert got.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in got.headers["content-security-policy"]
    assert "default-src 'none'" in got.headers["content-security-policy"]


@pytest.mark.parametrize(("groups", "status"), [("[hr]", 200), ("[directors]", 404), ("[[a]]", 404)])
def test_a_document_kept_for_others_is_as_if_it_were_not_there(client: TestClient, root: Path, groups: str, status: int) -> None:
    (root / "plugins/rents/documents/kept.md").write_text(f"---\naccess: {groups}\n---\n# Kept", "utf-8")
    assert client.get("/documents/rents/kept.md").status_code == status


def test_a_document_with_an_odd_name_is_downloaded(client: TestClient) -> None:
    from assistant.ui.page.addresses import document_address

    got = client.get("/" + document_address("rents", ODD))
    assert got.content == b"odd"
    assert "<" not in got.headers["content-disposition"]


@pytest.mark.parametrize(
    "address",
    [
        "/documents/rents/outside.txt",
        "/documents/rents/../outside.txt",
        "/documents/rents/..%2f..%2f..%2foutside.txt",
        "/documents/rents/%2fetc%2fhostname",
        "/documents/rents/link.txt",
        "/documents/rents/.hidden.md",
        "/documents/rents/documents.toml",
        "/documents/rents/note.md%00.pdf",
        "/documents/none/note.md",
        "/documents/..%2frents/note.md",
    ],
)
def test_only_names_of_documents_lead_to_files(client: TestClient, address: str) -> None:
    got = client.get(address)
    assert got.status_code in (403, 404)
    assert b"secret" not in got.content


@pytest.mark.parametrize("address", ["/documents/rents/note.md", "/documents/rents/lease.pdf/page/1", "/documents/rents/lease.pdf/page/1.png"])
def test_who_may_not_ask_in_a_domain_gets_nothing_of_its_documents(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 200
    refused = client.get(address, headers={"x-user": "guest"})
    assert refused.status_code == 403
    assert "no domain named 'rents' that guest may ask in" in refused.text


def test_the_passage_is_marked_on_the_page_where_it_stands(client: TestClient) -> None:
    """The page asked for is the one before: a passage may go over to the next."""
    fragment = client.get("/documents/rents/lease.pdf/page/1", params={"mark": MARK, "language": "zh"})
    assert "第 2 页，共 3 页" in fragment.text
    assert "lease.pdf/page/2.png?mark=The+deposit" in fragment.text
    assert fragment.headers["content-type"].startswith("text/html")
    picture = client.get("/documents/rents/lease.pdf/page/2.png", params={"mark": MARK})
    assert picture.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(picture.content)) as image:
        yellow = [at for at in range(image.height) if any(image.getpixel((x, at))[2] < 130 < image.getpixel((x, at))[0] for x in range(0, image.width, 20))]
    assert yellow
    assert 0.1 < min(yellow) / image.height < max(yellow) / image.height < 0.2


def test_a_page_without_the_passage_is_shown_with_a_note(client: TestClient) -> None:
    got = client.get("/documents/rents/lease.pdf/page/3", params={"mark": "Words that stand nowhere in it."})
    assert "could not be found" in got.text
    assert "page/3.png" in got.text


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/documents/rents/damaged.pdf/page/1", 200, "damaged"),
        ("/documents/rents/damaged.pdf/page/1.png", 404, "damaged"),
        ("/documents/rents/lease.pdf/page/4.png", 404, "pages: 1 to 3"),
        ("/documents/rents/lease.pdf/page/0.png", 404, "pages: 1 to 3"),
        ("/documents/rents/lease.pdf/page/x.png", 404, "numbers"),
        ("/documents/rents/note.md/page/1.png", 404, "only PDF"),
        ("/documents/rents/gone.pdf/page/1", 404, "removed or renamed"),
        ("/receipts/99", 403, "your conversations"),
        (f"/receipts/{'9' * 30}", 404, "numbers"),
    ],
)
def test_what_cannot_be_shown_is_said_in_words(client: TestClient, address: str, status: int, said: str) -> None:
    got = client.get(address)
    assert (got.status_code, said in got.text) == (status, True), got.text


def test_words_of_an_address_stay_text(client: TestClient) -> None:
    got = client.get("/documents/rents/lease.pdf/page/1", params={"mark": '"><script>alert(1)</script>', "before": "<img src=x onerror=alert(1)>"})
    assert "<script" not in got.text
    assert got.text.count("<img") == 1


def test_a_receipt_is_its_owners(client: TestClient, site: Any) -> None:
    answer = Answer("What?", "That.", "en", domain="rents", receipt={"standalone": "What?", "support": 0.8})
    message = site.history.add("staff", site.history.start("staff", "What?"), "What?", answer)
    assert "You asked: What?" in client.get(f"/receipts/{message}").text
    assert "您的问题：What?" in client.get(f"/receipts/{message}?language=zh").text
    assert client.get(f"/receipts/{message}", headers={"x-user": "guest"}).status_code == 403


def test_a_changed_document_is_drawn_anew_and_the_same_one_once(tmp_path: Path) -> None:
    def written(words: str) -> Path:
        canvas = Canvas(str(tmp_path / "a.pdf"))
        canvas.drawString(72, 700, words)
        canvas.save()
        return tmp_path / "a.pdf"

    pictures = Pictures()
    first = pictures.draw(written("One"), 1, "One")
    assert pictures.draw(tmp_path / "a.pdf", 1, "One") is first
    assert not pictures.draw(written("Another, longer"), 1, "One").found


def test_more_pictures_than_may_wait_are_asked_for_again_later(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = threading.BoundedSemaphore(1)
    taken.acquire()
    monkeypatch.setattr("assistant.ui.page.pictures.PLACES", taken)
    for address in ("/documents/rents/lease.pdf/page/3", "/documents/rents/lease.pdf/page/3.png"):
        got = client.get(address)
        assert (got.status_code, got.headers["retry-after"], "try again" in got.text) == (503, AGAIN, True)
    taken.release()
    assert client.get(address).status_code == 200
    assert taken.acquire(blocking=False), "its place is free again"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("folder/leave.pdf", "leave.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ('a"b<c>\r\n.md', "a_b_c_.md"),
        (f"{'长' * 300}.pdf", f"{'长' * 116}.pdf"),
    ],
)
def test_a_downloaded_file_has_a_safe_name(name: str, safe: str) -> None:
    assert safe_name(name) == safe
