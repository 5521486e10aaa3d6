"""A version's README.md: what it is, what it learned from, what it is worth and how that was found, in plain words. Reads its card alone."""

from collections.abc import Iterator, Mapping
from typing import Any

from assistant.evaluation import figures
from assistant.evaluation.meanings import meaning_of
from assistant.evaluation.results import Difference
from assistant.registry import card_value

COLUMNS = ("score", "before", "after", "difference in points", "95 % interval", "questions")
HEAD = f"| {' | '.join(COLUMNS)} |"
RULE = "| --- | ---: | ---: | ---: | ---: | ---: |"


def model_card(title: str, domain: str, number: int, card: Mapping[str, Any]) -> str:
    """Markdown with the front matter of a PEFT adapter; a part that the card says nothing of is left out."""
    parts = [_opening(title, domain, number, card), _learned(card), _worth(card), _proved(card), _attempts(card), _files(domain, number)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _opening(title: str, domain: str, number: int, card: Mapping[str, Any]) -> str:
    base, lora = card["base"]["name"], card["recipe"]["lora"]
    return f"""---
library_name: peft
base_model: {base}
tags: [lora, assistant]
---
# {domain}@{number}

A LoRA adapter (rank {lora["rank"]}, alpha {lora["alpha"]}) that gives the base model `{base}` the form and jargon of "{title}".
Facts come from the documents that are looked up for every question, not from these weights: alone they know nothing that may be relied on."""


def _learned(card: Mapping[str, Any]) -> str:
    rows = card.get("rows")
    if not rows:
        return ""
    lines = [
        "## What it learned from",
        "",
        f"{rows['train']} rows ({rows['evidence']} with evidence, {rows['plain']} without, {rows['refusal']} refusals, held-out ones included), "
        f"in {figures.seconds(card['seconds'])} on {card['device']['name']} ({card['device']['precision']}).{_expected(card)}",
    ]
    if held_out := card.get("held_out"):
        losses = ", ".join(f"{_side(name, card)} {loss:.3f}" for name, loss in held_out.items())
        lines.append(f"Loss per answer token on {rows['held_out']} rows that were held out: {losses} (lower is better).")
    for choice in card.get("choices") or ():
        lines.append(f"- `{choice['place']} = {choice['value']}` was chosen: {choice['reason']}")
    return "\n".join(lines)


def _expected(card: Mapping[str, Any]) -> str:
    words = card_value(card, "estimate", "words")
    return f" {words[:1].upper()}{words[1:]}." if words else ""


def _side(name: str, card: Mapping[str, Any]) -> str:
    return {"candidate": "this version", "base": "the bare base", "live": str(card.get("parent") or "the live version")}.get(name, name)


def _worth(card: Mapping[str, Any]) -> str:
    """The figures to publish come first; those that decided are named as such."""
    blocks = []
    if test := card.get("test"):
        blocks.append(_figures(test, "Measured on questions that nothing was chosen by"))
    if gate := card.get("gate"):
        blocks.append(_figures(gate, "Measured on the questions that decide whether a version goes live"))
        blocks.append("\n".join(_decision(gate)))
    if terms := card.get("terms"):
        blocks.append(
            f"Of the house's terms that were due, answers use {figures.percent(terms['after'], 0)} with this adapter and {figures.percent(terms['before'], 0)} "
            f"without, on {terms['n']} {terms['split']} questions that it was never trained on."
        )
    return "\n\n".join(["## What it is worth", *blocks]) if blocks else ""


def _figures(record: Mapping[str, Any], words: str) -> str:
    """A table against the version before, and one against the bare base where that is another."""
    lines = [f"{words} ({record['questions']}, split `{record['split']}`), before with {record['against']}, after with this version:", "", *_table(record["scores"])]
    if record.get("from_base"):
        lines += ["", "Against the bare base:", "", *_table(record["from_base"])]
    notes = [f"- {note}" for note in record.get("notes") or ()]
    return "\n".join([*lines, *(["", *notes] if notes else [])])


def _table(scores: Mapping[str, Any]) -> list[str]:
    return [HEAD, RULE, *(_row(score, values) for score, values in scores.items())] if scores else ["no question was asked"]


def _row(score: str, values: Mapping[str, Any]) -> str:
    return f"| {' | '.join(cells(score, values))} |"


def cells(score: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    """A score of a card under COLUMNS."""
    difference = Difference(score, "", "", values["points"], values["low"], values["high"], values["p"], values["n"])
    shown = (figures.amount(values["before"], score), figures.amount(values["after"], score), figures.points(difference), figures.points_interval(difference))
    return (meaning_of(score).title, *shown, str(values["n"]))


def _decision(gate: Mapping[str, Any]) -> Iterator[str]:
    yield "The gate let it go live:" if gate["live"] else "The gate kept it a candidate:"
    yield ""
    yield from (f"- {reason}" for reason in gate["reasons"])
    yield from (f"- not sure: {warning}" for warning in gate.get("warnings") or ())


def _proved(card: Mapping[str, Any]) -> str:
    proofs = card.get("parity") or ()
    if not proofs:
        return ""
    lines = [f"- {proof['name']}: {'the same' if proof['passed'] else 'NOT the same; ' + str(proof.get('cause', ''))}" for proof in proofs]
    return "\n".join(["## The same everywhere", "", "What was trained, compared with what is loaded, served and exported:", "", *lines])


def _attempts(card: Mapping[str, Any]) -> str:
    attempts = card.get("attempts") or ()
    if len(attempts) < 2:
        return ""
    lines = [f"{place}. {'; '.join(attempt.get('words') or ()) or 'the recipe as written'}: {_faults(attempt)}" for place, attempt in enumerate(attempts, 1)]
    return "\n".join(["## Attempts", "", *lines])


def _faults(attempt: Mapping[str, Any]) -> str:
    names = [str(fault.get("name", fault)) if isinstance(fault, Mapping) else str(fault) for fault in attempt.get("faults") or ()]
    return ", ".join(names) or "no fault"


def _files(domain: str, number: int) -> str:
    return (
        f"## Files\n\n`card.json` holds everything else: recipe, hashes of prompt, tokenizer, chat template and base, environment; `loss.png` shows the course.\n"
        f"Put it live: `assistant adapters use {domain}@{number}`. Go back: `assistant adapters rollback {domain}`."
    )
