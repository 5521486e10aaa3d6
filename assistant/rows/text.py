"""The words of a turn as they should be learned: no HTML, single spaces, digits and Latin letters in one width. Code is left as it is."""

import html
import re

CODE = re.compile(r"```.*?```|`[^`\n]+`", re.S)
_TAGS = (
    "a|abbr|b|blockquote|body|br|center|code|div|em|font|h[1-6]|head|hr|html|i|img|li|meta|ol|p|pre|s|small|span|strong|sub|sup|"
    "table|tbody|td|tfoot|th|thead|tr|u|ul"
)
_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.S | re.I)
_BREAK = re.compile(r"<(?:br|hr)\s*/?>|</(?:p|div|li|tr|h[1-6]|blockquote|table)\s*>", re.I)
_ITEM = re.compile(r"(?<!\s)\s*+(?:</li\s*+>)?\s*+<li\b[^<>]*>\s*", re.I)  # possessive: a cell padded with spaces took seconds
_CELL = re.compile(r"</t[dh]\s*>\s*(?=<t[dh]\b)", re.I)
_ATTRIBUTE = r"""\s+[^\s=<>"'/&|]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))?"""
_TAG = re.compile(rf"</?(?:{_TAGS})(?:{_ATTRIBUTE})*\s*/?>", re.I)  # not a<b && c>d
_CODE_TAG = re.compile(r"<(?:pre|code)\b[^>]*>(.*?)</(?:pre|code)\s*>", re.S | re.I)
_ENTITY = re.compile(r"&(?:nbsp|amp|lt|gt|quot|apos|middot|hellip|mdash|ndash|copy|yen|#\d{2,5}|#x[0-9a-f]{2,4});", re.I)
_REFERENCE = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z][a-z0-9]*);", re.I)

_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]")
_NARROW = {code: code - 0xFEE0 for first, last in ("０９", "ＡＺ", "ａｚ") for code in range(ord(first), ord(last) + 1)}
_WITHIN = re.compile("(?<=[０-９])[．，：－／](?=[０-９])")
_SIGNS = dict(zip("．，：－／", ".,:-/", strict=True))


def clean_text(text: str) -> str:
    """Text without HTML, with single spaces and half-width letters and digits; lines stay lines, Chinese punctuation stays Chinese."""
    if "<" in text or "\r" in text:
        text = _CODE_TAG.sub(lambda m: _fenced(_unescaped(_TAG.sub("", m.group(1)))), text.replace("\r\n", "\n").replace("\r", "\n"))
    if "`" not in text:
        return _plain(text).strip()
    parts, end = [], 0
    for code in CODE.finditer(text):
        parts += [_plain(text[end : code.start()]), code.group()]
        end = code.end()
    parts.append(_plain(text[end:]))
    return "".join(parts).strip()


def prose(text: str) -> str:
    """The text without its code."""
    return CODE.sub(" ", text) if "`" in text else text


def html_remains(text: str) -> str:
    """The first tag or entity outside code; empty when there is none."""
    if "<" not in text and "&" not in text:
        return ""
    found = _TAG.search(plain := prose(text)) or _HIDDEN.search(plain) or _ENTITY.search(plain)
    return found[0] if found else ""


def wide_characters(text: str) -> str:
    """The full-width digits and letters outside code, in the order of the text."""
    return "".join(_WIDE.findall(prose(text)))


def _fenced(code: str) -> str:
    return f"\n```\n{code.strip()}\n```\n" if "\n" in code.strip() else f"`{code.strip()}`"


def _plain(text: str) -> str:
    if "<" in text:
        text = _without_tags(text)
    if "&" in text:
        text = _unescaped(text)
        text = _without_tags(text) if "<" in text else text  # tags that were escaped, &lt;br&gt;
    text = text.replace("\u00a0", " ").replace("\u3000", " ").replace("\u200b", "")
    if _WIDE.search(text):
        text = _WITHIN.sub(lambda sign: _SIGNS[sign[0]], text).translate(_NARROW)
    text = re.sub(r"[ \t\f\v]+", " ", text)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" ?\n ?", "\n", text)) if "\n" in text else text


def _unescaped(text: str) -> str:
    """Only what ends with a semicolon: html.unescape alone makes ®ion of the &region of a web address."""
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), text)


def _without_tags(text: str) -> str:
    text = _ITEM.sub("\n- ", _CELL.sub(" ", _HIDDEN.sub("", text)))
    return _TAG.sub("", _BREAK.sub("\n", text))
