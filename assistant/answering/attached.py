"""A question in a conversation with files: they are asked first, and answer unless a domain clearly answers better. Knows no files on disk."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, islice

from assistant.answering.ask import Run
from assistant.answering.cite import Citations
from assistant.answering.overview import about_files, evidence, lines, overviews, without_names
from assistant.records import Answer, Route

FROM_FILES = "from the conversation's files"
SURE = 0.2  # from this support on the evidence is quoted where the model says that the files do not say
CLEARLY = 0.5  # a domain whose documents support an answer by so much more answers instead of the files


def from_files(run: Run, answered: Callable[[Run], Iterator[str | Answer]]) -> Iterator[str | Answer] | None:
    """What the conversation's files say to a question that is routed already; None where there are none, or a domain answers it better."""
    files = _of_files(run)
    if files is None:
        return None
    if about_files(files.question, _names(files)):
        return overview(files)
    if not _answers(files, run):
        return None
    spoken = answered(files)
    begun = list(islice(spoken, 1))  # whether the model finds the answer in the files is known by its first words
    nothing = files.refused or files.silent
    return None if nothing and _better(run, files, 0) else chain(begun, spoken)


def _of_files(run: Run) -> Run | None:
    """The same question for the conversation's files. No adapter speaks for them."""
    files = run.request.attached
    if files is None or not run.request.documents:
        return None
    request = replace(run.request, domain=files.name, adapter="off")
    found = Route(files.name, run.found.scores, FROM_FILES)
    return Run(run.home, request, run.question, run.language, run.cancelled, standalone=run.standalone, domain=files, found=found, sure=SURE)


def _answers(files: Run, run: Run) -> bool:
    files.retrieve()
    return files.supported() and not _better(run, files, CLEARLY)


def _better(run: Run, files: Run, by: float) -> bool:
    """Whether a domain's documents support an answer by so much more."""
    if run.domain is None:
        return False
    if not run.signals:
        run.retrieve()
    return run.supported() and run.support > files.support + by


def overview(files: Run) -> Iterator[str | Answer]:
    """What the files that the question names, or all, are about, in their own words."""
    assert files.domain
    knowledge = files.home.knowledge
    _, named = without_names(files.question, _names(files))
    pages = {name: length for name, (length, _) in knowledge.ledger.sizes(files.domain.name).items()}
    found = overviews(knowledge.chunks(files.domain), named, pages, files.language)
    files.evidence = evidence(found)
    citations, text = Citations(files.cited), ""
    for line in lines(found, files.evidence, citations):
        text += line
        yield line
    yield Answer(
        question=files.question,
        text=text.strip(),
        language=files.language,
        domain=files.domain.name,
        source="quoted",
        citations=tuple(citations.found),
        route=files.found,
        timings=files.timings,
        receipt=files.receipt(),
    )


def _names(files: Run) -> list[str]:
    assert files.domain
    return list(files.home.knowledge.ledger.sizes(files.domain.name))
