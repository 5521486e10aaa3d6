"""A model's pieces of text to checked sentences with marks: an unsupported sentence is replaced by its best evidence before it is shown."""

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.answering.check import Grounds, unknown_facts, unsupported
from assistant.answering.cite import Citations, mark, without_marks
from assistant.answering.entailed import unentailed
from assistant.answering.facts import WRITTEN, Fact, facts
from assistant.dates import written_dates
from assistant.domain import REFUSAL
from assistant.records import Evidence, Kind, Prompt
from assistant.retrieval.words import tokens

_BREAK = re.compile(r"\n+|(?<=[。！？])(?![”’」』）)\s]*\[\d)|(?<=[.!?])(?=\s+(?![\[\s]))|(?<=\])(?=\s*[^\s\[。.])")
_BLANK = "________"
NEAR_BEST = 0.75
BESIDE = "it rests on [{n}], which bears less on the question than the best passage"
LABEL = re.compile(r"^[^|\n]{1,160} \| (?!.* \| )")  # 'Leave › Carry-over | ' copied from the evidence list


def split_ready(text: str) -> tuple[list[str], str]:
    """(finished sentences with the white space after them, the rest); code fences stay whole."""
    ready: list[str] = []
    start = 0
    for match in _BREAK.finditer(text):
        if match.end() < len(text) and text.count("```", 0, match.start()) % 2 == 0 and not _abbreviated(text[start : match.start()]):
            ready.append(text[start : match.end()])
            start = match.end()
    return ready, text[start:]


def _abbreviated(text: str) -> bool:
    return bool(re.search(r"(?:\b(?:e\.g|i\.e|No|Mr|Mrs|Ms|Dr|Art|vs|Ltd|Inc|Co)\.|(?:^|\n)\s*\d{1,2}(?:\.\d+)*\.)$", text))


