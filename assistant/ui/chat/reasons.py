"""Why the check did not let a sentence stand, in words for people. The check's own words are kept in receipts; old ones stay readable."""

import re

from assistant.records import Language
from assistant.ui.texts import say

FACT = r"(?:number|date|time|code|clause|name) "
KNOWN = [
    (re.compile(rf"{FACT}(.+), which the passages say of something else"), "reason_elsewhere"),
    (re.compile(r"(.+), which the passages do not name there"), "reason_not_named"),
    (re.compile(rf"{FACT}(.+) was not given"), "reason_not_given"),
    (re.compile(r"only (.+) of its words are in the passages"), "reason_few_words"),
    (re.compile(r"it repeats the layout of the prompt"), "reason_layout"),
    (re.compile(r"it repeats itself"), "reason_loop"),
    (re.compile(r"it says yes where the passage says no, or no where it says yes"), "reason_turned"),
    (re.compile(r"it is not word for word in a passage"), "reason_not_verbatim"),
    (re.compile(r"it rests on \[\d+\], which bears less on the question than the best passage"), "reason_beside"),
    (re.compile(r"the entailment model says that its evidence contradicts it .*"), "reason_contradicted"),
    (re.compile(r"the entailment model says that its evidence does not entail it .*"), "reason_unentailed"),
    (re.compile(rf"{FACT}(.+)"), "reason_not_there"),
]


def reason(why: str, language: Language) -> str:
    """One of the check's reasons; a domain's own is shown as the domain wrote it."""
    for pattern, key in KNOWN:
        if match := pattern.fullmatch(why):
            return say(key, language, value=match[1]) if match.groups() else say(key, language)
    return why


def reasons(why: object, language: Language) -> str:
    """All reasons of one sentence in a row."""
    said = [reason(str(one), language) for one in why] if isinstance(why, list | tuple) else []
    return ("；" if language == "zh" else "; ").join(said)
