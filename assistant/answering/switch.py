"""Another base model for a running program: opened and tried beside the present one, then set in assistant.toml, then answered with.

Whatever fails on the way leaves everything as it was.
"""

import os
from dataclasses import dataclass

from assistant.answering.reload import Swapping, with_engine
from assistant.errors import ModelError
from assistant.models.engine import Engine
from assistant.models.found import say_ready
from assistant.models.open import open_engine
from assistant.records import Told
from assistant.settings import MARKER, Settings, Workspace, read_settings, write_settings

OVERRIDING = ("ASSISTANT_BASE_MODEL", "ASSISTANT_SERVER_MODEL")


@dataclass(frozen=True)
class BaseChoice:
    """What assistant.toml says of the base model."""

    base_model: str
    server_model: str = ""

    def __str__(self) -> str:
        return f"{self.server_model} at {self.base_model}" if self.server_model else self.base_model


def chosen(settings: Settings) -> BaseChoice:
    return BaseChoice(settings.base_model, settings.server_model)


def overridden() -> str:
    """The environment variable that will win over assistant.toml at the next start; empty when there is none."""
    there = {name.upper() for name in os.environ}
    return next((name for name in OVERRIDING if name in there), "")


def switch(place: Swapping, wanted: BaseChoice) -> str:
    """Answer with that base model from the next question on; returns what it said when it was tried.

    ModelError when it cannot be opened or does not answer, SettingsError when assistant.toml cannot be written."""
    with place.changing:
        opened = place.ready
        if opened is None:
            text = "the present base model has not been opened yet; wait until it is, or set base_model in assistant.toml and start again"
            raise ModelError(Told(text, "base-not-open"))
        if wanted == chosen(opened.workspace.settings):
            raise ModelError(Told(f"{wanted} is in use already", "base-in-use", name=str(wanted)))
        workspace = Workspace(opened.workspace.root)
        vars(workspace)["settings"] = _settings(opened.workspace, wanted)
        engine = open_engine(workspace.settings, opened.plugins)
        try:
            said = _tried(engine)
            write_settings(workspace.root / MARKER, {"base_model": wanted.base_model, "server_model": wanted.server_model})
        except BaseException:
            engine.close()
            raise
        place.swap(with_engine(opened, engine, workspace))
        return said


def _tried(engine: Engine) -> str:
    """A model that only quotes has nothing to say by itself."""
    return "" if engine.info.quotes_only else say_ready(engine)


def _settings(workspace: Workspace, wanted: BaseChoice) -> Settings:
    """The settings in force with the other base model; assistant.toml must be readable, for it is to be changed."""
    read_settings(workspace.root / MARKER)
    return workspace.settings.model_copy(update={"base_model": wanted.base_model, "server_model": wanted.server_model})
