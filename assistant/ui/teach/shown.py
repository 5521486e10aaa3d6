"""A judgement and what speaks against teaching it, as HTML. Whatever people or models wrote is escaped. Knows no components."""

from collections.abc import Sequence
from html import escape

from assistant.history.conversations import answer_from
from assistant.history.feedback import Judgement
from assistant.records import Language
from assistant.training.feedback.desk import Objection
from assistant.training.feedback.lessons import Since
from assistant.ui.chat.citations import answer_html, citation_list
from assistant.ui.chat.voiced import voiced
from assistant.ui.knowledge.shown import paragraph, pick_button
from assistant.ui.page.plain import shown
from assistant.ui.texts import say
from assistant.ui.texts.told import told

KINDS = {
    "facts": "teach_kind_facts", "known-facts": "teach_kind_known_facts", "question": "teach_kind_question", "personal-data": "teach_kind_personal",
    "duplicate": "teach_kind_duplicate", "near-duplicate": "teach_kind_near", "short": "teach_kind_short", "empty": "teach_kind_empty",
    "roles": "teach_kind_empty", "language": "teach_kind_language", "truncated": "teach_kind_truncated", "filler": "teach_kind_filler",
    "placeholder": "teach_kind_placeholder", "refusal": "teach_kind_refusal", "cut": "teach_kind_cut", "html": "teach_kind_cleaned",
    "width": "teach_kind_cleaned",
}  # fmt: skip
WEIGHTS = {"blocks": ("teach_blocks", "bad"), "asks": ("teach_asks", ""), "notes": ("teach_notes", "good")}
IN_FULL = ("facts", "known-facts")  # their text is part of the sentence
PLACE = "teach"


def judgement_html(one: Judgement, language: Language) -> str:
    """Question, the turns before it, the answer as it was shown, and what its reader said of it."""
    parts = [
        f'<h2>{escape(say("teach_question", language))} {_thumb(one, language)}</h2><div class="as-typed asked">{escape(one.question)}</div>',
        _earlier(one, language),
        f"<h3>{escape(say('teach_given', language))}</h3>{_answer(one, language)}",
        _said(one, language),
    ]
    return "".join(parts)


def _thumb(one: Judgement, language: Language) -> str:
    return f'<span class="badge {"good" if one.good else "bad"}">{escape(say("teach_up" if one.good else "teach_down", language))}</span>'


def _earlier(one: Judgement, language: Language) -> str:
    if not one.earlier:
        return ""
    turns = "".join(f'<li class="{turn.role}">{escape(turn.content)}</li>' for before in one.earlier for turn in before.turns)
    return f'<details class="earlier"><summary>{escape(say("teach_earlier", language))}</summary><ol>{turns}</ol></details>'


def _answer(one: Judgement, language: Language) -> str:
    answer = answer_from(one.answer)
    refused = paragraph(say("teach_refused", language)) if answer.refused else ""
    text = answer_html(answer.text, answer.citations, PLACE, answer.source == "model")
    facts = paragraph(" · ".join(filter(None, (voiced(answer, language), say("from_model" if answer.source == "model" else "quoted", language)))))
    return f'{refused}<div class="reply">{text}{facts}{citation_list(answer.citations, PLACE, language, one.domain)}</div>'


def _said(one: Judgement, language: Language) -> str:
    correction = ""
    if one.correction.strip():
        correction = f'<h3>{escape(say("teach_correction", language, user=one.user))}</h3><div class="as-typed">{escape(one.correction)}</div>'
    reason = f'<h3>{escape(say("teach_reason", language))}</h3><div class="as-typed">{escape(one.reason)}</div>' if one.reason.strip() else ""
    who = paragraph(say("teach_said", language, user=one.user, day=one.created[:10]))
    decided = ""
    if one.state == "open" and one.lesson:
        decided = paragraph(say("teach_still_taught", language, reviewer=one.reviewer, day=one.reviewed[:10]), "notice")
    elif one.state != "open":
        decided = paragraph(say("teach_decided", language, reviewer=one.reviewer, day=one.reviewed[:10]), "notice good" if one.state == "accepted" else "notice")
        decided += paragraph(say("teach_note_said", language, note=one.note)) if one.note else ""
    return f"{correction}{reason}{who}{decided}"


def objections_html(domain: str, found: Sequence[Objection], masked: bool, language: Language) -> str:
    """What speaks against it, the gravest first; facts lead to the documents they belong to."""
    parts = [paragraph(say("teach_masked", language), "notice")] if masked else []
    for weight, (title, colour) in WEIGHTS.items():
        lines = "".join(f"<li>{_objection(domain, one, language)}</li>" for one in found if one.weight == weight)
        if lines:
            parts.append(f'<div class="notice {colour}">{escape(say(title, language))}<ul>{lines}</ul></div>')
    return "".join(parts) if found else "".join([*parts, paragraph(say("teach_fine", language), "notice good")])


def _objection(domain: str, one: Objection, language: Language) -> str:
    key = KINDS.get(one.kind, "teach_kind_other")
    if one.kind not in IN_FULL:
        return f'{escape(say(key, language))}<div class="quiet">{shown(told(one.text, language))}</div>'
    buttons = [pick_button(domain, name, say("teach_open_document", language, name=name), say("knowledge", language)) for name in one.documents]
    if one.kind == "facts":
        buttons.append(go_button("knowledge", say("teach_open_knowledge", language), say("knowledge", language)))
    return escape(say(key, language, text=one.text)) + f'<div class="ways">{" ".join(buttons)}</div>'


def go_button(key: str, words: str, tab: str) -> str:
    """A button that opens another tab, known by its key and its words (teach.js)."""
    return f'<button type="button" class="pick go" data-tab="{escape(key)}" data-words="{escape(tab)}">{escape(words)}</button>'


def since_html(since: Since, language: Language) -> str:
    said = say("teach_since", language, version=since.version, count=since.rows) if since.version else say("teach_since_none", language, count=since.rows)
    train = f" {go_button('train', say('teach_train', language), say('train', language))}" if since.rows else ""
    return f'<p class="quiet">{escape(said)}{train}</p>'
