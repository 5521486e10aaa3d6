"""Whether a sentence says no where its evidence says yes, or the other way round; both languages. Knows no model."""

import re
from typing import Literal

from assistant.answering.align import Aligned, content, pieces

Sense = Literal["yes", "no", "bound", "beyond", "either"]
ENOUGH = 0.5
ALMOST = 0.85
_ANSWER = re.compile(
    r"^\s*(?:yes|no|yes and no)\b\s*[,:;.—–-]+\s*|^\s*(?:不可以|可以|不能|能|不行|行|不影响|不是|是的|不会|不用|有的|没有|需要|对|不合规|要)[，,。：:！!]\s*", re.I
)
_CUT = re.compile(r"\s+(?:and|but|unless|then|because|while|if|when|until|so that)\s+|(?=就|则|但|而且|并且|除非)")
_SIDE = re.compile(r"^\s*(?:if|when|where|unless|until|without|not even|as long as|如果|如|若|除了|除非)", re.I)
_NO_DENIAL = re.compile(
    r"\bat no (?:extra |additional )?(?:cost|charge)\b|\bnot only\b|\bno\.? ?\d|\bwhether or not\b"
    r"|不[足满同少断良仅但论管限过]|不动产|无论|非常|未来|未成年|除非|无障碍|不可抗力|分不清",
    re.I,
)
_NOT = re.compile(
    r"\b(?:not|no|never|neither|nor|none|nobody|nothing|cannot|forbidden|prohibited|banned)\b|n['’]t\b|不|无(?!人机)|未|禁止|严禁|没有?|勿|(?<!\w)非(?=[\u4e00-\u9fff])", re.I
)
_BEYOND = re.compile(r"\b(?:more|less|fewer|later|earlier|longer|older|lower|higher) than\b|\bexceeds?\b|超过|少于|低于|多于|晚于|早于|高于|迟于", re.I)
_EITHER = re.compile(r"\b(?:without|unless|except|lacks?)\b|除[了非]|除外", re.I)
_LIMIT = re.compile(r"\b(?:only|unless|without|except|lacks?)\b|只|仅|除|免", re.I)
_OPPOSITE: dict[Sense, set[Sense]] = {"yes": {"no"}, "no": {"yes", "beyond"}, "bound": {"beyond"}, "beyond": {"bound", "no"}, "either": set()}


def sense(text: str) -> Sense:
    """``no`` denies; ``bound`` denies that something goes beyond a figure, which is no denial; ``beyond`` says that it may;
    ``either`` cannot be told."""
    if _EITHER.search(text):
        return "either"
    no, beyond = bool(_NOT.search(_NO_DENIAL.sub(" ", text))), bool(_BEYOND.search(text))
    return ("bound" if beyond else "no") if no else ("beyond" if beyond else "yes")


def denied(sentence: str, aligned: Aligned, asked: str) -> bool:
    """Whether a stretch of the sentence has the opposite sense of the likest stretch of the evidence, or a denial stands where none is near."""
    said = [piece for piece in _stretches(_ANSWER.sub("", sentence)) if not _SIDE.match(piece)]
    near = aligned.near(content(sentence))
    if any(sense(piece) == "no" for piece in said) and not any(_NOT.search(part.whole) or _LIMIT.search(part.whole) for part in near):
        return True
    there = [(content(piece), sense(piece)) for part in near for piece in _read(part.text)]
    known = frozenset().union(*(words for words, _ in there))
    return any(_turned(content(piece) & known, sense(piece), there, aligned) for piece in said)


def _stretches(text: str) -> list[str]:
    return [stretch for piece in pieces(text) for stretch in _CUT.split(piece) if stretch.strip()]


def _read(text: str) -> list[str]:
    """The stretches of a piece of evidence, and all of it when none of them denies."""
    found = _stretches(text)
    return found if any(sense(stretch) != "yes" for stretch in found) else [*found, text]


def _turned(words: frozenset[str], own: Sense, there: list[tuple[frozenset[str], Sense]], aligned: Aligned) -> bool:
    shared = [(aligned.weight(words & other), other_sense) for other, other_sense in there]
    best = max((value for value, _ in shared), default=0.0)
    if not words or best < ENOUGH * aligned.weight(words):
        return False
    return all(other in _OPPOSITE[own] for value, other in shared if value >= ALMOST * best)
