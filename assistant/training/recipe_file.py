"""Reads recipe.toml: its faults with their lines, and the recipe in force for one base model. Knows nothing of models or data."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.errors import TrainingError
from assistant.records import Told
from assistant.settings import explain
from assistant.training.recipe import AUTO, Recipe

Values = dict[str, Any]


def read_recipe(path: Path, base: str, changes: tuple[str, ...] = ()) -> Recipe:
    """The recipe in force for a base: the general figures, its own, and ``table.key=value`` changes on top.

    TrainingError with every fault and its line; without a file everything is auto or a default."""
    values, lines = _load(path)
    overrides = values.pop("base", {})
    faults = _faults(values, "")
    if not isinstance(overrides, dict):
        faults, overrides = [*faults, "base: give tables, such as [base.starter.training]"], {}
    for key, tables in overrides.items():
        known = {fault for fault in faults if not fault.startswith("base.")}
        found = _faults(_merged(values, tables) if isinstance(tables, dict) else {key: tables}, "")
        faults += [f"base.{key}.{fault}" for fault in found if fault not in known]
    if faults:
        raise TrainingError("\n  ".join([f"{path} has faults:", *(f"{path.name}:{_line(lines, fault)}: {fault}" for fault in faults)]))
    return _changed(_merged(values, overrides.get(base, {})), changes)


def _load(path: Path) -> tuple[Values, dict[str, int]]:
    if not path.exists():
        return {}, {}
    try:
        text = path.read_text("utf-8-sig")
        return tomllib.loads(text), _lines(text)
    except UnicodeDecodeError:
        raise TrainingError(f"{path}: not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise TrainingError(f"{path}: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise TrainingError(f"{path} is not valid TOML: {error}") from None


def _faults(values: Values, prefix: str) -> list[str]:
    try:
        Recipe(**_given(values))
    except ValidationError as error:
        return [prefix + line for line in explain(error)]
    except TypeError:
        return [f"{prefix}tables are: {', '.join(Recipe.model_fields)}, base"]
    return []


def _given(values: Values) -> Values:
    """The values without those that say "auto" where that is possible."""
    return {
        table: {key: value for key, value in keys.items() if value != "auto" or f"{table}.{key}" not in AUTO} if isinstance(keys, dict) else keys
        for table, keys in values.items()
    }


def _merged(under: Values, over: Values) -> Values:
    """``over`` laid on ``under``, table by table; what is not a table is kept for the schema to refuse."""
    result = dict(under)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = {**result[key], **value} if both else value
    return result


def _changed(values: Values, changes: tuple[str, ...]) -> Recipe:
    faults = []
    for change in changes:
        place, sign, text = change.partition("=")
        table, dot, key = place.strip().partition(".")
        fields = Recipe.model_fields[table].annotation.model_fields if table in Recipe.model_fields else {}  # type: ignore[union-attr]
        if not sign or not dot or key not in fields:
            faults.append(f"{change}: write table.key=value, such as lora.rank=32; {_possible(table, list(fields))}")
            continue
        values = _merged(values, {table: {key: _value(text.strip())}})
    faults += _faults(values, "")
    if faults:
        raise TrainingError(Told("\n  ".join(["--set has faults:", *faults]), "set-faults", faults="；".join(faults)))
    given = _given(values)
    return Recipe(**given).leaving(frozenset(place for place in AUTO if place.partition(".")[2] not in given.get(place.partition(".")[0], {})))


def _possible(table: str, keys: list[str]) -> str:
    return f"keys of {table}: {', '.join(keys)}" if keys else f"tables: {', '.join(Recipe.model_fields)}"


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _lines(text: str) -> dict[str, int]:
    """Line number of every table and key, by dotted place."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        head = stripped.startswith("[") and "=" not in stripped.split("]")[0]
        try:
            place = ".".join(_path(tomllib.loads(stripped if head else stripped.split("=")[0] + "= 0")))
        except tomllib.TOMLDecodeError:
            continue
        if head:
            table = place
        found.setdefault(place if head or not table else f"{table}.{place}", number)
    return found


def _path(value: Any) -> list[str]:
    if not isinstance(value, dict) or not value:
        return []
    key = next(iter(value))
    return [key, *_path(value[key])]


def _line(lines: dict[str, int], fault: str) -> int:
    """The line of the longest place that begins the fault's place; 1 where there is none."""
    place = fault.split(": ")[0]
    while place:
        if place in lines:
            return lines[place]
        place = place.rpartition(".")[0]
    return 1
