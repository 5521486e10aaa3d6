"""Changes one value in the text of a TOML file and leaves every other line, comments too, as it is."""

import copy
import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any

INDENT = "  "


def quoted(text: str) -> str:
    """A TOML text of that content."""
    return json.dumps(text, ensure_ascii=False)


def with_value(text: str, table: str, key: str, value: Any, written: str) -> str:
    """The text with ``table.key`` (``key`` of the top where ``table`` is empty) written as ``written``, which must mean ``value``.

    ValueError where the file is laid out so that this cannot be done for sure."""
    meant = copy.deepcopy(tomllib.loads(text))
    (meant.setdefault(table, {}) if table else meant)[key] = value
    changed = _put(text, table, key, written.replace("\n", "\r\n" if "\r\n" in text else "\n"))
    if tomllib.loads(changed) != meant:
        raise ValueError("its lines are too unusual to be changed by a program")
    return changed


def _put(text: str, table: str, key: str, written: str) -> str:
    ending = "\r\n" if "\r\n" in text else "\n"
    section = _section(text, table)
    if section is None:
        return f"{text.rstrip()}{ending}{ending}[{table}]{ending}{key} = {written}{ending}"
    start, end = section
    there = re.search(rf"^[ \t]*(?:{key}|\"{key}\"|'{key}')[ \t]*=[ \t]*", text[start:end], re.MULTILINE)
    if there is None:
        return f"{text[:start]}{key} = {written}{ending}{text[start:]}"
    begin = start + there.end()
    return text[:begin] + written + text[_value_end(text, begin) :]


def _section(text: str, table: str) -> tuple[int, int] | None:
    """Where the lines of a table stand; the top of the file for the empty name."""
    heads = list(re.finditer(r"^[ \t]*\[[ \t]*([\w.\"'-]+)[ \t]*\][ \t]*(?:#[^\n]*)?(?:\n|\Z)", text, re.MULTILINE))
    ends = [match.start() for match in heads] + [len(text)]
    if not table:
        return 0, ends[0]
    return next(((match.end(), ends[at + 1]) for at, match in enumerate(heads) if match[1] == table), None)


def _value_end(text: str, begin: int) -> int:
    """Where the value that begins there ends: the shortest stretch that is one."""
    for end in _ends(text, begin):
        try:
            tomllib.loads(f"value = {text[begin:end]}")
        except ValueError:
            continue
        return end
    raise ValueError("one of its values does not end")


def _ends(text: str, begin: int) -> Iterator[int]:
    closing = {"[": "]", '"': '"', "'": "'", "{": "}"}.get(text[begin : begin + 1])
    if closing is None:
        yield begin + len(re.match(r"[^\s#]*", text[begin:])[0])  # type: ignore[index]
        return
    for match in re.finditer(re.escape(closing), text[begin + 1 :]):
        yield begin + 1 + match.end()


def listed(items: Sequence[str], before: str = "[]") -> str:
    """A list of texts, one a line. Lines and comments of the list ``before`` stay with the items that stay."""
    lines, above, last = _lines(before)
    shown = ["["]
    for item in items:
        shown += above.get(item, [])
        shown.append(lines.get(item, f"{INDENT}{quoted(item)},"))
    return "\n".join([*shown, *last, "]"]) if items or last else "[]"


def _lines(before: str) -> tuple[dict[str, str], dict[str, list[str]], list[str]]:
    """Of a list that stands one item a line: each item's line, the comments above it, and those after the last."""
    lines: dict[str, str] = {}
    above: dict[str, list[str]] = {}
    waiting: list[str] = []
    for line in before.strip().removeprefix("[").removesuffix("]").splitlines():
        bare = line.rstrip()
        items = _items(bare)
        if items == [] and bare.strip():
            waiting.append(bare)
        elif items and len(items) == 1 and items[0] not in lines:
            lines[items[0]] = _with_comma(bare, items[0])
            above[items[0]], waiting = waiting, []
    return lines, above, waiting


def _items(line: str) -> list[str] | None:
    try:
        return list(tomllib.loads(f"value = [\n{line}\n]")["value"])
    except ValueError:
        return None


def _with_comma(line: str, item: str) -> str:
    """The line, ended by a comma where it was the list's last."""
    try:
        tomllib.loads(f"value = [\n{line}\n{quoted(item)}]")
    except ValueError:
        return f"{INDENT}{quoted(item)},"
    return line


def value_text(text: str, table: str, key: str) -> str:
    """How a value is written; "[]" for one that is not there."""
    section = _section(text, table)
    there = re.search(rf"^[ \t]*{key}[ \t]*=[ \t]*", text[slice(*section)], re.MULTILINE) if section else None
    if section is None or there is None:
        return "[]"
    begin = section[0] + there.end()
    return text[begin : _value_end(text, begin)]
