"""The base model that is taught: its files, tokenizer, fingerprints and what it can take. Loads no weights."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import TrainingError
from assistant.models.engine import ModelInfo
from assistant.models.local import load_tokenizer, model_info
from assistant.models.source import fingerprints, is_server, model_folder
from assistant.settings import Settings


@dataclass(frozen=True)
class Student:
    """``info.key`` names the base's folder under adapters/; ``fingerprints`` go into an adapter's card."""

    folder: Path
    tokenizer: Any
    info: ModelInfo
    fingerprints: dict[str, str]

    def count_tokens(self, text: str) -> int:
        return len(self.tokenizer(text, add_special_tokens=False)["input_ids"])


def open_student(settings: Settings) -> Student:
    """The base model of the settings; TrainingError when its files cannot be here."""
    if is_server(settings.base_model):
        raise TrainingError(
            f"base_model is the server {settings.base_model}; training needs the model's own files: give --base a Hugging Face id or a folder"
        )
    folder = model_folder(settings)
    return Student(folder, load_tokenizer(folder), model_info(folder, settings), fingerprints(folder))
