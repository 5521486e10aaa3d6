"""Every text of the window in English and Chinese, one file per tab, and which of the two a browser asks for. Knows no library."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from assistant.records import Language
from assistant.ui.texts import (
    about,
    answers,
    attach,
    chat,
    compare,
    domains,
    knowledge,
    login,
    page,
    quality,
    receipt,
    teach,
    train,
    trained,
)

LANGUAGES: dict[Language, str] = {"en": "English", "zh": "中文"}
FIRST: Language = "en"  # of a page that does not know its browser yet
FILES = (page, login, chat, attach, answers, receipt, compare, knowledge, teach, train, trained, quality, domains, about)
TEXTS: dict[str, dict[Language, str]] = {key: texts for file in FILES for key, texts in file.TEXTS.items()}


@dataclass(frozen=True)
class Worded:
    """A component and how it is worded in a language; ``update`` returns what the component takes as its update."""

    component: Any
    update: Callable[[Language], Any]


def say(key: str, language: Language, **values: object) -> str:
    """The text of that key; KeyError for an unknown one."""
    return TEXTS[key][language].format(**values) if values else TEXTS[key][language]


def joined(sentences: Iterable[str], language: Language) -> str:
    """One text; between Chinese sentences there is no space."""
    return ("" if language == "zh" else " ").join(sentences)


def known(language: str | None) -> Language:
    """A language as a page or an address sent it, English for any that is none of ours."""
    return next((one for one in LANGUAGES if one == language), FIRST)


def preferred(accept_language: str) -> Language:
    """The language an ``Accept-Language`` header weighs highest among ours; English when it names neither."""
    best: tuple[float, Language] = (0.0, "en")
    for entry in accept_language.lower().split(","):
        tag, _, rest = entry.strip().partition(";")
        weight = re.search(r"q=([01](?:\.\d{1,3})?)", rest)
        quality = float(weight[1]) if weight else 1.0
        for language in LANGUAGES:
            if tag.split("-")[0] == language and quality > best[0]:
                best = (quality, language)
    return best[1]
