"""Schemas and readers of the files a domain's team writes: domain.toml, questions.jsonl, glossary.csv.

All faults of a file are reported at once, each with file and line. Knows nothing of plugins' code.
"""

import csv
import io
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import DomainError
from assistant.records import Language
from assistant.settings import explain

Texts = dict[Language, str]
NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
OF_A_CONVERSATION = "chat_"  # the domains that a conversation's own files make begin so
RESERVED = {"other": "it is the router's word for questions outside every domain"}


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Routing(_Table):
    examples: list[str] = Field(default_factory=list, description="Utterances as users type them; the router learns from them, the dev questions and the glossary. Ten per language at least; none may equal a question.")


class Retrieval(_Table):
    passages: int = Field(6, ge=1, le=50, description="Passages taken from the documents for a question.")
    budget_tokens: int = Field(0, ge=0, description="Tokens of evidence in the prompt; 0 takes the base model's figure.")


class Answering(_Table):
    temperature: float = Field(0.0, ge=0, le=2, description="0 takes the likeliest word; higher varies the wording.")
    top_p: float = Field(1.0, gt=0, le=1, description="Share of probability sampled from when temperature is above 0.")
    max_new_tokens: int = Field(220, ge=1, le=8192, description="An answer is cut after this many tokens.")
    stop: list[str] = Field(default_factory=list, description="Texts at which an answer ends.")


class Refusal(_Table):
    """Overrides of the measured thresholds; leave empty to use those."""

    route: float | None = Field(None, ge=0, le=1, description="Refuse when the domain's probability is below this; without it the measured threshold.")
    retrieval: float | None = Field(None, ge=0, le=1, description="Refuse when the domain's documents know less than this share of the question's words; without it the measured threshold.")
    support: float | None = Field(None, ge=0, le=1, description="Refuse when the support for an answer is below this; without it the measured threshold.")


class Access(_Table):
    """Groups of users; ``everyone`` means all."""

    ask: list[str] = Field(default_factory=lambda: ["everyone"], description="Groups that may ask.")
    teach: list[str] = Field(default_factory=list, description="Groups that may review feedback and add documents.")
    train: list[str] = Field(default_factory=list, description="Groups that may train.")
    promote: list[str] = Field(default_factory=list, description="Groups that may put a version live.")


class DomainSpec(_Table):
    """domain.toml."""

    name: str = Field(description="Must equal the folder's name: 2 to 40 lower-case letters, digits and _.")
    languages: list[Language] = Field(default=["en", "zh"], min_length=1, description="Languages that its documents and examples are written in.")
    title: Texts = Field(default_factory=dict, description="What people see, per language; without it the name.")
    description: Texts = Field(default_factory=dict, description="One sentence per language: what may be asked here; the router reads it too.")
    routing: Routing = Field(default_factory=Routing)
    retrieval: Retrieval = Field(default_factory=Retrieval)
    answering: Answering = Field(default_factory=Answering)
    refusal: Refusal = Field(default_factory=Refusal)
    access: Access = Field(default_factory=Access)


class QuestionTurn(_Table):
    role: Literal["user", "assistant"]
    content: str = Field(min_length=1)


class Question(_Table):
    """One row of questions.jsonl: a question and what a good answer is."""

    id: str = Field(min_length=1, description="Short and unique.")
    split: Literal["dev", "test"] = Field(description="`dev`: cures, gate and thresholds use it; `test`: published figures.")
    language: Language = Field(description="`en` or `zh`.")
    question: str = Field(min_length=1, description="In the words of a user; never one that is an example or a routing utterance, nor nearly one.")
    history: list[QuestionTurn] = Field(default_factory=list, description="Earlier turns, each with `role` (user, assistant) and `content`: makes it a follow-up.")
    kind: Literal["answer", "draft"] = Field("answer", description="`draft` asks for a letter or a contract: its sentences need no evidence.")
    facts: list[str | list[str]] = Field(default_factory=list, description="Texts that must all appear; a list among them: any one of its texts will do.")
    not_facts: list[str] = Field(default_factory=list, description="Texts that must not appear, such as last year's price.")
    sources: list[str] = Field(default_factory=list, description="Names of files in `documents/` that hold the answer.")
    format: str = Field("", description="Name of a check in the domain's `check_format`.")
    terms: list[str] = Field(default_factory=list, description="Terms that should be used.")
    refuse: bool = Field(False, description="`true`: the only good answer is a refusal. Some far off, most of them near the domain.")
    reference: str = Field("", description="A good answer, for judges and readers.")


class Term(_Table):
    term: str = Field(min_length=1, description="The domain's word; a question with an alias is searched with it too, and the router learns it.")
    meaning: str = Field("", description="For those who read the file.")
    aliases: list[str] = Field(default_factory=list, description="The words that people use instead, those of another language among them, separated by `;`.")
    language: Language = Field("en", description="`en` (also when empty) or `zh`.")


