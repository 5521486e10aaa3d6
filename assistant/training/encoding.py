"""Tells in which encoding a file of examples is written. Knows nothing of what stands in it."""

import codecs
from collections import Counter
from pathlib import Path

from assistant.errors import ExampleError
from assistant.language import HAN

RARE_HAN = 0.2  # of Han characters: real texts keep almost wholly to the 6,763 of GB 2312
ZEROS = 8  # one byte in so many: pictures, archives, UTF-16 without a byte-order mark


def encoding_of(path: Path) -> str:
    """UTF-8 with or without BOM, UTF-16 with BOM, or GB18030; ExampleError otherwise."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise ExampleError(str(error.strerror)) from None
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates: tuple[str, ...] = ("utf-16",)
    elif head.count(0) * ZEROS > len(head):
        raise ExampleError("holds zero bytes, as binary files and UTF-16 without a byte-order mark do; save it as UTF-8")
    else:
        candidates = ("utf-8-sig", "gb18030")
    for encoding in candidates:
        if _decodes(path, encoding):
            return encoding
    raise ExampleError("neither UTF-8 nor GB18030 text (Big5, Shift-JIS or Western letters?); save it as UTF-8")


def _decodes(path: Path, encoding: str) -> bool:
    """Whether all of a file is text in an encoding; nearly all bytes are GB18030 of something, so its characters must be common ones."""
    decoder = codecs.getincrementaldecoder(encoding)()
    found: Counter[str] = Counter()
    try:
        with path.open("rb") as file:
            while block := file.read(2**20):
                text = decoder.decode(block)
                if encoding == "gb18030":
                    found.update(HAN.findall(text))
            decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    rare = sum(number for char, number in found.items() if not char.encode("gb2312", "ignore"))
    return rare <= RARE_HAN * found.total()
