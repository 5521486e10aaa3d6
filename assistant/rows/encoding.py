"""Tells in which encoding a file of examples is written. Knows nothing of what stands in it."""

import codecs
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from assistant.errors import ExampleError
from assistant.language import HAN
from assistant.records import Told

RARE_HAN = 0.2  # of Han characters: real texts keep almost wholly to the 6,763 of GB 2312
FOREIGN = 0.1  # kana, or Han characters between spaces, as share of the Han: GB18030 reads Japanese and Korean files as Chinese nonsense
WESTERN = 0.25  # of all characters: letters and signs that ASCII lacks in an English or European text
GUESSED = 2**16
ZEROS = 8  # one byte in so many: pictures, archives, UTF-16 without a byte-order mark
_KANA = re.compile(r"[\u3041-\u30fa]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_SPACED = re.compile(rf"(?<={HAN.pattern}) (?={HAN.pattern})")
_SIGNS = set("‘’‚“”„–—…•€£¥¢©®™°·§±²³¼½¾µ«»¿¡´\xa0×÷")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")

Judge = Callable[["Counter[str]"], bool]


def encoding_of(path: Path) -> str:
    """UTF-8 with or without BOM, UTF-16 with BOM, GB18030, or Windows-1252 as Western Excel writes it; ExampleError otherwise."""
    try:
        with path.open("rb") as file:
            head = file.read(GUESSED)
    except OSError as error:
        raise ExampleError(Told(str(error.strerror), "no-file", reason=error.strerror)) from None
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates: dict[str, Judge] = {"utf-16": lambda _: True}
    elif head.count(0) * ZEROS > len(head):
        raise ExampleError(Told("holds zero bytes, as binary files and UTF-16 without a byte-order mark do; save it as UTF-8", "zero-bytes"))
    else:
        candidates = {"utf-8-sig": lambda _: True, "gb18030": _chinese, "cp1252": _western}
    for encoding, judge in candidates.items():
        if _decodes(path, encoding, judge):
            return encoding
    guess = _guess(head)
    text = f"neither UTF-8 nor GB18030 text ({f'it looks like {guess}' if guess else 'Big5, Shift-JIS or another encoding?'}); save it as UTF-8"
    raise ExampleError(Told(text, "encoding", guess=guess or "Big5, Shift-JIS …"))


def _decodes(path: Path, encoding: str, judge: Judge) -> bool:
    """Whether all of a file is text in an encoding; nearly all bytes are text in some, so a judge looks at what is read."""
    decoder = codecs.getincrementaldecoder(encoding)()
    found: Counter[str] = Counter()
    looked = encoding in ("gb18030", "cp1252")
    try:
        with path.open("rb") as file:
            while block := file.read(2**20):
                text = decoder.decode(block)
                if looked:
                    found.update(_BEYOND_ASCII.findall(text))
                    found.update({"spaced": len(_SPACED.findall(text)), "all": len(text)})
            decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return judge(found)


def _chinese(found: "Counter[str]") -> bool:
    """Whether the characters are those of a Chinese text: common ones, next to no kana, and no spaces between words."""
    han = {char: number for char, number in found.items() if HAN.fullmatch(char)}
    total = sum(han.values())
    rare = sum(number for char, number in han.items() if not char.encode("gb2312", "ignore"))
    kana = sum(number for char, number in found.items() if _KANA.fullmatch(char))
    return rare <= RARE_HAN * total and kana <= FOREIGN * total and found["spaced"] <= FOREIGN * total


def _western(found: "Counter[str]") -> bool:
    """Whether letters with accents and typographers' signs stand thinly among ASCII."""
    strange = {char: number for char, number in found.items() if len(char) == 1}
    return all(char in _SIGNS or ("À" <= char <= "ÿ") or char in "ŒœŠšŽžŸƒ" for char in strange) and sum(strange.values()) <= WESTERN * found["all"]


def _guess(head: bytes) -> str:
    """The encoding that a file seems to be in, in words; empty where none stands out. Only ever said, never read."""
    for encoding, name, script in (("euc_jp", "EUC-JP", _KANA), ("cp932", "Shift-JIS", _KANA), ("cp949", "EUC-KR", _HANGUL), ("big5", "Big5", HAN)):
        text = _start(head, encoding)
        strange = _BEYOND_ASCII.findall(text)
        if strange and len(script.findall(text)) > len(strange) / 4:
            return name
    return ""


def _start(head: bytes, encoding: str) -> str:
    """As much of the beginning as can be read, if that is nearly all: the last character may be cut in two."""
    try:
        return head.decode(encoding)
    except UnicodeDecodeError as error:
        return head[: error.start].decode(encoding) if error.start > len(head) - 4 else ""
