"""How the addresses beside the page are written, relative to it, so that they hold behind a proxy too. Serves nothing."""

import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import quote, urlencode

from assistant.ui.page.pictures import LONGEST_BEFORE, LONGEST_MARK

LONGEST_NAME = 120


def document_address(domain: str, name: str) -> str:
    """Where a document is downloaded, relative to the page."""
    return f"documents/{quote(domain, safe='')}/{quote(name)}"


def page_address(domain: str, name: str, page: int, mark: str, before: str, **more: str) -> str:
    """Where a page of it is shown; with ``.png`` behind the number the picture alone."""
    asked = {"mark": mark[:LONGEST_MARK], "before": before[-LONGEST_BEFORE:], **more}
    return f"{document_address(domain, name)}/page/{page}?{urlencode(asked)}"


def receipt_address(message: int) -> str:
    """Where the receipt of an answer is read."""
    return f"receipts/{message}"


def safe_name(name: str) -> str:
    """The last part of a document's name as a file name: without control signs, signs that turn the direction of writing, or too many letters."""
    last = "".join(char for char in PurePosixPath(name).name if unicodedata.category(char)[0] != "C")
    stem, suffix = PurePosixPath(last).stem, PurePosixPath(last).suffix
    return re.sub(r'[\\/:*?"<>|]', "_", f"{stem[: LONGEST_NAME - len(suffix)]}{suffix}") or "document"
