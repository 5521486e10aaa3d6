"""Why an answer came about as it did: a kept answer as HTML, first in sentences for everybody, below them the figures.

Reads what the history kept, of whatever age: what an older version did not keep is left out.
"""

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from assistant.answering.allowed import FORBIDDEN
from assistant.answering.attached import FROM_FILES
from assistant.records import Language
from assistant.ui.chat.figures import check_table, evidence_list, example_list, passage_table, prompt_parts, route_table, time_table
from assistant.ui.domains.titles import domain_title
from assistant.ui.page.plain import plain
from assistant.ui.texts import say
from assistant.ui.texts.told import told

Kept = Mapping[str, Any]
CHOSEN, STAYS = "chosen by the user", "goes on in "  # the route's own words


def receipt_html(kept: Kept, language: Language, titles: Mapping[str, str]) -> str:
    """The whole receipt; ``titles`` names the domains that the reader may ask, others are not named."""
    receipt = kept.get("receipt") or {}
    if not receipt:
        return f'<p class="note">{plain(say("receipt_empty", language))}</p>'
    parts: list[Kept] = receipt.get("parts") or []
    seconds = sum(value for name, value in (kept.get("timings") or {}).items() if name != "first_token")
    before = [*_question(kept, receipt, language), *_route(kept, language, titles)]
    after = [say("receipt_took", language, seconds=f"{seconds:.1f}")] if seconds else []
    domains = ("receipt_domains", route_table(kept.get("route") or {}, language, titles))
    times = ("receipt_times", time_table(kept.get("timings") or {}, language))
    if parts:
        told = "".join(_part(part, language, titles) for part in parts)
        return f"{_list(before)}{told}{_list(after)}{_folded([domains, times], language)}"
    whole = {**receipt, **{name: kept.get(name) for name in ("adapter", "refused", "domain", "kind")}}
    return f"{_list([*before, *_told(whole, language, titles), *after])}{_folded([domains, *_figures(whole, language), times], language)}"


def _question(kept: Kept, receipt: Kept, language: Language) -> Iterator[str]:
    question, standalone = str(kept.get("question") or ""), str(receipt.get("standalone") or "")
    yield say("receipt_asked", language, question=question)
    if standalone and standalone != question:
        yield say("receipt_rewritten", language, question=standalone)


def _route(kept: Kept, language: Language, titles: Mapping[str, str]) -> Iterator[str]:
    """Where the question was sent, in one sentence."""
    route = kept.get("route") or {}
    name, reason = route.get("domain"), str(route.get("reason") or "")
    scores = dict(route.get("scores") or [])
    if kept.get("also"):
        names = [kept.get("domain"), *kept["also"]]
        yield say("receipt_parts", language, domains=" + ".join(titles[one] for one in names if one in titles))
    elif reason == FROM_FILES:
        yield say("receipt_files", language)
    elif reason == FORBIDDEN:
        yield say("receipt_closed", language)
    elif not name:
        yield say("receipt_outside", language)
    elif name in titles and reason == CHOSEN:
        yield say("receipt_chosen", language, domain=titles[name])
    elif name in titles and reason.startswith(STAYS):
        yield say("receipt_stays", language, domain=titles[name])
    elif name in titles:
        yield say("receipt_belongs", language, domain=titles[name], probability=f"{scores.get(name, 0.0):.0%}")


def _part(part: Kept, language: Language, titles: Mapping[str, str]) -> str:
    """What one of several domains did with its part of the question."""
    asked = [say("receipt_asked", language, question=part["question"])] if part.get("question") else []
    head = f"<h3>{plain(domain_title(str(part.get('domain')), titles, language))}</h3>"
    return f"{head}{_list([*asked, *_told(part, language, titles)])}{_folded(_figures(part, language), language)}"


def _told(part: Kept, language: Language, titles: Mapping[str, str]) -> Iterator[str]:
    yield from _searched(part, language, domain_title(str(part.get("domain")), titles, language))
    yield from _written(part, language)


def _figures(part: Kept, language: Language) -> list[tuple[str, str]]:
    return [
        ("receipt_check", check_table(part, language)),
        ("receipt_evidence", evidence_list(part.get("evidence") or [], language)),
        ("receipt_examples", example_list(part.get("examples") or [])),
        ("receipt_passages", passage_table(part.get("passages") or [], language)),
        ("receipt_prompt", prompt_parts(part.get("prompt") or [], language)),
    ]


def _searched(part: Kept, language: Language, title: str) -> Iterator[str]:
    """What the documents gave, and how surely they answer."""
    if part.get("domain") and part.get("prompt") and not part.get("passages"):
        yield say("receipt_alone", language)
        return
    if not part.get("domain") or "passages" not in part:
        return
    passages, evidence = part.get("passages") or [], part.get("evidence") or []
    if not passages and evidence:
        yield say("receipt_overview", language, domain=title)
        return
    if not passages:
        yield say("receipt_found_none", language, domain=title)
        return
    yield say("receipt_found", language, domain=title, passages=len(passages), sentences=len(evidence))
    if part.get("kind") == "draft" or "support" not in part:
        return
    support, least = float(part["support"]), (part.get("thresholds") or {}).get("support")
    if least is None:
        yield say("receipt_support", language, support=f"{support:.0%}")
    else:
        yield say("receipt_supported" if support >= least else "receipt_unsupported", language, support=f"{support:.0%}", least=f"{least:.0%}")


def _written(part: Kept, language: Language) -> Iterator[str]:
    """Which weights wrote, and what of it stands."""
    if part.get("refused") or not part.get("prompt"):
        return
    base, adapter = str(part.get("base") or say("base", language)), part.get("adapter")
    base = PurePath(base).name if PurePath(base).is_absolute() else base  # readers need no folders of the server
    if shown := part.get("examples"):
        yield say("receipt_voice", language, base=base, count=len(shown))
    else:
        yield say("receipt_adapter", language, base=base, adapter=adapter) if adapter else say("receipt_base", language, base=base)
    if part.get("silenced"):
        yield say("note_silenced", language, reason=told(part["silenced"], language, part.get("silenced_told")))
    if part.get("kind") == "draft":
        yield say("receipt_draft", language)
        return
    sentences = part.get("sentences") or {}
    if sentences.get("model"):
        yield say("receipt_own", language, model=sentences["model"], quoted=sentences.get("quoted", 0))
    elif sentences.get("quoted"):
        yield say("receipt_all_quoted", language)
    if part.get("replaced"):
        yield say("receipt_replaced", language, count=len(part["replaced"]))


def _list(lines: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{plain(line)}</li>' for line in lines)}</ul>" if lines else ""


def _folded(figures: list[tuple[str, str]], language: Language) -> str:
    """Each as a part that opens; what is empty is left out."""
    return "".join(f'<details class="fold"><summary>{plain(say(key, language))}</summary>{html}</details>' for key, html in figures if html)
