"""The workspace on disk and its settings: ``assistant.toml``, overridden by ``ASSISTANT_*`` in the environment.

Knows paths and values; opens no model, store or plugin.
"""

import json
import os
import re
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings import SettingsError as EnvironmentFault

from assistant.errors import SettingsError, WorkspaceError

MARKER = "assistant.toml"


class Settings(BaseSettings):
    """Every setting with its effect. Unknown keys are errors."""

    model_config = SettingsConfigDict(env_prefix="ASSISTANT_", extra="forbid", frozen=True)

    base_model: str = Field(
        "starter",
        description="Base model: 'starter' (embedded), a Hugging Face id, 'modelscope:ID', a folder, or the URL of an OpenAI-compatible server.",
    )
    server_model: str = Field("", description="With a server URL: the model's name on that server; empty takes the first it lists.")
    download: bool = Field(False, description="Whether a base model, embedder or entailment model may be fetched from its hub when it is not on disk.")
    device: str = Field("auto", description="auto, cpu, cuda, cuda:1, mps.")
    precision: Literal["auto", "float32", "bfloat16", "float16"] = Field("auto", description="Number format of weights.")
    threads: int = Field(0, ge=0, description="Processor threads for the model; 0 takes every core this process may use.")
    batch_size: int = Field(8, ge=1, le=256, description="How many waiting questions are generated together.")
    evidence_tokens: int = Field(0, ge=0, description="Tokens of evidence in a prompt; 0 takes the base model's own figure.")
    embedder: str = Field("embedded", description="'embedded' (MiniLM, English), a sentence-transformers id or a folder.")
    embedder_languages: list[Literal["en", "zh"]] = Field(
        default_factory=list, description="Languages the embedder serves; empty: known for 'embedded', otherwise both."
    )
    entailment_model: str = Field(
        "",
        description="A natural-language-inference model that also judges what the base model writes: a Hugging Face id, 'modelscope:ID' or a folder; empty: none.",
    )
    entailment_threshold: float = Field(
        0.5, ge=0, le=1, description="A sentence whose evidence entails it less than this, by that model, or contradicts it, is replaced by the evidence."
    )
    chroma_url: str = Field("", description="Empty: the embedded Chroma folder; otherwise http://host:port of `chroma run`.")
    max_question_characters: int = Field(4000, ge=100, description="Longer questions are refused with a clear error.")
    max_file_mb: int = Field(50, ge=1, description="Larger documents are reported and left out.")
    accounts: bool = Field(False, description="Whether people log in. Always so when the app can be reached from other computers, or allowed_hosts names any.")
    allowed_hosts: list[str] = Field(
        default_factory=list, description="Names under which a reverse proxy passes the app on, such as assistant.example.org; others are refused."
    )
    session_hours: float = Field(12, gt=0, le=24 * 90, description="A login ends after so many hours without a request, and after seven times as many in any case.")
    questions_per_minute: int = Field(20, ge=1, description="With accounts: how many questions one user may ask in a minute.")
    watch: bool = Field(True, description="Whether the running app takes up domains, documents and settings that change on disk.")
    read_seconds: int = Field(60, ge=1, description="A document that takes longer to read is reported and left out.")

    @field_validator("base_model")
    @classmethod
    def _named(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("is empty; give 'starter', a Hugging Face id, modelscope:ID, a folder or the URL of a server")
        return value

    @field_validator("chroma_url")
    @classmethod
    def _url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must be empty or start with http:// or https://, such as http://localhost:8000")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings


@dataclass(frozen=True)
class Workspace:
    """A folder with ``assistant.toml``; every path of the product is derived here."""

    root: Path

    @cached_property
    def settings(self) -> Settings:
        return read_settings(self.root / MARKER)

    @property
    def plugins(self) -> Path:
        return self.root / "plugins"

    @property
    def knowledge(self) -> Path:
        return self.root / "knowledge"

    @property
    def store(self) -> Path:
        return self.knowledge / ".store"

    @property
    def adapters(self) -> Path:
        return self.root / "adapters"

    @property
    def state(self) -> Path:
        return self.root / ".assistant"

    def inside(self, path: Path) -> Path:
        """The resolved path; WorkspaceError if it leaves the workspace."""
        resolved = (self.root / path).resolve()
        if not resolved.is_relative_to(self.root.resolve()):
            raise WorkspaceError(f"{path} is outside the workspace {self.root}; give a path inside it")
        return resolved


def find_workspace(start: Path | None = None) -> Workspace:
    """The workspace named by ASSISTANT_WORKSPACE, or the nearest one from ``start`` upwards; WorkspaceError if none."""
    named = os.environ.get("ASSISTANT_WORKSPACE")
    if named:
        root = Path(named).expanduser().resolve()
        if not (root / MARKER).is_file():
            raise WorkspaceError(f"ASSISTANT_WORKSPACE is {named}, which has no {MARKER}; make one with: assistant init {named}")
        return Workspace(root)
    here = (start or Path.cwd()).resolve()
    for folder in [here, *here.parents]:
        if (folder / MARKER).is_file():
            return Workspace(folder)
    raise WorkspaceError(f"no {MARKER} in {here} or above it; make a workspace with: assistant init DIR, or set ASSISTANT_WORKSPACE")


def read_settings(path: Path) -> Settings:
    try:
        values: dict[str, Any] = tomllib.loads(path.read_text("utf-8-sig"))
    except RecursionError:
        raise SettingsError(f"{path}: nested too deeply; settings are plain lines such as threads = 4") from None
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: {error}") from error
    try:
        return Settings(**values)
    except EnvironmentFault as error:
        raise SettingsError(f'{error}; write lists in the environment as JSON: ["zh"]') from None
    except ValidationError as error:
        raise SettingsError(f"{path} (or ASSISTANT_* in the environment): " + "; ".join(explain(error))) from None


def write_settings(path: Path, changes: Mapping[str, str]) -> None:
    """Set texts in ``assistant.toml`` in one step; comments and other keys stay. A key that only stands there as a comment goes below it."""
    path = path.resolve()  # a link to the file stays a link
    try:
        before = path.read_bytes().decode("utf-8")
        text = before.removeprefix("\ufeff")
        meant = {**tomllib.loads(text), **changes}
        for name, value in changes.items():
            text = _with_value(text, name, json.dumps(value, ensure_ascii=False))
        if tomllib.loads(text) != meant:
            raise ValueError("its lines are too unusual to be changed by a program")
        temporary = path.with_name(path.name + ".tmp")
        with temporary.open("wb") as file:
            file.write((before[:1] if before.startswith("\ufeff") else "").encode() + text.encode())
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, temporary)
        os.replace(temporary, path)
    except (OSError, ValueError) as error:
        lines = "; ".join(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in changes.items())
        raise SettingsError(f"{path} could not be changed ({error}); write it there yourself: {lines}") from None


