"""Words that come from people, models, documents or file names, as text of a page: escaped, and unable to turn the direction of what is read."""

import re
from html import escape

from assistant.ui.texts.told import English

TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
SHOWN_AS = "\ufffd"


def plain(text: str) -> str:
    """As HTML text or attribute value."""
    return escape(unturned(text))


def shown(text: str) -> str:
    """The same; English on a page in another language says that it is."""
    return f'<span lang="en">{plain(text)}</span>' if isinstance(text, English) else plain(text)


def unturned(text: str) -> str:
    """Signs that turn the direction of writing made visible: with them ``exe.fdp`` reads ``pdf.exe``."""
    return TURNING.sub(SHOWN_AS, text)
