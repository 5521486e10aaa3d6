"""Makes examples fit to learn from and says, row by row, what was wrong, what was put right and what was left out.

One truth for `assistant train` and `assistant check`: both read a domain's examples through ``judged``. Files below examples/raw/ are
exports that nobody has looked through: there a doubtful row is left out, while in a file written by hand it is reported and kept.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.domain import Domain
from assistant.personal_data import find_personal_data, mask_personal_data
from assistant.records import Example, Told, Turn
from assistant.rows.examples import ExampleFile, Read, example_files, read_rows
from assistant.rows.repeats import Repeats
from assistant.rows.swapped import exchanged, with_swaps
from assistant.rows.taught import Match, Questions, readable_questions
from assistant.rows.text import clean_text, html_remains, wide_characters
from assistant.rows.wording import Wording, says_little


@dataclass(frozen=True)
class Fault:
    """``kind`` is a word that programs may rely on (docs/checking.md); ``out``: the row is not learned for it."""

    kind: str
    text: str
    out: bool = False


@dataclass(frozen=True)
class Judged:
    """One row: the example as it is learned, None when it is left out, and why. ``mended`` is what `--fix` writes; ``asks`` the
    measured question that a row written by hand gives away."""

    file: ExampleFile
    origin: str
    shape: str
    example: Example | None
    faults: tuple[Fault, ...] = ()
    mended: Example | None = None
    asks: Match | None = None


@dataclass(frozen=True)
class Cleaned:
    """``faults`` and ``dropped`` have one line per row that cannot be read or is left out: origin and reason."""

    examples: tuple[Example, ...]
    faults: tuple[str, ...]
    dropped: tuple[str, ...]


def learnable(domain: Domain, shortest: int, published: Set[str] = frozenset()) -> Cleaned:
    """What a training learns from a domain's examples. ``published``: keys of contact data that stand in its documents."""
    return _gathered(judged(domain, shortest, published))


def judged(domain: Domain, shortest: int, published: Set[str] = frozenset()) -> Iterator[Judged]:
    """Every row of a domain's examples, each read and judged once."""
    files = example_files(domain.examples)
    cleaner = Cleaner(domain, shortest, published, compare=any(file.export for file in files))
    for file in files:
        yield from cleaner.judge_file(file)


def clean(examples: Sequence[Example], domain: Domain, shortest: int) -> Cleaned:
    """The same for examples that are in no file."""
    cleaner = Cleaner(domain, shortest)
    return _gathered(cleaner.judge(Read(example.origin, example), ExampleFile(Path(), "")) for example in examples)


def _gathered(rows: Iterable[Judged]) -> Cleaned:
    examples: list[Example] = []
    faults: list[str] = []
    dropped: list[str] = []
    for row in rows:
        if row.example:
            examples.append(row.example)
        else:
            unread = any(fault.kind == "row" for fault in row.faults)
            reasons = "; ".join(fault.text for fault in row.faults if fault.out)
            (faults if unread else dropped).append(f"{row.origin}: {reasons}")
    return Cleaned(tuple(examples), tuple(faults), tuple(dropped))


