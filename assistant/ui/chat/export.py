"""A conversation as a Markdown file: each question, its answers, who wrote them and what they cite. Knows no components."""

import re
from collections.abc import Mapping, Sequence

from assistant.history import Asked, Kept
from assistant.records import Citation, Language
from assistant.ui.chat.voiced import voiced
from assistant.ui.texts import say

LONGEST_NAME = 60


def file_name(title: str) -> str:
    """The title as the name of a file on any system."""
    words = re.sub(r"[^\w\- ]+", " ", title).split()
    return f"{'-'.join(words)[:LONGEST_NAME].strip('-') or 'conversation'}.md"


def markdown(title: str, exchanges: Sequence[Asked], titles: Mapping[str, str], language: Language) -> str:
    """``titles`` gives a domain's name for people."""
    parts = [f"# {title or say('chat_untitled', language)}"]
    for exchange in exchanges:
        parts += [f"## {say('chat_you', language)}", _quoted(exchange.question), f"*{exchange.created[:16].replace('T', ' ')} UTC*"]
        for answer in exchange.answers:
            parts += _answer(answer, titles, language)
    return "\n\n".join(parts) + "\n"


def _answer(kept: Kept, titles: Mapping[str, str], language: Language) -> list[str]:
    answer = kept.answer
    parts = [f"### {say('chat_answer', language)}", kept.text.strip()]
    if kept.stage in ("stopped", "interrupted"):
        parts.append(f"*{say(kept.stage, language)}*")
    if answer:
        names = [titles.get(name, name) for name in (answer.domain, *answer.also) if name]
        how = say("refused", language) if answer.refused else say("from_model" if answer.source == "model" else "quoted", language)
        weights = [] if answer.refused else [voiced(answer, language)]
        parts.append(f"*{' · '.join([*names, *weights, how])}*")
        if answer.citations:
            parts += [say("citations", language), "\n".join(_citation(one, language) for one in answer.citations)]
    if kept.judged and kept.judged.correction:
        parts += [f"### {say('chat_corrected', language)}", kept.judged.correction]
    return parts


def _citation(citation: Citation, language: Language) -> str:
    page = say("page", language, page=citation.page) if citation.page else ""
    where = ", ".join(part for part in (citation.document, citation.heading, page) if part)
    return f"- [{citation.n}] {where}: {' '.join(citation.text.split())}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())
