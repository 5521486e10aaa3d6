"""Documents and their passages as HTML: the table, one document, its chunks. Whatever comes from files is escaped. Knows no components."""

from collections.abc import Sequence
from html import escape

from assistant.domain import Domain
from assistant.records import Chunk, Language
from assistant.retrieval.listing import Listed, State
from assistant.settings import Workspace
from assistant.ui.page.addresses import document_address
from assistant.ui.page.plain import shown
from assistant.ui.texts import LANGUAGES, say
from assistant.ui.texts.told import told

MOST = 300
PAGE = 20
BADGES: dict[State, str] = {"in_force": "good", "not_yet": "warn", "superseded": "", "unreadable": "bad", "waiting": "warn", "gone": "warn"}
STATES: dict[State, str] = {
    "in_force": "knowledge_in_force", "not_yet": "knowledge_not_yet", "superseded": "knowledge_superseded", "unreadable": "knowledge_unreadable",
    "waiting": "knowledge_waiting", "gone": "knowledge_gone",
}  # fmt: skip
HEADS = {
    "document": "knowledge_document", "status": "knowledge_status", "pages": "knowledge_pages", "chunks": "knowledge_chunks",
    "language": "knowledge_language", "valid": "knowledge_valid", "indexed": "knowledge_indexed", "place": "knowledge_place",
}  # fmt: skip


def paragraph(text: str, kind: str = "quiet") -> str:
    return f'<p class="{kind}">{shown(text)}</p>' if text else ""


def matching(listed: Sequence[Listed], find: str) -> list[Listed]:
    """Those whose name or title holds the words, in any order and case."""
    words = find.casefold().split()
    return [one for one in listed if all(word in f"{one.name} {one.title}".casefold() for word in words)]


def summary_html(listed: Sequence[Listed], language: Language) -> str:
    chunks = sum(one.chunks for one in listed)
    said = say("knowledge_summary", language, documents=len(listed), chunks=f"{chunks:,}")
    spoken = [f"{LANGUAGES[code]} {count}" for code in LANGUAGES if (count := sum(one.language == code for one in listed))]
    troubled = sum(one.state in ("unreadable", "waiting", "gone") for one in listed)
    badge = f' <span class="badge warn">{escape(say("knowledge_troubled", language, count=troubled))}</span>' if troubled else ""
    return f'<p class="quiet">{escape(" · ".join([said, *spoken]))}{badge}</p>'


def table_html(domain: Domain, listed: Sequence[Listed], find: str, language: Language) -> str:
    """The documents that match, each with a button that opens it (knowledge.js)."""
    found = matching(listed, find)
    if not found:
        return f'<p class="empty">{escape(say("knowledge_no_match" if listed else "knowledge_nothing", language))}</p>'
    head = "".join(f'<th scope="col" class="col-{column}">{escape(say(HEADS[column], language))}</th>' for column in HEADS)
    rows = "".join(_row(domain, one, language) for one in found[:MOST])
    more = paragraph(say("knowledge_more", language, count=len(found) - MOST)) if len(found) > MOST else ""
    return f'<div class="table documents" tabindex="0" role="region" aria-label="{escape(say("documents", language))}"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{more}'


def _row(domain: Domain, one: Listed, language: Language) -> str:
    title = f'<div class="quiet">{escape(one.title)}</div>' if one.title and one.title not in (one.name, one.name.rsplit(".", 1)[0]) else ""
    cells = {
        "document": f"{pick_button(domain.name, one.name)}{title}",
        "status": badge(one.state, language) + (f'<div class="fault">{shown(told(one.fault, language))}</div>' if one.fault else ""),
        "pages": str(one.pages or ""),
        "chunks": f"{one.chunks:,}" if one.chunks else "",
        "language": LANGUAGES[one.language] if one.language else "",
        "valid": escape(valid(one.valid_from, one.valid_until, language)),
        "indexed": escape(one.indexed[:16].replace("T", " ")),
        "place": escape(say("knowledge_added" if one.added else "knowledge_team", language)),
    }
    return "<tr>" + "".join(f'<td class="col-{column}{" number" if column in ("pages", "chunks") else ""}">{cells[column]}</td>' for column in HEADS) + "</tr>"


def pick_button(domain: str, name: str, words: str = "", tab: str = "") -> str:
    """A button that opens a document in this tab; in another it needs to know the words of this one, ``tab``."""
    return f'<button type="button" class="pick" data-domain="{escape(domain)}" data-name="{escape(name)}" data-words="{escape(tab)}">{escape(words or name)}</button>'


def badge(state: State, language: Language) -> str:
    return f'<span class="badge {BADGES[state]}">{escape(say(STATES[state], language))}</span>'


def valid(first: str | None, last: str | None, language: Language) -> str:
    parts = [say("knowledge_from", language, day=first)] if first else []
    parts += [say("knowledge_until", language, day=last)] if last and last > "1970-01-01" else []
    return " ".join(parts)


def document_html(workspace: Workspace, domain: Domain, one: Listed, language: Language) -> str:
    """Head of one document: its state, what it is, where it lies, and the file itself."""
    facts = [
        (say("knowledge_language", language), LANGUAGES[one.language] if one.language else ""),
        (say("knowledge_pages", language), str(one.pages or "")),
        (say("knowledge_chunks", language), str(one.chunks or "")),
        (say("knowledge_valid", language), valid(one.valid_from, one.valid_until, language)),
        (say("knowledge_indexed", language), one.indexed[:16].replace("T", " ")),
    ]
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts if value)
    notes = paragraph(told(one.fault, language), "notice bad") + "".join(paragraph(note) for note in _notes(workspace, domain, one, language))
    link = "" if one.state == "gone" else f'<a class="download" href="{document_address(domain.name, one.name)}" download>{escape(say("knowledge_open", language))}</a>'
    title = f'<p class="quiet">{escape(one.title)}</p>' if one.title and one.title != one.name else ""
    return f'<h2>{escape(one.name)} {badge(one.state, language)}</h2>{title}{notes}<dl class="facts">{rows}</dl>{link}'


def _notes(workspace: Workspace, domain: Domain, one: Listed, language: Language) -> list[str]:
    if one.state == "gone":
        return [say("knowledge_gone_note", language)]
    if one.hides:
        return [say("knowledge_hides_note", language)]
    return [] if one.added else [say("knowledge_team_note", language, folder=shown_path(domain.documents.as_posix(), workspace))]


def shown_path(path: str, workspace: Workspace) -> str:
    return path.removeprefix(f"{workspace.root.as_posix()}/")


def chunks_html(chunks: Sequence[Chunk], start: int, language: Language) -> str:
    """One page of a document's chunks, each with heading, page and offsets."""
    page = chunks[start : start + PAGE]
    if not page:
        return ""
    said = say("knowledge_of", language, first=start + 1, last=start + len(page), count=len(chunks))
    items = "".join(f"<li>{_chunk(chunk, language)}</li>" for chunk in page)
    return f'<h3>{escape(said)}</h3><ol class="chunks" start="{start + 1}">{items}</ol>'


def _chunk(chunk: Chunk, language: Language) -> str:
    page = say("page", language, page=chunk.page) if chunk.page else ""
    where = [chunk.heading, page, say("knowledge_place_in", language, start=f"{chunk.start:,}", end=f"{chunk.end:,}"), LANGUAGES[chunk.language]]
    return f'<div class="quiet">{escape(" · ".join(part for part in where if part))}</div><div class="passage">{escape(chunk.text)}</div>'
