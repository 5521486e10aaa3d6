"""Writes the tables of docs/domain-files.md from the schemas: python docs/tables.py. A test compares the two."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from assistant.domain_files import DomainSpec, Question, Term
from assistant.training.recipe import Recipe

PAGE = Path(__file__).parent / "domain-files.md"
SCHEMAS: dict[str, type[BaseModel]] = {"domain.toml": DomainSpec, "questions.jsonl": Question, "glossary.csv": Term, "recipe.toml": Recipe}
BETWEEN = re.compile(r"(<!-- table: (?P<file>\S+) -->\n).*?(<!-- end -->)", re.S)


def with_tables(page: str) -> str:
    """The page with each marked table as the schemas have it now."""
    return BETWEEN.sub(lambda found: found[1] + table(SCHEMAS[found["file"]]) + found[3], page)


def table(schema: type[BaseModel]) -> str:
    return "\n".join(["| key | default | effect |", "| --- | --- | --- |", *rows(schema), ""])


def rows(schema: type[BaseModel], place: str = "") -> Iterator[str]:
    """A row for each key; keys of a table inside stand under its name."""
    for name, field in schema.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from rows(field.annotation, f"`[{name}]` ")
        else:
            effect = str(field.description)
            yield f"| {place}`{name}` | {default_of(field)} | {effect[:1].lower() + effect[1:].rstrip('.')} |"


def default_of(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None or value == "" or value == {}:
        return "none"
    return f"`{value:g}`" if isinstance(value, float) else f"`{json.dumps(value)}`"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text("utf-8")), "utf-8")
