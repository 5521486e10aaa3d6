"""Asks a few rows of a training through the engine that will serve it, many at once. Judges nothing."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from assistant.language import detect
from assistant.models.engine import Engine, Sampling
from assistant.records import AdapterVersion, Prompt, Turn, content_id
from assistant.training.dataset import Row

LONGEST = 160
TOGETHER = 8
_ASKS = re.compile(r"(?:^|\n)(?:Question: |问题：)")


def attach(engine: Engine, adapter: Path | None, domain: str) -> str | None:
    """The name under which the engine serves an adapter that is not published yet; None for the bare base."""
    if adapter is None:
        return None
    number = int(content_id(str(adapter.resolve()))[:7], 16)  # a name of its own: an engine may not change what a name stands for
    return engine.serve(AdapterVersion(engine.info.key, domain, number, adapter, {}))


def ask(engine: Engine, name: str | None, rows: Sequence[Row], longest: int = LONGEST) -> list[str]:
    """What is answered to the rows' prompts, greedily, at most ``longest`` tokens each."""
    return ask_prompts(engine, name, [row.prompt for row in rows], longest)


def ask_prompts(engine: Engine, name: str | None, prompts: Sequence[tuple[Turn, ...]], longest: int = LONGEST) -> list[str]:
    def one(turns: tuple[Turn, ...]) -> str:
        prompt = Prompt(turns, (), "answer", detect(turns[-1].content))
        return "".join(engine.stream(prompt, name, Sampling(max_new_tokens=longest), Event()))

    with ThreadPoolExecutor(TOGETHER) as threads:
        return list(threads.map(one, prompts))


def question_of(row: Row) -> str:
    """What the row asks, without the evidence before it."""
    return _ASKS.split(row.prompt[-1].content)[-1].strip()


def some(rows: Iterable[Row], count: int) -> list[Row]:
    """At most so many, one of each example, the languages and forms in turn; the same rows give the same choice."""
    groups: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    seen: set[str] = set()
    for row in sorted(rows, key=lambda row: content_id("some", row.id)):
        if row.example not in seen:
            seen.add(row.example)
            groups[detect(question_of(row)), row.form].append(row)
    turns = [(place, key, row) for key, group in groups.items() for place, row in enumerate(group)]
    return [row for _, _, row in sorted(turns, key=lambda turn: turn[:2])[:count]]