class Speaker:
    """Says one answer: feed it pieces, take checked text. ``said_by_model`` and ``quoted`` count sentences (opening words
    with the sentence they open), ``faults`` say what was replaced; marks go on after the ``cited`` ones
    of the same answer."""

    def __init__(self, prompt: Prompt, grounds: Grounds, cited: int = 0) -> None:
        self._prompt = prompt
        self._grounds = grounds
        self._left = list(prompt.evidence)
        self._greeting = ""  # opening words that rest on nothing: shown with what follows
        self.citations = Citations(cited)
        self.said_by_model = 0
        self.quoted = 0
        self.refused = False
        self.faults: list[dict[str, object]] = []

    def say(self, pieces: Iterable[str]) -> Iterator[str]:
        """Checked text, sentence by sentence; nothing when the model says that the passages do not answer."""
        rest = ""
        for piece in pieces:
            ready, rest = split_ready(rest + piece)
            for sentence in ready:
                yield from self._finished(sentence)
        if rest.strip():
            yield from self._finished(rest)
        yield from self._closed()

    def _closed(self) -> Iterator[str]:
        """What is left to say once the model has ended."""
        if self._greeting and not self.refused:
            self.said_by_model += 1
            yield self._greeted("")

    def quote(self) -> Iterator[str]:
        """The best evidence not yet cited, word for word, and the next when it is about as good."""
        best = self._left[:2]
        for item in best:
            if item.score >= NEAR_BEST * best[0].score:
                yield self._quoted(item) + "\n"

    def _finished(self, sentence: str) -> Iterator[str]:
        bare = LABEL.sub("", without_marks(sentence))
        words = bare.strip()
        if not words:
            return
        if is_refusal(words):
            self.refused = True
            return
        if self._prompt.kind == "draft":
            yield self._drafted(bare)
            return
        cited = self._cited(words)
        wrong = unsupported(words, self._grounds) or self._beside(cited) or unentailed(words, cited, self._grounds)
        if wrong:
            self.faults.append({"sentence": words, "why": wrong})
            if not self.said_by_model and not self.quoted:
                yield from self.quote()
            elif item := self._nearest(words):
                yield self._quoted(item) + ("\n" if sentence.endswith("\n") else " ")
            return
        text = f"{bare.rstrip()}{self.citations.marks(cited)}{bare[len(bare.rstrip()) :] or ' '}"
        if not cited and not self.said_by_model and not self.quoted:
            self._greeting += text
            return
        self.said_by_model += 1
        self._left = [item for item in self._left if item not in cited]
        yield self._greeted(text)

    def _greeted(self, text: str) -> str:
        """The text behind the greeting that was held back."""
        text, self._greeting = self._greeting + (text.lstrip(" ") if self._greeting else text), ""
        return text

    def _cited(self, words: str) -> list[Evidence]:
        """The evidence a sentence rests on, found by its words: a small model's own marks are not to be trusted."""
        numbers = mark(words, self._prompt.evidence)
        return [item for item in self._prompt.evidence if item.n in numbers]

    def _beside(self, cited: Sequence[Evidence]) -> list[str]:
        """A first sentence that rests on evidence far weaker than the best answers another question."""
        if not cited or self.said_by_model or self.quoted:
            return []
        return [] if any(self._bears(item) for item in cited) else [BESIDE.format(n=cited[0].n)]

    def _bears(self, item: Evidence) -> bool:
        """Whether a passage answers the question about as well as the best one."""
        return item.score >= NEAR_BEST * max(other.score for other in self._prompt.evidence)

    def _drafted(self, sentence: str) -> str:
        """A draft's sentence with every party, amount or date that nobody named turned into a blank."""
        self.said_by_model += 1
        text = sentence
        for fact in unknown_facts(sentence, self._grounds):
            if fact.kind in {"number", "date", "time", "name"}:
                text = _blanked(text, fact)
                self.faults.append({"sentence": sentence.strip(), "why": [f"{fact.kind} {fact.value} was not given"]})
        return text

    def _nearest(self, words: str) -> Evidence | None:
        """Of the evidence not yet used, the one most like the failed sentence; the best ranked when none is."""
        if not self._left:
            return None
        wanted = set(tokens(words))
        return max(self._left, key=lambda item: (len(wanted & set(tokens(item.text))) / (len(wanted) or 1) + item.score, -item.n))

    def _quoted(self, item: Evidence, opening: str = "") -> str:
        self._left.remove(item)
        self.quoted += 1
        return self._greeted(f"{opening}{item.text}{self.citations.marks([item])}")


def is_refusal(words: str) -> bool:
    return words.rstrip(" .。") in {text.rstrip(" .。") for text in REFUSAL.values()}


def _blanked(text: str, fact: Fact) -> str:
    """Each stretch that says the fact, however it is written, replaced by a blank."""
    if fact.kind == "name":
        return re.sub(re.escape(fact.value), _BLANK, text, flags=re.I)

    if fact.kind == "date":
        for start, end, days in reversed(written_dates(text)):
            text = f"{text[:start]}{_BLANK}{text[end:]}" if fact.value in days else text
        return text

    def blank(match: re.Match[str]) -> str:
        said = facts(match.group(0)) | facts(match.group(0) + "元") | facts(match.group(0) + match.string[match.end() : match.end() + 1])
        return _BLANK if any((one.kind, one.value) == (fact.kind, fact.value) for one in said) else match.group(0)

    for pattern in WRITTEN[fact.kind]:
        text = pattern.sub(blank, text)
    return text


def kind_of(question: str) -> Kind:
    """``draft`` when a text is to be written, else ``answer``."""
    return "draft" if _DRAFT.search(question) else "answer"


_DRAFT = re.compile(
    r"\b(?:draft|draw up|write(?: me| us)? (?:a|an|the)|prepare (?:a|an|the)|compose)\b"
    r"|起草|草拟|拟(?:一|定|写|份)|(?:帮我|请|替我|给我)?写(?:一)?(?:份|封|个|条|段)|出一份",
    re.I,
)
