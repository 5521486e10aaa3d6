"""A domain's files to documents: reads each, takes front matter, dates and title. Knows nothing of chunks or stores."""

import hashlib
import re
import tomllib
from dataclasses import replace
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from assistant.access import User, may_read
from assistant.domain import Domain
from assistant.errors import DocumentError
from assistant.language import detect
from assistant.records import Document, Language, Told
from assistant.retrieval.guard import GuardedReader

SIDECAR = "documents.toml"
KEYS = {"title", "valid_from", "valid_until", "language", "access"}
MARKDOWN = {".md", ".mdx", ".markdown"}
LONGEST_FRONT_MATTER = 20_000  # characters; the YAML parser takes a second for some 50,000
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
CUT = b"2"  # counts up when documents are to be read and cut anew
LONG_AGO = "1970-01-01"
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*$\n?", re.S | re.M)
_BREAKS = re.compile("\r\n?|[\x0b\x85]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def document_files(domain: Domain, knowledge: Path) -> dict[str, Path]:
    """Name → path of everything to answer from: the plugin's documents/ and knowledge/<domain>/ (which wins a clash).

    Names can always be written: what is not UTF-8 in them is shown as ``?``.
    """
    found: dict[str, Path] = {}
    for folder in (domain.documents, knowledge / domain.name):
        if folder.is_dir():
            for path in sorted(folder.rglob("*")):
                hidden = any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
                if path.is_file() and not path.is_symlink() and not hidden and path.name != SIDECAR:
                    found[_writable(path.relative_to(folder).as_posix())] = path
    return found


def file_hash(path: Path) -> str:
    """Hash of a file, of the sidecar that describes it, and of the way files are cut."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(CUT)
    sidecar = path.parent / SIDECAR
    if sidecar.exists():
        digest.update(sidecar.read_bytes())
    return digest.hexdigest()


def load_document(domain: Domain, name: str, path: Path, reader: GuardedReader) -> Document:
    """The document with its title, language and dates; DocumentError in words."""
    own = path.parts[-name.count("/") - 1 :]
    if list(own) != [_writable(part) for part in own]:
        raise DocumentError(Told("the file name is not valid UTF-8; rename it", "name-not-utf8"))
    text = printable(reader.read(path))
    values, text = front_matter(text) if path.suffix.lower() in MARKDOWN else ({}, text)
    values = {**values, **_sidecar(path)}
    text, pages = _pages(text, path.suffix.lower() == ".pdf")
    top = text[:NEAR_TOP]
    document = Document(
        domain=domain.name,
        name=name,
        text=text,
        title=_plain_title(values.get("title")) or _title(text) or _plain_title(path.stem.replace("-", " ")),
        language=_language(values.get("language")) or detect(text[:4000]),
        valid_from=_date(values.get("valid_from")) or _said(_FROM, top),
        valid_until=_date(values.get("valid_until")) or _said(_UNTIL, top) or (LONG_AGO if _ENDED.search(top) else None),
        pages=pages,
        access=_groups(values.get("access", ())),
    )
    return replace(domain.clean_document(document), domain=domain.name, name=name)


def written_for(path: Path) -> tuple[str, ...]:
    """Groups that a file itself or its sidecar names; DocumentError when they cannot be read, so that nobody knows."""
    text = printable(path.read_text("utf-8-sig", "replace")) if path.suffix.lower() in MARKDOWN else ""
    return _groups({**front_matter(text)[0], **_sidecar(path)}.get("access", ()))


def is_for(user: User, path: Path) -> bool:
    """Whether a file says that it is for the user; where that cannot be told it is the administrators' alone."""
    try:
        return user.administrator or may_read(user, written_for(path))
    except (DocumentError, OSError):
        return False


def front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Values as they are written (all of them text, lists or tables) and the text below. Keys of other programs are left to them."""
    match = _FRONT_MATTER.match(text)
    if not match:
        return {}, text
    if len(match[1]) > LONGEST_FRONT_MATTER:
        text = f"front matter has more than {LONGEST_FRONT_MATTER:,} characters; end it with a line --- or begin the text without one"
        raise DocumentError(Told(text, "front-long", most=f"{LONGEST_FRONT_MATTER:,}"))
    try:
        values = yaml.load(match[1], yaml.BaseLoader) or {}
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        fault = _yaml_fault(error)
        raise DocumentError(Told(f"front matter is not valid YAML: {fault}", "front-yaml", fault=fault)) from None
    if not isinstance(values, dict):
        raise DocumentError(Told("front matter must be `key: value` lines", "front-lines"))
    return {key: None if value in ("~", "null") else value for key, value in values.items()}, text[match.end() :]


def slips(path: Path, reader: GuardedReader) -> dict[str, str]:
    """Front matter keys of a file that are not read → the key that was probably meant; other keys may be another program's."""
    if path.suffix.lower() not in MARKDOWN:
        return {}
    keys = [str(key) for key in front_matter(printable(reader.read(path)))[0] if key not in KEYS]
    meant = {key: get_close_matches(key.lower(), KEYS, 1, 0.85) for key in keys}
    return {key: close[0] for key, close in meant.items() if close}


def _yaml_fault(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return Told("it is nested too deeply", "too-deep")
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        problem, line = error.problem or error.context, error.problem_mark.line + 2
        return Told(f"{problem} (line {line})", "yaml-line", problem=problem, line=line)
    return str(error).splitlines()[0]


def read_sidecar(sidecar: Path) -> dict[str, Any]:
    """documents.toml as it is; DocumentError, beginning with its name, when it cannot be read."""
    try:
        return tomllib.loads(sidecar.read_text("utf-8-sig"))
    except OSError as error:
        raise DocumentError(Told(f"{SIDECAR}: {error.strerror}; it must be a text file", "sidecar-file", name=SIDECAR, reason=error.strerror)) from None
    except RecursionError:
        raise DocumentError(Told(f"{SIDECAR}: it is nested too deeply", "sidecar-deep", name=SIDECAR)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DocumentError(Told(f"{SIDECAR}: {error}", "sidecar-toml", name=SIDECAR, error=str(error))) from None


def sidecar_entry(named: dict[str, Any], name: str) -> dict[str, Any]:
    """What documents.toml says of one file; DocumentError, beginning with its name, for anything but known keys."""
    values = named.get(name, {})
    if not isinstance(values, dict):
        text = f'{SIDECAR}: {name!r} must be a table: write ["{name}"] and below it lines such as title = "…"'
        raise DocumentError(Told(text, "sidecar-table", name=SIDECAR, document=name))
    if unknown := set(values) - KEYS:
        strange, possible = ", ".join(sorted(unknown)), ", ".join(sorted(KEYS))
        text = f"{SIDECAR}: {name!r} has unknown keys {strange}; possible: {possible}"
        raise DocumentError(Told(text, "sidecar-keys", name=SIDECAR, document=name, strange=strange, possible=possible))
    return values


def _sidecar(path: Path) -> dict[str, Any]:
    sidecar = path.parent / SIDECAR
    return sidecar_entry(read_sidecar(sidecar), path.name) if sidecar.exists() else {}


def _writable(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


def printable(text: str) -> str:
    """Text without control characters; tabs, line ends and the form feeds between pages stay."""
    return _CONTROLS.sub("", _BREAKS.sub("\n", text))


def _language(value: Any) -> Language | None:
    if value in (None, ""):
        return None
    if value == "en" or value == "zh":
        return "en" if value == "en" else "zh"
    said = f"language {value!r}" if isinstance(value, str) else "a language that is no word"
    raise DocumentError(Told(f"{said} is not possible; possible: en, zh", "bad-language", value=str(value)))


def _groups(value: Any) -> tuple[str, ...]:
    """Groups a document is for; none means everyone who may ask."""
    groups = [value] if isinstance(value, str) else value or []
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        raise DocumentError(Told('access must be a list of groups, such as ["everyone"]', "bad-access"))
    return tuple(group for group in groups if group)


def _plain_title(value: Any) -> str:
    if value is not None and not isinstance(value, str | int | float):
        raise DocumentError(Told("title must be one line of text", "bad-title"))
    return "" if value is None else " ".join(_CONTROLS.sub("", str(value)).split())


def _pages(text: str, paged: bool) -> tuple[str, tuple[int, ...]]:
    """Text without form feeds, and the offset at which each page starts; a format with pages has at least one."""
    if "\f" not in text:
        return text, (0,) if paged else ()
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
    if isinstance(value, date):
        return value.isoformat()[:10]
    if not isinstance(value, str | int):
        raise DocumentError(Told("a date must be one word; write YYYY-MM-DD", "date-word"))
    try:
        return datetime.fromisoformat(str(value).strip()).date().isoformat()
    except ValueError:
        raise DocumentError(Told(f"{value!r} is not a date; write YYYY-MM-DD", "bad-date", value=str(value))) from None


def _said(patterns: list[re.Pattern[str]], text: str) -> str | None:
    for pattern in patterns:
        if match := pattern.search(text):
            groups = match.groups()
            return groups[0] if len(groups) == 1 else f"{int(groups[0]):04d}-{int(groups[1]):02d}-{int(groups[2]):02d}"
    return None
