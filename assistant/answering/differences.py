"""In which words two texts differ. Knows no terminal and no page."""

from collections.abc import Sequence
from difflib import SequenceMatcher


def differing(words: Sequence[str], theirs: Sequence[str]) -> list[bool]:
    """For each of the words whether the other text lacks it in that place; white space counts between two that do."""
    found = [True] * len(words)
    for block in SequenceMatcher(None, words, theirs, autojunk=False).get_matching_blocks():
        found[block.a : block.a + block.size] = [False] * block.size
    found = [differs and bool(word.strip()) for word, differs in zip(words, found, strict=True)]
    for place in range(1, len(words) - 1):
        found[place] |= found[place - 1] and found[place + 1] and not words[place].strip()
    return found
