"""A domain's examples as OpenAI's fine-tuning JSONL, with token count and price: for teams with little data and no GPU. Sends nothing anywhere.

The rows are those of a training for a large base: the same prompts, passages found by the same retriever, refusals, [n] marks.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.domain import Domain
from assistant.errors import TrainingError
from assistant.evaluation.prices import PRICES, Price, price_of
from assistant.models.local import LARGE_LIMITS
from assistant.personal_data import contacts
from assistant.rows.clean import learnable
from assistant.training.dataset import Builder, Dataset, Limits, Row
from assistant.training.recipe import Data, Recipe

TRAIN, VALIDATION = "train.jsonl", "validation.jsonl"
MODEL = "gpt-4.1-mini-2025-04-14"
LEAST = 10  # rows that OpenAI asks for
LONGEST = 65_536  # tokens of a row; OpenAI cuts off what is longer
TARGET_EPOCHS, FEW, MANY, MOST_EPOCHS = 3, 100, 25_000, 25  # of OpenAI's cookbook, "Data preparation for chat fine-tuning"
A_TURN, A_ROW = 4, 3  # tokens that OpenAI's chat format adds, by the same cookbook


@dataclass(frozen=True)
class Bill:
    """``tokens`` of one pass over the training rows, by the base's tokenizer; ``cost`` is None where no price for training is known."""

    rows: int
    validation: int
    tokens: int
    epochs: int
    model: str
    cost: float | None

    def __str__(self) -> str:
        price = f"about {self.cost:.2f} US dollars" if self.cost is not None else f"no price for training {self.model} is known; give --prices FILE"
        return f"{self.rows} rows and {self.validation} to validate, {self.tokens} tokens × {self.epochs} epochs on {self.model}: {price}"


def hosted_dataset(domain: Domain, knowledge: Any, recipe: Recipe, count: Callable[[str], int]) -> Dataset:
    """The domain's rows as a large hosted base would learn them; TrainingError without a usable example. ``knowledge`` as in training (job.Documents)."""
    knowledge.index(domain)
    examples = learnable(domain, recipe.data.min_answer_characters, contacts(chunk.text for chunk in knowledge.chunks(domain))).examples
    if not examples:
        raise TrainingError(f"{domain.name!r} has no usable example in {domain.examples}; see: assistant check {domain.name}")
    limits = Limits(LARGE_LIMITS["evidence_items"], LARGE_LIMITS["evidence_tokens"], LARGE_LIMITS["history_turns"], LONGEST, count)
    data: Data = recipe.data.model_copy(update={"repeats": 1})
    return Builder(domain, knowledge, limits, data, recipe.training.seed).build(examples, recipe.training.validation_share)


def write_openai(dataset: Dataset, out: Path, count: Callable[[str], int], model: str = MODEL, epochs: int = 0, prices: Mapping[str, Price] = PRICES) -> Bill:
    """train.jsonl and validation.jsonl in ``out``; ``epochs`` 0 takes OpenAI's own choice. TrainingError for fewer rows than OpenAI takes."""
    if len(dataset.train) < LEAST:
        raise TrainingError(f"{len(dataset.train)} rows, and OpenAI takes at least {LEAST}; add examples, or lower training.validation_share")
    for name, rows in ((TRAIN, dataset.train), (VALIDATION, dataset.held_out)):
        if rows:
            (out / name).write_text("".join(json.dumps(openai_row(row), ensure_ascii=False) + "\n" for row in rows), "utf-8")
    tokens = sum(row_tokens(row, count) for row in dataset.train)
    passes = epochs or usual_epochs(len(dataset.train))
    price = price_of(model, prices)
    cost = tokens * passes * price.training / 1e6 if price and price.training is not None else None
    return Bill(len(dataset.train), len(dataset.held_out), tokens, passes, model, cost)


def openai_row(row: Row) -> dict[str, list[dict[str, Any]]]:
    """One line of the file; of several answers only the last is learned (weight 0 for those before), as in a training here."""
    before = [{**turn.message(), **({"weight": 0} if turn.role == "assistant" else {})} for turn in row.prompt]
    return {"messages": [*before, {"role": "assistant", "content": row.answer}]}


def row_tokens(row: Row, count: Callable[[str], int]) -> int:
    texts = [*(turn.content for turn in row.prompt), row.answer]
    return min(LONGEST, A_ROW + sum(A_TURN + count(text) for text in texts))


def usual_epochs(rows: int) -> int:
    """What OpenAI takes when it is told nothing: three, more for few rows and fewer for many."""
    if rows * TARGET_EPOCHS < FEW:
        return min(MOST_EPOCHS, FEW // rows)
    if rows * TARGET_EPOCHS > MANY:
        return max(1, MANY // rows)
    return TARGET_EPOCHS


def openai_readme(domain: str, bill: Bill, tokenizer: str) -> str:
    """How the files are used."""
    return f"""# {domain} for OpenAI fine-tuning

{bill}

Tokens are counted by the tokenizer of {tokenizer}; OpenAI counts with its own, so take the price as an estimate (a small vocabulary counts too many).
Look at the rows before you upload them: they hold your examples and passages of your documents.

```bash
pip install openai && export OPENAI_API_KEY=…
python - <<'PYTHON'
from openai import OpenAI

client = OpenAI()
files = {{name: client.files.create(file=open(name, "rb"), purpose="fine-tune").id for name in {[TRAIN, *([VALIDATION] if bill.validation else [])]}}}
job = client.fine_tuning.jobs.create(
    model="{bill.model}", training_file=files["{TRAIN}"]{f', validation_file=files["{VALIDATION}"]' if bill.validation else ""}, suffix="{domain}",
    method={{"type": "supervised", "supervised": {{"hyperparameters": {{"n_epochs": {bill.epochs}}}}}}},
)
print(job.id)
PYTHON
assistant models use https://api.openai.com/v1 --server-model ft:{bill.model}:…    # the name that the finished job gives
```
"""
