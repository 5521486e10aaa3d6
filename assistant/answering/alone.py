"""A model's own words to a question: no documents, no check, no citations. What comparing and the ladder set answers with documents against."""

import time
from collections.abc import Iterator

from assistant.answering.ask import Run
from assistant.answering.speak import is_refusal, kind_of, split_ready
from assistant.records import Answer


def alone(run: Run) -> Iterator[str | Answer]:
    """Unchecked pieces of text, then the answer; its receipt has neither passages nor evidence."""
    assert run.domain
    run.kind = kind_of(run.question)
    run.render()
    started, text = time.perf_counter(), ""
    for piece in run.generated(started):
        text += piece
        yield piece
    run.timings["generate"] = time.perf_counter() - started
    yield Answer(
        question=run.question,
        text=text.strip(),
        language=run.language,
        domain=run.domain.name,
        refused=refuses(text),
        reason="stopped" if run.cancelled.is_set() else "",
        kind=run.kind,
        adapter=run.adapter.served_name if run.adapter else None,
        route=run.found,
        timings=run.timings,
        receipt=run.receipt(),
    )


def refuses(text: str) -> bool:
    """Whether a model's own words begin with the refusal that its prompt asks for, or are none."""
    ready, rest = split_ready(text.strip())
    return is_refusal((ready[0] if ready else rest).strip()) if text.strip() else True
