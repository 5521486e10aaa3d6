"""The base model that is taught: its files, tokenizer, fingerprints and what it can take. Loads no weights."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import TrainingError
from assistant.models.engine import ModelInfo
from assistant.models.local import load_tokenizer, model_info
from assistant.models.source import fingerprints, is_server, model_folder
from assistant.settings import Settings

WORDS = ("tokenizer.json", "tokenizer_config.json", "tokenizer.model", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt",
         "chat_template.jinja", "chat_template.json", "generation_config.json", "LICENSE*", "NOTICE*")  # fmt: skip


@dataclass(frozen=True)
class Student:
    """``info.key`` names the base's folder under adapters/; ``fingerprints`` go into an adapter's card."""

    folder: Path
    tokenizer: Any
    info: ModelInfo
    fingerprints: dict[str, str]

    def count_tokens(self, text: str) -> int:
        return len(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def copy_words(self, target: Path) -> None:
        """Tokenizer, template, generation settings and licence of the base, byte for byte: saving a tokenizer again may change it."""
        for path in (path for pattern in WORDS for path in self.folder.glob(pattern)):
            shutil.copyfile(path, target / path.name)


def open_student(settings: Settings) -> Student:
    """The base model of the settings; TrainingError when its files cannot be here."""
    if is_server(settings.base_model):
        raise TrainingError(
            f"base_model is the server {settings.base_model}; training needs the model's own files: give --base a Hugging Face id or a folder"
        )
    folder = model_folder(settings)
    return Student(folder, load_tokenizer(folder), model_info(folder, settings), fingerprints(folder))
