"""Marks in two pieces of our own HTML the words in which they differ. Knows tags from text, nothing of what they say."""

import re
from collections.abc import Iterator
from html import escape, unescape
from itertools import groupby

from assistant.answering.differences import differing
from assistant.retrieval.words import words_and_signs

_TAG = re.compile(r"(<[^>]*>)")  # attributes are escaped, so no tag holds another >
_CITED = '<a class="mark"'


def marked(html: str, other: str) -> str:
    """The HTML with every word that the other lacks in that place in ``<mark class="differs">``; numbers of citations are left alone."""
    parts = _parts(html)
    words = [word for text, is_text in parts if is_text for word in words_and_signs(text)]
    theirs = [word for text, is_text in _parts(other) if is_text for word in words_and_signs(text)]
    flags = iter(differing(words, theirs))
    return "".join(_marked_text(text, flags) if is_text else text for text, is_text in parts)


def _parts(html: str) -> list[tuple[str, bool]]:
    """The HTML cut into tags (as they are) and texts (unescaped), each with whether it is text that counts."""
    found: list[tuple[str, bool]] = []
    cited = False
    for place, piece in enumerate(_TAG.split(html)):
        if place % 2:
            cited = piece.startswith(_CITED) or (cited and piece != "</a>")
            found.append((piece, False))
        elif cited:
            found.append((piece, False))
        elif piece:
            found.append((unescape(piece), True))
    return found


def _marked_text(text: str, flags: Iterator[bool]) -> str:
    shown = ""
    for differs, run in groupby([(next(flags), word) for word in words_and_signs(text)], key=lambda pair: pair[0]):
        plain = escape("".join(word for _, word in run))
        shown += f'<mark class="differs">{plain}</mark>' if differs else plain
    return shown
