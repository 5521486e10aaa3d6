"""Tells Chinese from English by script and function words, so that a foreign term inside a question does not change its language."""

import re

from assistant.records import Language

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_ENGLISH = re.compile(r"\b(?:the|an?|is|are|was|do|does|did|can|may|must|i|my|we|our|you|your|what|how|when|where|who|why|which|to|of|for|in|on|it)\b", re.I)
_CHINESE = re.compile(r"[的了吗呢是在我你有和与及几谁哪怎么什么多少如何请可能否把被给要想]")


def detect(text: str) -> Language:
    if not HAN.search(text):
        return "en"
    return "en" if len(_ENGLISH.findall(text)) > len(_CHINESE.findall(text)) else "zh"
