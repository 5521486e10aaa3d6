"""Under a refusal, whose words say what to do: what is missing, what comes closest, and the nearest domains to ask instead. Knows no components."""

from collections.abc import Mapping

from assistant.answering.allowed import FORBIDDEN
from assistant.answering.refuse import NOTHING, SILENT
from assistant.records import Answer, Language
from assistant.ui.page.addresses import document_address
from assistant.ui.page.plain import plain
from assistant.ui.texts import say

Titles = Mapping[str, str]
NEAREST = 3
LEAST = 0.02  # beside a domain that was asked, one less probable is not near; where none was, the nearest are offered however far
CLOSE, CLOSE_SHARE = 0.2, 0.5  # a second domain is close when it is this probable, and half as probable as the first


def missing(answer: Answer, language: Language, titles: Titles) -> str:
    """Nothing for an answer, the block for a refusal."""
    if not answer.refused:
        return ""
    title = titles.get(answer.domain or "", "")
    lines = [_what(answer, language, title), *_closest(answer, language)]
    said = "".join(f"<p>{line}</p>" for line in lines)
    return f'<div class="missing">{said}{_elsewhere(answer, language, titles, "nearest", nearest(answer, titles))}</div>'


def runner_up(answer: Answer, language: Language, titles: Titles) -> str:
    """The second domain of a close decision, with a button that asks there; empty when the decision was clear or the user's own."""
    scores = [(name, score) for name, score in answer.route.scores if name in titles]
    if answer.refused or len(scores) < 2 or answer.domain not in titles:
        return ""
    others = [(name, score) for name, score in scores if name not in (answer.domain, *answer.also)]
    top = dict(scores).get(answer.domain or "", 0.0)
    close = [name for name, score in others[:1] if score >= CLOSE and score >= CLOSE_SHARE * top]
    return _elsewhere(answer, language, titles, "or_elsewhere", close)


def nearest(answer: Answer, titles: Titles) -> list[str]:
    """The likeliest domains that were not asked, best first."""
    least = LEAST if answer.domain else 0
    return [name for name, score in answer.route.scores if name in titles and name not in (answer.domain, *answer.also) and score >= least][:NEAREST]


def _what(answer: Answer, language: Language, title: str) -> str:
    if answer.reason == FORBIDDEN:
        return plain(say("missing_access", language))
    if not title:
        return plain(say("missing_outside", language))
    return plain(say("missing_silent" if answer.reason == SILENT else "missing_nothing", language, domain=title))


def _closest(answer: Answer, language: Language) -> list[str]:
    """The best passage that was found all the same: it shows what the domain does have."""
    passages = answer.receipt.get("passages") or []
    if answer.reason not in (NOTHING, SILENT) or not passages or not answer.domain:
        return []
    document, heading = str(passages[0].get("document", "")), str(passages[0].get("heading", ""))
    link = f'<a href="{plain(document_address(answer.domain, document))}" download>{plain(document)}</a>'
    return [f"{plain(say('closest', language))} {link}{plain(f' › {heading}' if heading else '')}"]


def _elsewhere(answer: Answer, language: Language, titles: Titles, lead: str, names: list[str]) -> str:
    """Buttons that ask the same question in other domains; the page's script and the chat's handler do it."""
    if not names:
        return ""
    buttons = "".join(
        f'<button type="button" class="ask-in" data-act="ask_in" data-domain="{plain(name)}" title="{plain(say("ask_there", language, domain=titles[name]))}">{plain(titles[name])}</button>'
        for name in names
    )
    return f'<div class="elsewhere"><span>{plain(say(lead, language))}</span>{buttons}</div>'
