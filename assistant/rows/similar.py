"""How alike two texts are: the Jaccard index of their character trigrams, and whether they hold the same figures. Knows no examples."""

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Trigrams = NDArray[np.uint32]

_SIGNS = re.compile(r"[\W_]+")
_FIGURES = re.compile(r"\d+(?:[.,:]\d+)*")
_SPREAD = 0x9E3779B97F4A7C15  # Fibonacci hashing: neighbouring characters land far apart


def normalised(text: str) -> str:
    """Letters and digits alone, in one width and case."""
    return _SIGNS.sub("", (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold())


def figures(text: str) -> tuple[str, ...]:
    """The numbers of a text. Two rows that differ in one are two facts, however alike they read."""
    return tuple(sorted(_FIGURES.findall(text if text.isascii() else unicodedata.normalize("NFKC", text))))


def trigrams(text: str) -> "Trigrams":
    """The set of a text's character trigrams, each as 32 bits, in ascending order; a text of one or two characters is one of them."""
    import numpy as np

    codes = np.frombuffer(normalised(text).ljust(3).encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    packed = (codes[:-2] << np.uint64(42)) | (codes[1:-1] << np.uint64(21)) | codes[2:]
    return np.unique(((packed * np.uint64(_SPREAD)) >> np.uint64(32)).astype(np.uint32))


def jaccard(left: "Trigrams", right: "Trigrams") -> float:
    """Shared trigrams as a share of all."""
    import numpy as np

    shared = np.intersect1d(left, right, assume_unique=True).size
    return shared / (left.size + right.size - shared)
