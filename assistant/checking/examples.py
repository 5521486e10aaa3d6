"""Checks examples/: the shape of each file, rows used and left out, and how the number stands against common guidance."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.checking.finding import Checked, Finding, located
from assistant.checking.spec import LANGUAGES
from assistant.domain import Domain
from assistant.errors import ExampleError
from assistant.language import detect
from assistant.records import Example
from assistant.training.clean import clean
from assistant.training.examples import READERS, read_file
from assistant.training.recipe import Recipe
from assistant.training.shapes import ANSWERS, QUESTIONS

FOLDER = "examples/"
WAVERING = re.compile(r"\b(?:u+m+|uh+|erm|hmm+|i (?:think|guess) maybe|dunno)\b|嗯{1,3}[，,…。]|呃|我猜|我觉得可能", re.I)
GUIDANCE = (
    (100, "a start, enough for one layout and some terms; few-shot prompting may do as well, so measure it, and aim at 100 and more"),
    (500, "enough for one fixed form and tone; 500 to 2,000 suit classifying, 2,000 to 10,000 dialogue, 5,000 to 50,000 an expert field"),
    (2_000, "as many as classifying wants (500 to 2,000); dialogue wants 2,000 to 10,000, an expert field 5,000 to 50,000"),
    (5_000, "as many as dialogue wants (2,000 to 10,000); an expert field wants 5,000 to 50,000"),
    (50_001, "as many as an expert field wants (5,000 to 50,000)"),
)
PLENTY = "more than even an expert field wants (50,000); fewer and better rows teach more"


def check_examples(domain: Domain, recipe: Recipe) -> tuple[list[Example], list[Checked]]:
    """The examples that a training would learn, and the findings, file by file."""
    examples: list[Example] = []
    files = []
    folder = domain.examples
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if path.is_file() and not path.name.startswith((".", "~")):
            found, checked = _check_file(path, domain, recipe)
            examples += found
            files.append(checked)
    cleaned = clean(examples, domain, recipe.data.min_answer_characters)
    repeated = [line for line in cleaned.dropped if ": the same as " in line]
    across = Checked(FOLDER, _standing(cleaned.examples), (*_repeats(repeated), *_gaps(domain, cleaned.examples)))
    return list(cleaned.examples), [*files, across]


def _check_file(path: Path, domain: Domain, recipe: Recipe) -> tuple[tuple[Example, ...], Checked]:
    file = FOLDER + path.relative_to(domain.examples).as_posix()
    found = read_file(path)
    dropped = [clean([example], domain, recipe.data.min_answer_characters).dropped for example in found.examples]
    lines = [line for lines in dropped for line in lines]
    wavering = [f"{example.origin}: wavering words {words!r}; answer plainly, in one style" for example in found.examples if (words := _wavering(example))]
    findings = (*located(file, found.faults), *located(file, lines, "warning"), *located(file, wavering, "warning"))
    shapes = ", ".join(_shapes(path)) or "no shape recognised"
    return found.examples, Checked(file, f"{shapes}: {len(found.examples) - len(lines)} rows used, {len(lines) + len(found.faults)} not", findings)


def _shapes(path: Path) -> list[str]:
    """The shapes of a file's rows, the commonest first."""
    counted: Counter[str] = Counter()
    try:
        for _origin, row in READERS.get(path.suffix.lower(), lambda _: iter(()))(path):
            counted[shape_of(row, path.suffix.lower())] += 1
    except ExampleError:
        return []
    return [shape for shape, _count in counted.most_common() if shape]


def shape_of(row: Mapping[str, Any], suffix: str = "") -> str:
    """Name of a row's shape, such as ``messages`` or ``instruction, output``; empty when it is none."""
    values = {str(key).strip().lstrip("\ufeff").lower(): value for key, value in row.items() if key is not None}
    if suffix == ".txt":
        return "lines Q: and A:" if "messages" in values else ""
    for name in ("messages", "conversations", "conversation"):
        if name in values:
            return name
    asked = next((name for name in QUESTIONS if name in values), "")
    said = next((name for name in ANSWERS if name in values), "")
    between = ", input" if asked == "instruction" and "input" in values else ""
    return f"{asked}{between}, {said}" if asked and said else ""


def _wavering(example: Example) -> str:
    match = next((found for turn in example.turns if turn.role == "assistant" and (found := WAVERING.search(turn.content))), None)
    return match[0] if match else ""


def _standing(examples: Sequence[Example]) -> str:
    """Number and languages in words, against the usual guidance for training data."""
    if not examples:
        return "no examples"
    spoken = Counter(detect(example.turns[-2].content) for example in examples)
    counts = ", ".join(f"{spoken[language]} {language}" for language in sorted(spoken))
    words = next((text for limit, text in GUIDANCE if len(examples) < limit), PLENTY)
    return f"{len(examples)} examples ({counts}): {words}; quality goes before quantity"


def _gaps(domain: Domain, examples: Sequence[Example]) -> Iterator[Finding]:
    if not examples:
        yield Finding("warning", FOLDER, None, "no usable example, so no adapter can be trained; add rows, e.g. examples/dialogues.jsonl")
        return
    spoken = {detect(example.turns[-2].content) for example in examples}
    for language in domain.spec.languages:
        if language not in spoken:
            yield Finding("warning", FOLDER, None, f"no {LANGUAGES[language]} example, so the adapter learns no form in that language")


def _repeats(lines: Sequence[str]) -> Iterator[Finding]:
    """Examples that stand twice, in one file or across files."""
    for line in lines:
        origin, _, text = line.partition(": the same as ")
        file = re.split(r"(?<=\w)(?=[: ])", origin, maxsplit=1)[0]
        yield from located(FOLDER + file, [f"{origin}: the same as {text}; it is learned once"], "warning")
