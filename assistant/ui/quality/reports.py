"""Whole reports of evaluations, served to those who may see all that they tell. Knows no components."""

from pathlib import Path
from urllib.parse import quote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from assistant.access import User, may_read
from assistant.domain import Domain
from assistant.errors import AccessError, DocumentError
from assistant.evaluation.report import DATA, PAGE, evaluations
from assistant.retrieval.ledger import kept_for_some
from assistant.ui.page.site import Site

SEALED = {  # a report's pictures are within it; nothing in it may run or load
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
    "cache-control": "private, no-store",
}


def report_address(domain: str, key: str) -> str:
    """Where a report is read, relative to the page."""
    return f"reports/{quote(domain, safe='')}/{quote(key, safe='')}"


def sees_all(site: Site, user: User) -> bool:
    """Whether the user may ask every domain: a report tells of routing between all of them."""
    return len(site.domains(user)) == len(site.plugins.domains)


def reads_all(site: Site, user: User, domain: Domain) -> bool:
    """Whether every document of the domain is for the user: an evaluation answers from all of them."""
    return all(may_read(user, groups) for groups in kept_for_some(site.workspace.store, domain.name).values())


def report_page(site: Site, user: User, domain: str, key: str) -> Path:
    """The page of an evaluation; no path comes from a request, only the name of an evaluation that is there. AccessError without the right."""
    own = site.domain(user, domain, "ask")
    if not sees_all(site, user):
        raise AccessError("a whole report names other domains; it is for those who may ask all of them")
    if not reads_all(site, user, own):
        raise AccessError("a whole report quotes documents; it is for those who may read every document of its domain")
    there = {path.parent.name: path.parent / PAGE for path in evaluations(site.workspace, own.name).glob(f"*/{DATA}")}
    if key not in there or not there[key].is_file():
        raise DocumentError("there is no such report any more; measure again: assistant evaluate " + own.name)
    return there[key]


def add_reports(app: FastAPI, site: Site) -> None:
    def report(request: Request, domain: str, key: str) -> Response:
        return FileResponse(report_page(site, site.who(request), domain, key), media_type="text/html", headers=SEALED)

    app.add_api_route("/reports/{domain}/{key}", report, methods=["GET"], response_model=None)
