"""The figures of a receipt as tables: domains with their probabilities, passages with their scores, what the check replaced, times, the prompt.

Knows no sentences; every table is empty where nothing was kept.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.records import Language
from assistant.ui.chat.reasons import reasons
from assistant.ui.page.plain import plain
from assistant.ui.texts import say

Kept = Mapping[str, Any]
STAGES = {
    "route": "receipt_time_route",
    "retrieve": "receipt_time_retrieve",
    "examples": "receipt_time_examples",
    "first_token": "receipt_time_first_token",
    "generate": "receipt_time_generate",
}


def route_table(route: Kept, language: Language, titles: Mapping[str, str]) -> str:
    """Probabilities as bars; a domain that the reader may not ask is not named."""
    scores = [(titles[name], float(score)) for name, score in route.get("scores") or [] if name in titles]
    if outside := float(route.get("outside") or 0.0):
        scores.append((say("receipt_none_of_them", language), outside))
    rows = "".join(
        f'<tr><th scope="row">{plain(title)}</th><td class="bar"><span style="width:{max(0.0, min(1.0, score)):.1%}"></span></td><td class="number">{score:.1%}</td></tr>'
        for title, score in scores
    )
    head = _head(language, "receipt_domain", "", "receipt_probability")
    return f'<div class="table"><table>{head}<tbody>{rows}</tbody></table></div>' if rows else ""


def passage_table(passages: Sequence[Kept], language: Language) -> str:
    """Every passage with the three scores by which it was found."""
    rows = "".join(
        f"<tr><td>{plain(str(one.get('document', '')))}</td><td>{plain(str(one.get('heading', '')))}</td>"
        + "".join(f'<td class="number">{float(one.get(name) or 0.0):.{digits}f}</td>' for name, digits in (("lexical", 1), ("dense", 2), ("fused", 4)))
        + "</tr>"
        for one in passages
    )
    head = _head(language, "receipt_document", "receipt_heading", "receipt_lexical", "receipt_dense", "receipt_fused")
    note = f'<p class="quiet">{plain(say("receipt_passages_note", language))}</p>'
    return f'{note}<div class="table"><table>{head}<tbody>{rows}</tbody></table></div>' if rows else ""


def evidence_list(evidence: Sequence[Kept], language: Language) -> str:
    """The numbered sentences that the model read, with where they stand."""
    rows = "".join(
        f'<li value="{int(one.get("n") or 0)}">{plain(str(one.get("text", "")))} <span class="quiet">{plain(str(one.get("document", "")))}</span></li>'
        for one in evidence
    )
    return f"<ol>{rows}</ol>" if rows else ""


def example_list(examples: Sequence[Kept]) -> str:
    """The examples that showed the model the domain's voice: each one's question and the file and row it stands in."""
    rows = "".join(f'<li>{plain(str(one.get("question", "")))} <span class="quiet">{plain(str(one.get("origin", "")))}</span></li>' for one in examples)
    return f"<ul>{rows}</ul>" if rows else ""


def check_table(part: Kept, language: Language) -> str:
    """Sentences that did not stand, each with its reasons."""
    rows = "".join(
        f'<li><q>{plain(str(one.get("sentence", "")))}</q> <span class="quiet">{plain(say("receipt_because", language))} {plain(reasons(one.get("why"), language))}</span></li>'
        for one in part.get("replaced") or []
    )
    return f"<ul>{rows}</ul>" if rows else ""


def time_table(timings: Kept, language: Language) -> str:
    rows = "".join(
        f'<tr><th scope="row">{plain(say(key, language))}</th><td class="number">{1000 * float(timings[stage]):,.0f}</td></tr>'
        for stage, key in STAGES.items()
        if stage in timings
    )
    return f'<div class="table"><table>{_head(language, "receipt_stage", "receipt_time")}<tbody>{rows}</tbody></table></div>' if rows else ""


def prompt_parts(prompt: Sequence[Kept], language: Language) -> str:
    """The messages that the model read, word for word."""
    return "".join(
        f'<p class="quiet">{plain(say("receipt_prompt_part", language, role=one.get("role", "")))}</p><pre>{plain(str(one.get("content", "")))}</pre>' for one in prompt
    )


def _head(language: Language, *keys: str) -> str:
    cells = "".join(f'<th scope="col">{plain(say(key, language))}</th>' if key else "<td></td>" for key in keys)
    return f"<thead><tr>{cells}</tr></thead>"