def read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DomainError(f"{path}: not UTF-8 text ({error.reason} at byte {error.start}); save it as UTF-8") from None
    except IsADirectoryError:
        raise DomainError(f"{path}: is a folder; put a file of this name in its place, or take it away") from None
    except OSError as error:
        raise DomainError(f"{path}: {error.strerror}") from None


def read_spec(folder: Path) -> DomainSpec:
    """The checked domain.toml of a folder, the defaults for one with documents and nothing else; DomainError with every fault and its line."""
    path = folder / "domain.toml"
    text = f'name = "{folder.name}"' if not path.exists() and (folder / "documents").is_dir() else read_text(path)
    try:
        values = tomllib.loads(text)
    except RecursionError:
        raise DomainError(f"{path} has faults:", [f"{path.name}: nested too deeply; no key of it holds more than a table of lists"]) from None
    except ValueError as error:  # TOMLDecodeError, and a whole number of thousands of digits
        raise DomainError(f"{path} is not valid TOML", [f"{path.name}: {error}"]) from None
    faults = _name_faults(values.get("name"), folder.name)
    try:
        spec = DomainSpec(**values)
    except ValidationError as error:
        faults += explain(error)
    if faults:
        raise DomainError(f"{path} has faults:", [f"{path.name}:{_line_of(text, line)}: {line}" for line in faults])
    return spec


def _name_faults(name: object, folder: str) -> list[str]:
    """What is wrong with a name beyond its type."""
    if not isinstance(name, str):
        return []
    faults = [f"name: is {name!r}, but the folder is {folder!r}; make them equal"] if name != folder else []
    if not NAME.fullmatch(name):
        faults.append(f"name: {name!r} must be 2 to 40 lower-case letters, digits and _, beginning with a letter")
    if name in RESERVED:
        faults.append(f"name: {name!r} is reserved ({RESERVED[name]}); choose another name, for the folder too")
    if name.startswith(OF_A_CONVERSATION):
        faults.append(f"name: {name!r} begins with {OF_A_CONVERSATION!r}, which is kept for files of conversations; choose another name, for the folder too")
    return faults


def _line_of(text: str, fault: str) -> int:
    """Line of the key a fault names (its place is dotted), 1 where the key is absent."""
    parts = [part for part in fault.split(":")[0].split(".") if not part.isdigit()]
    best = 1
    for part in parts:
        for number, line in enumerate(text.splitlines(), 1):
            if number >= best and re.match(rf"\s*\[?\s*{re.escape(part)}\b", line):
                best = number
                break
    return best


def read_questions(path: Path) -> list[Question]:
    """The rows of a questions.jsonl; [] when there is no such file; DomainError with every bad line."""
    if not path.exists():
        return []
    questions, faults, seen = [], [], set[str]()
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            question = Question(**_object(line))
        except (ValueError, TypeError) as error:
            lines = explain(error) if isinstance(error, ValidationError) else [str(error)]
            faults += [f"{path.name}:{number}: {fault}" for fault in lines]
            continue
        if question.id in seen:
            faults.append(f"{path.name}:{number}: id {question.id!r} appears twice")
        seen.add(question.id)
        questions.append(question)
    if faults:
        raise DomainError(f"{path} has faults:", faults)
    return questions


def _object(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except RecursionError:
        raise ValueError("nested too deeply; a row is one JSON object of texts and lists") from None
    if not isinstance(value, dict):
        raise ValueError(f"expected one JSON object, got {type(value).__name__}")
    return value


def read_glossary(path: Path) -> list[Term]:
    """The rows of a glossary.csv (term, meaning, aliases separated by ``;``, language); [] when there is none."""
    if not path.exists():
        return []
    terms, faults = [], []
    for number, row in _rows(path):
        aliases = [alias.strip() for alias in re.split("[;；]", row["aliases"] or "") if alias.strip()]
        try:
            terms.append(Term(term=row["term"], meaning=row["meaning"] or "", aliases=aliases, language=row["language"] or "en"))
        except ValidationError as error:
            faults += [f"{path.name}:{number}: {fault}" for fault in explain(error)]
    if faults:
        raise DomainError(f"{path} has faults:", faults)
    return terms


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by column) of a glossary.csv; DomainError when it is no such table."""
    rows = csv.DictReader(io.StringIO(read_text(path)))
    try:
        missing = {"term", "meaning", "aliases", "language"} - set(rows.fieldnames or [])
        if missing:
            raise DomainError(f"{path}: columns missing: {', '.join(sorted(missing))}; needed: term, meaning, aliases, language")
        for row in rows:
            yield rows.line_num, row
    except csv.Error as error:
        fault = f"{path.name}:{rows.reader.line_num}: {error}; shorten the field, or close a quotation mark that was left open"
        raise DomainError(f"{path} has faults:", [fault]) from None
