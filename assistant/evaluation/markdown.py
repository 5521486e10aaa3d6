"""Texts of others inside Markdown: shown as they are, without becoming markup, mentions of people or links to issues."""

import re
from html import escape

_MARKUP = re.compile(r"([\\`*_|~$]|(?<=\])\(|^[-+#>\[])")
_LINKED = re.compile(r"(@)(?=\w)|(#)(?=\d)")
_BACKTICKS = re.compile(r"`+")
_JOINER = "\u2060"  # unseen; what follows it is no mention and no issue


def text(value: str) -> str:
    """A name or sentence in running text or a cell of a table, in one line."""
    line = " ".join(str(value).split())
    return _LINKED.sub(lambda found: found[0] + _JOINER, _MARKUP.sub(r"\\\1", escape(line, quote=False)))


def code(value: str, characters: int = 200) -> str:
    """A text in one line as a code span, which nothing inside can end; cut to ``characters``."""
    line = " ".join(str(value).split()) or " "
    line = line if len(line) <= characters else line[: characters - 1] + "…"
    fence = "`" * (max((len(run) for run in _BACKTICKS.findall(line)), default=0) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"