def _with_value(text: str, name: str, value: str) -> str:
    """The text with that key's value replaced, or with a new line below its comment, or at the end."""
    key = rf"(?:{name}|\"{name}\"|'{name}')"
    there = re.search(rf"""^[ \t]*{key}[ \t]*=[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*')""", text, re.MULTILINE)
    if there:
        return text[: there.start(1)] + value + text[there.end(1) :]
    ending = "\r\n" if "\r\n" in text else "\n"
    comment = re.search(rf"^[ \t]*#[ \t]*{name}[ \t]*=[^\n]*(?:\n|\Z)", text, re.MULTILINE)
    place = comment.end() if comment else len(text)
    head = text[:place]
    return head + (ending if head and not head.endswith("\n") else "") + f"{name} = {value}{ending}" + text[place:]


def explain(error: ValidationError) -> list[str]:
    """One line per fault of a pydantic error: where, what is wrong, what came."""
    lines = []
    for fault in error.errors():
        place = ".".join(str(part) for part in fault["loc"]) or "the file"
        if fault["type"] == "extra_forbidden":
            lines.append(f"{place}: unknown key")
        elif fault["type"] == "missing":
            lines.append(f"{place}: missing")
        else:
            lines.append(f"{place}: {fault['msg'].removeprefix('Value error, ')} (got {_shown(fault['input'])})")
    return lines


def _shown(value: object) -> str:
    try:
        return f"{value!r:.80}"
    except RecursionError:
        return "something nested too deeply"
