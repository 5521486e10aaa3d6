"""Whether the engine that answers reads the very tokens that were trained: the biggest bug family of the field, and nothing a recipe cures."""

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.records import Prompt, Told
from assistant.training.dataset import Row
from assistant.training.diagnosis.fault import Fault
from assistant.training.student import Student
from assistant.training.teach.encode import IGNORED, encode

PARTS = {
    "tokenizer": "serve the base with the tokenizer it was trained with, or train again",
    "template": "put the chat template back that it was trained with, or train again",
    "weights": "serve it on the base it was trained on, or train again",
    "prompt": "put the old prompt.jinja back, or train again",
}


def mismatches(trained: Mapping[str, str], serving: Mapping[str, str]) -> list[Fault]:
    """Hashes of the run against those of what answers; parts that one of them does not know are passed over."""
    found = []
    for part, remedy in PARTS.items():
        if part in trained and part in serving and trained[part] != serving[part]:
            text = f"trained with another {part} ({trained[part]}) than the one that answers ({serving[part]})"
            sign = Told(text, "another-part", part=Told(part, f"part {part}"), trained=trained[part], serving=serving[part])
            found.append(Fault(name="mismatch", sign=sign, cure=Told(remedy, f"put back {part}"), blocks=True))
    return found


def unlike_tokens(rows: Sequence[Row], student: Student, engine: Any) -> list[Fault]:
    """Whether most rows' prompts are other tokens when answering than those before the answer in training; engines that keep their tokens
    to themselves are passed over."""
    if not rows or not hasattr(engine, "prompt_tokens"):
        return []
    unlike = []
    for row in rows:
        encoded = encode(row, student.tokenizer)
        learned = next((place for place, label in enumerate(encoded.labels) if label != IGNORED), len(encoded.labels))
        trained, served = encoded.input_ids[:learned], engine.prompt_tokens(Prompt(row.prompt, (), row.kind, "en"))
        if trained != served:
            unlike.append((trained, served))
    if len(unlike) <= len(rows) / 2:  # a first word may melt into the last token of a prompt
        return []
    trained, served = unlike[0]
    place = next((i for i, (one, other) in enumerate(zip(trained, served, strict=False)) if one != other), min(len(trained), len(served)))
    text = (
        f"{len(unlike)} of {len(rows)} prompts are other tokens when answering than in training "
        f"({len(served)} instead of {len(trained)} tokens, the first other one at {place + 1})"
    )
    sign = Told(text, "unlike-tokens", unlike=len(unlike), count=len(rows), served=len(served), trained=len(trained), place=place + 1)
    return [Fault(name="mismatch", sign=sign, cure=Told(PARTS["template"], "put back template"), blocks=True, share=len(unlike) / len(rows))]


def unended(rows: Sequence[Row], student: Student, ends: set[int]) -> list[Fault]:
    """Rows whose learned tokens do not close with one that ends an answer: their model never learns to stop."""
    if not rows:
        return []
    last = [next((label for label in reversed(encode(row, student.tokenizer).labels) if label != IGNORED), None) for row in rows]
    open_ended = sum(token not in ends for token in last)
    if not open_ended:
        return []
    text = f"{open_ended} of {len(rows)} rows do not end with the token that ends an answer ({student.tokenizer.eos_token!r})"
    sign = Told(text, "unended", open=open_ended, count=len(rows), token=str(student.tokenizer.eos_token))
    cure = Told("let the chat template close the assistant's turn with the end token, as the tokenizer names it, and train again", "close-turn")
    return [Fault(name="mismatch", sign=sign, cure=cure, blocks=True, share=open_ended / len(rows))]
