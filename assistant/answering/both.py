"""A question that belongs to several domains: each answers its part, under its title, in one stream and one answer. Knows no stage in between."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from assistant.answering.ask import Run
from assistant.language import detect
from assistant.records import Answer, Language


def by_domain(run: Run) -> list[Run]:
    """A run for each domain of the question with its part, or with the whole question where it cannot be split; the run alone where it
    belongs to one domain. What a follow-up took along from the question before it brings in no second domain."""
    if run.domain is None or not run.found.also:
        return [run]
    names = (run.domain.name, *run.found.also)
    parts = run.home.router.divide(run.question, names)
    if parts is None and run.standalone != run.question:
        return [run]
    return [_part(run, name, text) for name, text in (parts or dict.fromkeys(names, run.question)).items()]


def _part(run: Run, name: str, text: str) -> Run:
    """``name``'s part of the question. A version that was asked for by its number is the first domain's; the others answer with their live one."""
    assert run.domain
    request = run.request if name == run.domain.name or run.request.adapter == "off" else replace(run.request, adapter="current")
    return Run(run.home, request, text, detect(text), run.cancelled, standalone=text, domain=run.home.plugins.domains[name], found=run.found)


def in_turn(whole: Run, runs: Sequence[Run], answered: Callable[[Run], Iterator[str | Answer]]) -> Iterator[str | Answer]:
    """The runs' pieces one after the other, marks numbered through, then one Answer; at the end, which domains have nothing to say."""
    said: list[Answer] = []
    text = ""
    for run in runs:
        run.cited = sum(len(answer.citations) for answer in said)
        opened = False
        for piece in answered(run):
            if isinstance(piece, Answer):
                said.append(piece)
            elif not run.refused:
                shown = piece if opened else f"{_gap(text)}{_heading(run, whole.language)}{piece}"
                opened, text = True, text + shown
                yield shown
        if whole.cancelled.is_set():
            break
    for answer in said:
        if answer.refused:
            shown = f"{_gap(text)}{answer.text}"
            text += shown
            yield shown
    yield _joined(whole, said, text.strip())


def _gap(text: str) -> str:
    """A blank line after what was said before."""
    return "" if not text else "\n" if text.endswith("\n") else "\n\n"


def _heading(run: Run, language: Language) -> str:
    assert run.domain
    return f"{run.domain.title(language)}{'：' if language == 'zh' else ':'}\n"


def _joined(whole: Run, said: Sequence[Answer], text: str) -> Answer:
    """One answer of the parts; its domain is the first that answered."""
    told = [answer for answer in said if not answer.refused] or said[:1]
    first = told[0]
    timings: Counter[str] = Counter()
    for answer in said:
        timings.update({name: seconds for name, seconds in answer.timings.items() if name != "first_token"})
    return replace(
        first,
        question=whole.question,
        text=text,
        language=whole.language,
        also=tuple(answer.domain for answer in told[1:] if answer.domain),
        reason="stopped" if whole.cancelled.is_set() and not first.refused else first.reason,
        source="model" if any(answer.source == "model" for answer in told) else "quoted",
        kind="draft" if any(answer.kind == "draft" for answer in told) else "answer",
        adapter=" + ".join(dict.fromkeys(answer.adapter for answer in told if answer.adapter)) or None,
        citations=tuple(cited for answer in said for cited in answer.citations),
        route=whole.found,
        timings={**whole.timings, **timings, **({"first_token": first.timings["first_token"]} if "first_token" in first.timings else {})},
        receipt={"standalone": whole.standalone, "base": first.receipt["base"], "parts": [_receipt(answer) for answer in said]},
    )


def _receipt(answer: Answer) -> dict[str, object]:
    """A part with its question, its domain and its own receipt."""
    told = {"domain": answer.domain, "question": answer.question, "adapter": answer.adapter, "refused": answer.refused, "reason": answer.reason}
    told |= {"text": answer.text, "kind": answer.kind}
    return told | answer.receipt
