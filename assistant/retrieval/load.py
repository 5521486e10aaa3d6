"""A domain's files to documents: reads each, takes front matter, dates and title. Knows nothing of chunks or stores."""

import re
import tomllib
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from assistant.domain import Domain
from assistant.errors import DocumentError
from assistant.language import detect
from assistant.records import Document
from assistant.retrieval.guard import GuardedReader

SIDECAR = "documents.toml"
KEYS = {"title", "valid_from", "valid_until", "language", "access"}
_FROM = [
    re.compile(r"(?:valid|effective|in force)\s+(?:from|as of|since)[:\s]+(\d{4}-\d{2}-\d{2})", re.I),
    re.compile(r"自\s*(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日起(?:施行|生效|实施|执行)"),
]
_UNTIL = [
    re.compile(r"valid\s+until[:\s]+(\d{4}-\d{2}-\d{2})", re.I),
    re.compile(r"有效期至[:：\s]*(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"),
]
_ENDED = re.compile(r"^\W*(?:no longer in force|superseded|withdrawn|已废止|现已废止|本(?:制度|办法|文件|价目表)?已废止)", re.I | re.M)
NEAR_TOP = 1500
LONG_AGO = "1970-01-01"


def document_files(domain: Domain, knowledge: Path) -> dict[str, Path]:
    """Name → path of everything to answer from: the plugin's documents/ and knowledge/<domain>/ (which wins a clash)."""
    found: dict[str, Path] = {}
    for folder in (domain.documents, knowledge / domain.name):
        if folder.is_dir():
            for path in sorted(folder.rglob("*")):
                hidden = any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
                if path.is_file() and not path.is_symlink() and not hidden and path.name != SIDECAR:
                    found[path.relative_to(folder).as_posix()] = path
    return found


def load_document(domain: Domain, name: str, path: Path, reader: GuardedReader) -> Document:
    """The document with its title, language and dates; DocumentError in words."""
    text = reader.read(path)
    values, text = _front_matter(text) if path.suffix.lower() == ".md" else ({}, text)
    values = {**values, **_sidecar(path)}
    unknown = set(map(str, values)) - KEYS
    if unknown:
        raise DocumentError(f"unknown front matter {', '.join(sorted(unknown))}; possible: {', '.join(sorted(KEYS))}")
    text, pages = _pages(text)
    top = text[:NEAR_TOP]
    language = values.get("language") or detect(text[:4000])
    if language not in ("en", "zh"):
        raise DocumentError(f"language {language!r} is not possible; possible: en, zh")
    document = Document(
        domain=domain.name,
        name=name,
        text=text,
        title=_plain_title(values.get("title")) or _title(text) or path.stem.replace("-", " "),
        language=language,
        valid_from=_date(values.get("valid_from")) or _said(_FROM, top),
        valid_until=_date(values.get("valid_until")) or _said(_UNTIL, top) or (LONG_AGO if _ENDED.search(top) else None),
        pages=pages,
        access=_groups(values.get("access", ())),
    )
    return replace(domain.clean_document(document), domain=domain.name, name=name)


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    match = re.match(r"---\s*\n(.*?)\n---\s*\n", text, re.S)
    if not match:
        return {}, text
    try:
        values = yaml.safe_load(match.group(1)) or {}
    except yaml.YAMLError as error:
        raise DocumentError(f"front matter is not valid YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(values, dict):
        raise DocumentError("front matter must be `key: value` lines")
    return values, text[match.end() :]


def _sidecar(path: Path) -> dict[str, Any]:
    sidecar = path.parent / SIDECAR
    if not sidecar.exists():
        return {}
    try:
        return dict(tomllib.loads(sidecar.read_text("utf-8-sig")).get(path.name, {}))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DocumentError(f"{SIDECAR}: {error}") from None


def _groups(value: Any) -> tuple[str, ...]:
    """Groups a document is for. Only ``everyone`` is possible until there are accounts: nothing may look protected and not be."""
    groups = (value,) if isinstance(value, str) else tuple(value)
    if set(groups) - {"everyone"}:
        raise DocumentError(f"access {groups} cannot be kept yet: there are no accounts; leave it out, or keep the document elsewhere")
    return groups


def _plain_title(value: Any) -> str:
    if value is not None and not isinstance(value, str | int | float):
        raise DocumentError("title must be one line of text")
    return "" if value is None else str(value).strip()


def _pages(text: str) -> tuple[str, tuple[int, ...]]:
    """Text without form feeds, and the offset at which each page starts."""
    if "\f" not in text:
        return text, ()
    starts, parts, offset = [], [], 0
    for page in text.split("\f"):
        starts.append(offset)
        parts.append(page)
        offset += len(page) + 2
    return "\n\n".join(parts), tuple(starts)


def _title(text: str) -> str:
    match = re.search(r"^#\s+(.+)$", text[:NEAR_TOP], re.M)
    return match.group(1).strip() if match else ""


def _date(value: Any) -> str | None:
    if value in (None, ""):
        return None
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise DocumentError(f"{value!r} is not a date; write YYYY-MM-DD") from None


def _said(patterns: list[re.Pattern[str]], text: str) -> str | None:
    for pattern in patterns:
        if match := pattern.search(text):
            groups = match.groups()
            return groups[0] if len(groups) == 1 else f"{int(groups[0]):04d}-{int(groups[1]):02d}-{int(groups[2]):02d}"
    return None
