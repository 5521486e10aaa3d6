"""A natural-language-inference model in this process: how far a premise entails a hypothesis, or contradicts it. Knows no evidence and no answer."""

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from assistant.errors import ModelError
from assistant.models.device import place, set_threads
from assistant.models.local import parameter_count
from assistant.models.source import ENTAILMENT, named_folder
from assistant.settings import Settings

LABELS = {"entailment", "neutral", "contradiction"}
VOCABULARIES = ("tokenizer.json", "vocab.*", "*.model")
OFFSET = 2  # RoBERTa counts positions from 2 on


class EntailmentModel:
    """The model that the settings name: its files are checked at once (ModelError), its weights load with the first pairs. For any number of threads."""

    def __init__(self, settings: Settings) -> None:
        self.name, self.threshold = settings.entailment_model, settings.entailment_threshold
        self.folder = named_folder(self.name, settings.download, ENTAILMENT)
        self._settings = settings
        self._places = _label_places(self.folder)
        self._tokenizer = _load_tokenizer(self.folder)
        self._lock = Lock()

    def entails(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[float, float]]:
        """(probability of entailment, of contradiction) of each (premise, hypothesis); of a pair longer than the model reads, the longer text loses its end."""
        import torch

        premises, hypotheses = ([pair[side] for pair in pairs] for side in (0, 1))
        with self._lock, torch.inference_mode():
            model = self._model
            room = min(self._tokenizer.model_max_length, getattr(model.config, "max_position_embeddings", 512) - OFFSET)
            rows = self._tokenizer(premises, hypotheses, truncation=True, max_length=room, padding=True, return_tensors="pt").to(model.device)
            shares = model(**rows).logits.float().softmax(-1).tolist()
        return [(row[self._places["entailment"]], row[self._places["contradiction"]]) for row in shares]

    @cached_property
    def _model(self) -> Any:
        import torch
        from transformers import AutoModelForSequenceClassification

        set_threads(self._settings)
        device = place(self._settings, parameter_count(self.folder)).device
        try:  # float32 everywhere: DeBERTa overflows in half precision
            model, loaded = AutoModelForSequenceClassification.from_pretrained(
                str(self.folder), dtype=torch.float32, local_files_only=True, use_safetensors=True, trust_remote_code=False, output_loading_info=True
            )
        except Exception as error:  # safetensors, json and torch raise a dozen kinds for a damaged folder
            raise ModelError(f"entailment model {self.folder} cannot be loaded ({type(error).__name__}: {error}); it is damaged, copy or fetch it again") from error
        if missing := sorted(loaded["missing_keys"]):
            raise ModelError(f"entailment model {self.folder} has no weights for {', '.join(missing[:3])}: it was not trained for this; name another")
        return model.to(device).eval()


def open_entailment(settings: Settings) -> EntailmentModel | None:
    """The entailment model set, or None; ModelError when it is not here, or is none."""
    return EntailmentModel(settings) if settings.entailment_model else None


def _label_places(folder: Path) -> dict[str, int]:
    """Where in the model's output each label stands, in whatever order and case its config has them."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        labels = {int(place): str(label) for place, label in (config.get("id2label") or {}).items()}
        built = ", ".join(config.get("architectures") or ())
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise ModelError(f"entailment model {folder}: its config.json cannot be read ({error}); copy or fetch it again") from None
    if built and "ForSequenceClassification" not in built:
        raise ModelError(f"entailment model {folder} is a {built}; a sequence-classification model trained for natural-language inference is needed")
    places = {label.strip().casefold(): place for place, label in labels.items()}
    if set(places) != LABELS or set(labels) != {0, 1, 2}:
        shown = ", ".join(labels.values()) or "not named"
        raise ModelError(
            f"entailment model {folder}: its labels are {shown}; its config.json must say under id2label which of 0, 1 and 2 is "
            "entailment, neutral and contradiction; write it there as the model's page says, or name another model"
        )
    return places


def _load_tokenizer(folder: Path) -> Any:
    from transformers import AutoTokenizer

    try:
        if not any(found for name in VOCABULARIES for found in folder.glob(name)):  # transformers would make up an empty tokenizer
            raise FileNotFoundError("tokenizer.json is missing")
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    except Exception as error:  # a missing file, a damaged one and a missing package each have kinds of their own
        raise ModelError(f"entailment model {folder}: its tokenizer cannot be loaded ({error}); the folder must hold the tokenizer's files") from error
    if tokenizer.pad_token_id is None:
        raise ModelError(f"entailment model {folder}: its tokenizer has no padding token, so pairs cannot be read together; name another model")
    return tokenizer
