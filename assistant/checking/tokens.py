"""Counts tokens with the base model's own tokenizer: rows that a training leaves out as too long, answers that serving would cut off.

Most rows are known to fit by their bytes alone, since no token is shorter than a byte; only the rest is counted, in batches.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assistant.domain import Domain
from assistant.errors import AssistantError
from assistant.models.local import LARGE_LIMITS, STARTER_LIMITS
from assistant.models.source import STARTER, is_server, model_folder
from assistant.prompt import render_prompt
from assistant.records import Example, Kind, Language
from assistant.rows.clean import Fault, Judged
from assistant.settings import Settings
from assistant.training.dataset import Asked, questions, row_tokens
from assistant.training.recipe import Recipe

BATCH = 512
PLACE = "Question?"
MARGIN = 6  # joining texts may merge or split a few tokens at their seams


@dataclass(frozen=True)
class Waiting:
    """An answer to be counted, and the texts of its row."""

    row: Judged
    asked: Asked
    whole: bool


class Tokens:
    """``fault`` says why nothing is counted; empty when it is. Call ``flush`` after the last row of a file."""

    def __init__(self, domain: Domain, recipe: Recipe, settings: Settings) -> None:
        self.domain, self.fault, self.most = domain, "", 0
        self.answer_limit = domain.spec.answering.max_new_tokens
        self.history_turns = (STARTER_LIMITS if settings.base_model == STARTER else LARGE_LIMITS)["history_turns"]
        self._tokenizer, context, self.fault = _tokenizer(settings)
        self.row_limit = min(recipe.training.max_length, context)
        self._around: dict[tuple[Language, Kind], tuple[int, int]] = {}
        self._waiting: list[Waiting] = []
        self._found: list[tuple[Judged, Fault]] = []

    def look(self, row: Judged) -> Iterator[Fault]:
        if row.example and not self.fault:
            self._take(row, row.example)
            if len(self._waiting) >= BATCH:
                self._count()
        return iter(())

    def flush(self) -> list[tuple[Judged, Fault]]:
        """What was found since the last time."""
        self._count()
        found, self._found = self._found, []
        return found

    def _take(self, row: Judged, example: Example) -> None:
        for asked in questions(example, self.history_turns):
            size = sum(len(text.encode("utf-8", "replace")) for text in _texts(asked))
            around, _ = self._prompt(asked)
            whole = size + around + 8 * (len(asked.history) + 3) > self.row_limit
            if whole or len(asked.answer.encode("utf-8", "replace")) > self.answer_limit:
                self._waiting.append(Waiting(row, asked, whole))

    def _count(self) -> None:
        texts = [text for one in self._waiting for text in (_texts(one.asked) if one.whole else [one.asked.answer])]
        counts = iter([len(encoded.ids) for encoded in self._encoded(texts)])
        longest: dict[str, tuple[int, Judged]] = {}
        for one in self._waiting:
            parts = [next(counts) for _ in (_texts(one.asked) if one.whole else [one.asked.answer])]
            if parts[-1] > max(self.answer_limit, longest.get(one.row.origin, (0, one.row))[0]):
                longest[one.row.origin] = (parts[-1], one.row)
            if one.whole and (length := self._length(one.asked, parts)) > self.row_limit:
                text = f"{length} tokens, more than max_length = {self.row_limit}, so this answer is not learned; shorten it or raise it in recipe.toml"
                self._found.append((one.row, Fault("long", text)))
        for length, row in longest.values():
            text = f"an answer has {length} tokens and is cut off after {self.answer_limit} when served; raise [answering] max_new_tokens or shorten it"
            self._found.append((row, Fault("cut", text)))
        self._waiting = []

    def _length(self, asked: Asked, parts: list[int]) -> int:
        """Tokens of the row without evidence, exactly where it is close to the limit."""
        _, around = self._prompt(asked)
        length = around + sum(parts) + 8 * len(asked.history)
        if abs(length - self.row_limit) <= MARGIN * (len(parts) + 1):
            prompt = render_prompt(self.domain, asked.question, [], asked.language, asked.example.kind, asked.history)
            length = row_tokens(prompt.messages, asked.answer, lambda text: len(self._encoded([text])[0].ids))
        self.most = max(self.most, length)
        return length

    def _prompt(self, asked: Asked) -> tuple[int, int]:
        """Bytes and tokens of what stands around a question in its language and kind."""
        key = (asked.language, asked.example.kind)
        if key not in self._around:
            try:
                prompt = render_prompt(self.domain, PLACE, [], *key)
            except AssistantError:  # prompt.jinja is at fault, which is reported at its own place
                self._around[key] = (0, 0)
            else:
                text = "".join(turn.content for turn in prompt.messages)
                self._around[key] = (len(text.encode()), row_tokens(prompt.messages, "", lambda words: len(self._encoded([words])[0].ids)))
        return self._around[key]

    def _encoded(self, texts: list[str]) -> list[Any]:
        return list(self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)) if texts else []


def _texts(asked: Asked) -> list[str]:
    return [*(turn.content for turn in asked.history), asked.question, asked.answer]


def _tokenizer(settings: Settings) -> tuple[Any, int, str]:
    """The tokenizer, the tokens that the base reads, and why there is none."""
    from tokenizers import Tokenizer

    if is_server(settings.base_model):
        return None, 0, f"token lengths are not counted: the base model is on the server {settings.base_model}"
    try:
        folder = model_folder(settings)
        config = json.loads((folder / "config.json").read_text("utf-8"))
        return Tokenizer.from_file(str(folder / "tokenizer.json")), int(config.get("max_position_embeddings") or 2048), ""
    except AssistantError as error:
        return None, 0, f"token lengths are not counted: {error}"
    except Exception as error:  # tokenizers raises a bare Exception for a file that is missing or of another kind
        return None, 0, f"token lengths are not counted: {folder} has no tokenizer.json that can be read ({error})"
