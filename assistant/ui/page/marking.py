"""Where a passage stands among the characters of a page, though lines, hyphens and letters are laid out otherwise there. Knows only text."""

import unicodedata

from assistant.retrieval.formats import RADICALS

LEAST_LATIN, LEAST_HAN = 14, 6  # letters of a piece that tells its place on a page
ENOUGH = 0.6  # of a passage's letters
CLOSING = set(".。!！?？;；:：")
Span = tuple[int, int]


def marked(passage: str, page: str, before: str = "") -> list[Span]:
    """Stretches of ``page`` that say the passage, in its order; none when less than most of it is there.

    ``before`` is what stands before the passage in the document: it tells the place of a passage that the page says twice.
    """
    wanted, _ = letters(passage)
    said, places = letters(page)
    if not wanted:
        return []
    lead, _ = letters(before)
    found = _whole(lead, wanted, said)
    pieces = [(found, found + len(wanted))] if found >= 0 else _pieces(wanted, said)
    if sum(end - start for start, end in pieces) < ENOUGH * len(wanted):
        return []
    return [(places[start], _closed(page, places[end - 1] + 1)) for start, end in pieces]


def _closed(page: str, end: int) -> int:
    """The end behind the sign that closes the sentence."""
    return end + 1 if page[end : end + 1] in CLOSING else end


def letters(text: str) -> tuple[str, list[int]]:
    """Letters and digits alone, small, ligatures and other forms resolved; and the place of each in the text."""
    kept: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text.translate(RADICALS)):
        for plain in unicodedata.normalize("NFKC", char).casefold():
            if plain.isalnum():
                kept.append(plain)
                places.append(place)
    return "".join(kept), places


def _whole(lead: str, wanted: str, said: str) -> int:
    """Where the words stand in one stretch, -1 where they do not; the more of what goes before them is there too, the better."""
    for length in (len(lead), len(lead) // 2, len(lead) // 4):
        if length and (found := said.find(lead[-length:] + wanted)) >= 0:
            return found + length
    return said.find(wanted)


def _pieces(wanted: str, said: str) -> list[Span]:
    """Stretches of the page that together say the words in their order: lines between which something else was set."""
    least = min(LEAST_LATIN if wanted.isascii() else LEAST_HAN, len(wanted))
    found: list[Span] = []
    at = reached = 0
    while at + least <= len(wanted):
        place = said.find(wanted[at : at + least], reached)
        if place < 0:
            at += 1
            continue
        length = _alike(wanted, at, said, place)
        found.append((place, place + length))
        at, reached = at + length, place + length
    return found


def _alike(wanted: str, at: int, said: str, place: int) -> int:
    """How many letters go on alike from there."""
    length = 0
    while at + length < len(wanted) and place + length < len(said) and wanted[at + length] == said[place + length]:
        length += 1
    return length
