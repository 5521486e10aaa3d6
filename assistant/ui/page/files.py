"""Addresses beside the page: documents to download, pages of PDFs with a passage marked, receipts, reports, conversations as files. Each asks who comes and what they may see."""

import re
from pathlib import Path
from urllib.parse import quote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

from assistant.access import User, may_read
from assistant.domain_files import OF_A_CONVERSATION
from assistant.errors import AccessError, AssistantError, DocumentError, UnknownDomain
from assistant.records import Language, Told, message
from assistant.retrieval.ledger import indexed_for
from assistant.retrieval.load import document_files, written_for
from assistant.retrieval.uploaded import files_of
from assistant.ui.chat.export import file_name, markdown
from assistant.ui.chat.receipt import receipt_html
from assistant.ui.page.addresses import page_address, safe_name
from assistant.ui.page.pictures import Picture, Pictures, TooMany
from assistant.ui.page.plain import plain
from assistant.ui.page.site import Site
from assistant.ui.quality.reports import add_reports
from assistant.ui.texts import FIRST, known, say
from assistant.ui.texts.told import told

APART = {  # nothing in what is sent may run or load, even opened by itself
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox",
    "cache-control": "private, no-store",
}
AGAIN = "3"  # seconds after which a page asks anew for a picture


def add_files(app: FastAPI, site: Site) -> None:
    """Put the addresses on the app, before the page is mounted at ``/``."""
    pictures = Pictures()

    def page_png(request: Request, domain: str, name: str, number: str, mark: str = "", before: str = "") -> Response:
        path = located(site, site.who(request), domain, name)
        return Response(_pdf(pictures, path, whole(number), mark, before).png, media_type="image/png", headers=APART)

    def page(request: Request, domain: str, name: str, number: str, mark: str = "", before: str = "", language: str = FIRST) -> Response:
        path, spoken = located(site, site.who(request), domain, name), known(language)
        try:
            drawn = _pdf(pictures, path, whole(number), mark, before)
        except DocumentError as error:
            return HTMLResponse(f'<p class="note">{plain(say("page_fault", spoken, reason=told(message(error), spoken)))}</p>', headers=APART)
        return HTMLResponse(figure(drawn, domain, name, mark, before, spoken), headers=APART)

    def document(request: Request, domain: str, name: str) -> Response:
        path = located(site, site.who(request), domain, name)
        return FileResponse(path, media_type="application/octet-stream", filename=safe_name(name), headers=APART)

    def receipt(request: Request, message: str, language: str = FIRST) -> Response:
        user, spoken = site.who(request), known(language)
        kept = site.history.receipt(user.name, whole(message))
        titles = {name: domain.title(spoken) for name, domain in site.domains(user).items()}
        return HTMLResponse(receipt_html(kept, spoken, titles), headers=APART)

    def conversation(request: Request, key: str, language: str = FIRST) -> Response:
        user, spoken = site.who(request), known(language)
        titles = {name: domain.title(spoken) for name, domain in site.domains(user).items()}
        title = site.history.conversation(user.name, key).title
        text = markdown(title, site.history.exchanges(user.name, key), titles, spoken)
        sent_as = f"attachment; filename=\"conversation.md\"; filename*=UTF-8''{quote(file_name(title))}"
        return PlainTextResponse(text, headers=APART | {"content-disposition": sent_as, "content-type": "text/markdown; charset=utf-8"})

    add_reports(app, site)
    app.add_exception_handler(AssistantError, _said)
    for path, handler in (
        ("/documents/{domain}/{name:path}/page/{number}.png", page_png),
        ("/documents/{domain}/{name:path}/page/{number}", page),
        ("/documents/{domain}/{name:path}", document),
        ("/receipts/{message}", receipt),
        ("/conversations/{key}.md", conversation),
    ):
        app.add_api_route(path, handler, methods=["GET"], response_model=None)


def located(site: Site, user: User, domain: str, name: str) -> Path:
    """The file of a document that the user may ask from; no path comes from a request, only a name that the domain's documents have."""
    own = domain.startswith(OF_A_CONVERSATION)
    files = _own_files(site, user, domain) if own else document_files(site.domain(user, domain, "ask"), site.workspace.knowledge)
    if name not in files or not (own or all(may_read(user, groups) for groups in (written_for(files[name]), indexed_for(site.workspace.store, domain, name)))):
        raise DocumentError("there is no such document any more; it was removed or renamed since the answer")
    return files[name]


def _own_files(site: Site, user: User, domain: str) -> dict[str, Path]:
    """The files of a conversation of the user's; AccessError for another's."""
    return files_of(site.workspace, site.history.conversation(user.name, domain.removeprefix(OF_A_CONVERSATION)).id)


def _said(request: Request, error: Exception) -> Response:
    """What went wrong, in words."""
    if isinstance(error, TooMany):
        return PlainTextResponse(str(error), 503, APART | {"retry-after": AGAIN})
    status = 403 if isinstance(error, AccessError) else 404 if isinstance(error, DocumentError | UnknownDomain) else 400
    said = "there is no such domain" if isinstance(error, UnknownDomain) else str(error)
    return PlainTextResponse(said, status, APART)


def _pdf(pictures: Pictures, path: Path, number: int, mark: str, before: str) -> Picture:
    if path.suffix.lower() != ".pdf":
        raise DocumentError(Told("only PDF documents have pages to show; download this one instead", "no-pages"))
    return pictures.draw(path, number, mark, before)


def whole(number: str) -> int:
    """A page or message as it stands in an address."""
    if not re.fullmatch(r"[0-9]{1,9}", number):
        raise DocumentError("pages and answers have numbers; this address has another word there")
    return int(number)


def figure(drawn: Picture, domain: str, name: str, mark: str, before: str, language: Language) -> str:
    """The picture of a page with its caption; opened by itself it can be enlarged."""
    address = plain(page_address(domain, name, drawn.page, mark, before).replace("?", ".png?", 1))
    caption = say("page_marked" if drawn.found else "page_unmarked", language, page=drawn.page, pages=drawn.pages)
    picture = f'<img src="{address}" alt="{plain(f"{name}: {caption}")}" width="{drawn.width}" height="{drawn.height}">'
    link = f'<a href="{address}" target="_blank" rel="noopener" title="{plain(say("enlarge", language))}">{picture}</a>'
    return f'<figure data-at="{drawn.at:.3f}"><div class="sheet">{link}</div><figcaption>{plain(caption)}</figcaption></figure>'
