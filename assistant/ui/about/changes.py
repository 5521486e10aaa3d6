"""What the About tab says of changes on disk: code that waits, what the watch took up, what could not be indexed. Knows no components."""

from collections.abc import Sequence
from html import escape

from assistant.answering.watch import Doing, Event
from assistant.plugins import Waiting
from assistant.records import Language
from assistant.ui.page.site import Site
from assistant.ui.texts import say

SHOWN = 15
EVENTS: dict[str, tuple[str, str]] = {  # what happened → its words and its badge
    "added": ("about_event_added", "good"),
    "changed": ("about_event_changed", ""),
    "removed": ("about_event_removed", ""),
    "indexed": ("about_event_indexed", ""),
    "broken": ("about_event_broken", "bad"),
    "waiting": ("about_event_waiting", "warn"),
    "ran": ("about_event_ran", "good"),
    "version": ("about_event_version", "good"),
    "unserved": ("about_event_unserved", "bad"),
    "settings": ("about_event_settings", "warn"),
    "settings_broken": ("about_event_settings_broken", "bad"),
    "failed": ("about_event_failed", "bad"),
}


def waiting_choices(waiting: Sequence[Waiting]) -> list[tuple[str, str]]:
    return [(f"{one.plugin}/{one.path.name}", f"{one.plugin} {one.sha256}") for one in waiting]


def waiting_html(waiting: Sequence[Waiting], language: Language) -> str:
    """Path, size and hash of what is to be run, so that a person can compare it with what was read."""
    if not waiting:
        return ""
    heads = "".join(f'<th scope="col">{say(key, language)}</th>' for key in ("about_file", "about_size", "about_hash", "about_meanwhile"))
    rows = "".join(
        f"<tr><td>{escape(str(one.path))}</td><td class='number'>{one.size:,}</td><td><code>{one.sha256}</code></td>"
        f"<td>{say('about_former_goes_on' if one.running else 'about_left_out', language)}</td></tr>"
        for one in waiting
    )
    note = f'<h2>{say("about_code", language)}</h2><p class="quiet">{say("about_code_note", language)}</p>'
    return f'{note}<div class="table" tabindex="0"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'


def changes_html(site: Site, language: Language) -> str:
    opened, watch = site.opening.ready, site.watch
    parts = [f"<h2>{say('about_changes', language)}</h2>"]
    if watch is None or not site.workspace.settings.watch:
        parts.append(f'<p class="quiet">{say("about_not_watched", language)}</p>')
    elif watch.doing:
        parts.append(f'<p class="notice" role="status">{escape(_doing(watch.doing, language))}</p>')
    parts += [f'<p class="notice bad">{escape(notice)}</p>' for notice in (opened.notices if opened else [])]
    events = list(watch.events)[:SHOWN] if watch else []
    parts.append(_table(events, language) if events else f'<p class="quiet">{say("about_nothing_changed", language)}</p>')
    return f'<section class="section">{"".join(parts)}</section>'


def _doing(doing: Doing, language: Language) -> str:
    if not doing.subject:
        return say("about_doing_router", language)
    return say("about_doing_index", language, domain=doing.subject, done=doing.done, total=doing.total)


def _table(events: Sequence[Event], language: Language) -> str:
    heads = "".join(f'<th scope="col">{say(key, language)}</th>' for key in ("about_when", "about_what", "about_subject", "about_detail"))
    rows = "".join(_row(event, language) for event in events)
    return f'<div class="table" tabindex="0"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'


def _row(event: Event, language: Language) -> str:
    key, badge = EVENTS[event.what]
    seconds = say("seconds", language, seconds=f"{event.seconds:.1f}") if event.seconds >= 0.05 else ""
    detail = " · ".join(part for part in (event.detail, seconds) if part)
    return (
        f"<tr><td>{event.when:%H:%M:%S}</td><td><span class='badge {badge}'>{say(key, language)}</span></td>"
        f"<td>{escape(event.subject)}</td><td>{escape(detail)}</td></tr>"
    )