class Cleaner:
    """Judges rows in the order they are read, and remembers them to know the later ones that repeat them. ``compare``: also for
    near-duplicates, which decide only what of an export is learned."""

    def __init__(self, domain: Domain, shortest: int, published: Set[str] = frozenset(), compare: bool = False) -> None:
        self.domain, self.shortest, self.published, self.compare = domain, shortest, published, compare
        self._wording = Wording(tuple(domain.spec.languages))
        self._questions = Questions(readable_questions(domain.folder / "questions.jsonl"))
        self._repeats = Repeats()

    def judge_file(self, file: ExampleFile) -> Iterator[Judged]:
        for read, swapped in with_swaps(read_rows(file)):
            yield self.judge(read, file, swapped)

    def judge(self, read: Read, file: ExampleFile, swapped: bool = False) -> Judged:
        if read.example is None:
            return Judged(file, read.origin, read.shape, None, (Fault("row" if read.wanted else "not-wanted", read.fault, out=True),))
        raw = exchanged(read.example) if swapped else read.example
        faults = [*_swap(swapped), *_remains(raw)]
        example = replace(raw, turns=_cleaned(raw))
        if fault := _order(example):
            return Judged(file, read.origin, read.shape, None, (*faults, fault))
        faults += self._doubts(example, file)
        example, personal = self._masked(example, file)
        mended, own = self._own(example)
        short = any(fault.kind == "short" for fault in faults)
        faults += [*personal, *(fault for fault in own if not (short and fault.kind == "short"))]
        asks = self._questions.asked_in(mended) if mended else None
        if mended and not any(fault.out for fault in faults if fault.kind != "swapped"):
            faults += self._again(mended, file, asks)
        if any(fault.out for fault in faults if fault.kind != "swapped"):
            mended = None
        learned = None if swapped else mended
        if learned:
            self._repeats.take(learned, self.compare)
        return Judged(file, read.origin, read.shape, learned, tuple(faults), mended, asks if learned else None)

    def _doubts(self, example: Example, file: ExampleFile) -> Iterator[Fault]:
        for doubt in self._wording.doubts(example):
            yield Fault(doubt.kind, doubt.text, out=file.export)
        if file.export and says_little(example.turns[-1].content):
            said = example.turns[-1].content
            yield Fault("short", Told(f"the answer {said!r} says hardly anything; write a whole one or delete the row", "says-little", answer=said), out=True)

    def _masked(self, example: Example, file: ExampleFile) -> tuple[Example, list[Fault]]:
        found = [one for turn in example.turns for one in find_personal_data(turn.content) if one.key not in self.published]
        if not found:
            return example, []
        kinds, seen = list(dict.fromkeys(one.kind for one in found)), _veiled(found[0].text)
        if file.export:
            remedy, case = "masked before it is learned; mask it in the file too", "personal-masked"
        else:
            remedy, case = "mask it or invent it; --fix writes a masked copy", "personal"
        text = Told(f"{', '.join(kinds)} ({seen}); {remedy}", case, kinds=[Told(kind, kind) for kind in kinds], seen=seen)
        turns = tuple(Turn(turn.role, mask_personal_data(turn.content, self.published)) for turn in example.turns)
        return (replace(example, turns=turns) if file.export else example), [Fault("personal-data", text)]

    def _own(self, example: Example) -> tuple[Example | None, list[Fault]]:
        """The domain's own cleaning, and the length it leaves."""
        try:
            cleaned = self.domain.clean_example(example)
            length = min(len(turn.content) for turn in cleaned.turns if turn.role == "assistant") if cleaned else 0
        except Exception as error:  # a plugin's code may raise anything; the other examples are still good
            failed = f"{type(error).__name__}: {error}"
            text = Told(f"clean_example of {self.domain.name} failed ({failed}); mend plugin.py", "plugin-failed", domain=self.domain.name, error=failed)
            return None, [Fault("plugin", text, out=True)]
        if cleaned is None:
            return None, [Fault("plugin", Told(f"left out by clean_example of {self.domain.name}", "plugin-left-out", domain=self.domain.name), out=True)]
        if length >= self.shortest:
            return cleaned, []
        words = f"an answer has {length} characters, min_answer_characters is {self.shortest}; write a fuller answer or lower the setting"
        text = Told(words, "too-short", length=length, least=self.shortest)
        return None, [Fault("short", text, out=True)]

    def _again(self, example: Example, file: ExampleFile, asks: Match | None) -> Iterator[Fault]:
        """Whether it stands already: among the rows before it, or, for an export, among the questions that measure the domain."""
        if origin := self._repeats.exact(example):
            yield Fault("duplicate", Told(f"the same as {origin}; it is learned once, delete one of them", "same", origin=origin), out=True)
            return
        if self.compare and (near := self._repeats.near(example)):
            remedy, case = ("the earlier one is learned", "near-export") if file.export else ("say something else or delete one", "near")
            text = Told(f"nearly the same as {near[0]} (Jaccard {near[1]:.2f}); {remedy}", case, origin=near[0], likeness=f"{near[1]:.2f}")
            yield Fault("near-duplicate", text, out=file.export)
        if asks and file.export:
            words = f"{asks.words} {asks.id!r} in questions.jsonl:{asks.line}; what measures is not learned"
            yield Fault("question", Told(words, "measured", id=asks.id, line=asks.line, likeness=f"{asks.near:.0%}"), out=True)


def _swap(swapped: bool) -> Iterator[Fault]:
    if swapped:
        text = "question and answer stand in each other's column, so the row is not learned; exchange them, or let --fix do it"
        yield Fault("swapped", Told(text, "swapped"), out=True)


def _remains(raw: Example) -> Iterator[Fault]:
    """What cleaning takes away without a word in the file itself."""
    if found := next(filter(None, (html_remains(turn.content) for turn in raw.turns)), ""):
        yield Fault("html", Told(f"HTML remains ({found:.30}); taken away before learning, better not exported at all", "html", found=found[:30]))
    if found := "".join(wide_characters(turn.content) for turn in raw.turns):
        yield Fault("width", Told(f"full-width characters ({found:.12}); made half-width before learning", "width", found=found[:12]))


def _cleaned(example: Example) -> tuple[Turn, ...]:
    """The turns with clean words, up to the last answer."""
    turns = [Turn(turn.role, clean_text(turn.content)) for turn in example.turns]
    while turns and turns[-1].role != "assistant":
        turns.pop()
    return tuple(turns)


def _order(example: Example) -> Fault | None:
    """What is wrong with the order of roles: after one system turn at most, user and assistant take turns."""
    spoken = example.turns[1:] if example.turns and example.turns[0].role == "system" else example.turns
    if not spoken:
        return Fault("empty", Told("no answer of the assistant; add one", "no-answer"), out=True)
    for number, turn in enumerate(spoken, 1):
        wanted = "user" if number % 2 else "assistant"
        if turn.role != wanted:
            text = f"turn {number} is the {turn.role}'s, not the {wanted}'s; user and assistant take turns, after one system turn at most"
            return Fault("roles", Told(text, "roles", number=number, role=Told(turn.role, turn.role), wanted=Told(wanted, wanted)), out=True)
        if not turn.content:
            return Fault("empty", Told(f"turn {number} is empty after cleaning; fill it or delete the row", "empty-turn", number=number), out=True)
    return None


def _veiled(text: str) -> str:
    """The first and the last characters: enough to find it, too little to spread it further."""
    shown = 1 if len(text) < 8 else 3
    return f"{text[:shown]}…{text[-1:] if shown == 1 else text[-2:]}"
