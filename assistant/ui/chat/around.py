"""What stands around a finished answer: how it was made, what to heed, what it cites, what is missing where it was refused, and why it came about so."""

from collections.abc import Mapping
from typing import Any

from assistant.records import Answer, Language
from assistant.ui.chat.citations import citation_list
from assistant.ui.chat.conversation import Reply
from assistant.ui.chat.refused import missing, runner_up
from assistant.ui.chat.voiced import voiced
from assistant.ui.domains.titles import domain_title
from assistant.ui.page.addresses import receipt_address
from assistant.ui.page.plain import plain
from assistant.ui.texts import say
from assistant.ui.texts.told import told

Titles = Mapping[str, str]


def told_around(answer: Answer, seconds: float, place: str, language: Language, titles: Titles) -> str:
    """Notes, the line on how the answer was made, a second domain that was close, citations; or what is missing."""
    chips = citation_list(answer.citations, place, language, answer.domain or "")
    line = _line(answer, seconds, language, titles)
    return f"{_notes(answer, language)}{line}{runner_up(answer, language, titles)}{missing(answer, language, titles)}{chips}"


def why(reply: Reply, language: Language) -> str:
    """Opens the receipt, which is fetched then; empty for an answer that is not kept."""
    if reply.message is None or reply.answer is None:
        return ""
    words = plain(say("why_refused" if reply.answer.refused else "why", language))
    address = f"{receipt_address(reply.message)}?language={language}"
    return f'<details class="why" id="why-{reply.message}"><summary>{words}</summary><a class="part" href="{address}">{words}</a></details>'


def _notes(answer: Answer, language: Language) -> str:
    """What a reader has to know before using the answer: an adapter that was left out, what a draft lacks."""
    parts: list[dict[str, Any]] = answer.receipt.get("parts") or [{**answer.receipt, "kind": answer.kind}]
    left_out = [part for part in parts if part.get("silenced") and not part.get("refused")]
    notes = [say("note_silenced", language, reason=told(part["silenced"], language, part.get("silenced_told"))) for part in left_out]
    for part in parts:
        if part.get("kind") == "draft" and (blanks := part.get("replaced")):
            notes.append(say("note_blanks", language, count=len(blanks)))
        if faults := part.get("draft_faults"):
            notes.append(f"{say('note_draft', language)} {'；'.join(faults) if language == 'zh' else '; '.join(faults)}")
    return "".join(f'<p class="note heed">{plain(note)}</p>' for note in notes) if not answer.refused else ""


def _line(answer: Answer, seconds: float, language: Language, titles: Mapping[str, str]) -> str:
    """One line: domains, weights, how the text came about, time; and the button that copies the answer."""
    facts = [" + ".join(domain_title(name, titles, language) or name for name in (answer.domain, *answer.also))] if answer.domain else []
    if answer.refused:
        facts.append(say("refused", language))
    else:
        facts += [voiced(answer, language), say("from_model" if answer.source == "model" else "quoted", language)]
    facts.append(say("seconds", language, seconds=f"{seconds:.1f}"))
    copy = f'<a class="copy" href="#copy" role="button">{plain(say("copy", language))}</a>'
    return f'<div class="receipt"><span>{plain(" · ".join(facts))}</span>{copy}</div>'
