"""What is measured over all domains together, as one domain sees it: routing and refusing, as HTML. Computes nothing.

Of other domains only those that the user may ask are named.
"""

from collections.abc import Collection, Iterator, Mapping
from html import escape
from typing import Any

from assistant.evaluation.figures import NONE, percent
from assistant.records import Language
from assistant.ui.texts import say

SHOWN = 10
WRONG = {"false_answers": "quality_false_answers", "false_refusals": "quality_false_refusals"}
Rows = list[tuple[str, str]]


def routing_html(found: Mapping[str, Any], domain: str, known: Collection[str], language: Language) -> str:
    """How often questions reach the right domain, where this domain's went, and its utterances that go astray."""
    low, high = found.get("accuracy_interval") or (None, None)
    rows = [
        (say("quality_routing_accuracy", language), f"{percent(found.get('accuracy'))} [{percent(low, 0)}, {percent(high, 0)}] n {found.get('in_scope')}"),
        (say("quality_routing_refused", language), f"{percent(found.get('oos_recall'))} n {found.get('out_of_scope')}"),
        *_sent(found, domain, known, language),
    ]
    return _part("quality_routing", found, rows, language) + _astray(found, domain, known, language)


def _sent(found: Mapping[str, Any], domain: str, known: Collection[str], language: Language) -> Iterator[tuple[str, str]]:
    """Where this domain's questions went, the most frequent place first."""
    sent = (found.get("confusion") or {}).get(domain) or {}
    for name, count in sorted(sent.items(), key=lambda pair: -pair[1]):
        yield say("quality_sent_to", language, domain=_name(name, known, language)), f"{count} / {sum(sent.values())}"


def _name(name: str, known: Collection[str], language: Language) -> str:
    if name in known:
        return name
    return say("quality_nowhere" if name == "oos" else "quality_other_domain", language)


def _astray(found: Mapping[str, Any], domain: str, known: Collection[str], language: Language) -> str:
    wrong = [one for one in found.get("to_fix") or () if one.get("label") == domain][:SHOWN]
    if not wrong:
        return ""
    lines = "".join(
        f"<li>{escape(one['text'])} <span class='quiet'>{escape(say('quality_taken_for', language, domain=_name(one['taken_for'], known, language)))} "
        f"({percent(one['probability'], 0)})</span></li>"
        for one in wrong
    )
    return f"<p>{escape(say('quality_astray', language))}</p><ul>{lines}</ul>"


def refusal_html(found: Mapping[str, Any], domain: str, language: Language) -> str:
    """This domain's false answers and false refusals, and all domains' beside them."""
    rows: Rows = []
    for name, title in ((domain, domain), ("pooled", say("quality_all_domains", language))):
        if one := found.get(name):
            rows += [(f"{say(text, language)}, {title}", _share(one[kind])) for kind, text in WRONG.items()]
    return _part("quality_refusing", found, rows, language) if rows else ""


def _share(one: Mapping[str, Any]) -> str:
    if not one.get("n"):
        return NONE
    low, high = one["interval"]
    return f"{one['hits']} / {one['n']} = {percent(one['share'], 0)} [{percent(low, 0)}, {percent(high, 0)}]"


def _part(title: str, found: Mapping[str, Any], rows: Rows, language: Language) -> str:
    day = say("quality_day", language, day=str(found.get("created") or "")[:10])
    body = "".join(f'<tr><th scope="row">{escape(name)}</th><td class="number">{escape(value)}</td></tr>' for name, value in rows)
    return f'<h2>{escape(say(title, language))}</h2><p class="quiet">{escape(day)}</p><div class="table" tabindex="0"><table><tbody>{body}</tbody></table></div>'
